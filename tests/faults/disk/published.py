"""Whether every published package, and every file that the database names, is there and whole."""

import hashlib
from pathlib import Path

from sqlalchemy import select

from lms.catalogue.models import Blob, Course
from lms.core.db import Database
from lms.core.storage import DiskStorage


def missing(db: Database, storage: DiskStorage, notes: Path) -> list[str]:
    """What was acknowledged and is not there, and what the database names and the disk does not hold whole."""
    wanted = notes.read_text().split() if notes.exists() else []
    with db.reading() as session:
        known = set(session.scalars(select(Course.key).where(Course.current_version_id.is_not(None))))
        blobs = list(session.execute(select(Blob.hash, Blob.size)))
    lost = [f"the package {course} was published and is not there" for course in wanted if course not in known]
    for digest, size in blobs:
        place = storage.path(digest)
        data = place.read_bytes() if place else b""
        if len(data) != size or hashlib.sha256(data).hexdigest() != digest:
            lost.append(f"the file {digest} is named by the database and not whole")
    return lost
