import io
import stat
import struct
import unicodedata
import zipfile

import pytest

from lms.core.archive import BadArchive, Limits, read_zip

SMALL = Limits(files=100, bytes=3_000_000, file_bytes=2_000_000, ratio=100, free_bytes=10_000)


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(_entry(name, method), data)
    made.seek(0)
    return made


def _entry(name: str, method: int = zipfile.ZIP_DEFLATED, mode: int = 0) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x")
    entry.filename = name
    entry.compress_type = method
    entry.external_attr = mode << 16
    return entry


def special(name: str, mode: int) -> io.BytesIO:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(_entry(name, mode=mode), b"/etc/passwd")
    made.seek(0)
    return made


def named(raw: bytes, *, utf8: bool = False) -> io.BytesIO:
    """An archive whose one name is these bytes, with or without the flag for UTF-8."""
    placeholder = b"n" * len(raw)
    data = packed({placeholder.decode(): b"text"}, zipfile.ZIP_STORED).getvalue().replace(placeholder, raw)
    if utf8:
        data = bytearray(data)
        data[6:8] = struct.pack("<H", 0x800)
        central = data.index(b"PK\x01\x02")
        data[central + 8 : central + 10] = struct.pack("<H", 0x800)
    return io.BytesIO(bytes(data))


def test_it_works() -> None:
    files = {"course.yaml": b"id: x", "assets/a.svg": b"<svg/>"}
    assert read_zip(packed(files), SMALL) == files


def test_folders_and_clutter_are_left_out() -> None:
    files = {
        "a/": b"",
        "a/b.md": b"b",
        "__MACOSX/a/._b.md": b"",
        ".git/config": b"",
        "a/.DS_Store": b"",
        "a/~$b.docx": b"",
    }
    assert list(read_zip(packed(files), SMALL)) == ["a/b.md"]


@pytest.mark.parametrize(
    ("raw", "utf8", "name"),
    [
        ("과정.md".encode("cp949"), False, "과정.md"),
        ("과정.md".encode(), False, "과정.md"),
        ("과정.md".encode(), True, "과정.md"),
        ("été.md".encode("cp437"), False, "été.md"),
        (unicodedata.normalize("NFD", "été.md").encode(), True, "été.md"),
        (b"folder\\file.md", False, "folder/file.md"),
    ],
    ids=["Korean Windows", "Mac", "flagged", "DOS", "decomposed", "backslash"],
)
def test_names_in_other_encodings(raw: bytes, utf8: bool, name: str) -> None:
    assert list(read_zip(named(raw, utf8=utf8), SMALL)) == [name]


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "C:/evil",
        "..\\evil",
        "a//b",
        "a/./b",
        "a\nb",
        "con|x",
        "a" * 151,
        "a/" * 13 + "b",
    ],
)
def test_names_that_are_refused(name: str) -> None:
    with pytest.raises(BadArchive, match="name"):
        read_zip(packed({name: b""}), SMALL)


def test_a_name_with_a_null_is_refused() -> None:
    with pytest.raises(BadArchive, match="invisible"):
        read_zip(named(b"a.md\0.exe"), SMALL)


def test_a_name_in_an_unknown_encoding_is_refused() -> None:
    with pytest.raises(BadArchive, match="encoding"):
        read_zip(named(b"\xff\xfe\xb0.md"), SMALL)


@pytest.mark.parametrize("mode", [stat.S_IFLNK | 0o777, stat.S_IFIFO | 0o644, stat.S_IFCHR | 0o644])
def test_links_and_devices_are_refused(mode: int) -> None:
    with pytest.raises(BadArchive, match=r"link|neither"):
        read_zip(special("a.md", mode), SMALL)


def test_the_same_name_twice_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("é.md", b"1")
        archive.writestr(unicodedata.normalize("NFD", "é.md"), b"2")
    with pytest.raises(BadArchive, match="twice"):
        read_zip(made, SMALL)


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"zeros": b"\0" * 1_000_000}, "times its size"),
        ({f"{n}.txt": b"\0" * 9_999 for n in range(60)}, "times its size"),
        ({f"{n}.txt": b"" for n in range(101)}, "entries"),
    ],
    ids=["one file", "many small ones", "too many"],
)
def test_bombs_are_refused(files: dict[str, bytes], words: str) -> None:
    with pytest.raises(BadArchive, match=words):
        read_zip(packed(files), SMALL)


@pytest.mark.parametrize(
    ("files", "words"),
    [({"a": b"1" * 2_000_001}, "larger"), ({"a": b"1" * 1_600_000, "b": b"2" * 1_600_000}, "unpacks to more")],
    ids=["one large file", "large together"],
)
def test_large_content_is_refused(files: dict[str, bytes], words: str) -> None:
    with pytest.raises(BadArchive, match=words):
        read_zip(packed(files, zipfile.ZIP_STORED), SMALL)


def test_twenty_thousand_files_are_refused_before_any_is_read() -> None:
    with pytest.raises(BadArchive, match="20,000 entries"):
        read_zip(packed({f"d/{n}": b"" for n in range(20_000)}, zipfile.ZIP_STORED))


def test_a_size_that_lies_is_found_out() -> None:
    data = bytearray(packed({"a.txt": b"\0" * 5_000_000}).getvalue())
    central = data.index(b"PK\x01\x02")
    data[central + 24 : central + 28] = struct.pack("<I", 10)
    data[22:26] = struct.pack("<I", 10)
    with pytest.raises(BadArchive):
        read_zip(io.BytesIO(bytes(data)), SMALL)


def test_entries_that_share_their_bytes_are_refused() -> None:
    """A bomb without nesting: many entries of the directory point at one kernel of data."""
    kernel = packed({"a.txt": b"1" * 900_000}).getvalue()
    central = kernel.index(b"PK\x01\x02")
    end = kernel.index(b"PK\x05\x06")
    record = kernel[central:end]
    records = b"".join(record.replace(b"a.txt", f"{n}.txt".encode()) for n in range(9))
    tail = bytearray(kernel[end:])
    tail[8:12] = struct.pack("<HH", 9, 9)
    tail[12:16] = struct.pack("<I", len(records))
    with pytest.raises(BadArchive):
        read_zip(io.BytesIO(kernel[:central] + records + bytes(tail)), Limits(ratio=10_000))


def test_a_password_is_refused() -> None:
    data = bytearray(packed({"a.txt": b"text"}, zipfile.ZIP_STORED).getvalue())
    central = data.index(b"PK\x01\x02")
    data[6] |= 1
    data[central + 8] |= 1
    with pytest.raises(BadArchive, match="password"):
        read_zip(io.BytesIO(bytes(data)), SMALL)


def test_other_methods_are_refused() -> None:
    with pytest.raises(BadArchive, match="deflate"):
        read_zip(packed({"a.txt": b"text"}, zipfile.ZIP_LZMA), SMALL)


@pytest.mark.parametrize(
    "data", [b"", b"no archive", b"PK\x03\x04" + b"\0" * 40, packed({"a": b"text" * 99}).getvalue()[:-30]]
)
def test_what_is_no_archive(data: bytes) -> None:
    with pytest.raises(BadArchive, match="not a ZIP"):
        read_zip(io.BytesIO(data), SMALL)


def test_a_damaged_file_is_told() -> None:
    data = bytearray(packed({"a.txt": bytes(range(256)) * 40}, zipfile.ZIP_STORED).getvalue())
    data[60] ^= 0xFF
    with pytest.raises(BadArchive, match="damaged"):
        read_zip(io.BytesIO(bytes(data)), SMALL)
