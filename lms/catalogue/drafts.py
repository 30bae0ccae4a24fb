"""Reads of drafts. A person sees their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Draft

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DraftRow:
    """`files`: path → hash, with `modules/<course>/` and `quizzes/<bank>/` in front of paths."""

    id: int
    course_key: str
    origin: str
    files: dict[str, str]
    problems: list[Json]
    made_by: int
    made_at: datetime
    published_version_id: int | None

    @property
    def errors(self) -> int:
        return sum(problem["severity"] == "error" for problem in self.problems)


_DRAFTS = select(
    Draft.id,
    Draft.course_key,
    Draft.origin,
    Draft.files,
    Draft.problems,
    Draft.made_by,
    Draft.made_at,
    Draft.published_version_id,
)
MOST_DRAFTS = 50


def open_drafts(session: Session, user_id: int) -> list[DraftRow]:
    """What a person brought and has not published, the newest first."""
    wanted = _DRAFTS.where(Draft.made_by == user_id, Draft.published_version_id.is_(None))
    return [DraftRow(*row) for row in session.execute(wanted.order_by(Draft.id.desc()).limit(MOST_DRAFTS))]


def draft(session: Session, draft_id: int, user_id: int) -> DraftRow | None:
    """Of this person; the drafts of others do not exist for them."""
    row = session.execute(_DRAFTS.where(Draft.id == draft_id, Draft.made_by == user_id)).first()
    return DraftRow(*row) if row else None


def last_published_draft(session: Session, course_key: str) -> DraftRow | None:
    """Where the banks of a course are that was published from an upload."""
    wanted = _DRAFTS.where(Draft.course_key == course_key, Draft.published_version_id.is_not(None))
    row = session.execute(wanted.order_by(Draft.id.desc()).limit(1)).first()
    return DraftRow(*row) if row else None
