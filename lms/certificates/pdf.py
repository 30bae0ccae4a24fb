"""The PDF of a certificate: a rendering of its facts, made when asked for and kept beside the data."""

import hashlib
import io
import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import segno
import typst

from lms.certificates import fonts
from lms.core import files

log = logging.getLogger(__name__)

TEMPLATE = Path(__file__).with_name("certificate.typ")


class MissingFont(Exception):
    """Some characters have no font here; `scripts` names what is missing."""

    def __init__(self, scripts: list[str]) -> None:
        super().__init__(", ".join(scripts))
        self.scripts = scripts


@dataclass(frozen=True, slots=True)
class Sheet:
    """All that is printed, in the words and the language of the certificate."""

    number: str
    lang: str
    issuer: str
    certificate_title: str
    native_name: str
    latin_name: str
    course_title: str
    #: (label, value) pairs of the middle row.
    facts: tuple[tuple[str, str], ...]
    signatory: str
    signatory_role: str
    identity: str
    note: str
    check_address: str
    words: dict[str, str]

    def text(self) -> str:
        """Every character that must be drawn."""
        parts = [self.number, self.issuer, self.certificate_title, self.native_name, self.latin_name, self.course_title]
        parts += [
            self.signatory,
            self.signatory_role,
            self.identity,
            self.note,
            self.check_address,
            *self.words.values(),
        ]
        return "".join(parts) + "".join(label + value for label, value in self.facts)


def qr_svg(address: str) -> str:
    """The address as a QR code in SVG, dark on white, four modules of quiet zone."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(out, kind="svg", xmldecl=False, dark="#12232A", light="#FFFFFF")
    return out.getvalue().decode()


def render(sheet: Sheet, font_folder: str, cache: Path) -> bytes:
    """PDF/A-2b bytes. Raises MissingFont when a character would print as a box."""
    have = fonts.library(font_folder)
    choice = fonts.choose(sheet.text(), have)
    if choice.missing:
        raise MissingFont(choice.scripts)
    data = {name: getattr(sheet, name) for name in Sheet.__slots__} | {"fonts": list(choice.families)}
    inputs = {"facts": json.dumps(data, ensure_ascii=False, sort_keys=True), "qr": qr_svg(sheet.check_address)}
    place = cache / f"{_key(inputs)}.pdf"
    if place.exists():
        return place.read_bytes()
    made = _compile(inputs, have)
    _keep(place, made)
    return made


def _compile(inputs: dict[str, str], have: fonts.Library) -> bytes:
    made = typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        font_paths=have.fonts,
        ignore_system_fonts=True,
        sys_inputs=inputs,
        pdf_standards=["a-2b"],
    )
    assert isinstance(made, bytes)
    return made


def _key(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(TEMPLATE.read_bytes() + json.dumps(inputs, sort_keys=True).encode()).hexdigest()


def _keep(place: Path, data: bytes) -> None:
    """Whole or not at all. What cannot be kept is made again: a full disk is no reason to go without."""
    try:
        files.make_folder(place.parent)
        with files.whole(place, 0o600) as file:
            file.write(data)
    except OSError as error:
        log.warning("a certificate's PDF is not kept: %s", error)
