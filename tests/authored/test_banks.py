"""Every bank that is shipped is right, says that its answers are public, and tells why an answer is wrong."""

from collections.abc import Iterable
from typing import Any

import pytest

from lms.catalogue.loading import served_at
from lms.engines.content.bank import load_bank
from lms.engines.content.model import Bank
from tests.authored.conftest import shipped

BANKS = sorted(shipped().banks)


def _bank(name: str) -> Bank:
    loaded = load_bank(shipped().banks[name], served_at)
    assert loaded.bank, "\n".join(map(str, loaded.problems))
    return loaded.bank


@pytest.mark.parametrize("name", BANKS)
def test_nothing_is_wrong(name: str) -> None:
    assert [str(problem) for problem in load_bank(shipped().banks[name], served_at).problems] == []


@pytest.mark.parametrize("name", BANKS)
def test_its_answers_are_public_and_it_says_so(name: str) -> None:
    assert _bank(name).practice


@pytest.mark.parametrize("name", BANKS)
def test_every_wrong_answer_is_explained(name: str) -> None:
    """By feedback of its own, or by what is shown with every answer."""
    unexplained = [
        f"{question.key} {locale}"
        for question in _bank(name).questions
        for locale, text in question.texts.items()
        if not text.feedback["general"] and len(text.feedback["answers"]) < len(question.source.get("answers", [0]))
    ]
    assert unexplained == []


@pytest.mark.parametrize("name", BANKS)
def test_no_page_tells_the_key(name: str) -> None:
    """Nothing public holds the word that marks an answer, nor the feedback of one."""
    telling = [
        question.key
        for question in _bank(name).questions
        for text in question.texts.values()
        if "right" in text.public or _says(text.public, text.feedback["answers"].values())
    ]
    assert telling == []


def _says(public: dict[str, Any], feedback: Iterable[str]) -> bool:
    return any(len(words) > 20 and words in str(public) for words in feedback)
