"""What the texts of a course or a bank may refer to."""

from functools import partial
from html import escape

from lms.engines.content.assets import AUDIO, DOCUMENTS, PICTURES, VIDEO, Assets, extension
from lms.engines.source.address import Address, BadAddress, read_address
from lms.engines.source.problem import Position, Problems
from lms.engines.source.raster import read_raster
from lms.engines.source.surroundings import Directive, Link
from lms.engines.source.svg import inline

EXTERNAL = {"rel": "noopener noreferrer", "class": "external"}


class Around:
    """For short texts: questions, glossary entries. Counts what reading them loads."""

    def __init__(self, path: str, problems: Problems, assets: Assets) -> None:
        self.path = path
        self.problems = problems
        self.assets = assets
        self.loaded: dict[str, int] = {}  # pictures that the page fetches, with their sizes
        self.paths: set[str] = set()  # all files that the page shows or offers

    def link(self, href: str, at: Position) -> Link | None:
        try:
            address = read_address(href)
        except BadAddress as error:
            self.error(at, str(error))
            return None
        return self.lead(address, at)

    def lead(self, address: Address, at: Position) -> Link | None:
        if address.kind == "web":
            return Link({"href": address.target, **EXTERNAL})
        if address.kind == "mail":
            return Link({"href": address.target})
        if address.kind == "file":
            return self.file(address.target, at)
        self.error(at, f"{address.kind}: links belong in lessons; write the words without a link")
        return None

    def file(self, target: str, at: Position) -> Link | None:
        path, mark, fragment = target.partition("#")
        asset = self.assets.use(path, partial(self.error, at), PICTURES | DOCUMENTS | VIDEO | AUDIO)
        if asset is None:
            return None
        self.paths.add(path)
        return Link({"href": self.assets.url(path, asset) + mark + fragment})

    def picture(self, src: str, alternative: str, at: Position, prefix: str) -> str:
        try:
            address = read_address(src)
        except BadAddress as error:
            self.error(at, str(error).replace("link", "picture"))
            return ""
        if address.kind != "file":
            self.error(at, "a picture must be a file of this folder, such as assets/picture.svg")
            return ""
        return self._draw(address.target, alternative, at, prefix)

    def _draw(self, path: str, alternative: str, at: Position, prefix: str) -> str:
        asset = self.assets.use(path, partial(self.error, at), PICTURES)
        if asset is None:
            return ""
        self.paths.add(path)
        drawing = self.assets.drawing(path) if extension(path) == "svg" else None
        if drawing and self.assets.may_inline(path):
            return inline(drawing, prefix, alternative)
        self.loaded[path] = len(asset.data)
        size = (drawing.width, drawing.height) if drawing else _size(asset.data)
        sized = f' width="{size[0]:.0f}" height="{size[1]:.0f}"' if all(size) else ""
        address = escape(self.assets.url(path, asset))
        return f'<img src="{address}" alt="{escape(alternative)}"{sized} loading="lazy" decoding="async">'

    def directive(self, directive: Directive) -> str:
        self.error(directive.at, f":::{directive.name} belongs in lessons; delete it here")
        return ""

    def error(self, at: Position, message: str) -> None:
        self.problems.error(self.path, at, message)


def _size(data: bytes) -> tuple[float, float]:
    raster = read_raster(data)
    return (raster.width, raster.height) if raster else (0, 0)
