"""An ended session loses nothing: every form comes back as it was typed, to the same person, on the same page."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from lxml import html
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Rule

from lms.accounts import held
from lms.accounts.models import HeldForm, UserSession
from tests.accounts.conftest import NOW
from tests.client import BASE, Client
from tests.people import PASSWORD, People

WORDS = "typed with care"
FILLED = {"", "text", "search", "email", "number", "url", "tel"}


@pytest.fixture
def guarded(app: Flask) -> list[Rule]:
    """Every address that takes a POST from who is signed in."""
    views = app.view_functions
    return [
        rule
        for rule in app.url_map.iter_rules()
        if "POST" in (rule.methods or ()) and not getattr(views[rule.endpoint], "public", False)
    ]


def _end(client: Client, **values: object) -> None:
    with client.db.writing() as session:
        session.execute(update(UserSession).values(**(values or {"ended_at": datetime.now(UTC)})))


def _next(location: str) -> str:
    return parse_qs(urlsplit(location).query)["next"][0]


def _address(rule: Rule) -> str:
    values = {name: 1 if isinstance(kind, IntegerConverter) else "x" for name, kind in rule._converters.items()}
    built = rule.build(values)
    assert built is not None
    return built[1]


def test_every_form_is_kept(client: Client, crowd: People, guarded: list[Rule]) -> None:
    lost = []
    for rule in guarded:
        client.sign_in(crowd.alice.id)
        _end(client)
        answer = client.post(_address(rule), {"probe": WORDS}, csrf=False, headers={"Referer": f"{BASE}/profile"})
        kept = _next(answer.headers["Location"]) if answer.status_code == 302 else ""
        token = parse_qs(urlsplit(kept).query).get("held", [""])[0]
        with client.db.reading() as session:
            found = held.find(session, crowd.alice.id, urlsplit(kept).path, token, datetime.now(UTC))
        if found != {"probe": [WORDS]}:
            lost.append(rule.rule)
    assert guarded
    assert lost == []


def test_it_comes_back_to_an_address_that_is_a_page(client: Client, crowd: People, guarded: list[Rule]) -> None:
    adapter = client.app.url_map.bind("localhost")
    client.sign_in(crowd.alice.id)
    _end(client)
    astray = []
    for rule in guarded:
        answer = client.post(_address(rule), {"probe": WORDS}, csrf=False, headers={"Referer": f"{BASE}/profile"})
        if not adapter.test(urlsplit(_next(answer.headers["Location"])).path, method="GET"):
            astray.append(rule.rule)
    assert astray == []


#: How a session may end.
ENDS: dict[str, Callable[[Client], None]] = {
    "revoked": lambda client: _end(client),
    "expired": lambda client: _end(client, expires_at=NOW - timedelta(days=400)),
    "idle": lambda client: _end(client, last_seen_at=NOW - timedelta(days=400)),
    "cookie lost": lambda client: client.http.delete_cookie("__Host-lms", domain="localhost"),
    "cookie forged": lambda client: client.http.set_cookie("__Host-lms", "forged.forged.forged", domain="localhost"),
}


@pytest.mark.parametrize("how", ENDS)
def test_sign_in_and_go_on_with_what_was_typed(client: Client, crowd: People, how: str) -> None:
    """As a browser without scripts does it, whatever ended the session."""
    client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    client.post("/privacy")
    ENDS[how](client)
    answer = client.post("/profile", {"native_name": WORDS, "institution": "Institut"}, csrf=False)
    sign_in = answer.headers["Location"]
    assert "Your session ended. Your answers are kept. Sign in and continue here." in client.get(sign_in).text
    back = client.post(sign_in, {"name": "alice", "password": PASSWORD}).headers["Location"]
    page = client.get(back).text
    assert f'value="{WORDS}"' in page
    assert 'value="Institut"' in page
    assert "We kept what you had typed." in page


def test_somebody_else_does_not_see_it(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    _end(client)
    sign_in = client.post("/profile", {"native_name": WORDS}, csrf=False).headers["Location"]
    client.sign_in(crowd.bob.id)
    client.post("/privacy")
    client.post("/sign-out")
    back = client.post(sign_in, {"name": "bob", "password": PASSWORD}).headers["Location"]
    assert back == "/"
    assert WORDS not in client.get(_next(sign_in)).text


def test_a_form_out_of_nowhere_is_not_kept(client: Client, crowd: People) -> None:
    """Nobody could be shown it, and strangers could fill the disk."""
    answer = client.post("/profile", {"native_name": WORDS}, csrf=False)
    assert _next(answer.headers["Location"]) == "/profile"
    with client.db.reading() as session:
        assert session.scalars(select(HeldForm.fields)).all() == []


def test_passwords_are_not_kept(client: Client, crowd: People) -> None:
    client.sign_in(crowd.alice.id)
    _end(client)
    client.post("/profile/password", {"present_password": PASSWORD, "password": PASSWORD, "note": WORDS}, csrf=False)
    with client.db.reading() as session:
        assert session.scalars(select(HeldForm.fields)).all() == [{"note": [WORDS]}]


def test_names_and_values_are_kept_without_what_no_database_stores(session: Session, people: People) -> None:
    token = held.hold(session, people.alice.id, "/profile", {"a\0b": ["c\0d"]}, NOW)
    session.expire_all()
    assert held.find(session, people.alice.id, "/profile", token, NOW) == {"ab": ["cd"]}


def test_too_much_is_cut_off_in_names_too(session: Session, people: People) -> None:
    fields = {f"{number}-" + "n" * 150_000: ["v" * 150_000] for number in range(4)}
    token = held.hold(session, people.alice.id, "/profile", fields, NOW)
    found = held.find(session, people.alice.id, "/profile", token, NOW)
    assert found
    assert sum(len(name) + sum(map(len, values)) for name, values in found.items()) <= held.LARGEST


def test_it_is_kept_two_days(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        token = held.hold(session, crowd.alice.id, "/profile", {"a": ["b"]}, NOW)
        assert held.find(session, crowd.alice.id, "/profile", token, NOW + timedelta(hours=47)) == {"a": ["b"]}
        assert held.find(session, crowd.alice.id, "/profile", token, NOW + timedelta(hours=49)) is None


def test_scripts_are_told_to_sign_in(client: Client, crowd: People) -> None:
    answer = client.post("/profile", json={"a": 1})
    assert (answer.status_code, answer.get_json()["error"]) == (401, "signin")


def test_another_tab_of_the_same_person_goes_on(client: Client, crowd: People) -> None:
    """After signing in again in one tab, a form in another is sent as if nothing had happened."""
    client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    client.get("/profile")
    token = client.csrf_token()
    _end(client)
    client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    form = {"native_name": WORDS, "timezone": "UTC", "locale": "en", "theme": "", "csrf_token": token}
    assert client.post("/profile", form, csrf=False).status_code == 303


def test_a_tab_of_somebody_else_is_refused(client: Client, crowd: People) -> None:
    client.post("/sign-in", {"name": "alice", "password": PASSWORD})
    client.get("/profile")
    token = client.csrf_token()
    client.post("/sign-in", {"name": "bob", "password": PASSWORD})
    form = {"native_name": WORDS, "timezone": "UTC", "locale": "en", "theme": "", "csrf_token": token}
    assert client.post("/profile", form, csrf=False).status_code == 400


# Every page with a form that needs no more than an address


def _forms(page: str, path: str) -> list[html.FormElement]:
    """Forms of the page that are sent to the page itself."""
    root = html.fromstring(page)
    return [form for form in root.forms if form.method == "POST" and urlsplit(form.action or path).path == path]


def _fill(form: html.FormElement) -> dict[str, str]:
    """A value for each field in which one types; what is chosen stays as it is."""
    return {
        field.name: f"{WORDS} {number}"
        for number, field in enumerate(form.inputs)
        if field.name and (field.tag == "textarea" or (field.tag == "input" and field.get("type", "") in FILLED))
    }


def test_every_page_shows_what_was_typed(client: Client, crowd: People, guarded: list[Rule]) -> None:
    shown, lost = [], []
    for rule in guarded:
        if rule.arguments or "GET" not in _methods(client, rule.rule):
            continue
        for person in (crowd.alice, crowd.bob, crowd.dora, crowd.quentin, crowd.ines):
            client.sign_in(person.id)
            page = client.get(rule.rule)
            if page.status_code != 200:
                continue
            for form in _forms(page.text, rule.rule):
                typed = _fill(form)
                _end(client)
                answer = client.post(rule.rule, {**dict(form.fields), **typed}, csrf=False)
                client.sign_in(person.id)
                back = client.get(_next(answer.headers["Location"])).text
                shown.append(rule.rule)
                lost += [(rule.rule, name) for name, value in typed.items() if value not in back]
            break
    assert "/profile" in shown
    assert lost == []


def _methods(client: Client, path: str) -> set[str]:
    return set(client.app.url_map.bind("localhost").allowed_methods(path))
