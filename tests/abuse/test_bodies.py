"""Every address, in every role, with values and bodies that no page of ours sends: an answer below 500, always."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from lms.accounts import permissions
from lms.app import create_app
from lms.core import config
from lms.core.db import Database
from lms.learning import page_loads, queries
from lms.web.numbers import RowNumber
from tests.abuse.bodies import DOCUMENTS, FORMS, ODD, documents_of
from tests.client import BASE, Client
from tests.faults import scene
from tests.faults.scene import Scene, Seat
from tests.people import make_user

JSON = "application/json"
ARGUMENTS = ("q", "page", "after", "before", "offset", "next", "held", "sort", "course", "verb", "from", "to", "number")


@pytest.fixture
def place(db: Database, tmp_path: Path) -> tuple[Flask, Scene]:
    given = {"mode": "test", "data_dir": str(tmp_path), "secret_key": "tests only: 0123456789 abcdefghijklmnop"}
    settings = config.load({}, log_level="ERROR", content_url="http://{label}.localhost:8000", **given)
    return create_app(settings, db), scene.prepare(settings, db, 1)


def _complaints(answers: Iterator[tuple[str, Any]]) -> list[str]:
    """What was answered with a bug: its traceback, or a status that says so."""
    found = []
    for about, ask in answers:
        try:
            answer = ask()
        except Exception as error:  # in tests the application lets them through
            found.append(f"{about}: {type(error).__name__}: {error}"[:300])
        else:
            if answer.status_code >= 500:
                found.append(f"{about}: {answer.status_code}")
    return found


def _fill(rule: Any, odd: str) -> str | None:
    """The address with a value at each of its places, as bytes that a client may send whatever they mean."""
    numbers = {name for name, converter in rule._converters.items() if isinstance(converter, RowNumber)}
    built = rule.build({name: 1 if name in numbers else "here" for name in rule._converters})
    return built[1].replace("here", _quoted(odd)) if built else None


def _quoted(text: str) -> str:
    return quote(text.encode("utf-8", "surrogatepass"), safe="")


def _everything(client: Client) -> Iterator[tuple[str, Any]]:
    """Each route with odd names in it, odd arguments behind it, and each form and document in its body."""
    client.http.environ_base["REMOTE_ADDR"] = "192.0.2.7"
    token = client.csrf_token()
    for rule in client.app.url_map.iter_rules():
        methods = sorted(set(rule.methods or ()) & {"GET", "POST", "PUT", "PATCH"})
        for method, odd in itertools.product(methods, ODD):
            path = _fill(rule, odd)
            if path is None or rule.endpoint == "accounts.sign_out":
                continue
            about = f"{method} {rule.rule} {odd[:12]!r}"
            if method == "GET":
                asked = f"{path}?" + "&".join(f"{key}={_quoted(odd)}" for key in ARGUMENTS)
                yield about, lambda asked=asked: client.get(asked)
            else:
                for form in FORMS if odd == ODD[0] else FORMS[:1]:
                    data = {"csrf_token": token, **form}
                    yield (
                        about,
                        lambda p=path, m=method, d=data: client.http.open(
                            p, method=m, base_url=BASE, data=d, headers={"Origin": BASE}
                        ),
                    )
        if "POST" in methods:
            path = _fill(rule, "tiny-course")
            for name, body in DOCUMENTS.items():
                headers = {"Origin": BASE, "X-CSRFToken": token}
                yield (
                    f"POST {rule.rule} {name}",
                    lambda p=path, b=body, h=headers: client.http.post(
                        p, base_url=BASE, data=b, content_type=JSON, headers=h
                    ),
                )


@pytest.mark.verify
def test_no_address_has_a_bug_for_odd_values(place: tuple[Flask, Scene]) -> None:
    app, _scene = place
    client = Client(app)
    with client.db.writing() as session:
        everything = make_user(session, "Everyone", tuple(permissions.ROLES))
    client.sign_in(everything.id)
    assert _complaints(_everything(client)) == []


@pytest.mark.verify
def test_no_address_has_a_bug_for_strangers(place: tuple[Flask, Scene]) -> None:
    assert _complaints(_everything(Client(place[0]))) == []


def _saving(app: Flask, seat: Seat) -> dict[str, tuple[str, str, dict[str, str], dict[str, Any]]]:
    """Each address that a page's journal posts to: (path, base, headers, what a page sends there)."""
    secret, moment = app.secret_key, datetime.now(UTC)
    assert isinstance(secret, str)
    question = next(iter(seat.right))
    answer = {"question": question, "response": seat.right[question]}
    quiz = page_loads.issue(secret, seat.attempt, f"attempt:{seat.attempt}", moment)
    lesson = page_loads.issue(secret, seat.registration, "lesson:doors:en", moment)
    own = {"Origin": BASE, "Cookie": f"{app.config['SESSION_COOKIE_NAME']}={seat.cookie}"}

    def op(kind: str, **body: Any) -> dict[str, Any]:
        return {"n": 1, "kind": kind, "at": moment.isoformat(), "body": body}

    found = {
        "quiz": (
            f"/attempts/{seat.attempt}/operations",
            BASE,
            own,
            {"page_load": quiz, "lease": seat.lease, "ops": [op("answer", **answer)]},
        ),
        "lesson": (
            f"/courses/{scene.COURSE}/lessons/doors/operations",
            BASE,
            own,
            {"page_load": lesson, "lease": 0, "ops": [op("time", seconds=5)]},
        ),
    }
    for course, page in seat.pages.items():
        base = f"http://{page.host}"
        headers = {"Origin": base, "Authorization": f"Bearer {page.token}"}
        acts = op("set", k="sco-1", a=1, e="cmi.suspend_data", v="x")
        sent = {"page_load": page.page_load, "lease": page.lease, "ops": [acts | {"n": page.number + 1}]}
        found[f"{course}: batch"] = ("/x/operations", base, headers, sent)
        moved = {**sent, "ops": [op("nav", request="continue") | {"n": page.number + 1}]}
        found[f"{course}: navigation"] = ("/x/operations", base, headers, moved)
        found[f"{course}: trace"] = ("/x/trace", base, headers, {"calls": [[1, "GetValue", "a", "b"]]})
        found[f"{course}: code"] = ("/x/exchange", base, headers, {"code": "abc"})
        found[f"{course}: take"] = ("/x/take", base, headers, {})
    return found


