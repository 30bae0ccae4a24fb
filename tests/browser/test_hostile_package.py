"""A package that means harm gains nothing: not the LMS's session or pages, not another trainee's data, not a record
that it may not write. Tried on hosts of their own; among the long tests also with the packages wrongly on the site of
the LMS, and in a browser that heeds no policy.

Without the fence, without the origin check of either side, with tokens of files that any host takes, with a number that
may come again with another body, or with service workers let in, a test fails.
"""

import http.client
import json
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Frame, Page, Request
from sqlalchemy import select

from lms.accounts.models import UserSession
from lms.app import create_app
from lms.core import config
from lms.core.db import Database
from lms.schema import metadata
from tests.browser.conftest import Complaints, NewContext
from tests.browser.people import Trainee
from tests.browser.players import FIXTURES, from_folder, publish, start
from tests.browser.server import Server

COURSE = "harm"
REFUSED = (401, 403, 404)
#: Seconds.
PATIENCE = 90
#: What Chromium says about each attack; the tests look at what came of it.
NOISE = ("",)
PAGES_NEED = {"course": COURSE, "user_id": "1", "registration": "1", "locale": "ko"}
#: What a player itself writes while it is open.
OF_PLAYERS = {"package_run", "package_launch", "sco_attempt", "learner_globals", "launch_trace", "learning_event"}
SITES = {
    "apart": ("localhost", {}),
    "same-site": (
        "learn.site.localhost",
        {"LMS_CONTENT_URL": "http://{label}.site.localhost:{port}", "LMS_CONTENT_SAME_SITE": "yes"},
    ),
}
#: What does not hang on the site of the LMS.
APART = pytest.mark.parametrize("site", ["apart"], indirect=True)


@pytest.fixture(scope="module", params=["apart", pytest.param("same-site", marks=pytest.mark.verify)])
def site(request: pytest.FixtureRequest, sqlite_template: Path, tmp_path_factory: Any) -> Iterator[Server]:
    """The LMS with the package; its packages on hosts of no site of its own, or on its own site."""
    folder = tmp_path_factory.mktemp(request.param)
    shutil.copy(sqlite_template, folder / "lms.db")
    host, settings = SITES[request.param]
    server = Server(folder, host, **settings)
    publish(server, from_folder(FIXTURES / "hostile-package"), COURSE)
    server.start()
    yield server
    server.stop()


@dataclass
class Victim:
    """A trainee who has opened the package; `sent` are what the player has sent, `inside` is the attacker's page."""

    person: Trainee
    page: Page
    inside: Frame
    sent: list[Request]

    @property
    def origin(self) -> str:
        return "/".join(self.page.url.split("/")[:3])

    @property
    def token(self) -> str:
        return next(
            told for one in reversed(self.sent) if (told := one.headers.get("authorization", "")).startswith("Bearer ")
        )

    def attack(self, name: str, *given: object) -> Any:
        return self.inside.evaluate(f"given => attacks.{name}(...given)", list(given))


Opened = Callable[..., Victim]


@pytest.fixture
def opened(site: Server, new_context: NewContext, complaints: Complaints) -> Opened:
    complaints.expect(*NOISE)

    def make(person: Trainee | None = None, browser_of: Trainee | None = None, **options: object) -> Victim:
        person = person or Trainee(site, new_context, COURSE, **options)
        page = (browser_of or person).page()
        sent: list[Request] = []
        page.on("request", lambda request: sent.append(request) if "/x/" in request.url else None)
        return Victim(person, page, start(page, site, COURSE), sent)

    return make


@pytest.fixture
def alice(opened: Opened) -> Victim:
    return opened()


@pytest.fixture(params=[False, pytest.param(True, marks=pytest.mark.verify)], ids=["policy", "no-policy"])
def daring(request: pytest.FixtureRequest, opened: Opened) -> Victim:
    """Also in a browser that heeds no policy of a page: each wall stands without the other."""
    return opened(bypass_csp=request.param)


