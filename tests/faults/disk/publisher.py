"""Publishes one small package after the other, as `lms import` does, and notes each that is done.

`python -m tests.faults.disk.publisher NOTES`: a line in NOTES, which lies on a disk that keeps its power, is an
acknowledgement. It runs until it is killed.
"""

import secrets
import sys
import tempfile
from pathlib import Path

from lms import schema
from lms.catalogue import service
from lms.core import config
from lms.core.actor import system
from lms.core.clock import now
from lms.core.db import FAILURES, Database
from lms.core.storage import DiskStorage
from tests import packages


def main(notes: Path) -> None:
    assert schema.metadata.tables
    settings = config.load()
    db, storage = Database(settings.database_url, pool_size=1), DiskStorage(settings.data_dir / "blobs")
    with notes.open("a") as done:
        while True:
            course = f"p-{secrets.token_hex(6)}"
            given = packages.files() | {"extra.txt": secrets.token_bytes(9_000)}
            try:
                with tempfile.TemporaryDirectory() as folder:
                    made = packages.ready(storage, Path(folder), given)
                with db.writing() as session:
                    service.publish_package(session, system("faults"), made, course, now())
            except (*FAILURES, OSError):  # the database is away, or the disk full
                continue
            done.write(f"{course}\n")
            done.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
