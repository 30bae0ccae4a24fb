"""Numbers that no row can have, wherever an address takes one."""

import base64

import pytest

from lms.reports.forms import EnterForm
from lms.web import paging
from tests.client import Client
from tests.people import make_people

HUGE = "9" * 20


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("alice", f"/attempts/{HUGE}/check", 404),
        ("bob", f"/desk/drafts/{HUGE}", 404),
        ("dora", f"/people/{HUGE}", 404),
        ("dora", f"/people/chosen?act=mail&id={HUGE}", 303),
        ("quentin", "/audit?until=9999-12-31", 200),
    ],
)
def test_a_number_too_large_for_any_row_is_answered(client: Client, who: str, path: str, status: int) -> None:
    with client.db.writing() as session:
        person = getattr(make_people(session), who).id
    client.sign_in(person)
    assert client.get(path).status_code == status


@pytest.mark.parametrize(
    "raw", [f'["a",{HUGE},true]', '["a",Infinity,true]', '["\\ud800",1,true]', "[" * 5000, "[1,2,3]"]
)
def test_a_place_that_nobody_can_be_at_is_the_first_page(raw: str) -> None:
    assert paging.parse(base64.urlsafe_b64encode(raw.encode()).decode()) is None


@pytest.mark.parametrize("score", ["NaN", "sNaN", "Infinity"])
def test_a_score_that_is_no_number_is_refused(client: Client, score: str) -> None:
    with client.app.test_request_context(method="POST", data={"score": score, "reason": "paper"}):
        form = EnterForm(meta={"csrf": False})
        form.activity.choices = []
        assert not form.validate() and form.score.errors


def test_a_batch_nested_without_end_is_refused(client: Client) -> None:
    with client.db.writing() as session:
        person = make_people(session).alice.id
    client.sign_in(person)
    sent = {"data": "[" * 50_000, "content_type": "application/json"}
    assert client.post("/attempts/1/operations", csrf=False, **sent).status_code == 400
