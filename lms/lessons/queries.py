"""One lesson as its page shows it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue
from lms.catalogue.outline import Json
from lms.catalogue.queries import LessonRow
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.engines.progress.locks import Lock
from lms.engines.progress.reading import Verdict
from lms.learning import overview, queries
from lms.learning.overview import Taken
from lms.lessons import html, reading
from lms.lessons.reading import Progress


@dataclass(frozen=True, slots=True)
class LessonView:
    """`text` is None while the lesson is locked: nothing is shown then. `before` and `after` are activity keys."""

    key: str
    taken: Taken
    spec: Json
    module: Json
    lock: Lock
    text: LessonRow | None
    progress: Progress
    verdict: Verdict
    before: str | None
    after: str | None

    @property
    def done_in_module(self) -> int:
        activities = {one.id: one for one in self.taken.standing.activities}
        return sum(activities[key].done for key in self.module["activities"])

    @property
    def place(self) -> int:
        """The block to go back to; 0 at the beginning, and once the lesson is read."""
        reading = self.progress.reading
        return 0 if reading.read or reading.place < 2 else reading.place


def lesson_view(
    session: Session, actor: Actor, course_key: str, lesson_key: str, locale: str, now: datetime
) -> LessonView:
    """Raises NotFound for strangers to the course, and for what is no lesson of the person's version."""
    taken = overview.taken_course(session, actor, course_key, now)
    outline = taken.outline
    spec = outline.activity(lesson_key)
    if spec is None or spec["kind"] != "lesson":
        raise NotFound()
    lock = taken.standing.locks[lesson_key]
    text = catalogue.lesson_text(session, outline.version_id, lesson_key, locale) if lock.open else None
    progress = reading.progress_of(taken.standing.states.get(lesson_key))
    order = outline.order
    at = order.index(lesson_key)
    return LessonView(
        key=lesson_key,
        taken=taken,
        spec=spec,
        module=next(module for module in outline.modules if module["id"] == spec["module"]),
        lock=lock,
        text=text,
        progress=progress,
        verdict=reading.verdict(spec, progress),
        before=order[at - 1] if at else None,
        after=order[at + 1] if at + 1 < len(order) else None,
    )


def check_anchor(session: Session, actor: Actor, course_key: str, lesson_key: str, locale: str, check: str) -> str:
    """Where on the page a self-check stands; empty when it is not there."""
    reg = queries.find_registration(session, actor.user_id or 0, course_key)
    text = catalogue.lesson_text(session, reg.version_id, lesson_key, locale) if reg else None
    return html.anchor(text.html, check) if text else ""
