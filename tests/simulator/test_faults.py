"""The simulator finds faults: each of these makes one in the journal or in the engine."""

from dataclasses import replace

import pytest
from playwright.sync_api import Page

from lms.engines.journal import decide, standing
from lms.engines.journal.batch import Batch, Decision, Row
from lms.engines.journal.numbers import Stored
from lms.engines.journal.operation import Operation
from tests.simulator.run import JOURNAL, play

pytestmark = pytest.mark.xdist_group("simulator")
#: The most stories in which a fault must be found.
MOST = 2000

#: What to replace in journal.js, by what, and words of a problem that this brings about.
IN_THE_JOURNAL = {
    "the_retry_dropped": (
        "setTimeout(() => { this.rest = 0; this.drain(); }, seconds * (500 + Math.random() * 500));",
        "0;",
        "stays with",
    ),
    "acts_forgotten_before_they_are_acknowledged": (
        "acts.forEach((act) => { act.flying = true; });",
        "acts.forEach((a) => { a.flying = true; local((s) => s.removeItem(a.key)); mirror((s) => s.delete(a.key)); });",
        "never stored",
    ),
    "any_answer_taken_for_an_acknowledgement": (
        "const known = Number.isInteger(reply.acked);",
        "const known = status > 0; if (known && !reply.missing) reply = { acked: 1e9 };",
        "not stored",
    ),
    "acts_sent_twice_under_a_new_number": (
        "acts.forEach((act) => { act.flying = false; });",
        "acts.forEach((a) => { a.flying = false; if (!status) a.text = a.text.replace(/\\d+/, this.last += 1); });",
        "stored twice",
    ),
    "a_number_used_again": ("const n = this.last += 1;", "const n = this.last = this.own.acts.length + 1;", "two acts"),
    "a_copied_tab_counting_in_its_originals_page_load": ("copied() {", "copied() { return;", "two acts"),
    "the_acts_of_another_person_sent": ("this.prefix = `cr|${person}|", "this.prefix = `cr|", "another sign-in"),
    "the_second_copy_never_read": ("(rows || []).forEach(([key, text]) => this.take(key, text));", "", "never stored"),
    "a_batch_of_a_closed_page_never_sent_again": (
        "this.sets.filter((set) => !set.asked && set !== this.own)",
        "[]",
        "never stored",
    ),
}


@pytest.mark.parametrize("fault", IN_THE_JOURNAL)
def test_the_simulator_finds_in_the_journal(empty: Page, fault: str) -> None:
    old, new, words = IN_THE_JOURNAL[fault]
    text = JOURNAL.read_text(encoding="utf-8")
    assert text.count(old) == 1, "the journal has changed: make the fault in its new text"
    assert finds(empty, words, text.replace(old, new))


def test_the_simulator_finds_the_idempotency_key_removed(empty: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stored, "knows", lambda _stored, _number: False)
    assert finds(empty, "stored twice")


def test_the_simulator_finds_the_fence_removed(empty: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "is_fenced", lambda _batch, _row: False)
    assert finds(empty, "is applied after launch")


def test_the_simulator_finds_an_earlier_act_that_replaces_a_later_one(
    empty: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "standing", lambda acts, _stored: {thing: act for thing, _number, act in acts})
    assert finds(empty, "stands instead of")


def test_the_simulator_finds_an_operation_thrown_away(empty: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    decided = decide.decide_new

    def dropping(operation: Operation, batch: Batch, row: Row) -> Decision:
        made = decided(operation, batch, row)
        return replace(made, stored=made.verdict != "late")

    monkeypatch.setattr(decide, "decide_new", dropping)
    assert finds(empty, "never stored")


def finds(page: Page, words: str, journal: str | None = None) -> bool:
    ends = play(page, range(1, MOST + 1), journal=journal, abreast=80)
    return any(words in problem for end in ends for problem in end.problems)