def everything(server: Server) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of the LMS but those of players, and when somebody was last seen."""
    seen = UserSession.__table__.c.last_seen_at
    with server.db.reading() as session:
        return {
            table.name: sorted(
                (tuple(map(repr, row)) for row in session.execute(select(*(c for c in table.c if c is not seen)))),
            )
            for table in metadata.sorted_tables
            if table.name not in OF_PLAYERS
        }


def pages(server: Server) -> list[str]:
    """Every page of the LMS that can be asked for with GET, with something in the place of each parameter."""
    settings = config.load({}, mode="test", data_dir=str(server.folder / "unused"), log_level="ERROR")
    app = create_app(settings, Database(f"sqlite:///{server.folder / 'unused.db'}"))
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.rule.startswith(("/static", "/healthz", "/readyz")):
            found.append(re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda name: PAGES_NEED.get(name[1], "1"), rule.rule))
    return sorted(set(found))


# -- the LMS's session and pages


def test_it_sees_no_cookie_of_the_lms(alice: Victim) -> None:
    assert alice.attack("cookies") == ""


def test_no_cookie_that_it_sets_reaches_the_lms_under_its_session_name(site: Server, alice: Victim) -> None:
    domains = ["", site.host, site.host.partition(".")[2] or site.host, "localhost"]
    alice.attack("toss", ["__Host-lms", "lms", "session", "csrf_token"], domains, 8)
    page = alice.person.page()
    with page.expect_request(f"{site.url}/learning") as asked:
        page.goto(f"{site.url}/learning")
    cookies = [one.split("=")[0] for one in asked.value.all_headers().get("cookie", "").split("; ")]
    assert cookies.count("__Host-lms") == 1
    assert page.locator("[data-sign-out]").count() > 0


@APART
def test_no_bomb_of_cookies_shuts_the_trainee_out(site: Server, alice: Victim) -> None:
    """On the LMS's own site a browser sends them to it: the guide names that as the price of the setting."""
    alice.attack("toss", [f"bomb{n}" for n in range(60)], ["", "localhost"], 3_900)
    reply = alice.person.page().goto(f"{site.url}/learning")
    assert reply
    assert (reply.status, "bomb" in reply.request.all_headers().get("cookie", "")) == (200, False)


@pytest.mark.parametrize("options", [{}, {"mode": "no-cors"}, {"headers": {"Accept": "application/json"}}])
def test_it_reads_no_page_of_the_lms(site: Server, daring: Victim, options: dict[str, Any]) -> None:
    for path in ("/learning", f"/courses/{COURSE}", "/certificates"):
        got = daring.attack("fetched", f"{site.url}{path}", options)
        assert got.startswith(("refused", "opaque 0")), got


def test_no_post_of_it_changes_anything(site: Server, daring: Victim) -> None:
    before = everything(site)
    body = "csrf_token=x&name=Mallory"
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path in posts(site):
        for options in ({"mode": "no-cors"}, {}):
            got = daring.attack(
                "fetched", f"{site.url}{path}", {"method": "POST", "body": body, "headers": form, **options}
            )
            assert got.startswith(("refused", "opaque 0")), (path, got)
        daring.attack(
            "fetched", f"{site.url}{path}", {"method": "POST", "mode": "no-cors", "body": "{}", "keepalive": True}
        )
    assert everything(site) == before


