"""Recording how a lesson is read: batches of the page's journal, and the buttons of a page without JavaScript."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Json, Outline
from lms.core.actor import Actor
from lms.core.errors import Conflict, NotAllowed, NotFound
from lms.engines.journal.batch import Batch, Plan, Row
from lms.engines.journal.decide import decide
from lms.engines.journal.operation import Limits
from lms.engines.progress.reading import Verdict
from lms.learning import page_loads, queries, service
from lms.learning.queries import Reg
from lms.learning.standing import DONE, stand
from lms.lessons import reading
from lms.lessons.reading import Progress

LIMITS = Limits(operations=100, body_bytes=1000)


@dataclass(frozen=True, slots=True)
class Received:
    """`verdict` is the read rule's after the batch; a batch that is refused whole changes nothing."""

    plan: Plan
    verdict: Verdict | None


def scope(lesson_key: str, shown_locale: str) -> str:
    """What a page load of a lesson is good for: this lesson, shown in this language."""
    return f"lesson:{lesson_key}:{shown_locale}"


def receive(
    session: Session,
    actor: Actor,
    course_key: str,
    lesson_key: str,
    *,
    token: object,
    operations: Any,
    secret_key: str,
    now: datetime,
) -> Received:
    """Take a batch of a lesson page. Raises NotAllowed for a page that was not made for this person and lesson."""
    reg, outline, spec = _lesson(session, actor, course_key, lesson_key)
    page_load, shown_locale = _page(secret_key, token, reg, lesson_key, outline.languages)
    load = service.stored_load(session, reg.id, page_load)
    plan = decide(Batch(operations, now), Row(), load.stored, LIMITS, reading.KINDS)
    if plan.refusal:
        return Received(plan, None)
    service.append_plan(
        session,
        plan,
        registration_id=reg.id,
        page_load=page_load,
        activity_key=lesson_key,
        received_at=now,
        actor=actor,
    )
    state = queries.state(session, reg.id, lesson_key)
    progress = reading.progress_of(state)
    since = load.last_received or page_loads.issued_at(page_load)
    in_order, overtaken = reading.applied(plan)
    if in_order or overtaken:
        progress = reading.advance(progress, reading.lesson_of(spec), in_order, now, since, overtaken)
        return Received(plan, _save(session, reg, lesson_key, spec, state, progress, shown_locale, now))
    return Received(plan, reading.verdict(spec, progress))


def act(
    session: Session,
    actor: Actor,
    course_key: str,
    lesson_key: str,
    operation: Mapping[str, Any],
    *,
    shown_locale: str,
    now: datetime,
) -> None:
    """One button of a page without JavaScript: "declare" (I have read this) or "check" (an answer to a self-check)."""
    reg, outline, spec = _lesson(session, actor, course_key, lesson_key)
    states = queries.states(session, reg.id)
    if not stand(outline, states).locks[lesson_key].open:
        raise Conflict()
    if operation["kind"] == "check" and operation["id"] not in spec["checks"]:
        raise NotFound()
    shown_locale = shown_locale if shown_locale in outline.languages else ""
    body = {key: value for key, value in operation.items() if key != "kind"}
    service.server_event(
        session,
        registration_id=reg.id,
        activity_key=lesson_key,
        kind=operation["kind"],
        body=body | {"locale": shown_locale},
        now=now,
        actor=actor,
    )
    state = states.get(lesson_key)
    progress = reading.advance(reading.progress_of(state), reading.lesson_of(spec), [operation], now, now)
    _save(session, reg, lesson_key, spec, state, progress, shown_locale, now)


def _lesson(session: Session, actor: Actor, course_key: str, lesson_key: str) -> tuple[Reg, Outline, Json]:
    """The registration, locked, so that two tabs of a lesson are taken one after the other."""
    reg = queries.find_registration(session, actor.user_id or 0, course_key, lock=True)
    if reg is None:
        raise NotFound()
    outline = catalogue.outline(session, reg.version_id)
    spec = outline.activity(lesson_key)
    if spec is None or spec["kind"] != "lesson":
        raise NotFound()
    return reg, outline, spec


def _page(secret_key: str, token: object, reg: Reg, lesson_key: str, languages: Sequence[str]) -> tuple[str, str]:
    """The page load and the language that it showed, both by its signature: a page cannot claim another."""
    for locale in languages:
        if page_load := page_loads.check(secret_key, token, reg.id, scope(lesson_key, locale)):
            return page_load, locale
    raise NotAllowed()


def _save(
    session: Session,
    reg: Reg,
    lesson_key: str,
    spec: Json,
    state: queries.State | None,
    progress: Progress,
    shown_locale: str,
    now: datetime,
) -> Verdict:
    verdict = reading.verdict(spec, progress)
    service.set_state(
        session,
        reg.id,
        lesson_key,
        status="read" if verdict.read else "in-progress",
        locale=shown_locale,
        data=reading.data_of(progress),
        finished=verdict.read,
        now=now,
    )
    if state is None or (verdict.read and state.status not in DONE):
        service.settle(session, reg.id, now)
    return verdict
