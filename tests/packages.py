"""Small content packages, as files, as a ZIP and published: two activities, in SCORM 1.2, SCORM 2004 or plain IMS."""

import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from lms.catalogue import packages, service
from lms.catalogue.packages import Options, Ready
from lms.catalogue.service import Published
from lms.core.actor import system
from lms.core.storage import Storage

PUBLISHED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)
KEY = "hand-hygiene"
SPACES = {
    "1.2": (
        'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
        "<schema>ADL SCORM</schema><schemaversion>1.2</schemaversion>",
        'adlcp:scormtype="sco"',
    ),
    "2004": (
        (
            'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
            'xmlns:imsss="http://www.imsglobal.org/xsd/imsss"'
        ),
        "<schema>ADL SCORM</schema><schemaversion>2004 4th Edition</schemaversion>",
        'adlcp:scormType="sco"',
    ),
    "ims": ('xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"', "<schema>IMS Content</schema>", ""),
}
FLOW = '<imsss:sequencing><imsss:controlMode choice="true" flow="true"/></imsss:sequencing>'


def manifest(standard: str = "1.2", *, title: str = "Hand hygiene", second: str = "Dry", extra: str = "") -> bytes:
    """Wash and `second`; `extra` is put before the end of the items."""
    spaces, schema, kind = SPACES[standard]
    rules = FLOW if standard == "2004" else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="hands-{standard}" {spaces}>
<metadata>{schema}</metadata>
<organizations default="o"><organization identifier="o"><title>{title}</title>
<item identifier="wash" identifierref="r1"><title>Wash</title></item>
<item identifier="dry" identifierref="r2"><title>{second}</title></item>{extra}{rules}</organization></organizations>
<resources><resource identifier="r1" type="webcontent" {kind} href="wash.html"><file href="wash.html"/></resource>
<resource identifier="r2" type="webcontent" {kind} href="pages/dry.html"><file href="pages/dry.html"/>
<file href="film.mp4"/></resource></resources></manifest>
""".encode()


def files(standard: str = "1.2", **about: str) -> dict[str, bytes]:
    return {
        "imsmanifest.xml": manifest(standard, **about),
        "wash.html": b"<!doctype html><title>Wash</title><p>Wash",
        "pages/dry.html": b"<!doctype html><title>Dry</title><p>Dry",
        "film.mp4": b"\0" * 3_000,
    }


def zipped(target: Path, contents: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in contents.items():
            archive.writestr(name, data)
    return target


def unpacked(target: Path, contents: Mapping[str, bytes]) -> Path:
    for name, data in contents.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(data)
    return target


def ready(storage: Storage, folder: Path, contents: Mapping[str, bytes] | None = None, **options: str) -> Ready:
    """Checked and stored; `folder` is where the ZIP may be written."""
    checked = packages.check(zipped(folder / "package.zip", contents or files()))
    assert checked.package, checked.problems
    return packages.prepare(storage, checked, Options(**options))  # type: ignore[arg-type]


def publish_package(
    session: Session, storage: Storage, folder: Path, contents: Mapping[str, bytes] | None = None, key: str = KEY
) -> Published:
    """The course `hand-hygiene`: `sco-1` Wash, `sco-2` Dry, and in SCORM 2004 `package` before them."""
    return service.publish_package(session, system("test"), ready(storage, folder, contents), key, PUBLISHED_AT)
