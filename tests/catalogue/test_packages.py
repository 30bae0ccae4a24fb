"""Packages are checked where they lie: in a ZIP or a folder, every problem by file and line."""

import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from lms.catalogue import packages

MANIFEST = b"""<?xml version="1.0"?>
<manifest identifier="m" xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2"
 xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2">
<metadata><schema>ADL SCORM</schema><schemaversion>1.2</schemaversion></metadata>
<organizations default="o"><organization identifier="o"><title>Hand hygiene</title>
<item identifier="i" identifierref="r"><title>Wash and dry</title></item></organization></organizations>
<resources><resource identifier="r" type="webcontent" adlcp:scormtype="sco" href="wash.html">
<file href="wash.html"/>
<file href="hands.svg"/></resource></resources></manifest>
"""
WHOLE = {"imsmanifest.xml": MANIFEST, "wash.html": b"<p>Wash</p>", "hands.svg": b"<svg/>"}


@pytest.fixture(params=["zip", "folder"])
def kind(request: pytest.FixtureRequest) -> str:
    return request.param


def brought(folder: Path, kind: str, files: Mapping[str, bytes]) -> Path:
    if kind == "zip":
        target = folder / "hands.zip"
        with zipfile.ZipFile(target, "w") as archive:
            for name, data in files.items():
                archive.writestr(name, data)
        return target
    target = folder / "hands"
    for name, data in files.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        (target / name).write_bytes(data)
    return target


def told(path: Path) -> list[str]:
    return [str(one).removeprefix(f"{path.as_posix()}") for one in packages.check(path).problems]


def test_a_whole_package_has_no_problem(tmp_path: Path, kind: str) -> None:
    found = packages.check(brought(tmp_path, kind, WHOLE))
    assert (found.package and found.package.title, found.problems) == ("Hand hygiene", ())


def test_a_problem_names_its_line(tmp_path: Path, kind: str) -> None:
    path = brought(tmp_path, kind, {name: data for name, data in WHOLE.items() if name != "hands.svg"})
    assert [one.split(" warning:")[0] for one in told(path)] == ["/imsmanifest.xml:9:1:"]


def test_names_that_differ_in_case_only_are_refused(tmp_path: Path, kind: str) -> None:
    found = told(brought(tmp_path, kind, WHOLE | {"Wash.html": b"<p>Other</p>"}))
    assert len(found) == 1 and found[0].startswith("/wash.html:1:1: error: there is another file")


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"no archive", "not a ZIP"), (b"", "not a ZIP")],
    ids=["text", "empty"],
)
def test_what_is_no_zip_is_one_problem(tmp_path: Path, data: bytes, words: str) -> None:
    path = tmp_path / "hands.zip"
    path.write_bytes(data)
    found = told(path)
    assert len(found) == 1 and found[0].startswith(":1:1: error: ") and words in found[0]


def test_a_damaged_file_in_a_zip_is_found(tmp_path: Path) -> None:
    path = brought(tmp_path, "zip", WHOLE)
    path.write_bytes(path.read_bytes().replace(b"<svg/>", b"<svG/>", 1))
    assert "damaged" in told(path)[0]


def test_a_name_that_leads_out_is_refused(tmp_path: Path) -> None:
    assert "leads out of the folder" in told(brought(tmp_path, "zip", WHOLE | {"../evil.html": b""}))[0]


def test_a_link_in_a_folder_is_refused(tmp_path: Path) -> None:
    path = brought(tmp_path, "folder", WHOLE)
    (path / "more.html").symlink_to("/etc/passwd")
    assert told(path) == ["/more.html:1:1: error: a link; put the file itself here"]


@pytest.mark.parametrize(("name", "right"), [("imsmanifest.xml", True), ("ImsManifest.XML", True), ("a.xml", False)])
def test_a_folder_is_a_package_by_its_manifest(tmp_path: Path, name: str, right: bool) -> None:
    (tmp_path / name).write_bytes(b"")
    assert packages.is_package(tmp_path) is right
