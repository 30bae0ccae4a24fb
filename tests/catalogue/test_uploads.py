"""Packages come in chunk by chunk: nothing is acknowledged that is not on the disk, and nobody sees another's."""

import fcntl
import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.catalogue import parts, uploads
from lms.catalogue.models import PackageUpload
from lms.catalogue.service import uploads as service
from lms.core import jobs
from lms.core.clock import now
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.jobs import Job
from tests.client import BASE, Client
from tests.people import People, make_people, make_user

DATA = bytes(range(256)) * 40
WHOLE = len(DATA)


@pytest.fixture
def people(client: Client) -> People:
    with client.db.writing() as session:
        return make_people(session)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    """Bob's browser."""
    client.sign_in(people.bob.id)
    return client


def announce(client: Client, size: Any = WHOLE, name: Any = "gowning.zip", **fields: Any) -> TestResponse:
    return send(client, "POST", "/desk/packages", json={"name": name, "size": size, "unscripted": "opened", **fields})


def send(client: Client, method: str, address: str, **kwargs: Any) -> TestResponse:
    headers = {"Origin": BASE, "X-CSRFToken": client.csrf_token(), "Accept": "application/json"}
    return client.http.open(address, method=method, base_url=BASE, headers=headers, **kwargs)


def chunk(client: Client, upload: str, offset: int, data: bytes, method: str = "PATCH") -> TestResponse:
    address = f"/desk/packages/{upload}?offset={offset}"
    return send(client, method, address, data=data, content_type="application/octet-stream")


def begun(client: Client, **kwargs: Any) -> str:
    answer = announce(client, **kwargs)
    assert answer.status_code == 201, answer.text
    return answer.json["id"]


def folder(client: Client) -> Path:
    return parts.folder_of(client.app.extensions["lms"].settings.data_dir)


def state(client: Client, upload: str) -> tuple[str, int]:
    with client.db.reading() as session:
        row = uploads.any_upload(session, upload)
        assert row
        return row.state, row.received


def count(client: Client, column: Any, *where: Any) -> int:
    with client.db.reading() as session:
        return session.scalar(select(func.count(column)).where(*where))


@pytest.mark.parametrize("method", ["PUT", "PATCH"])
def test_chunks_make_the_file_and_the_last_one_calls_the_worker(desk: Client, method: str) -> None:
    upload = begun(desk)
    assert chunk(desk, upload, 0, DATA[:4000], method).json == {"received": 4000, "state": "receiving"}
    assert count(desk, Job.id, Job.name == service.CHECK) == 0
    assert chunk(desk, upload, 4000, DATA[4000:], method).json == {"received": len(DATA), "state": "received"}
    assert (folder(desk) / upload).read_bytes() == DATA
    assert count(desk, Job.id, Job.name == service.CHECK) == 1


@pytest.mark.parametrize(("offset", "data"), [(0, DATA[:10]), (8000, DATA[:10]), (-1, b"x"), (4000, DATA)])
def test_a_wrong_place_is_told_the_right_one_and_stores_nothing(desk: Client, offset: int, data: bytes) -> None:
    upload = begun(desk)
    chunk(desk, upload, 0, DATA[:4000])
    answer = chunk(desk, upload, offset, data)
    assert (answer.status_code, answer.json["received"], answer.json["state"]) == (409, 4000, "receiving")
    assert (folder(desk) / upload).read_bytes() == DATA[:4000]


def test_a_chunk_that_is_repeated_because_its_answer_was_lost_is_told_where_to_go_on(desk: Client) -> None:
    upload = begun(desk)
    chunk(desk, upload, 0, DATA[:4000])
    again = chunk(desk, upload, 0, DATA[:4000])
    assert again.status_code == 409
    assert chunk(desk, upload, again.json["received"], DATA[4000:]).json["state"] == "received"
    assert (folder(desk) / upload).read_bytes() == DATA


def test_a_chunk_next_to_one_that_is_being_written_waits(desk: Client) -> None:
    upload = begun(desk)
    with parts.writing(folder(desk), upload):
        answer = chunk(desk, upload, 0, DATA)
    assert (answer.status_code, answer.json["received"]) == (409, 0)
    assert chunk(desk, upload, 0, DATA).status_code == 200


