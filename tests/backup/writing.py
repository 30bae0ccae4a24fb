"""Somebody who writes audit events one after the other, and knows which of them were acknowledged."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from lms.audit import service as audit
from lms.audit.models import AuditEvent
from lms.core.actor import system
from lms.core.clock import now
from lms.core.db import Database

SUBJECT = "written"


class Writer:
    """`acknowledged` is the number of the last event whose commit has returned."""

    def __init__(self, db: Database) -> None:
        self.acknowledged = 0
        self._db = db
        self._told = threading.Condition()
        self._stop = False
        self._thread = threading.Thread(target=self._write)

    def _write(self) -> None:
        number = 0
        while not self._stop:
            number += 1
            write(self._db, number)
            with self._told:
                self.acknowledged = number
                self._told.notify_all()

    def wait_for(self, number: int) -> None:
        with self._told:
            assert self._told.wait_for(lambda: self.acknowledged >= number, 180)

    @contextmanager
    def busy(self) -> Iterator[None]:
        self._thread.start()
        try:
            yield
        finally:
            self._stop = True
            self._thread.join()


def write(db: Database, number: int) -> None:
    """Commits that span several pages, so that a torn one would show."""
    with db.writing() as session:
        new = {"number": number, "text": "x" * (number % 7 * 1_000)}
        audit.record(session, system("test"), "test.written", (SUBJECT, number), now(), new=new)


def written(db: Database) -> list[int]:
    with db.reading() as session:
        found = session.scalars(select(AuditEvent.subject_id).where(AuditEvent.subject_type == SUBJECT))
        return sorted(int(one) for one in found)