def posts(server: Server) -> list[str]:
    settings = config.load({}, mode="test", data_dir=str(server.folder / "unused"), log_level="ERROR")
    app = create_app(settings, Database(f"sqlite:///{server.folder / 'unused.db'}"))
    rules = [rule.rule for rule in app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    return sorted({re.sub(r"<(?:[^:>]+:)?([^>]+)>", lambda name: PAGES_NEED.get(name[1], "1"), rule) for rule in rules})


def test_no_form_of_it_is_sent_to_the_lms(site: Server, alice: Victim) -> None:
    before = everything(site)
    asked: list[str] = []
    alice.person.context.on("request", lambda one: asked.append(one.url) if one.method == "POST" else None)
    for target in ("_blank", "_top"):
        for path in (f"/courses/{COURSE}/package", "/sign-out"):
            alice.attack("form", f"{site.url}{path}", target, {"csrf_token": "x"})
    assert alice.attack("fetched", "attack.html").startswith("basic 200")
    with alice.page.expect_event("framenavigated"):  # to the browser's own page that says no
        alice.attack("form", f"{site.url}/sign-out", "_self", {"csrf_token": "x"})
    assert [url for url in asked if url.startswith(site.url)] == []
    assert everything(site) == before


def test_no_page_of_the_lms_shows_in_a_frame(site: Server, daring: Victim) -> None:
    for path in ("/learning", "/sign-in"):
        seen = daring.attack("framed", f"{site.url}{path}")
        assert seen.startswith("refused") or seen in ("null", ""), seen


def test_it_reads_no_page_of_the_lms_that_it_opens(site: Server, alice: Victim) -> None:
    seen = alice.attack("opened", f"{site.url}/learning")
    assert not re.search(r"Trainee|Sign out|My learning", seen), seen


def test_opening_any_page_of_the_lms_changes_nothing(site: Server, alice: Victim) -> None:
    before = everything(site)
    for path in pages(site):
        with alice.person.context.expect_page() as opened:
            alice.inside.evaluate("url => { window.open(url); }", f"{site.url}{path}")
        opened.value.wait_for_load_state("domcontentloaded")
        opened.value.close()
    assert everything(site) == before


def test_leading_the_tab_away_changes_nothing(site: Server, opened: Opened) -> None:
    victim = opened()
    before = everything(site)
    for path in ("/learning", "/sign-out", f"/courses/{COURSE}"):
        with victim.page.expect_navigation():
            victim.inside.evaluate("url => { top.location = url; }", f"{site.url}{path}")
        victim.inside = start(victim.page, site, COURSE)
    assert everything(site) == before


def test_no_window_that_it_can_reach_is_of_the_lms(site: Server, alice: Victim) -> None:
    assert set(alice.attack("windows")) <= {alice.origin, "null"}


def test_its_host_serves_nothing_of_the_lms(site: Server, alice: Victim) -> None:
    served = {
        path: alice.attack("fetched", path) for path in ("/learning", "/sign-in", "/courses", "/healthz", "/people")
    }
    assert {path: got[:9] for path, got in served.items()} == dict.fromkeys(served, "basic 404")


def test_no_service_worker_takes_over(alice: Victim) -> None:
    for path in ("worker.js", f"{alice.origin}/worker.js"):
        assert alice.attack("worker", path).startswith("refused")


# -- other trainees and other registrations


def test_two_trainees_of_one_browser_share_no_storage(site: Server, opened: Opened) -> None:
    first = opened()
    first.attack("leave", "alices")
    second = Trainee(site, lambda **_: first.person.context, COURSE)
    first.person.become(second)
    other = opened(second, first.person)
    assert other.origin != first.origin
    assert "alices" not in json.dumps(other.attack("stores"))
    assert "alices" in json.dumps(first.attack("stores"))


def test_another_registration_of_the_same_person_shares_no_storage(site: Server, opened: Opened, alice: Victim) -> None:
    publish(site, from_folder(FIXTURES / "hostile-package"), "more-harm")
    alice.attack("leave", "alices")
    alice.person.take("more-harm")
    page = alice.person.page()
    inside = start(page, site, "more-harm")
    assert "alices" not in json.dumps(inside.evaluate("() => attacks.stores()"))


def test_what_it_leaves_says_nothing_to_the_next_trainee(site: Server, opened: Opened) -> None:
    """Nor does the shell of another registration open without a sign-in and a code."""
    first = opened()
    second = Trainee(site, lambda **_: first.person.context, COURSE)
    first.person.become(second)
    page = second.page()
    page.goto(f"{first.origin}/")
    assert page.locator("iframe").count() == 0
    assert not re.search(first.person.someone.name, page.content())


def test_files_of_another_registration_need_its_token(alice: Victim, opened: Opened) -> None:
    bob = opened()
    path = re.sub(r"^https?://[^/]+", "", alice.inside.url)
    assert bob.attack("fetched", path).startswith("basic 404")
    assert bob.attack("fetched", alice.inside.url).startswith("refused")
    assert bob.attack("fetched", bob.inside.url).startswith("basic 200")


def test_files_lead_nowhere_else(alice: Victim) -> None:
    base = alice.inside.url.rpartition("/")[0]
    for path in ("../../../../etc/passwd", "%2e%2e/%2e%2e/lms.db", "..%2f..%2flms.db", "%00", "attack.html%00.js"):
        assert not alice.attack("fetched", f"{base}/{path}").startswith("basic 200"), path


# -- batches


def _post(victim: Victim, path: str, body: object, token: str, **headers: str) -> tuple[int, Any]:
    """Past the browser, with whatever headers, at the victim's host."""
    host = urlsplit(victim.origin).netloc
    connection = http.client.HTTPConnection("127.0.0.1", victim.person.server.port, timeout=PATIENCE)
    named = {"Host": host, "Content-Type": "application/json", "Origin": victim.origin, "Authorization": token}
    connection.request("POST", path, json.dumps(body), named | headers)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, json.loads(text) if "json" in (reply.headers["Content-Type"] or "") else text


def _take(victim: Victim) -> dict[str, Any]:
    status, taken = _post(victim, "/x/take", {}, victim.token)
    assert status == 200, taken
    return taken


def _batch(taken: dict[str, Any], *ops: dict[str, Any], **changed: object) -> dict[str, Any]:
    return {"page_load": taken["page_load"], "lease": taken["lease"], "ops": list(ops), **changed}


def _set(number: int, value: str, activity: str = "sco-1") -> dict[str, Any]:
    body = {"k": activity, "a": 1, "e": "cmi.location", "v": value}
    return {"n": number, "kind": "set", "at": "2026-11-21T12:00:00Z", "body": body}


def _init(number: int) -> dict[str, Any]:
    return {"n": number, "kind": "init", "at": "2026-11-21T12:00:00Z", "body": {"k": "sco-1", "a": 1}}


def _location(server: Server, victim: Victim) -> str:
    attempts = metadata.tables["sco_attempt"]
    wanted = select(attempts.c.data).where(attempts.c.registration_id == victim.person.registration)
    with server.db.reading() as session:
        return session.execute(wanted).scalar_one()["values"].get("cmi.location", "")


@APART
def test_its_own_batch_is_stored(site: Server, alice: Victim) -> None:
    """So that the refusals below say something."""
    taken = _take(alice)
    status, reply = _post(alice, "/x/operations", _batch(taken, _init(1), _set(2, "here")), alice.token)
    assert (status, reply["acked"], _location(site, alice)) == (200, 2, "here")


@APART
def test_a_token_of_another_registration_is_refused(site: Server, alice: Victim, opened: Opened) -> None:
    bob = opened()
    taken = _take(alice)
    batch = _batch(taken, _init(1), _set(2, "forged"))
    assert _post(bob, "/x/operations", batch, alice.token)[0] in REFUSED
    assert _post(alice, "/x/operations", batch, bob.token)[0] in REFUSED
    assert _post(bob, "/x/take", {}, alice.token)[0] in REFUSED
    assert "forged" not in (_location(site, alice), _location(site, bob))


@APART
def test_a_batch_without_a_token_is_refused(site: Server, alice: Victim) -> None:
    batch = _batch(_take(alice), _init(1))
    for token in ("", "Bearer ", "Bearer x", "Bearer null", "Basic YTpi", alice.token[:-1], f"{alice.token}0"):
        assert _post(alice, "/x/operations", batch, token)[0] == 401, token


@APART
def test_a_page_load_of_its_own_making_is_refused(site: Server, alice: Victim) -> None:
    taken = _take(alice)
    identifier, _, signature = taken["page_load"].partition(".")
    for made in (f"{identifier}x.{signature}", f"{identifier}.{signature[::-1]}", "load.x", ""):
        assert _post(alice, "/x/operations", _batch(taken, _init(1), page_load=made), alice.token)[0] in (400, 403), (
            made
        )


@APART
def test_a_page_load_of_another_registration_is_refused(site: Server, alice: Victim, opened: Opened) -> None:
    bob = opened()
    theirs = _take(alice)["page_load"]
    assert _post(bob, "/x/operations", _batch(_take(bob), _init(1), page_load=theirs), bob.token)[0] in (400, 403)


@APART
def test_an_older_lease_changes_nothing_once_a_newer_one_has_written(site: Server, alice: Victim) -> None:
    older, newer = _take(alice), _take(alice)
    _post(alice, "/x/operations", _batch(newer, _init(1), _set(2, "newer")), alice.token)
    _, reply = _post(alice, "/x/operations", _batch(older, _set(1, "older")), alice.token)
    assert reply["late"] == [1]
    assert _location(site, alice) == "newer"


@APART
def test_a_lease_from_the_future_writes_nothing(site: Server, alice: Victim) -> None:
    taken = _take(alice)
    status, _ = _post(alice, "/x/operations", _batch(taken, _init(1), _set(2, "future"), lease=10**6), alice.token)
    assert (status == 200, _location(site, alice)) != (True, "future")


@APART
def test_the_same_number_with_another_body_is_refused(site: Server, alice: Victim) -> None:
    taken = _take(alice)
    _post(alice, "/x/operations", _batch(taken, _init(1), _set(2, "first")), alice.token)
    status, reply = _post(alice, "/x/operations", _batch(taken, _set(2, "second")), alice.token)
    assert status in (400, 409) or [one["n"] for one in reply["refused"]] == [2]
    assert _location(site, alice) == "first"


@APART
def test_a_number_that_is_none_is_refused(site: Server, alice: Victim) -> None:
    taken = _take(alice)
    for number in (-1, 0, 2**53, 2**63, 10**30, 1.5, "1", True, None):
        status, reply = _post(alice, "/x/operations", _batch(taken, _init(1) | {"n": number}), alice.token)
        assert status in (400, 422) or (reply["acked"], len(reply["refused"])) == (0, 1), number


@APART
def test_an_activity_that_was_not_delivered_is_not_written(site: Server, alice: Victim) -> None:
    taken = _take(alice)
    _post(alice, "/x/operations", _batch(taken, _set(1, "forged", "package"), _set(2, "forged", "sco-9")), alice.token)
    assert _location(site, alice) != "forged"


@APART
def test_a_batch_from_another_origin_is_refused(site: Server, alice: Victim) -> None:
    batch = _batch(_take(alice), _init(1))
    for origin in ("https://evil.example", site.url, "null", ""):
        assert _post(alice, "/x/operations", batch, alice.token, Origin=origin)[0] == 403, origin


@APART
def test_a_code_opens_once(site: Server, alice: Victim) -> None:
    code = next(one.post_data_json["code"] for one in alice.sent if one.url.endswith("/x/exchange"))
    assert _post(alice, "/x/exchange", {"code": code}, "")[0] == 401


@APART
def test_after_signing_out_the_token_is_dead(site: Server, alice: Victim) -> None:
    taken, token = _take(alice), alice.token
    alice.person.end_session()
    assert _post(alice, "/x/operations", _batch(taken, _init(1)), token)[0] == 401
