"""Reads of courses and their versions. A version never changes, so the process keeps what pages need of it often."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from lms.catalogue import media_types
from lms.catalogue.models import (
    Blob,
    Course,
    CourseVersion,
    KeyCorrection,
    LessonText,
    PackageHost,
    PackageTree,
    Question,
    QuestionText,
)
from lms.catalogue.models import VersionAsset as Asset
from lms.catalogue.outline import Outline
from lms.core.recent import Recent
from lms.engines.scorm import stored
from lms.engines.scorm.definition import Organization
from lms.engines.scorm.tree import Tree

Json = dict[str, Any]
#: What one process keeps. An outline of 40 lessons in three languages takes about 100 kB, a lesson 25 kB, a bank of 100
#: questions 200 kB, the tree of a package of 200 activities 300 kB, the list of 6,000 files 3 MB.
OUTLINES: Recent[int, Outline] = Recent(64)
LESSONS: Recent[tuple[int, str, str], "LessonRow"] = Recent(256)
QUESTIONS: Recent[tuple[int, str], dict[str, Json]] = Recent(64)
QUESTION_TEXTS: Recent[tuple[int, str, str], dict[str, Json]] = Recent(64)
PACKAGES: Recent[int, "PackageFacts"] = Recent(32)
FILES: Recent[int, dict[str, "FileRow"]] = Recent(16)


@dataclass(frozen=True, slots=True)
class CourseRow:
    id: int
    key: str
    current_version_id: int | None
    retired_at: datetime | None


@dataclass(frozen=True, slots=True)
class VersionRow:
    id: int
    number: int
    hash: str
    change_level: str
    changes: list[Any]
    note: str
    published_at: datetime
    published_by: int | None


@dataclass(frozen=True, slots=True)
class LessonRow:
    """`facts`: {"summary", "toc": [[anchor, title]], "checks": [{"id", "answers": [{"right", "feedback"}]}], "blocks",
    "bytes", "media_bytes", "assets": [paths]}."""

    title: str
    html: str
    facts: Json
    shown_locale: str


@dataclass(frozen=True, slots=True)
class FileRow:
    hash: str
    size: int
    media_type: str


@dataclass(frozen=True)
class PackageFacts:
    """What a version that is a package needs to run; see `PackageTree`. Shared by all requests: never change it."""

    standard: str
    organization: Organization
    facts: Json

    @cached_property
    def tree(self) -> Tree:
        return Tree(self.organization)

    @property
    def keys(self) -> dict[str, str]:
        """Activity key → identifier of the item."""
        return self.facts["keys"]

    @cached_property
    def key_of(self) -> dict[str, str]:
        """Identifier of the item → activity key."""
        return {item: key for key, item in self.keys.items()}


# Columns of tables, not of mapped classes: hot pages run these, and the mapper would cost as much again as the query.
_COURSE_ROW, _VERSION, _TEXT = Course.__table__.c, CourseVersion.__table__.c, LessonText.__table__.c
_QUESTION, _WORDS = Question.__table__.c, QuestionText.__table__.c
_COURSE = select(_COURSE_ROW.id, _COURSE_ROW.key, _COURSE_ROW.current_version_id, _COURSE_ROW.retired_at)
#: For the joins of other features: their statements name a course by its key.
COURSES = _COURSE.subquery("course_row")
_COURSE_BY_KEY = _COURSE.where(_COURSE_ROW.key == bindparam("key"))
_OUTLINES = select(
    _VERSION.id,
    _VERSION.course_id,
    _VERSION.number,
    _VERSION.hash,
    _VERSION.published_at,
    _VERSION.outline,
)
_LESSON = select(_TEXT.title, _TEXT.html, _TEXT.facts, _TEXT.shown_locale).where(
    _TEXT.version_id == bindparam("version_id"),
    _TEXT.lesson_key == bindparam("lesson_key"),
    _TEXT.locale == bindparam("locale"),
)
_QUESTIONS = select(_QUESTION.bank, _QUESTION.key, _QUESTION.kind, _QUESTION.objective, _QUESTION.source).where(
    _QUESTION.version_id == bindparam("version_id"), _QUESTION.bank == bindparam("bank")
)
_PUBLIC = select(_WORDS.key, _WORDS.shown_locale, _WORDS.public).where(
    _WORDS.version_id == bindparam("version_id"), _WORDS.bank == bindparam("bank"), _WORDS.locale == bindparam("locale")
)
_VERSIONS = select(
    _VERSION.id,
    _VERSION.number,
    _VERSION.hash,
    _VERSION.change_level,
    _VERSION.changes,
    _VERSION.note,
    _VERSION.published_at,
    _VERSION.published_by,
)


def forget() -> None:
    """Drop what is kept, for a process that turns to another database."""
    for kept in (OUTLINES, LESSONS, QUESTIONS, QUESTION_TEXTS, PACKAGES, FILES):
        kept.clear()


def course_by_key(session: Session, key: str) -> CourseRow | None:
    row = session.execute(_COURSE_BY_KEY, {"key": key}).first()
    return CourseRow(*row) if row else None


def courses_by_id(session: Session, course_ids: Collection[int]) -> dict[int, CourseRow]:
    rows = session.execute(_COURSE.where(Course.id.in_(course_ids))) if course_ids else ()
    return {row.id: CourseRow(*row) for row in rows}


def list_courses(session: Session, *, retired: bool = False) -> list[CourseRow]:
    """Courses that have a version, by key; their titles are in `outlines`."""
    wanted = _COURSE.where(Course.current_version_id.is_not(None)).order_by(Course.key)
    if not retired:
        wanted = wanted.where(Course.retired_at.is_(None))
    return [CourseRow(*row) for row in session.execute(wanted)]


def outline(session: Session, version_id: int) -> Outline:
    """Raises KeyError for a version that does not exist. No statement when this process has it already."""
    return outlines(session, [version_id])[version_id]


def outlines(session: Session, version_ids: Iterable[int]) -> dict[int, Outline]:
    """Several outlines with at most one statement."""
    wanted = set(version_ids)
    found = {number: kept for number in wanted if (kept := OUTLINES.get(number))}
    missing = wanted - found.keys()
    if missing:
        for row in session.execute(_OUTLINES.where(CourseVersion.id.in_(missing))):
            found[row.id] = Outline(*row)
            OUTLINES.put(row.id, found[row.id])
    return found


def versions(session: Session, course_id: int) -> list[VersionRow]:
    """All versions of a course, the newest first."""
    rows = session.execute(_VERSIONS.where(CourseVersion.course_id == course_id).order_by(CourseVersion.number.desc()))
    return [VersionRow(*row) for row in rows]


def version_numbers(session: Session) -> dict[int, list[int]]:
    """Course id → numbers of its versions, the newest first."""
    found: dict[int, list[int]] = {}
    wanted = select(_VERSION.course_id, _VERSION.number).order_by(_VERSION.course_id, _VERSION.number.desc())
    for course_id, number in session.execute(wanted):
        found.setdefault(course_id, []).append(number)
    return found


def version_by_hash(session: Session, course_id: int, digest: str) -> VersionRow | None:
    row = session.execute(_VERSIONS.where(CourseVersion.course_id == course_id, CourseVersion.hash == digest)).first()
    return VersionRow(*row) if row else None


def source(session: Session, version_id: int) -> Json | None:
    """The canonical source: what two versions are compared by."""
    return session.scalar(select(CourseVersion.source).where(CourseVersion.id == version_id))


def lesson_text(session: Session, version_id: int, lesson_key: str, locale: str) -> LessonRow | None:
    """The lesson in this language, or in the original when the course does not have the language at all."""
    locale = outline(session, version_id).locale(locale)
    if kept := LESSONS.get((version_id, lesson_key, locale)):
        return kept
    row = session.execute(_LESSON, {"version_id": version_id, "lesson_key": lesson_key, "locale": locale}).first()
    if row is None:
        return None
    LESSONS.put((version_id, lesson_key, locale), found := LessonRow(*row))
    return found


def questions(session: Session, version_id: int, bank: str, keys: Collection[str] | None = None) -> list[Json]:
    """[{"bank", "key", "kind", "objective", "source"}] by key. `source` tells the right answers: server only.

    Shared by all requests, as outlines are: read them, never change them.
    """
    known = QUESTIONS.get((version_id, bank))
    if known is None:
        rows = session.execute(_QUESTIONS, {"version_id": version_id, "bank": bank})
        known = {row.key: dict(row._mapping) for row in rows}
        if known:
            QUESTIONS.put((version_id, bank), known)
    return [known[key] for key in sorted(known.keys() if keys is None else known.keys() & set(keys))]


def question_texts(session: Session, version_id: int, bank: str, keys: Collection[str], locale: str) -> dict[str, Json]:
    """By key, what may reach the browser before an answer, and "shown_locale". Shared: never change them."""
    locale = outline(session, version_id).locale(locale)
    known = QUESTION_TEXTS.get((version_id, bank, locale))
    if known is None:
        rows = session.execute(_PUBLIC, {"version_id": version_id, "bank": bank, "locale": locale})
        known = {row.key: row.public | {"shown_locale": row.shown_locale} for row in rows}
        if known:
            QUESTION_TEXTS.put((version_id, bank, locale), known)
    return {key: known[key] for key in keys if key in known}


def question_feedback(
    session: Session, version_id: int, bank: str, keys: Collection[str], locale: str
) -> dict[str, Json]:
    """By key, what may reach the browser only when the quiz's review policy says so."""
    wanted = select(QuestionText.key, QuestionText.feedback).where(
        QuestionText.version_id == version_id,
        QuestionText.bank == bank,
        QuestionText.locale == outline(session, version_id).locale(locale),
        QuestionText.key.in_(keys),
    )
    return {row.key: row.feedback for row in session.execute(wanted)}


