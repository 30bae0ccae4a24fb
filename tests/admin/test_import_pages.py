"""Importing a list through the pages: look, then do; the file stays on the server."""

import io
import re

import pytest
from sqlalchemy import func, select

from lms.accounts.models import User
from lms.core.jobs import Job
from tests.client import Client
from tests.people import People, make_user

LIST = "name,user,country\n김민수,kim,KR\nLee,lee,Kora\nAlice,alice,KE\n"


def _upload(client: Client, text: str, encoding: str = "utf-8", name: str = "people.csv") -> str:
    file = (io.BytesIO(text.encode(encoding)), name)
    answer = client.post("/people/import", {"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 303
    return answer.headers["Location"]


def _fingerprint(page: str) -> str:
    found = re.search(r'name="fingerprint"[^>]*value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def _people(client: Client) -> int:
    with client.db.reading() as session:
        return session.scalar(select(func.count(User.id))) or 0


def test_looking_stores_nobody_and_names_each_mistake(client: Client, crowd: People) -> None:
    page = client.get(_upload(client, LIST)).text
    assert "Line 3, country: “Kora” is not known." in page
    assert "2 rows are ready. Nothing is stored yet." in page
    assert _people(client) == 6


def test_doing_stores_the_rows_that_are_ready(client: Client, crowd: People) -> None:
    address = _upload(client, LIST)
    answer = client.post(address, {"fingerprint": _fingerprint(client.get(address).text)})
    assert answer.headers["Location"] == "/people?state=invited"
    assert "1 person is added. 1 person is changed." in client.get("/people").text
    assert _people(client) == 7


def test_enrolling_them_at_once(client: Client, crowd: People) -> None:
    address = _upload(client, LIST)
    form = {"fingerprint": _fingerprint(client.get(address).text), "course": "tiny-course", "due": "2026-12-24"}
    client.post(address, form)
    page = client.get("/enrolments/tiny-course").text
    assert "김민수" in page
    assert "24 Dec 2026" in page


def test_the_file_is_gone_when_it_is_done(client: Client, crowd: People) -> None:
    address = _upload(client, LIST)
    client.post(address, {"fingerprint": _fingerprint(client.get(address).text)})
    assert client.get(address).status_code == 404


def test_a_file_that_nobody_uses_is_forgotten_in_a_day(client: Client, crowd: People) -> None:
    address = _upload(client, LIST)
    with client.db.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.name, job.payload["file"]) == ("people.forget-file", address.rsplit("/", 1)[1])
    assert (job.run_after - job.created_at).total_seconds() == 86400


def test_other_stored_files_are_no_lists(client: Client, crowd: People) -> None:
    digest = client.app.extensions["lms"].storage.put(b"name,user\nEve,eve\n")
    assert client.get(f"/people/import/{digest}").status_code == 404


@pytest.mark.parametrize("file", ["x", "../../secret-key", "0" * 64])
def test_an_address_that_is_no_file(client: Client, crowd: People, file: str) -> None:
    assert client.get(f"/people/import/{file}").status_code == 404


def test_what_changed_since_looking_stops_the_doing(client: Client, crowd: People) -> None:
    address = _upload(client, LIST)
    fingerprint = _fingerprint(client.get(address).text)
    with client.db.writing() as session:
        make_user(session, "Kim")
    answer = client.post(address, {"fingerprint": fingerprint})
    assert "People have changed since you looked. Nothing is stored." in answer.text
    assert _people(client) == 7
    assert client.post(address, {"fingerprint": _fingerprint(answer.text)}).status_code == 303


def test_the_encoding_can_be_corrected(client: Client, crowd: People) -> None:
    address = _upload(client, "name,user\nИван Петров,ivan\n", "koi8-r")
    page = client.get(f"{address}?encoding=cp1251").text
    assert "Кириллица (CP1251)" in page


def test_an_encoding_that_does_not_fit_leads_back(client: Client, crowd: People) -> None:
    address = _upload(client, "name,user\nÉmile,emile\n", "cp1252")
    answer = client.get(f"{address}?encoding=utf-8")
    assert answer.headers["Location"] == address
    assert "The file is not in the encoding that you chose." in client.get(address).text


def test_missing_columns_are_named(client: Client, crowd: People) -> None:
    page = client.get(_upload(client, "first,second\na,b\n")).text
    assert "These columns are missing: user name, name." in page
    assert "fingerprint" not in page


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "The file is empty."), (b"\xd0\xcf\x11\xe0\xa1\xb1", "This is an old Excel file (XLS).")],
)
def test_what_cannot_be_read_is_said_at_the_field(client: Client, crowd: People, data: bytes, words: str) -> None:
    form = {"file": (io.BytesIO(data), "people.csv")}
    answer = client.post("/people/import", form, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert words in answer.text


def test_no_file_is_said(client: Client, crowd: People) -> None:
    assert "Choose a file." in client.post("/people/import", {}).text


def test_importing_what_was_exported_changes_nothing(client: Client, crowd: People) -> None:
    data = client.get("/people/export.csv").data
    page = client.get(_upload(client, data.decode("utf-8-sig"))).text
    assert "6 rows are ready." in page
    assert "cannot be used" not in page.split("<table")[0]
    assert _cell(page, "New accounts") == _cell(page, "Changed") == "0"


def _cell(page: str, head: str) -> str:
    found = re.search(rf"<bdi>{head}</bdi></th>\s*<td[^>]*>(\d+)</td>", page)
    assert found is not None
    return found[1]


def test_an_export_is_narrowed_and_recorded(client: Client, crowd: People) -> None:
    data = client.get("/people/export.csv?role=inspector").data.decode("utf-8-sig")
    assert [line.split(",")[0] for line in data.splitlines()] == ["user_name", "ines"]
    client.sign_in(crowd.ines.id)
    assert "List of people exported" in client.get("/audit").text


def test_only_who_brought_the_file_looks_at_it(client: Client, crowd: People) -> None:
    address = _upload(client, LIST)
    with client.db.writing() as session:
        other = make_user(session, "Other Administrator", ("administrator",))
    client.sign_in(other.id)
    assert client.get(address).status_code == 404
