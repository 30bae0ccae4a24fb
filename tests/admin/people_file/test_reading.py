"""Files as spreadsheets of the world write them."""

import io
import zipfile
from datetime import date

import pytest
from openpyxl import Workbook

from lms.admin.people_file import reading
from lms.admin.people_file.reading import Unreadable, read

KOREAN = "이름,아이디,소속\n김민수,kim.minsu,국립의료원\n이서연,lee,서울대학교병원\n"
FRENCH = "Nom;Identifiant;Établissement\nÉloïse Lefèvre;eloise;Hôpital Sainte-Thérèse à Liège\nZoé;zoe;Âge d'or\n"
POLISH = "name,user,institution\nZażółć Gęślą,zazolc,Szpital Śródmieście w Łodzi\nŁukasz Źdźbło,lukasz,Kraków\n"
RUSSIAN = "name,user,institution\nИван Иванов,ivan,Московский институт вакцин и сывороток\nМария,maria,Казань\n"
ENGLISH = "name,user\nAlice,alice\n"


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (ENGLISH, "ascii"),
        (KOREAN, "utf-8"),
        (KOREAN, "utf-8-sig"),
        (KOREAN, "utf-16"),
        (FRENCH, "utf-16-le"),
        (FRENCH, "utf-16-be"),
        (KOREAN, "euc-kr"),
        (KOREAN, "cp949"),
        (FRENCH, "cp1252"),
        (POLISH, "cp1250"),
        (RUSSIAN, "cp1251"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_the_encoding_is_found(text: str, encoding: str, newline: str) -> None:
    rows = read(text.replace("\n", newline).encode(encoding)).rows
    wanted = [line.replace(";", ",").split(",") for line in text.splitlines()]
    assert [row.cells for row in rows] == wanted


def test_a_wrong_guess_can_be_corrected() -> None:
    data = "name,user\nИван,ivan\n".encode("cp1251")
    assert read(data, "cp1251").rows[1].cells == ["Иван", "ivan"]


def test_a_choice_that_cannot_be_is_refused() -> None:
    with pytest.raises(Unreadable, match="encoding"):
        read("name\nÉmile\n".encode("cp1252"), "utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    text = f'name{delimiter}user{delimiter}institution\n"Kim{delimiter} Min-su"{delimiter}kim{delimiter}a, b; c\n'
    if delimiter in ",;":
        text = text.replace("a, b; c", '"a, b; c"')
    assert [len(row.cells) for row in read(text.encode()).rows] == [3, 3]


def test_the_hint_of_excel_is_followed_and_not_a_row() -> None:
    rows = read(b"sep=;\r\nname;user\r\nAlice;alice\r\n").rows
    assert [(row.line, row.cells) for row in rows] == [(2, ["name", "user"]), (3, ["Alice", "alice"])]


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    rows = read(b'name,user\n\n"Kim\nMin-su",kim\n,\nLee,lee\n').rows
    assert [row.line for row in rows] == [1, 3, 6]


def _xlsx(*rows: list[object]) -> bytes:
    book, file = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(file)
    return file.getvalue()


def test_a_spreadsheet_is_read_as_it_is_seen() -> None:
    rows = read(
        _xlsx(["name", "user", "id"], ["김민수", 20261, date(2026, 1, 2)], [None, None, None], ["Lee", 1.5, True])
    ).rows
    assert [(row.line, row.cells) for row in rows] == [
        (1, ["name", "user", "id"]),
        (2, ["김민수", "20261", "2026-01-02T00:00:00"]),
        (4, ["Lee", "1.5", "True"]),
    ]


def _bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for number in range(16):
            package.writestr(f"xl/{number}.bin", b"\0" * 10_000_000)
    return file.getvalue()


ENTITIES = b'<!DOCTYPE x [<!ENTITY a "b">]>'


def _repacked(before: bytes = b"", within: bytes = b"") -> bytes:
    """A workbook with more before its sheet's root, or in its rows."""
    source, file = zipfile.ZipFile(io.BytesIO(_xlsx(["a"]))), io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith("sheet1.xml"):
                data = before + data.replace(b"</row>", within + b"</row>")
            package.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "empty"),
        (b"PK\x03\x04 broken", "xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old-xls"),
        (b"a" * (reading.MOST_BYTES + 1), "big"),
        (b"a\n" * (reading.MOST_ROWS + 2), "long"),
        (_bomb(), "big"),
        (_repacked(ENTITIES), "xlsx"),
        (_repacked(b"<!--" + b"x" * 5_000 + b"-->" + ENTITIES), "xlsx"),
        (_repacked(within=b"<c/>" * reading.MOST_TAGS), "big"),
        (b'name\n"' + b"x" * 200_000, "quotes"),
    ],
)
def test_what_cannot_be_read(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable, match=f"^{code}$"):
        read(data)


@pytest.mark.parametrize("data", [f"name,user\n{'x' * 90_000},a\n".encode(), _xlsx(["name"], ["x" * 30_000])])
def test_a_cell_without_end_is_cut(data: bytes) -> None:
    assert len(read(data).rows[1].cells[0]) == reading.MOST_CHARACTERS
