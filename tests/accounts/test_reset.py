"""Asking for a new password: one answer, and not too many mails."""

from datetime import timedelta

import pytest
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import jobs as accounts
from lms.accounts.service import reset
from lms.accounts.service.sign_in import Visitor
from lms.core import jobs
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.jobs import Job
from lms.core.mail import FileMailer
from lms.core.storage import DiskStorage
from lms.core.tools import Tools
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


def test_the_mail_names_our_address_whatever_host_was_asked(client: Client, crowd: People, settings: Settings) -> None:
    """Else who asks for another's password with a host of their own is sent the code by the reader's click."""
    evil = "https://evil.example"  # its cookies are Secure
    answer = client.http.post(
        "/reset",
        base_url=evil,
        data={"name": "alice@example.org", "csrf_token": _token(client, evil)},
        headers={"Origin": evil, "X-Forwarded-Host": "evil.example"},
    )
    assert answer.headers["Location"] == "/reset/asked"
    folder = settings.data_dir
    tools = Tools(
        settings, DiskStorage(folder / "blobs"), FileMailer(folder / "mail", "Cleanroom <no-reply@localhost>")
    )
    while jobs.run_one(client.db, accounts.handlers(tools), now):
        pass
    [mail] = (folder / "mail").glob("*.eml")
    assert f"{settings.base_url}/reset/" in mail.read_text() and "evil" not in mail.read_text()


def _token(client: Client, host: str) -> str:
    with client.http.session_transaction(base_url=host) as cookie:
        raw = cookie.setdefault("csrf_token", "c" * 40)
    return URLSafeTimedSerializer(client.app.secret_key, salt="wtf-csrf-token").dumps(raw)
