"""A course folder that a person brought: kept as files by hash until it is published or discarded.

Reading, judging and storing files is slow, so it happens outside any transaction, in `prepare` and `load`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.catalogue import folders, loading
from lms.catalogue.drafts import DraftRow
from lms.catalogue.models import Draft
from lms.catalogue.service.publish import Published, publish
from lms.core import storage as stored
from lms.core.actor import Actor
from lms.core.errors import Conflict, Invalid, NotFound
from lms.core.recent import Recent
from lms.core.storage import Storage
from lms.engines.content.model import Course, Folder, Loaded
from lms.engines.source.problem import Problem

Json = dict[str, Any]
MOST_COURSES = 20
MOST_PROBLEMS = 500
MOST_KEPT_BYTES = 30_000_000
#: By content, so nothing here can be out of date.
LOADED: Recent[Any, Loaded] = Recent(4)
NO_COURSE = "The upload holds no course. A course is a folder with a file course.yaml."
ONLY_BANKS = "The upload holds a bank, but no course. Bring the course folder together with the bank."


@dataclass(frozen=True, slots=True)
class Prepared:
    """One course of an upload, judged and stored, not yet in the database."""

    course_key: str
    files: dict[str, str]
    problems: list[Json]


def check_upload(files: Mapping[str, bytes]) -> folders.Found:
    """What the upload holds. Raises Invalid when it holds no course, or too many."""
    found = folders.arrange(files)
    if not found.courses:
        raise Invalid(ONLY_BANKS if found.banks else NO_COURSE)
    if len(found.courses) > MOST_COURSES:
        raise Invalid(f"The upload holds {len(found.courses)} courses, more than {MOST_COURSES}. Split it.")
    return found


def prepare(storage: Storage, found: folders.Found, others: Mapping[str, Folder]) -> list[Prepared]:
    """Judge every course, with the upload's banks before `others`, and store its files."""
    banks = {**others, **found.banks}
    made = []
    for name, course in sorted(found.courses.items()):
        loaded = loading.load(course, banks)
        used = {bank.id for bank in loaded.course.banks} if loaded.course else set(found.banks)
        folders_ = [course, *(banks[bank] for bank in sorted(used))]
        homes = [f"modules/{name}", *(f"quizzes/{bank}" for bank in sorted(used))]
        files = {
            f"{home}/{path}": storage.put(data)
            for home, folder in zip(homes, folders_, strict=True)
            for path, data in folder.files.items()
        }
        _keep(name, files, loaded)
        made.append(Prepared(name, files, listed([*found.problems, *loaded.problems])))
    return made


def listed(problems: Sequence[Problem]) -> list[Json]:
    """Errors first, in the order of files and lines; so many that nobody reads them are cut off."""
    ordered = sorted(problems, key=lambda one: (one.severity != "error", one))
    return [asdict(one) for one in ordered[:MOST_PROBLEMS]]


def add(session: Session, actor: Actor, prepared: list[Prepared], origin: str, now: datetime) -> list[int]:
    """Keep the drafts; returns their ids."""
    permissions.require(actor, "content.preview")
    rows = [
        Draft(
            course_key=one.course_key[:60],
            origin=origin[:300],
            files=one.files,
            problems=one.problems,
            made_by=actor.user_id,
            made_at=now,
        )
        for one in prepared
    ]
    session.add_all(rows)
    session.flush()
    for row in rows:
        new = {"course": row.course_key, "origin": row.origin, "files": len(row.files)}
        audit.record(session, actor, "draft.added", ("draft", row.id), now, new=new)
    return [row.id for row in rows]


def read(storage: Storage, files: Mapping[str, str]) -> folders.Found:
    """The folders of a draft, read back from the storage."""
    return folders.arrange({path: stored.read(storage, digest) for path, digest in files.items()})


def load(storage: Storage, draft: DraftRow) -> Loaded:
    """The course of a draft as it will be published. Kept by the process while it is looked at."""
    loaded = LOADED.get((draft.course_key, frozenset(draft.files.items())))
    if loaded is None:
        found = read(storage, draft.files)
        loaded = loading.load(found.courses[draft.course_key], found.banks)
        _keep(draft.course_key, draft.files, loaded)
    return loaded


def _keep(key: str, files: Mapping[str, str], loaded: Loaded) -> None:
    if loaded.course and sum(len(one.data) for one in loaded.course.assets.values()) <= MOST_KEPT_BYTES:
        LOADED.put((key, frozenset(files.items())), loaded)


def publish_draft(
    session: Session,
    storage: Storage,
    actor: Actor,
    draft_id: int,
    course: Course,
    level: str,
    note: str,
    against: int,
    now: datetime,
) -> Published:
    """Publish the loaded course of a draft. Raises Conflict when it was published, or the course moved on."""
    permissions.require(actor, "content.publish")
    made = publish(session, storage, actor, course, now, note, level=level, against=against)
    done = session.scalar(
        update(Draft)
        .where(Draft.id == draft_id, Draft.made_by == actor.user_id, Draft.published_version_id.is_(None))
        .values(published_version_id=made.version_id)
        .returning(Draft.course_key)
    )
    if done is None:
        raise Conflict("This draft was published before.")
    return made


def discard(session: Session, actor: Actor, draft_id: int, now: datetime) -> None:
    """Throw an unpublished draft away. Its files stay in the storage, where others may share them."""
    permissions.require(actor, "content.preview")
    gone = session.scalar(
        delete(Draft)
        .where(Draft.id == draft_id, Draft.made_by == actor.user_id, Draft.published_version_id.is_(None))
        .returning(Draft.course_key)
    )
    if gone is None:
        raise NotFound()
    audit.record(session, actor, "draft.discarded", ("draft", draft_id), now, old={"course": gone})
