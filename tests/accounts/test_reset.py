"""Asking for a new password: one answer, and not too many mails."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.service import reset
from lms.accounts.service.sign_in import Visitor
from lms.core.jobs import Job
from tests.accounts.conftest import NOW
from tests.client import Client
from tests.people import People

HOME = Visitor("192.0.2.7")


def _jobs(session: Session) -> int:
    return session.scalar(select(func.count(Job.id))) or 0


def test_nobody_is_flooded_with_mail(session: Session, people: People) -> None:
    for minute in range(10):
        reset.ask(session, "alice", Visitor(f"192.0.2.{minute}"), NOW + timedelta(minutes=minute))
    assert _jobs(session) == 3
    reset.ask(session, "alice", HOME, NOW + timedelta(hours=3))
    assert _jobs(session) == 4


@pytest.mark.parametrize("name", ["alice", "nobody", "alice@example.org", "nobody@example.org", "=1+1"])
def test_the_answer_is_the_same(client: Client, crowd: People, name: str) -> None:
    for _ in range(5):
        answer = client.post("/reset", {"name": name})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/reset/asked")
    with client.db.reading() as session:
        assert _jobs(session) == 3


def test_a_name_is_needed(client: Client) -> None:
    assert "Enter your e-mail address or user name." in client.post("/reset", {"name": " "}).text
