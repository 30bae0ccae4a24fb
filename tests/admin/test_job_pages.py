"""Work that waits or has stopped, and starting it again."""

from datetime import datetime

import pytest
from sqlalchemy import select

from lms.core.jobs import Job
from tests.admin.conftest import NOW
from tests.client import Client
from tests.people import People


def _job(client: Client, **columns: object) -> int:
    with client.db.writing() as session:
        given = {"name": "mail.send", "payload": {"to": "secret@example.org"}, "created_at": NOW, "run_after": NOW}
        job = Job(**(given | columns))
        session.add(job)
        session.flush()
        return job.id


def _row(client: Client, job_id: int) -> Job:
    with client.db.reading() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


def test_what_has_stopped_comes_first_with_its_error(client: Client, crowd: People) -> None:
    _job(client)
    _job(client, dead_at=NOW, attempts=8, error="OSError: no route to the mail server")
    page = client.get("/jobs").text
    assert page.count("data-job=") == 1
    assert "OSError: no route to the mail server" in page
    assert "Send a mail" in page


@pytest.mark.parametrize(("state", "count"), [("waiting", 2), ("dead", 0), ("done", 1), ("nonsense", 2)])
def test_states(client: Client, crowd: People, state: str, count: int) -> None:
    _job(client)
    _job(client, lease_until=datetime(2999, 1, 1, tzinfo=NOW.tzinfo))
    _job(client, done_at=NOW)
    assert client.get(f"/jobs?state={state}").text.count("data-job=") == count


def test_a_payload_is_not_shown(client: Client, crowd: People) -> None:
    _job(client)
    assert "secret@example.org" not in client.get("/jobs").text


def test_a_stopped_job_starts_again_and_it_is_recorded(client: Client, crowd: People) -> None:
    job_id = _job(client, dead_at=NOW, attempts=8, error="OSError")
    client.post(f"/jobs/{job_id}/retry")
    job = _row(client, job_id)
    assert (job.dead_at, job.attempts) == (None, 0)
    client.sign_in(crowd.ines.id)
    assert "Job started again" in client.get("/audit").text


def test_a_job_that_is_done_is_not_done_again(client: Client, crowd: People) -> None:
    job_id = _job(client, done_at=NOW)
    assert client.post(f"/jobs/{job_id}/retry").status_code == 404
    assert _row(client, job_id).done_at == NOW
