"""Static files under names that carry their hash, with gzip copies, served by WhiteNoise for ever."""

import gzip
import hashlib
import json
import re
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

from lms.engines.scorm import runtime

SOURCE = Path(__file__).resolve().parents[1] / "static"
PREFIX = "static/"
#: Scripts that go out as one file, because each request costs a round trip on a poor line.
BUNDLES = {
    "learning-page.js": ("ui.js", "journal.js", "kept.js"),
    "lesson-page.js": ("ui.js", "journal.js", "lesson.js"),
    "player-page.js": (
        "ui.js",
        "journal.js",
        "values.js",
        "scorm.js",
        "outline.js",
        "stage.js",
        "recorder.js",
        "shell.js",
    ),
    "quiz-page.js": ("ui.js", "journal.js", "quiz.js"),
}
#: The sheet of the player: a browser that comes to a package's host has none of ours yet, so it gets these parts only.
PLAYER_PARTS = ("One sheet", "Scripts of the world", "Ground", "Small helpers", "Buttons", "Action bar")
FOR_EVER = 365 * 24 * 3600


def build(target: Path) -> dict[str, str]:
    """Copy each file as `name.HASH.ext` (and .gz) into `target`; returns plain name → hashed name."""
    target.mkdir(parents=True, exist_ok=True)
    names = {}
    for name, data in _files().items():
        path = Path(name)
        hashed = path.with_name(f"{path.stem}.{hashlib.sha256(data).hexdigest()[:10]}{path.suffix}")
        names[name] = hashed.as_posix()
        place = target / hashed
        place.parent.mkdir(parents=True, exist_ok=True)
        packed = place.with_name(place.name + ".gz")
        if not _has(place, data):
            _write(place, data)
        if not _has(packed, small := gzip.compress(data, mtime=0)):
            _write(packed, small)
    return names


def _files() -> dict[str, bytes]:
    files = {p.relative_to(SOURCE).as_posix(): p.read_bytes() for p in sorted(SOURCE.rglob("*")) if p.is_file()}
    files["scorm-models.js"] = scorm_models()
    for bundle, parts in BUNDLES.items():
        files[bundle] = b"\n".join(_lean(files[part]) for part in parts if part in files)
    files["player-page.css"] = player_sheet(files["style.css"], files["player.css"])
    return files


def player_sheet(common: bytes, own: bytes) -> bytes:
    """Of the common sheet the parts, each of which begins with its name, that the player's page uses."""
    parts = re.split(rb"(?m)^(?=/\* )", common)
    return b"".join(part for name in PLAYER_PARTS for part in parts if part.startswith(b"/* " + name.encode())) + own


def scorm_models() -> bytes:
    """The tables of the run-time's data models, which exist once, in Python."""
    return f"window.CleanroomModels = {json.dumps(runtime.as_json(), separators=(',', ':'))};\n".encode()


def _lean(script: bytes) -> bytes:
    """Without indentation and lines of comment, which a quarter of the bytes on the line would otherwise be."""
    lines = (line.strip() for line in script.splitlines())
    return b"\n".join(line for line in lines if line and not line.startswith(b"//"))


def _has(place: Path, data: bytes) -> bool:
    """A name alone proves nothing: after a power cut it may stand over a file that is empty."""
    return place.exists() and place.read_bytes() == data


def _write(place: Path, data: bytes) -> None:
    """Another process may do the same: the name appears only when the file is whole."""
    part = place.with_name(f".{place.name}.part")
    part.write_bytes(data)
    part.replace(place)


def serve(app: Flask, folder: Path) -> None:
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(folder), prefix=PREFIX, max_age=FOR_EVER, immutable_file_test=lambda _path, _url: True
    )
