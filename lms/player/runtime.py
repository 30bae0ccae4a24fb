"""The addresses that a package's page posts to: exchange a code, take the pen, send operations, leave a trace."""

import logging
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, g, jsonify, request
from flask.typing import ResponseReturnValue

from lms.accounts import sessions
from lms.accounts.sessions import Person
from lms.catalogue import queries as catalogue
from lms.core.clock import now
from lms.core.db import FAILURES
from lms.core.errors import NotFound
from lms.learning import page_loads
from lms.learning import queries as learning
from lms.player import outline, tokens, words
from lms.player.hosts import ENVIRON
from lms.player.tokens import Write
from lms.scorm import queries, service
from lms.scorm.service import Received, Sender
from lms.web import pace
from lms.web.context import context, settings
from lms.web.i18n import show_time
from lms.web.json_body import json_object
from lms.web.transaction import at_most, roll_back, session

log = logging.getLogger(__name__)
blueprint = Blueprint("runtime", __name__, url_prefix="/x")
MOST_BATCH_BYTES = 8_000_000
MOST_TRACE_BYTES = 64_000
GREATEST_LEASE = 2**31 - 1


@blueprint.before_request
def _check_origin() -> None:
    """Only the page of this very host posts here, and only JSON, which no form can send."""
    label = request.environ[ENVIRON]
    if context().extra["hosts"].is_nobodys(label):
        abort(404)
    own = {request.host_url.rstrip("/"), context().extra["hosts"].origin(label)}
    if request.headers.get("Origin") not in own:
        abort(403, "foreign origin")
    if not request.is_json:
        abort(415)


@blueprint.post("/exchange")
@at_most(2_000)
def exchange() -> ResponseReturnValue:
    """The code of the start, once, for a write token."""
    code, label, moment = json_object().get("code"), request.environ[ENVIRON], now()
    known = isinstance(code, str) and code.isascii() and len(code) < 100
    found = service.exchange(session(), label, code, moment) if known else None
    if found is None:
        registration = queries.registration_of(session(), label) if label else None
        return _ended("code", registration, "back")
    reg = learning.registration(session(), found.registration_id)
    if reg is None:
        raise NotFound()
    token = tokens.write_token(settings().secret_key, found.launch_id, found.registration_id, moment)
    return jsonify(token=token, **_names(reg.user_id, reg.id))


def _names(user_id: int, registration_id: int) -> dict[str, str]:
    """Under these the page keeps what is not sent yet: never for another person, never for another registration."""
    secret = settings().secret_key
    return {
        "person": tokens.opaque(secret, "person", user_id),
        "scope": tokens.opaque(secret, "registration", registration_id),
    }


@blueprint.post("/take")
@at_most(2_000)
def take() -> ResponseReturnValue:
    """The newest lease, and where to go on."""
    moment = now()
    json_object()
    write = _write(moment)
    person = _person(write, moment)
    secret = settings().secret_key
    taken = service.take(session(), person.actor, write.registration_id, write.launch_id, moment, secret)
    course = catalogue.outline(session(), taken.reg.version_id)
    files = _files(taken.reg.id, taken.reg.version_id)
    return jsonify(
        _renewed(write, moment)
        | _names(taken.reg.user_id, taken.reg.id)
        | {
            "page_load": taken.page_load,
            "lease": taken.lease,
            "revision": taken.revision,
            "standard": taken.standard,
            "title": course.title(person.actor.locale),
            "back": _course_page(taken.reg.course_key),
        }
        | outline.fields(taken.shown, files)
    )


@blueprint.post("/operations")
@at_most(MOST_BATCH_BYTES)
def operations() -> ResponseReturnValue:
    """A batch of the page's journal; an empty one says that somebody is there."""
    sent, moment = json_object(), now()
    write, lease = _write(moment), sent.get("lease")
    if type(lease) is not int or not 0 <= lease <= GREATEST_LEASE:
        abort(400)
    scope = service.scope(lease)
    page_load = page_loads.check(settings().secret_key, sent.get("page_load"), write.registration_id, scope)
    if page_load is None:
        abort(403)
    if sent.get("ops") == []:
        return _alive(write, lease, moment)
    person, received = service.receive(session(), _sender(write), page_load, lease, sent.get("ops"), moment)
    _accept(person, write)
    if received.refusal:
        roll_back()
        return jsonify(error=received.refusal), 422
    reply = _reply(received, moment) | _renewed(write, moment)
    if received.shown:
        reply |= outline.fields(received.shown, _files_of(write.registration_id))
    return jsonify(reply)


