"""docs/inspector.md tells the guarded tables, and every outcome and kind of evidence that a record can hold."""

import re

import pytest

from lms.engines.content.completion import EVIDENCE
from lms.engines.journal import decide, operation
from lms.learning.service.journal import OUTCOMES
from lms.reports import words
from lms.scorm.service.receive import Fate
from migrations.triggers import APPEND_ONLY, NEVER_DELETED, REFUSAL
from tests.docs.papers import paper

GUIDE = "docs/inspector.md"


def row(tables: tuple[str, ...]) -> str:
    return "| " + ", ".join(f"`{table}`" for table in tables) + " |"


@pytest.mark.parametrize("tables", [APPEND_ONLY, NEVER_DELETED])
def test_the_guarded_tables_are_named(tables: tuple[str, ...]) -> None:
    assert row(tables) in paper(GUIDE)


def test_the_refusal_is_quoted() -> None:
    assert REFUSAL in paper(GUIDE)


@pytest.mark.parametrize("kind", EVIDENCE)
def test_every_kind_of_evidence_is_explained(kind: str) -> None:
    assert f"\n| {kind} |" in paper(GUIDE)


@pytest.mark.parametrize("outcome", OUTCOMES.values())
def test_every_outcome_is_explained(outcome: str) -> None:
    assert f"\n| {words.OUTCOMES[outcome]} | `{outcome}` |" in paper(GUIDE) or f"`{outcome}`, " in paper(GUIDE)


@pytest.mark.parametrize("reason", words.REASONS)
def test_every_reason_of_lateness_is_explained_in_the_words_of_the_page(reason: str) -> None:
    assert any(reason in str(told.__doc__) for told in (decide, operation, Fate))
    assert re.search(rf"\n\| [\w ]+, {words.REASONS[reason]} \| `\w+`, `{reason}` \|", paper(GUIDE))
