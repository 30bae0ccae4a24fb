"""A tiny real course in a database: two lessons, one quiz of six questions, English and French.

`dry-hands` is the one question that is not translated.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue import folders, loading, service
from lms.catalogue.service import Published
from lms.core.actor import system
from lms.core.storage import Storage
from lms.engines.content.canonical import version_hash
from lms.engines.content.model import Course, Folder, Loaded

ROOT = Path(__file__).parent / "fixtures" / "tiny-course"
PUBLISHED_AT = datetime(2026, 11, 20, 8, 0, tzinfo=UTC)


def publish_tiny(session: Session, storage: Storage, **changed: Any) -> Published:
    """The course `tiny-course`; keyword arguments replace fields of the loaded course, which makes another version."""
    return service.publish(session, storage, system("test"), tiny(**changed), PUBLISHED_AT)


def tiny(**changed: Any) -> Course:
    course = _loaded()
    if not changed:
        return course
    source = course.source | {"changed": repr(sorted(changed.items()))}
    return replace(course, source=source, version_hash=version_hash(source), **changed)


@cache
def _loaded() -> Course:
    course = load_tiny().course
    assert course
    return course


def load_tiny(course: Mapping[str, bytes] | None = None, bank: Mapping[str, bytes] | None = None) -> Loaded:
    """The course with some of its files replaced; paths are those inside the course's or the bank's folder."""
    found = tiny_folders()
    folder, questions = found.courses["tiny-course"], found.banks["tiny-bank"]
    return loading.load(
        Folder(folder.path, {**folder.files, **(course or {})}),
        {"tiny-bank": Folder(questions.path, {**questions.files, **(bank or {})})},
    )


@cache
def tiny_folders() -> folders.Found:
    return folders.search([ROOT], shown_from=ROOT)
