"""What a course would change against the version that is current: for the eyes of the person who decides."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.engines.content.difference import difference
from lms.engines.content.model import Course

Json = dict[str, Any]


def against(session: Session, version_id: int | None, course: Course) -> tuple[str, list[Json]]:
    """The proposed level and the changes, each {"kind", "where", "what", "old", "new", "level"}.

    A first version changes nothing.
    """
    old = session.scalar(select(CourseVersion.source).where(CourseVersion.id == version_id)) if version_id else None
    if old is None:
        return "", []
    found = difference(old, course.source)
    return found.level, [asdict(change) for change in found.changes]
