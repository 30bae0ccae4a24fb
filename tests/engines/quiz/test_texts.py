"""Short texts, alike or not."""

import pytest

from lms.engines.quiz import kinds
from lms.engines.quiz.texts import first_accepted, is_accepted

from .examples import SHORT

BARE = ["case", "spaces", "accents", "punctuation"]
ALIKE = [
    ("first air", "first air", None),
    ("  First   AIR ", "first air", None),
    ("firstair", "first air", None),
    ("ｆｉｒｓｔ air", "first air", None),
    ("STRASSE", "straße", None),
    ("don’t", "don't", None),
    ("double–blind", "double-blind", None),
    ("첫공기", "첫 공기", None),
    ("\u110e\u1165\u11ba 공기", "첫 공기", None),
    ("e\u0301cran", "écran", None),
    ("ecran", "écran", BARE),
    ("écran!", "ecran", BARE),
    ("double blind", "double-blind", BARE),
    ("U.S.P.", "USP", BARE),
    ("USP", "USP", []),
    (" USP ", "USP", []),
]


@pytest.mark.parametrize(("text", "accepted", "ignore"), ALIKE)
def test_alike(text, accepted, ignore):
    assert is_accepted(text, {"en": [accepted]}, "en", ignore)


DIFFERENT = [
    ("last air", "first air", None),
    ("ecran", "écran", None),
    ("first air!", "first air", None),
    ("usp", "USP", []),
    ("first  air", "first air", ["case"]),
    ("กา", "กี", BARE),
    ("कि", "की", BARE),
    ("!!!", "first air", BARE),
    ("!!!", "???", BARE),
]


@pytest.mark.parametrize(("text", "accepted", "ignore"), DIFFERENT)
def test_different(text, accepted, ignore):
    assert not is_accepted(text, {"en": [accepted]}, "en", ignore)


@pytest.mark.parametrize("locale", ["en", "ko", "fr", ""])
@pytest.mark.parametrize("text", ["first air", "첫 공기"])
def test_every_language_is_accepted(locale, text):
    assert kinds.grade(SHORT, text, locale).fraction == 1


def test_the_right_answer_is_shown_in_the_persons_language():
    assert [first_accepted(SHORT["accept"], locale) for locale in ("ko", "en", "fr")] == [
        "첫 공기",
        "first air",
        "first air",
    ]


def test_a_language_without_terms_falls_back():
    assert first_accepted({"ko": [], "en": ["first air"]}, "ko") == "first air"


def test_a_key_without_terms_has_no_right_answer():
    assert kinds.right_answer(SHORT | {"accept": {"en": []}}) is None
