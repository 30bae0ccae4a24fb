"""The browser's adapter answers every call as the engine does: by the tables of both data models, and in 10,000 random
sequences of calls (the first 2,000 in every run)."""

from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.adapter import Play, in_browser, in_engine, open_adapter
from tests.browser.calls import play
from tests.engines.scorm.tables import cases_12, cases_2004

SEQUENCES = 10_000
SOME = 2_000
BATCH = 500
SEED = 20_261_121


@pytest.fixture(scope="module")
def sco(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    open_adapter(page)
    yield page
    page.close()


def test_the_adapter_keeps_the_tables_of_the_data_models(sco: Page) -> None:
    cases = list(chain(cases_12(), cases_2004()))
    played = in_browser(sco, [Play(case.session, list(case.calls)) for case in cases])
    for case, result in zip(cases, played, strict=True):
        answer, error, _ = result["answers"][-1]
        assert [_cut(answer), error] == [_cut(case.expected[0]), case.expected[1]], case.calls


def _cut(value: str) -> str:
    """A long value comes back as its length and its ends."""
    return f"{len(value)} {value[:40]} {value[-40:]}" if len(value) > 500 else value


def first_difference(one: Play, engine: dict[str, Any], browser: dict[str, Any]) -> str:
    for place, (call, ours, theirs) in enumerate(zip(one.calls, engine["answers"], browser["answers"], strict=True)):
        if ours != theirs:
            return f"call {place} {call}: engine {ours}, adapter {theirs}; before: {one.calls[:place]}"
    return f"engine {engine}, adapter {browser}"


@pytest.mark.parametrize("count", [SOME, pytest.param(SEQUENCES, marks=pytest.mark.verify)])
def test_engine_and_adapter_agree_on_random_sequences(sco: Page, count: int) -> None:
    """What they answer, what they keep, and what the adapter passes on, which is all that the server replays."""
    for start in range(SEED, SEED + count, BATCH):
        seeds = range(start, start + BATCH)
        plays = [play(seed) for seed in seeds]
        for seed, one, theirs in zip(seeds, plays, in_browser(sco, plays), strict=True):
            ours = in_engine(one)
            assert ours == theirs, f"seed {seed}: {first_difference(one, ours, theirs)}"


def test_the_random_sequences_reach_most_of_the_model() -> None:
    """A generator that only made refused calls would prove nothing."""
    outcomes: Counter[tuple[str, str]] = Counter()
    for seed in range(SEED, SEED + 500):
        one = play(seed)
        for call, (answer, error, _) in zip(one.calls, in_engine(one)["answers"], strict=True):
            outcomes.update([(answer, error)] if call[0] == "SetValue" else [])
    assert outcomes["true", "0"] > 0.25 * outcomes.total()
    assert {code for _, code in outcomes} >= {"0", "201", "351", "401", "402", "403", "404", "405", "406", "407", "408"}


def test_content_may_leave_arguments_out_and_pass_numbers(sco: Page) -> None:
    answers = sco.evaluate(
        """() => {
            const session = new Cleanroom.scorm.Session({ standard: '1.2', values: {} });
            const api = Cleanroom.scorm.adapter(session);
            const raw = 'cmi.core.score.raw';
            return [api.LMSInitialize(), api.LMSSetValue(raw, 80), api.LMSGetValue(raw),
                api.LMSCommit(null), api.LMSGetErrorString(0), api.LMSFinish(undefined)];
        }"""
    )
    assert answers == ["true", "true", "80", "true", "No error", "true"]


def test_only_the_api_of_the_packages_standard_is_there(sco: Page) -> None:
    found = sco.evaluate(
        """() => ['1.2', '2004', null].map((standard) => {
            Cleanroom.scorm.offer(standard && new Cleanroom.scorm.Session({ standard, values: {} }));
            return [typeof window.API, typeof window.API_1484_11, window.API_1484_11?.version ?? ''];
        })"""
    )
    assert found == [["object", "undefined", ""], ["undefined", "object", "1.0"], ["undefined", "undefined", ""]]
