"""`lms export`: a version of a package is a ZIP again, entry by entry as it came."""

import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.packages import files, zipped

HANGUL = "손씻기.html"


def entries(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {one.filename: archive.read(one) for one in archive.infolist()}


def test_names_and_bytes_come_back(run: Run, tmp_path: Path) -> None:
    source = zipped(tmp_path / "hands.zip", files())
    run("import", "hands.zip")
    done = run("export", "hand-hygiene", "out.zip")
    assert done.out == "hand-hygiene, version 1: 4 files written to out.zip.\n"
    assert entries(tmp_path / "out.zip") == entries(source)


def _named(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    return entry


class _Raw(zipfile.ZipInfo):
    raw = b""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, 0


def _raw(raw: bytes) -> zipfile.ZipInfo:
    entry = _Raw("x")
    entry.raw, entry.filename = raw, raw.decode("cp437")
    return entry


@pytest.mark.parametrize(
    "entry",
    [
        _named(HANGUL),
        _named("re\u0301sume\u0301.html"),
        _named("media\\film.js"),
        _named("with space & 100%.html"),
        _named("empty/"),
        _named("__MACOSX/._wash.html"),
        _named(".htaccess"),
        _raw(HANGUL.encode("cp949")),
        _raw("Überblick.html".encode("cp437")),
        _raw("été.html".encode()),
    ],
    ids=["hangul", "decomposed", "backslash", "space", "folder", "mac", "dot", "cp949", "cp437", "unmarked-utf-8"],
)
def test_odd_names_come_back_as_they_were(run: Run, tmp_path: Path, entry: zipfile.ZipInfo) -> None:
    with zipfile.ZipFile(zipped(tmp_path / "hands.zip", files()), "a") as archive:
        archive.writestr(entry, b"" if entry.filename.endswith("/") else b"<p>Here")
    assert run("import", "hands.zip").code == 0
    assert run("export", "hand-hygiene", "out.zip").code == 0
    assert entries(tmp_path / "out.zip") == entries(tmp_path / "hands.zip")


def test_an_older_version_is_there_too(run: Run, tmp_path: Path) -> None:
    first = zipped(tmp_path / "one.zip", files())
    run("import", "one.zip")
    second = zipped(tmp_path / "two.zip", files() | {"wash.html": b"<p>New"})
    run("import", "two.zip")
    run("export", "hand-hygiene", "current.zip")
    run("export", "hand-hygiene", "--version", "1", "old.zip")
    assert entries(tmp_path / "current.zip") == entries(second)
    assert entries(tmp_path / "old.zip") == entries(first)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nothing", "out.zip"), "There is no course 'nothing'. Courses: hand-hygiene, tiny-course."),
        (("tiny-course", "out.zip"), "tiny-course is written in files."),
        (("hand-hygiene", "out.zip", "--version", "7"), "hand-hygiene has no version 7. The newest is 1."),
        (("hand-hygiene", "nowhere/out.zip"), "nowhere/out.zip cannot be written: No such file or directory."),
    ],
)
def test_what_cannot_be_exported(run: Run, tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    run("sync")
    zipped(tmp_path / "hands.zip", files())
    run("import", "hands.zip")
    done = run("export", *arguments)
    assert done.code == 1 and words in done.err
    assert not (tmp_path / "out.zip").exists()
