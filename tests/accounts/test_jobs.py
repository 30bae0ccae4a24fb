"""Mails about accounts: who gets one, what it says, and where its code is not."""

import email
import re
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest
from sqlalchemy import select, text

from lms import worker
from lms.accounts import jobs as accounts
from lms.accounts.models import User
from lms.accounts.service import links
from lms.admin import words
from lms.core import jobs
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.mail import FileMailer
from lms.core.storage import DiskStorage
from lms.core.tools import Tools
from tests.people import make_user

NOW = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)


@pytest.fixture
def tools(settings: Settings) -> Tools:
    folder = settings.data_dir
    return Tools(
        settings, DiskStorage(folder / "blobs"), FileMailer(folder / "mail", "Cleanroom <no-reply@example.org>")
    )


def _run(db: Database, tools: Tools, job: str, **payload: object) -> list[EmailMessage]:
    with db.writing() as session:
        jobs.enqueue(session, job, payload, now())
    while jobs.run_one(db, accounts.handlers(tools), now):
        pass
    with db.reading() as session:
        assert session.scalars(select(jobs.Job.error)).all() == [None]
    files = (tools.settings.data_dir / "mail").glob("*.eml")
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]  # type: ignore[misc]


def _user(db: Database, **columns: object) -> int:
    with db.writing() as session:
        return make_user(session, "Alice", email="alice@example.org", **columns).id


@pytest.mark.parametrize("typed", ["alice", "ALICE@example.org"])
def test_who_asks_for_a_new_password_gets_a_link(db: Database, tools: Tools, typed: str) -> None:
    _user(db)
    [mail] = _run(db, tools, "account.reset", name=typed)
    assert mail["To"] == "alice@example.org"
    code = re.search(r"http://localhost:8000/reset/(\S+)", mail.get_content())
    assert code is not None
    with db.reading() as session:
        assert links.find(session, code[1], "reset", now()) is not None


@pytest.mark.parametrize("columns", [{"disabled_at": NOW}])
def test_a_closed_account_gets_no_mail(db: Database, tools: Tools, columns: dict[str, object]) -> None:
    _user(db, **columns)
    assert _run(db, tools, "account.reset", name="alice") == []


def test_a_name_that_nobody_has_gets_no_mail_and_no_error(db: Database, tools: Tools) -> None:
    assert _run(db, tools, "account.reset", name="nobody@example.org") == []


def test_who_never_had_a_password_is_invited(db: Database, tools: Tools) -> None:
    _user(db, password_hash=None)
    [mail] = _run(db, tools, "account.reset", name="alice")
    assert "/invite/" in mail.get_content()


def test_a_confirmation_goes_to_the_new_address(db: Database, tools: Tools) -> None:
    payload = {"user_id": _user(db), "purpose": "confirm", "email": "new@example.org"}
    [mail] = _run(db, tools, "account.link", **payload)
    assert mail["To"] == "new@example.org"


def test_the_code_stands_in_the_mail_only(db: Database, tools: Tools) -> None:
    _user(db)
    [mail] = _run(db, tools, "account.reset", name="alice")
    code = re.search(r"/reset/(\S+)", mail.get_content())
    assert code is not None
    with db.reading() as session:
        kept = [
            str(row)
            for table in ("job", "one_time_link", "audit_detail")
            for row in session.execute(text(f"SELECT * FROM {table}"))
        ]
    assert not any(code[1] in row for row in kept)


def test_every_job_has_a_handler_and_words(tools: Tools) -> None:
    assert set(worker.handlers(tools)) == set(words.JOBS)


def test_a_plain_mail_is_sent(db: Database, tools: Tools) -> None:
    [mail] = _run(db, tools, "mail.send", to="a@example.org", subject="안녕", text="Hello")
    assert (mail["To"], mail["Subject"], mail.get_content().strip()) == ("a@example.org", "안녕", "Hello")


def test_a_name_cannot_smuggle_in_a_header(db: Database, tools: Tools) -> None:
    user_id = _user(db)
    with db.writing() as session:
        session.get_one(User, user_id).native_name = "Alice\nBcc: everybody@example.org"
    [mail] = _run(db, tools, "account.reset", name="alice")
    assert mail["Bcc"] is None
