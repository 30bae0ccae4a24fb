"""Every kind of question, answered with scripts and without; the record is the same."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Trainee
from tests.browser.quiz import RIGHT, answer_all, begin, kept, send
from tests.browser.server import Server


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_every_kind_can_be_answered(server: Server, trainee: Callable[..., Trainee], scripts: bool) -> None:
    page = trainee(java_script_enabled=scripts).page()
    attempt = begin(page)
    answer_all(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Passed")
    stored = kept(server, attempt)
    assert (stored.responses, stored.state, stored.score, stored.late) == (RIGHT, "sent", 100.0, 0)
