"""A course that is one quiz with a question of every kind, in the order of their ids; nothing is read before."""

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sqlalchemy.orm import Session

from lms.catalogue import folders, loading, service
from lms.catalogue.service import Published
from lms.core.actor import system
from lms.core.storage import Storage
from lms.engines.content.model import Course

ROOT = Path(__file__).parent / "fixtures" / "kinds-course"


@cache
def kinds_course() -> Course:
    found = folders.search([ROOT], shown_from=ROOT)
    loaded = loading.load(found.courses["kinds-course"], found.banks)
    assert loaded.course, [problem.message for problem in loaded.problems]
    return loaded.course


def publish_kinds(session: Session, storage: Storage) -> Published:
    return service.publish(session, storage, system("test"), kinds_course(), datetime.now(UTC))
