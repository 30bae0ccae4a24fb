"""Files beside the texts: which are there, which are used, and what they are."""

from collections.abc import Callable
from hashlib import sha256

from lms.engines.content.fit import did_you_mean
from lms.engines.content.model import Asset, Folder
from lms.engines.source.encoding import normalise_bytes
from lms.engines.source.problem import Position, Problems
from lms.engines.source.raster import read_raster
from lms.engines.source.svg import MOST_INLINE_BYTES, Drawing, read_svg

AssetUrl = Callable[[str, str], str]
Tell = Callable[[str], None]
PICTURES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
}
VIDEO = {"mp4": "video/mp4", "webm": "video/webm"}
AUDIO = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "ogg": "audio/ogg", "opus": "audio/ogg", "wav": "audio/wav"}
CAPTIONS = {"vtt": "text/vtt"}
DOCUMENTS = {
    "pdf": "application/pdf",
    "csv": "text/csv",
    "txt": "text/plain",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}
TYPES = PICTURES | VIDEO | AUDIO | CAPTIONS | DOCUMENTS
TEXTUAL = ("svg", "vtt", "csv", "txt")
AUTHORED = ("yaml", "yml", "md")
MOST_BYTES = 200_000_000


class Assets:
    """Of one folder. `key` is put before a path in the course's own list, since banks have files too."""

    def __init__(self, folder: Folder, problems: Problems, asset_url: AssetUrl, key: str = "") -> None:
        self.folder = folder
        self.problems = problems
        self.asset_url = asset_url
        self.key = key
        self.used: dict[str, Asset] = {}
        self.hashes: dict[str, str] = {}  # of the files as authored, by key: what the version stands on
        self.read: set[str] = set()  # all that a text asks for, also transcripts, and files that turn out to be broken
        self._drawings: dict[str, Drawing | None] = {}

    def use(self, path: str, tell: Tell, allowed: dict[str, str]) -> Asset | None:
        """The file, counted as used; None when it is not there or of another kind than asked, which `tell` is told."""
        if path not in self.folder.files:
            known = [one for one in self.folder.files if extension(one) in allowed]
            tell(f'there is no file "{path}"; {did_you_mean(path, sorted(known), "put it there")}')
            return None
        if extension(path) not in allowed:
            kinds = ", ".join(f".{one}" for one in allowed)
            tell(f'"{path}" cannot be used here; these can: {kinds}')
            return None
        self.read.add(path)
        asset = self._load(path)
        if asset:
            self.used[self.key + path] = asset
            self.hashes[self.key + path] = authored_hash(path, self.folder.files[path])
        return asset

    def note_read(self, path: str) -> None:
        """A file whose words became part of a page."""
        self.read.add(path)
        self.hashes[self.key + path] = sha256(normalise_bytes(self.folder.files[path])).hexdigest()

    def url(self, path: str, asset: Asset) -> str:
        return self.asset_url(self.key + path, asset.sha256)

    def drawing(self, path: str) -> Drawing | None:
        if path not in self._drawings:
            self._drawings[path] = self._read_drawing(path)
        return self._drawings[path]

    def may_inline(self, path: str) -> bool:
        return len(self.folder.files[path]) <= MOST_INLINE_BYTES

    def warn_of_unused(self) -> None:
        for path in self.folder.files:
            if extension(path) not in AUTHORED and not self._is_used(path):
                self.problems.warning(self.folder.full(path), Position(), "no text uses this file; delete it or use it")

    def _is_used(self, path: str) -> bool:
        return path in self.read or _ignored(path)

    def _load(self, path: str) -> Asset | None:
        data, kind = self.folder.files[path], extension(path)
        if len(data) > MOST_BYTES:
            self._error(path, f"the file is larger than {MOST_BYTES // 1_000_000} MB; make it smaller")
            return None
        if kind == "svg":
            drawing = self.drawing(path)
            data = drawing.markup.encode() if drawing else b""
        elif kind in PICTURES and not self._is_picture(path, data):
            return None
        elif kind in TEXTUAL:
            data = normalise_bytes(data)
        return Asset(data, TYPES[kind], sha256(data).hexdigest()) if data else None

    def _is_picture(self, path: str, data: bytes) -> bool:
        found = read_raster(data)
        if found and found.media_type == TYPES[extension(path)]:
            return True
        what = found.media_type if found else "no picture"
        self._error(path, f"the name says .{extension(path)}, but the file is {what}; save it again as the right kind")
        return False

    def _read_drawing(self, path: str) -> Drawing | None:
        data = self.folder.files[path]
        drawing = read_svg(data, self.folder.full(path), self.problems)
        if drawing and not self.may_inline(path):
            size, most = -(-len(data) // 1000), MOST_INLINE_BYTES // 1000
            message = f"the drawing is {size} kB; up to {most} kB it can take the colours of the page; simplify it"
            self.problems.warning(self.folder.full(path), Position(), message)
        return drawing

    def _error(self, path: str, message: str) -> None:
        self.problems.error(self.folder.full(path), Position(), message)


def extension(path: str) -> str:
    name = path.rpartition("/")[2]
    return name.rpartition(".")[2].lower() if "." in name else ""


def authored_hash(path: str, data: bytes) -> str:
    return sha256(normalise_bytes(data) if extension(path) in TEXTUAL else data).hexdigest()


def _ignored(path: str) -> bool:
    """Notes to colleagues and what systems leave behind."""
    name = path.rpartition("/")[2]
    return any(part.startswith(".") for part in path.split("/")) or name in ("README", "LICENSE", "Thumbs.db")
