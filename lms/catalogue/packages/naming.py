"""Which course a package is a version of, and what of its settings goes on."""

import re
import unicodedata
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, PackageTree
from lms.core.errors import Conflict, Invalid
from lms.engines.scorm.manifest.package import Package

ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")
LONGEST = 50
SEPARATORS = re.compile(r"[^a-z0-9]+")


def require_id(key: str) -> None:
    """Raises Invalid for what no course can be called."""
    if not ID.fullmatch(key):
        raise Invalid(f'"{key}" cannot name a course. Use up to 60 of a to z, 0 to 9 and hyphens, such as gmp-basics.')


def chosen(session: Session, package: Package, asked: str | None) -> str:
    """The course that somebody asked for, or else the one that fits. To be asked before the files are stored.

    Raises Invalid for an id that no course can have, Conflict when that course is written in files.
    """
    if not asked:
        return course_key(session, package)
    require_id(asked)
    row = _course(session, asked)
    if row is not None and row.current_version_id is not None and row.facts is None:
        raise Conflict(f"The course {asked} is written in files, and this is a content package. Give it another ID.")
    return asked


def course_key(session: Session, package: Package) -> str:
    """The course that holds this package already, by title and manifest identifier; else a name that is free.

    Two tools may give two packages one title; then the identifier tells them apart, and a number the courses.
    """
    base = slug(package.title) or slug(package.identifier) or "package"
    for number in count(1):
        key = base if number == 1 else f"{base}-{number}"
        if _fits(session, key, package):
            return key
    raise AssertionError("there is always a free number")


def kept_setting(session: Session, key: str) -> str:
    """What completes a silent page in the course as it is; "" for a course that is new. The next version keeps it."""
    row = _course(session, key)
    return row.facts["unscripted"] if row is not None and row.facts is not None else ""


def _fits(session: Session, key: str, package: Package) -> bool:
    row = _course(session, key)
    if row is None or row.current_version_id is None:
        return True
    return row.facts is not None and row.facts["identifier"] == package.identifier


def _course(session: Session, key: str) -> Any:
    return session.execute(
        select(Course.current_version_id, PackageTree.facts)
        .outerjoin(PackageTree, PackageTree.version_id == Course.current_version_id)
        .where(Course.key == key)
    ).first()


def slug(text: str) -> str:
    """As courses are called: a to z, digits and hyphens; accents are dropped, other scripts have no letters here."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return SEPARATORS.sub("-", plain).strip("-")[:LONGEST].strip("-")
