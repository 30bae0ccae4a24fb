"""What a course would change against the version that is current: for the eyes of the person who decides."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, PackageTree
from lms.catalogue.packages import Ready
from lms.catalogue.packages.difference import difference_of_packages
from lms.catalogue.packages.ready import FORMAT
from lms.engines.content.difference import Change, difference
from lms.engines.content.model import Course

Json = dict[str, Any]


def against(session: Session, version_id: int | None, course: Course) -> tuple[str, list[Json]]:
    """The proposed level and the changes, each {"kind", "where", "what", "old", "new", "level"}.

    A first version changes nothing.
    """
    old = session.scalar(select(CourseVersion.source).where(CourseVersion.id == version_id)) if version_id else None
    if old is None:
        return "", []
    if old["format"] == FORMAT:  # publishing says what to do
        return "major", [asdict(Change("structure", "course", "form", "package", "files", "major"))]
    found = difference(old, course.source)
    return found.level, [asdict(change) for change in found.changes]


def against_package(session: Session, version_id: int | None, ready: Ready) -> tuple[str, list[Json]]:
    """The same for a package."""
    columns = (CourseVersion.source, PackageTree.organization)
    row = session.execute(
        select(*columns)
        .join(PackageTree, PackageTree.version_id == CourseVersion.id)
        .where(CourseVersion.id == version_id)
    ).first()
    if row is None:
        return "", []
    found = difference_of_packages(row.source, row.organization, ready.source, ready.organization)
    return found.level, [asdict(change) for change in found.changes]