def _alive(write: Write, lease: int, moment: datetime) -> ResponseReturnValue:
    _person(write, moment)
    run = queries.run(session(), write.registration_id)
    quiet = {"acked": 0, "missing": [], "late": [], "refused": [], "stored_at": moment.isoformat()}
    return jsonify(quiet | {"older": run is None or run.lease > lease} | _renewed(write, moment))


@blueprint.post("/trace")
@at_most(MOST_TRACE_BYTES)
def trace() -> ResponseReturnValue:
    """A stretch of the flight recorder."""
    moment = now()
    write = _write(moment)
    _person(write, moment)
    service.trace(session(), write.launch_id, json_object().get("calls"), moment)
    return Response(status=204)


class Unheard(Exception):
    """The page must go back through the LMS: its token is too old or none, or the sign-in has ended."""

    def __init__(self, error: str, registration_id: int | None) -> None:
        super().__init__(error)
        self.error = error
        self.registration_id = registration_id


@blueprint.errorhandler(Unheard)
def _unheard(error: Unheard) -> ResponseReturnValue:
    roll_back()
    return _ended(error.error, error.registration_id, "url")


def _ended(error: str, registration_id: int | None, name: str) -> ResponseReturnValue:
    reg = learning.registration(session(), registration_id) if registration_id else None
    address = _course_page(reg.course_key) if reg else settings().base_url
    return jsonify({"error": error, name: address}), 401


def _write(moment: datetime) -> Write:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    write = tokens.read_write(settings().secret_key, token) if kind == "Bearer" else None
    if write is None or write.expired(moment):
        raise Unheard("expired", write.registration_id if write else None)
    pace.keep(("package", write.registration_id))
    return write


def _sender(write: Write) -> Sender:
    label = request.environ[ENVIRON]
    return Sender(write.launch_id, write.registration_id, label, settings().idle_minutes)


def _person(write: Write, moment: datetime) -> Person:
    return _accept(service.hear(session(), _sender(write), moment), write)


def _accept(person: Person | None, write: Write) -> Person:
    if person is None or (person.is_demo and settings().mode == "production"):
        raise Unheard("signed-in", write.registration_id)
    g.person = person
    return person


@blueprint.after_request
def _touch(response: Response) -> Response:
    """As on the LMS in a transaction of its own: one that holds a run's row never waits for that of a sign-in, nor the
    other way round."""
    person = g.get("person")
    if person is not None and person.stale and response.status_code < 400:
        try:
            with context().db.writing() as own:
                sessions.touch(own, person.actor.session_id, now())
        except FAILURES as error:
            log.warning("a session's last-seen time is not kept: %s", error)
    return response


def _renewed(write: Write, moment: datetime) -> dict[str, str]:
    if not write.worn(moment):
        return {}
    return {"token": tokens.write_token(settings().secret_key, write.launch_id, write.registration_id, moment)}


def _reply(received: Received, moment: datetime) -> dict[str, Any]:
    aside = [one for one in received.fates if one.outcome == "late" and one.reason != "fenced-unwritten"]
    refused = [one for one in received.fates if one.outcome in ("refused", "conflict")]
    return {
        "acked": received.acked,
        "missing": list(received.missing),
        "stored_at": moment.isoformat(),
        "saved_at_text": show_time(moment),
        "late": [one.number for one in aside],
        "refused": [
            {"n": one.number, "reason": one.reason, "message": words.refused(one.reason)} for one in (*aside, *refused)
        ],
        "older": received.fenced,
    }


def _files_of(registration_id: int) -> str:
    reg = learning.registration(session(), registration_id)
    return _files(registration_id, reg.version_id) if reg else ""


def _files(registration_id: int, version_id: int) -> str:
    hosts = catalogue.allowed_hosts(session(), version_id)
    return f"/f/{tokens.file_token(settings().secret_key, registration_id, version_id, hosts)}"


def _course_page(course_key: str) -> str:
    return f"{settings().base_url}/courses/{course_key}"