def _mutations(app: Flask, seat: Seat) -> Iterator[tuple[str, Any]]:
    """What a page sends, with one of its values replaced by each odd one; every document that is none besides."""
    for name, (path, base, headers, sent) in _saving(app, seat).items():
        for about, body in itertools.chain(documents_of(sent), DOCUMENTS.items()):
            client = app.test_client(use_cookies=False)
            yield (
                f"{name} {about}",
                lambda c=client, p=path, b=base, h=headers, d=body: c.post(
                    p, base_url=b, data=d, content_type=JSON, headers=h
                ),
            )


@pytest.mark.verify
def test_no_batch_has_a_bug_for_odd_values(place: tuple[Flask, Scene]) -> None:
    app, prepared = place
    assert _complaints(_mutations(app, prepared.seats[0])) == []


@pytest.mark.verify
def test_what_is_saved_of_odd_values_can_be_read_again(place: tuple[Flask, Scene]) -> None:
    """A value that is taken but that no page can show would lock a trainee out of the attempt."""
    app, prepared = place
    seat = prepared.seats[0]
    for _about, ask in _mutations(app, seat):
        ask()
    client = Client(app)
    client.sign_in(seat.user)
    pages = (f"/attempts/{seat.attempt}/questions/1", f"/attempts/{seat.attempt}/check", "/learning", "/records")
    shown = [client.get(path, follow_redirects=True).status_code for path in pages]
    with client.db.reading() as session:
        kept = queries.registration(session, seat.registration)
    assert (shown, kept is not None) == ([200] * len(pages), True)


def test_what_a_page_sends_is_taken(place: tuple[Flask, Scene]) -> None:
    """Else the tests above would try nothing but a locked door."""
    app, prepared = place
    client = app.test_client(use_cookies=False)
    for name, (path, base, headers, sent) in _saving(app, prepared.seats[0]).items():
        if "ops" in sent:
            body = json.dumps(sent)
            answer = client.post(path, base_url=base, data=body, content_type=JSON, headers=headers)
            assert (name, answer.status_code, answer.json["acked"]) == (name, 200, sent["ops"][0]["n"])


@pytest.mark.parametrize(
    "body", [b"1", b"null", b'{"name": {}, "password": []}', b'{"name": "\\ud800", "password": "\\ud800"}']
)
def test_a_form_that_is_sent_as_json_is_read_as_a_form(client: Client, body: bytes) -> None:
    answer = client.http.post(
        "/sign-in", base_url=BASE, data=body, content_type=JSON, headers={"Origin": BASE, "Accept": "text/html"}
    )
    assert answer.status_code in (400, 422)
