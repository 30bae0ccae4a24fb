"""Every script is drawn with its own glyphs, or the missing font is named."""

import io
import resource
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from lms.certificates import fonts, pdf

SHEET = pdf.Sheet(
    number="7KQ2-M9XD-4HTA-P3VN",
    lang="en",
    issuer="Cleanroom",
    certificate_title="Certificate of completion",
    native_name="Aminata Diallo",
    latin_name="",
    course_title="Introduction to biomanufacturing and GxP",
    facts=(("Hours", "3"), ("Result", "92 %")),
    signatory="Dr Hana Seo",
    signatory_role="Head of training",
    identity="Identity: verified by an institution",
    note="",
    check_address="http://localhost:8000/verify/7KQ2-M9XD-4HTA-P3VN",
    words={"title": "Certificate", "number": "Number", "completed": "has completed", "check": "Check at"},
)
NAMES = {
    "Hangul": "김민지",
    "Arabic": "محمد عبد الله",
    "Khmer": "សុខ វណ្ណៈ",
    "Ethiopic": "ታደሰ ገብረ",
    "Thai": "สมชาย ใจดี",
    "Vietnamese": "Nguyễn Thị Phương Thảo",
    "Devanagari": "प्रिया शर्मा",
    "Bengali": "রহিমা খাতুন",
    "Sinhala": "නිමල් පෙරේරා",
    "Burmese": "အောင်ဆန်း",
    "Lao": "ສົມສັກ",
    "Cyrillic": "Олена Шевченко",
    "Georgian": "ნინო",
    "Armenian": "Անի",
    "Hebrew": "יעל כהן",
    "Han": "王小明",
}


@pytest.mark.parametrize("script", NAMES)
def test_every_glyph_of_a_name_has_a_font(script: str) -> None:
    assert fonts.choose(NAMES[script], fonts.library("")).missing == frozenset()


@pytest.mark.parametrize("script", ["Hangul", "Arabic", "Khmer", "Ethiopic", "Thai", "Vietnamese"])
def test_a_pdf_is_one_page_with_an_embedded_font_of_the_script(script: str, tmp_path: Path) -> None:
    reader = PdfReader(io.BytesIO(pdf.render(replace(SHEET, native_name=NAMES[script]), "", tmp_path)))
    used = {str(font["/BaseFont"]) for font in reader.pages[0]["/Resources"]["/Font"].values()}
    wanted = {"Hangul": "CJK", "Vietnamese": "NotoSans"}.get(script, script)
    assert len(reader.pages) == 1 and any(wanted in name.replace("-", "") for name in used), used


@pytest.mark.parametrize("name", ['#panic("x")', "*bold* _it_ $x$ @ref <label>", "A\\ B", "=HYPERLINK(1)", "‮evil‬"])
def test_a_name_is_never_read_as_markup(name: str, tmp_path: Path) -> None:
    text = PdfReader(io.BytesIO(pdf.render(replace(SHEET, native_name=name), "", tmp_path))).pages[0].extract_text()
    assert len(text) > 100


def test_a_missing_font_is_named_not_drawn_as_boxes(tmp_path: Path) -> None:
    empty = tmp_path / "fonts"
    empty.mkdir()
    with pytest.raises(pdf.MissingFont) as missing:
        pdf.render(replace(SHEET, native_name=NAMES["Khmer"]), str(empty), tmp_path)
    assert missing.value.scripts == ["Khmer", "Latin"]


def test_the_second_rendering_comes_from_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = pdf.render(SHEET, "", tmp_path)
    monkeypatch.setattr(pdf, "_compile", None)
    assert pdf.render(SHEET, "", tmp_path) == first


def test_the_qr_code_holds_the_check_address() -> None:
    assert pdf.qr_svg(SHEET.check_address) != pdf.qr_svg(SHEET.check_address + "X")


def test_a_full_disk_keeps_nothing_and_spoils_nothing(tmp_path: Path) -> None:
    """The process may write no file as large as a PDF: what it began is gone, and the reader has the whole."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        made = pdf.render(SHEET, "", tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert len(PdfReader(io.BytesIO(made)).pages) == 1 and list(tmp_path.iterdir()) == []