def test_a_chunk_after_the_last_is_refused(desk: Client) -> None:
    upload = begun(desk)
    chunk(desk, upload, 0, DATA)
    answer = chunk(desk, upload, len(DATA), b"")
    assert (answer.status_code, answer.json["state"]) == (409, "received")


def test_a_chunk_is_on_the_disk_before_it_is_acknowledged(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    upload, synced = begun(desk), []
    monkeypatch.setattr(parts.os, "fsync", lambda _handle: synced.append(state(desk, upload)))
    chunk(desk, upload, 0, DATA[:4000])
    assert synced == [("receiving", 0)] * 2  # its name, then its bytes


def test_a_full_disk_is_said_and_what_was_stored_stays(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    upload = begun(desk)
    chunk(desk, upload, 0, DATA[:4000])

    def full(_handle: int) -> None:
        raise OSError(parts.ENOSPC, "full")

    with monkeypatch.context() as patched:
        patched.setattr(parts.os, "fsync", full)
        assert chunk(desk, upload, 4000, DATA[4000:]).status_code == 507
    assert state(desk, upload) == ("receiving", 4000)
    assert chunk(desk, upload, 4000, DATA[4000:]).json["state"] == "received"
    assert (folder(desk) / upload).read_bytes() == DATA


def test_what_has_no_room_is_not_even_begun(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": parts.SPARE_BYTES})())
    assert announce(desk).status_code == 507
    assert count(desk, PackageUpload.id) == 0


@pytest.mark.parametrize("size", [0, -1, 4 * 1024**3 + 1, "12", None])
def test_a_size_that_no_package_has_is_refused(desk: Client, size: Any) -> None:
    assert announce(desk, size=size).status_code == 422


def test_four_gigabytes_are_taken(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "require_room", lambda *_: None)
    assert announce(desk, size=4 * 1024**3).status_code == 201


@pytest.mark.parametrize("fields", [{"course": "unknown"}, {"unscripted": "perhaps"}, {"name": ["a"]}, {"name": ""}])
def test_what_the_form_does_not_offer_is_refused(desk: Client, fields: dict[str, Any]) -> None:
    assert announce(desk, **fields).status_code == 422


@pytest.mark.parametrize("name", ["a\ud800.zip", "x" * 300, "강의.zip"])
def test_a_name_is_kept_as_far_as_it_can_be(desk: Client, name: str) -> None:
    assert desk.get(f"/desk/packages/{begun(desk, name=name)}").status_code == 200


@pytest.mark.parametrize("who", ["alice", "dora", "ines"])
def test_it_requires_an_instructor(client: Client, people: People, who: str) -> None:
    client.sign_in(getattr(people, who).id)
    assert client.get("/desk/packages").status_code == 404
    assert announce(client).status_code == 404
    assert count(client, PackageUpload.id) == 0


ACTS: dict[str, Callable[[Client, str], TestResponse]] = {
    "look": lambda client, upload: client.get(f"/desk/packages/{upload}"),
    "chunk": lambda client, upload: chunk(client, upload, 0, DATA),
    "publish": lambda client, upload: client.post(f"/desk/packages/{upload}/publish", {"note": "x"}),
    "discard": lambda client, upload: client.post(f"/desk/packages/{upload}/discard"),
}


@pytest.mark.parametrize("act", ACTS)
def test_the_upload_of_another_instructor_does_not_exist(desk: Client, act: str) -> None:
    upload = begun(desk)
    with desk.db.writing() as session:
        other = make_user(session, "Beatrix", ("instructor",))
    desk.sign_in(other.id)
    assert ACTS[act](desk, upload).status_code == 404
    assert state(desk, upload) == ("receiving", 0) and not (folder(desk) / upload).exists()


def test_a_chunk_needs_the_token_of_the_page(desk: Client) -> None:
    upload = begun(desk)
    address = f"/desk/packages/{upload}?offset=0"
    bare = desk.http.patch(address, base_url=BASE, headers={"Origin": BASE}, data=DATA)
    foreign = {"Origin": "https://elsewhere.example", "X-CSRFToken": desk.csrf_token()}
    assert bare.status_code == 400
    assert desk.http.patch(address, base_url=BASE, headers=foreign, data=DATA).status_code == 403
    assert state(desk, upload) == ("receiving", 0)


def test_without_scripts_one_request_does_it(desk: Client) -> None:
    fields = {"file": (io.BytesIO(DATA), "gowning.zip"), "unscripted": "marked"}
    answer = desk.post("/desk/packages/whole", fields, content_type="multipart/form-data")
    assert answer.status_code == 303
    upload = answer.location.rpartition("/")[2]
    assert state(desk, upload) == ("received", len(DATA)) and (folder(desk) / upload).read_bytes() == DATA
    assert "The server checks the package now." in desk.get(answer.location).text


def test_without_scripts_a_full_disk_leaves_nothing(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any) -> int:
        raise OSError(parts.ENOSPC, "full")

    monkeypatch.setattr(parts, "write", full)
    fields = {"file": (io.BytesIO(DATA), "gowning.zip"), "unscripted": "opened"}
    assert desk.post("/desk/packages/whole", fields, content_type="multipart/form-data").status_code == 507
    assert count(desk, PackageUpload.id) == 0 and list(folder(desk).iterdir()) == []


def test_without_a_file_the_form_says_so(desk: Client) -> None:
    answer = desk.post("/desk/packages/whole", {"unscripted": "opened"}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "Choose a ZIP file." in answer.text


def test_discarding_removes_row_and_bytes(desk: Client) -> None:
    upload = begun(desk)
    chunk(desk, upload, 0, DATA[:4000])
    assert desk.post(f"/desk/packages/{upload}/discard").status_code == 303
    assert count(desk, PackageUpload.id) == 0 and not (folder(desk) / upload).exists()


def test_the_page_of_an_upload_says_how_to_go_on(desk: Client) -> None:
    upload = begun(desk, size=8_000_000)
    chunk(desk, upload, 0, bytes(2_000_000))
    page = desk.get(f"/desk/packages/{upload}").text
    assert 'data-received="2000000"' in page and "Choose the same file again." in page and "2 of 8 MB" in page


def test_a_person_has_a_bounded_number_of_open_uploads(session: Session) -> None:
    bob = make_people(session).bob.actor
    for _ in range(service.MOST_OPEN):
        service.begin(session, bob, "a.zip", 1, "", {}, now())
    with pytest.raises(Invalid):
        service.begin(session, bob, "a.zip", 1, "", {}, now())


def test_of_two_writers_that_knew_the_same_one_wins(session: Session) -> None:
    bob = make_people(session).bob.actor
    row = service.own(session, bob, service.begin(session, bob, "a.zip", 10, "", {}, now()))
    assert service.advance(session, bob, row, 4, now()) == 4
    with pytest.raises(Conflict):
        service.advance(session, bob, row, 4, now())


def test_an_upload_is_forgotten_on_the_seventh_day_without_a_change(session: Session) -> None:
    bob, begun_at = make_people(session).bob.actor, now()
    upload = service.begin(session, bob, "a.zip", 10, "", {}, begun_at)
    service.advance(session, bob, service.own(session, bob, upload), 4, begun_at + timedelta(days=2))
    assert not service.forget(session, upload, begun_at + service.KEPT)
    due = session.scalar(select(func.max(Job.run_after)).where(Job.name == service.FORGET))
    assert due == begun_at + timedelta(days=9)
    assert service.forget(session, upload, due)
    with pytest.raises(NotFound):
        service.own(session, bob, upload)


def test_a_published_upload_stays_in_the_record(session: Session) -> None:
    bob, begun_at = make_people(session).bob.actor, now()
    upload = service.begin(session, bob, "a.zip", 10, "", {}, begun_at)
    session.get(PackageUpload, upload).state = "published"
    service.forget(session, upload, begun_at + timedelta(days=30))
    assert service.own(session, bob, upload).state == "published"


@pytest.mark.parametrize("name", ["..", "../lms.db", "0123456789ABCDEF", "", "a/b"])
def test_only_ids_name_files(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        parts.place(tmp_path, name)


def test_the_lock_is_of_the_file_and_not_of_the_process(tmp_path: Path) -> None:
    with parts.writing(tmp_path, "0" * 16), (tmp_path / ("0" * 16)).open("rb") as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_jobs_are_announced_to_the_worker(session: Session) -> None:
    bob, moment = make_people(session).bob.actor, now()
    service.begin(session, bob, "a.zip", 10, "", {}, moment)
    assert jobs.claim(session, moment) is None
    claimed = jobs.claim(session, moment + service.KEPT)
    assert claimed and claimed.name == service.FORGET
