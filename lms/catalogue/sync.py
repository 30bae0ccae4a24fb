"""Folders on disk → engine → problems, or a version."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue import changes, loading, packages, queries, service
from lms.catalogue.folders import Found
from lms.catalogue.packages import Checked, Options, Ready
from lms.core.actor import Actor
from lms.core.archive import Limits
from lms.core.db import Database
from lms.core.storage import Storage
from lms.engines.content.bank import load_bank
from lms.engines.content.model import Course, Loaded
from lms.engines.source.problem import Problem

Json = dict[str, Any]


def load_courses(found: Found) -> Iterator[tuple[str, Loaded]]:
    """Every course by its folder's name, one after the other: a big programme need not be in memory at once."""
    for name, folder in sorted(found.courses.items()):
        yield name, loading.load(folder, found.banks)


def check_all(found: Found, wanted: Found | None = None, limits: Limits = packages.LIMITS) -> list[Problem]:
    """All problems of all courses and banks, each once; `found.banks` may hold more than is `wanted`."""
    wanted = wanted or found
    problems = set(found.problems)
    seen: set[str] = set()
    for folder in wanted.courses.values():
        loaded = loading.load(folder, found.banks)
        problems.update(loaded.problems)
        if loaded.course:
            seen.update(bank.id for bank in loaded.course.banks)
    for name, bank in wanted.banks.items():
        if name not in seen:
            problems.update(load_bank(bank, loading.served_at).problems)
    for path in wanted.packages.values():
        problems.update(packages.check(path, limits).problems)
    return sorted(problems)


def has_errors(problems: Iterable[Problem]) -> bool:
    return any(one.severity == "error" for one in problems)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one course. `state`: published, current (nothing to do), older (a newer version is current).

    `practice`: its keys, or those of a bank it draws from, are public.
    """

    key: str
    state: str
    number: int
    level: str
    changes: list[Json]
    practice: bool
    certificate: bool


def standing(session: Session, key: str, digest: str) -> tuple[str, int, str] | None:
    """What there is to say without publishing: this content was published before. None when it is new.

    The state, the number of the version and its level.
    """
    row = queries.course_by_key(session, key)
    known = queries.version_by_hash(session, row.id, digest) if row else None
    if row is None or known is None:
        return None
    return "current" if row.current_version_id == known.id else "older", known.number, known.change_level


def bring(db: Database, storage: Storage, actor: Actor, course: Course, now: datetime, note: str = "") -> Outcome:
    """Publish what was never published before, in a transaction of its own.

    A folder that lies behind, because somebody published a newer state at the desk, never turns a course back.
    """
    with db.reading() as session:
        if known := standing(session, course.id, course.version_hash):
            return _outcome(course, *known, [])
    with db.writing() as session:
        made = service.publish(session, storage, actor, course, now, note)
    return _outcome(course, "published", made.number, made.level, made.changes)


def _outcome(course: Course, state: str, number: int, level: str, found: list[Json]) -> Outcome:
    practice = course.practice or any(bank.practice for bank in course.banks)
    return Outcome(course.id, state, number, level, found, practice, course.certificate is not None)


def bring_package(
    db: Database, storage: Storage, actor: Actor, key: str, checked: Checked, options: Options, now: datetime, note: str
) -> Outcome:
    """The same for a package; a setting that somebody chose for the course stays.

    Raises Invalid when it has errors or cannot be called so, Conflict as publishing does.
    """
    with db.reading() as session:
        kept = packages.kept_setting(session, key)
    ready = packages.describe(checked, replace(options, unscripted=kept or options.unscripted))
    with db.reading() as session:
        packages.chosen(session, ready.package, key)
        if known := standing(session, key, ready.hash):
            return _of_package(key, *known, [])
    packages.store(storage, checked, ready)
    with db.writing() as session:
        made = service.publish_package(session, actor, ready, key, now, note)
    return _of_package(key, "published", made.number, made.level, made.changes)


def _of_package(key: str, state: str, number: int, level: str, found: list[Json]) -> Outcome:
    return Outcome(key, state, number, level, found, practice=False, certificate=False)


def compare_package(session: Session, key: str, ready: Ready) -> tuple[str, list[Json]]:
    row = queries.course_by_key(session, key)
    return changes.against_package(session, row.current_version_id if row else None, ready)


def compare(session: Session, course: Course) -> tuple[str, list[Json]]:
    """What publishing would change; nothing for a course that is new."""
    row = queries.course_by_key(session, course.id)
    return changes.against(session, row.current_version_id if row else None, course)
