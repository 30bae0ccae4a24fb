"""`lms import`: a package becomes a version, or every reason why not is told and nothing is kept."""

import json
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.packages import files, manifest, unpacked, zipped

STORED = "hand-hygiene: version 1 published.\n"


@pytest.fixture(params=["zip", "folder"])
def package(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "zip":
        return zipped(tmp_path / "hands.zip", files()).name
    return unpacked(tmp_path / "hands", files()).name


def test_a_package_is_published(run: Run, package: str) -> None:
    done = run("import", package)
    assert done.code == 0
    assert done.out.startswith("hand-hygiene: Hand hygiene, scorm-1.2, 2 activities, 4 files, ")
    assert done.out.endswith(STORED)


def test_the_same_again_is_nothing_new(run: Run, package: str) -> None:
    run("import", package)
    assert run("import", package).out.endswith(
        "hand-hygiene: this content is version 1, which is the current one. Nothing is new.\n"
    )


def test_a_folder_and_a_zip_of_it_are_the_same_content(run: Run, tmp_path: Path) -> None:
    run("import", zipped(tmp_path / "hands.zip", files()).name)
    assert "Nothing is new." in run("import", unpacked(tmp_path / "hands", files()).name).out


def test_an_id_names_the_course(run: Run, package: str) -> None:
    assert "wash-first: version 1 published.\n" in run("import", package, "--course", "wash-first").out


@pytest.mark.parametrize("key", ["Wash First", "../x", ""])
def test_not_every_id_does(run: Run, package: str, key: str) -> None:
    done = run("import", package, "--course", key or "-")
    assert done.code == 1 and "cannot name a course" in done.err


def test_a_written_course_is_not_replaced(run: Run, package: str) -> None:
    run("sync")
    done = run("import", package, "--course", "tiny-course")
    assert done.code == 1 and "The course tiny-course is written in files" in done.err


def test_what_changes_is_told(run: Run, tmp_path: Path) -> None:
    run("import", zipped(tmp_path / "one.zip", files()).name)
    done = run("import", zipped(tmp_path / "two.zip", files(second="Dry well")).name, "--note", "Better words")
    assert "hand-hygiene: version 2 published (minor).\n" in done.out
    assert "  editorial: activity dry, title: Dry → Dry well [wording]\n" in done.out
    assert "  minor: file imsmanifest.xml, content: " in done.out


def test_for_a_program_all_is_one_object(run: Run, tmp_path: Path) -> None:
    done = run("import", zipped(tmp_path / "hands.zip", files("2004")).name, "--json")
    found = json.loads(done.out)
    assert {name: found[name] for name in ("imported", "course", "version", "created", "standard", "activities")} == {
        "imported": True,
        "course": "hand-hygiene",
        "version": 1,
        "created": True,
        "standard": "scorm-2004-4",
        "activities": 2,
    }


def test_a_refusal_is_an_object_too(run: Run, tmp_path: Path) -> None:
    done = run("import", zipped(tmp_path / "hands.zip", {"wash.html": b"<p>"}).name, "--json")
    found = json.loads(done.out)
    assert done.code == 1 and found["imported"] is False
    assert [(one["path"], one["line"], one["severity"]) for one in found["problems"]] == [
        ("hands.zip/imsmanifest.xml", 1, "error")
    ]


def test_a_warning_does_not_keep_it_out(run: Run, tmp_path: Path) -> None:
    contents = files()
    del contents["film.mp4"]
    done = run("import", zipped(tmp_path / "hands.zip", contents).name)
    assert done.code == 0 and "hands.zip/imsmanifest.xml:9:" in done.out and ": warning: " in done.out


def test_how_silent_pages_count_is_asked_once(run: Run, package: str) -> None:
    run("import", package)
    done = run("import", package, "--marked")
    assert "pages without a script count when: opened → marked [threshold]" in done.out
    assert "Nothing is new." in run("import", package).out
    assert "version 1, which is the current one" in run("import", package, "--opened").out


def _entry(name: str, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    entry.external_attr = mode << 16
    return entry


def _with(*entries: tuple[zipfile.ZipInfo | str, bytes]) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        zipped(path, files())
        with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
            for entry, data in entries:
                archive.writestr(entry, data)

    return make


def _encrypted(path: Path) -> None:
    zipped(path, files())
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(mark)
        while at >= 0:
            (flags,) = struct.unpack_from("<H", data, at + offset)
            struct.pack_into("<H", data, at + offset, flags | 1)
            at = data.find(mark, at + 4)
    path.write_bytes(bytes(data))


def _bad_crc(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in files().items():
            archive.writestr(name, data)
    path.write_bytes(path.read_bytes().replace(b"<p>Wash", b"<p>Mash", 1))


def _truncated(path: Path) -> None:
    zipped(path, files())
    path.write_bytes(path.read_bytes()[:-400])


def _nul(path: Path) -> None:
    _with(("wash_.txt", b"-"))(path)
    path.write_bytes(path.read_bytes().replace(b"wash_.txt", b"wash\0.txt"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (_with((_entry("link", stat.S_IFLNK | 0o777), b"/etc/passwd")), '"link" in the ZIP is a link'),
        (_with((_entry("tty", stat.S_IFCHR | 0o600), b"")), '"tty" in the ZIP is neither a file nor a folder'),
        (_with((_entry("pipe", stat.S_IFIFO | 0o600), b"")), '"pipe" in the ZIP is neither a file nor a folder'),
        (_with((_entry("/etc/cron"), b"-")), "it begins with a slash or a drive"),
        (_with((_entry("C:/boot.ini"), b"-")), "it begins with a slash or a drive"),
        (_with((_entry("C:\\boot.ini"), b"-")), "it begins with a slash or a drive"),
        (_with((_entry("../up.html"), b"-")), "it leads out of the folder"),
        (_with((_entry("a\\..\\..\\up.html"), b"-")), "it leads out of the folder"),
        (_with((_entry("a//b.html"), b"-")), "a part of it is empty"),
        (_with((_entry("a\nb.html"), b"-")), "it holds an invisible character"),
        (_nul, "invisible character"),
        (_with((_entry("x" * 1_001), b"-")), "it is longer than 1,000 characters"),
        (_with(("wash.html", b"again")), 'The ZIP holds "wash.html" twice'),
        (_with(("pages\\dry.html", b"again")), 'The ZIP holds "pages/dry.html" twice'),
        (_with(("WASH.html", b"other")), 'there is another file that differs in case or accents only, "WASH.html"'),
        (_with(("e\u0301.html", b"-"), ("\u00e9.html", b"-")), 'The ZIP holds "\u00e9.html" twice'),
        (_with(("bomb.txt", b"\0" * 5_000_000)), "It is refused as a ZIP bomb"),
        (_encrypted, "The ZIP has a password"),
        (_bad_crc, "it is damaged"),
        (_truncated, "it is damaged"),
        (lambda path: path.write_bytes(b"GIF89a"), "This is not a ZIP file"),
    ],
    ids=[
        *("link", "device", "pipe", "absolute", "drive", "drive-backslash", "parent", "parent-backslash", "empty-part"),
        *("control", "nul", "long", "twice", "twice-backslash", "case", "accents", "bomb", "encrypted", "crc"),
        *("truncated", "no-zip"),
    ],
)
def test_unsafe_archives_are_refused_and_leave_nothing(
    run: Run, tmp_path: Path, make: Callable[[Path], None], words: str
) -> None:
    make(tmp_path / "bad.zip")
    done = run("import", "bad.zip")
    assert done.code == 1 and words in done.out
    assert "bad.zip was not imported" in done.err
    assert not (tmp_path / "data" / "blobs").exists()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.symlink_to("/etc/passwd"), "a link; put the file itself here"),
        (lambda path: path.symlink_to("/etc", target_is_directory=True), "a link; put the file itself here"),
        (lambda path: path.write_bytes(b""), ""),
    ],
    ids=["link", "link-to-folder", "empty-file"],
)
def test_folders_are_as_safe(run: Run, tmp_path: Path, make: Callable[[Path], None], words: str) -> None:
    make(unpacked(tmp_path / "hands", files()) / "more")
    done = run("import", "hands")
    assert done.code == (1 if words else 0) and words in done.out


def test_entities_and_foreign_documents_are_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("the secret")
    bad = manifest().replace(
        b"<manifest ", f'<!DOCTYPE manifest [<!ENTITY x SYSTEM "{tmp_path}/secret">]>\n<manifest '.encode(), 1
    )
    bad = bad.replace(b"<title>Hand hygiene", b"<title>&x;Hand hygiene", 1)
    done = run("import", zipped(tmp_path / "hands.zip", files() | {"imsmanifest.xml": bad}).name)
    assert "the secret" not in done.out + done.err
