"""Reads of packages that are on their way in. A person sees their own."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, PackageTree, PackageUpload

Json = dict[str, Any]
#: An upload that is none of these waits for its person, for the worker, or for the seventh day.
PUBLISHED = "published"
MOST_SHOWN = 50


@dataclass(frozen=True, slots=True)
class UploadRow:
    """See `PackageUpload`.

    `options`: {"unscripted", "asked": what the person decided, while it is being published}. `result`, empty before the
    check: {"title", "standard", "course", "hash", "activities", "files", "bytes", "hosts", "level",
    "changes", "notice"}.
    """

    id: str
    made_by: int
    made_at: datetime
    changed_at: datetime
    name: str
    size: int
    received: int
    state: str
    course_key: str
    options: Json
    problems: list[Json]
    result: Json
    published_version_id: int | None

    @property
    def errors(self) -> int:
        return sum(problem["severity"] == "error" for problem in self.problems)

    @property
    def publishing(self) -> bool:
        """Somebody has pressed Publish, and the worker has not come to its end."""
        return self.state == "checked" and "asked" in self.options


_UPLOADS = select(
    PackageUpload.id,
    PackageUpload.made_by,
    PackageUpload.made_at,
    PackageUpload.changed_at,
    PackageUpload.name,
    PackageUpload.size,
    PackageUpload.received,
    PackageUpload.state,
    PackageUpload.course_key,
    PackageUpload.options,
    PackageUpload.problems,
    PackageUpload.result,
    PackageUpload.published_version_id,
)


def open_uploads(session: Session, user_id: int | None) -> list[UploadRow]:
    """What a person brought and has not published, the newest first."""
    wanted = _UPLOADS.where(PackageUpload.made_by == user_id, PackageUpload.state != PUBLISHED)
    rows = session.execute(wanted.order_by(PackageUpload.made_at.desc(), PackageUpload.id).limit(MOST_SHOWN))
    return [UploadRow(*row) for row in rows]


def upload(session: Session, upload_id: str, user_id: int | None) -> UploadRow | None:
    """Of this person; the uploads of others do not exist for them."""
    wanted = _UPLOADS.where(PackageUpload.id == upload_id, PackageUpload.made_by == user_id)
    row = session.execute(wanted).first()
    return UploadRow(*row) if row else None


def any_upload(session: Session, upload_id: str, *, lock: bool = False) -> UploadRow | None:
    """For the worker. `lock`: nobody else changes or drops it before this transaction ends."""
    wanted = _UPLOADS.where(PackageUpload.id == upload_id)
    row = session.execute(wanted.with_for_update() if lock else wanted).first()
    return UploadRow(*row) if row else None


def package_courses(session: Session) -> dict[str, int]:
    """Key → current version of every course that is a package: what a new version can be brought of."""
    wanted = select(Course.key, Course.current_version_id).join(
        PackageTree, PackageTree.version_id == Course.current_version_id
    )
    return {row.key: row.current_version_id for row in session.execute(wanted.order_by(Course.key))}
