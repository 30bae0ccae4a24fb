from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.core.db import Base, BigId


class Course(Base):
    """What one enrols in. `current_version_id` is the version new registrations get; publishing moves it."""

    __tablename__ = "course"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(60), unique=True)
    #: No foreign key: the two tables would refer to each other, and versions are never deleted.
    current_version_id: Mapped[int | None] = mapped_column(BigId)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class CourseVersion(Base):
    """An immutable state of a course.

    `hash` is SHA-256 of the canonical `source`: text, assets by hash, questions, keys, rules.
    `outline` is what pages need at once: titles and texts by locale, modules and activities in order, sizes, rules.
    """

    __tablename__ = "course_version"
    __table_args__ = (UniqueConstraint("course_id", "number"), UniqueConstraint("course_id", "hash"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    hash: Mapped[str] = mapped_column(String(64))
    source: Mapped[dict[str, Any]] = mapped_column(deferred=True)
    outline: Mapped[dict[str, Any]]
    #: editorial, minor or major, as a person decided or else as the semantic difference proposed; empty for the first.
    change_level: Mapped[str] = mapped_column(String(12), default="")
    changes: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(BigId)


class LessonText(Base):
    """One lesson in one language as rendered at publishing; `shown_locale` differs when the translation was missing."""

    __tablename__ = "lesson_text"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    lesson_key: Mapped[str] = mapped_column(String(60), primary_key=True)
    locale: Mapped[str] = mapped_column(String(12), primary_key=True)
    shown_locale: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(300))
    html: Mapped[str] = mapped_column(Text)
    facts: Mapped[dict[str, Any]]


class Question(Base):
    """A question of a version with its key; never sent to a browser as it is."""

    __tablename__ = "question"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    bank: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    objective: Mapped[str] = mapped_column(String(60))
    source: Mapped[dict[str, Any]]


class QuestionText(Base):
    """`public` may reach the browser; `feedback` only when the quiz's review policy says so."""

    __tablename__ = "question_text"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    bank: Mapped[str] = mapped_column(String(60), primary_key=True)
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    locale: Mapped[str] = mapped_column(String(12), primary_key=True)
    shown_locale: Mapped[str] = mapped_column(String(12))
    public: Mapped[dict[str, Any]]
    feedback: Mapped[dict[str, Any]]


class KeyCorrection(Base):
    """A corrected key: a separate record, because a version never changes. Regrading cites it."""

    __tablename__ = "key_correction"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), index=True)
    bank: Mapped[str] = mapped_column(String(60))
    question_key: Mapped[str] = mapped_column(String(60))
    old_key: Mapped[dict[str, Any]]
    new_key: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(BigId)
    made_at: Mapped[datetime]


class Blob(Base):
    """A stored file by hash; `DiskStorage` holds the bytes."""

    __tablename__ = "blob"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    size: Mapped[int] = mapped_column(BigId)
    media_type: Mapped[str] = mapped_column(String(80))


class VersionAsset(Base):
    """A file of a version by its path in the course folder."""

    __tablename__ = "version_asset"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(1024), primary_key=True)
    hash: Mapped[str] = mapped_column(ForeignKey("blob.hash"), index=True)


class PackageTree(Base):
    """What a version that is a content package needs to run: its activity tree, and what the manifest says besides.

    `organization` is the engine's JSON of the organization that is launched. `facts`: {"manifest", "metadata",
    "keys": {activity key: item identifier}, "hrefs", "unscripted": opened or marked, "hosts": [proposed], "window"}.
    """

    __tablename__ = "package_tree"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    #: One of the engine's STANDARDS, such as scorm-1.2 or scorm-2004-4.
    standard: Mapped[str] = mapped_column(String(20))
    organization: Mapped[dict[str, Any]]
    facts: Mapped[dict[str, Any]]


class PackageHost(Base):
    """A host elsewhere from which a version's pages may load, allowed by an administrator."""

    __tablename__ = "package_host"

    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"), primary_key=True)
    host: Mapped[str] = mapped_column(String(253), primary_key=True)
    allowed_by: Mapped[int | None] = mapped_column(BigId)
    allowed_at: Mapped[datetime]


class PackageUpload(Base):
    """A package on its way in, in resumable chunks; the worker unpacks it.

    States: receiving, received (the worker has not come to it), checked (it may be published), refused, published.
    """

    __tablename__ = "package_upload"

    #: Public: it stands in addresses.
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    made_by: Mapped[int] = mapped_column(BigId, index=True)
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(String(300))
    size: Mapped[int] = mapped_column(BigId)
    received: Mapped[int] = mapped_column(BigId, default=0)
    state: Mapped[str] = mapped_column(String(12), default="receiving")
    course_key: Mapped[str] = mapped_column(String(60), default="")
    options: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]]
    result: Mapped[dict[str, Any]]
    published_version_id: Mapped[int | None] = mapped_column(BigId)


class Draft(Base):
    """A course folder that an instructor brought and has not published: its files by hash, and what was found."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    course_key: Mapped[str] = mapped_column(String(60))
    origin: Mapped[str] = mapped_column(String(300), default="")
    files: Mapped[dict[str, Any]]
    problems: Mapped[list[Any]]
    made_by: Mapped[int] = mapped_column(BigId, index=True)
    made_at: Mapped[datetime]
    published_version_id: Mapped[int | None] = mapped_column(BigId)