def corrections(session: Session, version_id: int, bank: str) -> list[Json]:
    """Corrected keys of a bank in the order they were made; of several for one question the last holds."""
    rows = session.execute(
        select(
            KeyCorrection.id,
            KeyCorrection.question_key,
            KeyCorrection.old_key,
            KeyCorrection.new_key,
            KeyCorrection.reason,
            KeyCorrection.made_by,
            KeyCorrection.made_at,
        )
        .where(KeyCorrection.version_id == version_id, KeyCorrection.bank == bank)
        .order_by(KeyCorrection.id)
    )
    return [dict(row._mapping) for row in rows]


def package(session: Session, version_id: int) -> PackageFacts | None:
    """None when the version is no package. No statement when this process has it already."""
    if kept := PACKAGES.get(version_id):
        return kept
    columns = (PackageTree.standard, PackageTree.organization, PackageTree.facts)
    row = session.execute(select(*columns).where(PackageTree.version_id == version_id)).first()
    if row is None:
        return None
    PACKAGES.put(version_id, found := PackageFacts(row.standard, stored.from_json(row.organization), row.facts))
    return found


def allowed_hosts(session: Session, version_id: int) -> list[str]:
    """Hosts elsewhere from which an administrator lets the pages of a package load."""
    wanted = select(PackageHost.host).where(PackageHost.version_id == version_id).order_by(PackageHost.host)
    return list(session.scalars(wanted))


def files(session: Session, version_id: int) -> dict[str, FileRow]:
    """Files of a version by their path in the course folder or the package. Shared: never change it.

    What a file of a package is follows from its own name: the same bytes may be in other versions under another.
    """
    if kept := FILES.get(version_id):
        return kept
    rows = session.execute(
        select(Asset.path, Blob.hash, Blob.size, Blob.media_type, PackageTree.version_id)
        .join(Blob, Blob.hash == Asset.hash)
        .outerjoin(PackageTree, PackageTree.version_id == Asset.version_id)
        .where(Asset.version_id == version_id)
    )
    found = {
        path: FileRow(digest, size, media_types.of_package(path) if packed else media_type)
        for path, digest, size, media_type, packed in rows
    }
    if found:
        FILES.put(version_id, found)
    return found


#: A file that belongs to any version; drafts and other blobs are not found by this. `digest` is bound.
VERSION_FILE = (
    select(Blob.hash, Blob.size, Blob.media_type)
    .join(Asset, Asset.hash == Blob.hash)
    .where(Blob.hash == bindparam("digest"))
    .limit(1)
)
#: The versions that hold it: for the joins of other features.
HOLDING_VERSION = Asset.version_id
