"""Everything that stands in SQLite stands in PostgreSQL afterwards, and what cannot is named before."""

import json
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from lms import schema
from lms.audit import verify
from lms.core import jobs
from lms.core.db import Database
from lms.core.jobs import Job
from lms.core.move import Moved, Refused, compare, move, source
from lms.core.move import target as into
from lms.core.move.canonical import Sum, text_of
from tests.architecture.sources import ROOT
from tests.core.move.conftest import HARD, NOON, count


def _move(origin: Path, target: Database) -> Moved:
    return move(origin, target, schema.metadata, lambda _line: None)


def _change(path: Path, statement: str, *values: Any) -> None:
    """Past all guards, as no service could."""
    with closing(sqlite3.connect(path)) as connection:
        for trigger in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {trigger[0]}")
        connection.execute(statement, values)
        connection.commit()


def test_every_row_is_moved(origin: Path, target: Database) -> None:
    moved = _move(origin, target)
    assert {name: count(target, name) for name in schema.metadata.tables} == moved.rows
    assert moved.rows["job"] >= 40 and moved.rows["learning_event"] > 0 and moved.rows["audit_detail"] > 0


def test_values_are_what_they_were(origin: Path, target: Database) -> None:
    _move(origin, target)
    with target.reading() as session:
        job = session.scalars(select(Job).where(Job.name == "note").order_by(Job.id).limit(1)).one()
    assert (job.payload, job.run_after) == (HARD | {"number": 0}, NOON)


def test_the_audit_log_verifies_afterwards(origin: Path, target: Database) -> None:
    _move(origin, target)
    with target.reading() as session:
        assert {one.state for one in verify.check(session)} == {"intact"}


def test_new_rows_get_new_ids(origin: Path, target: Database) -> None:
    _move(origin, target)
    with target.writing() as session:
        before = session.scalars(select(Job.id)).all()
        jobs.enqueue(session, "note", {}, NOON)
        assert max(session.scalars(select(Job.id)).all()) > max(before)


def test_records_cannot_be_changed_afterwards(origin: Path, target: Database) -> None:
    _move(origin, target)
    with pytest.raises(DBAPIError, match="append-only"), target.writing() as session:
        session.execute(text("UPDATE learning_event SET kind = kind"))


def test_nothing_of_the_move_is_left(origin: Path, target: Database) -> None:
    _move(origin, target)
    with target.reading() as session:
        assert session.execute(text(f"SELECT to_regclass('{into.PROGRESS}')")).scalar() is None


#: A move that kills itself once so many parts are committed.
KILLED = """
import os, signal, sys
from pathlib import Path
from lms import schema
from lms.core.db import Database
from lms.core.move import move, target
target.MOST_ROWS = 3
left, keep = [int(sys.argv[3])], target.keep
def counted(connection, *given, **named):
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    keep(connection, *given, **named)
    if left[0] == 1 and sys.argv[4] == "after":
        connection.commit()
        os.kill(os.getpid(), signal.SIGKILL)
target.keep = counted
move(Path(sys.argv[1]), Database(sys.argv[2]), schema.metadata, lambda line: None)
"""


def _killed(origin: Path, target: Database, parts: int, when: str) -> None:
    url = target.engine.url.render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(origin), url, str(parts), when], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


@pytest.mark.parametrize(("parts", "when"), [(1, "before"), (15, "before"), (30, "after")])
def test_a_move_that_was_killed_goes_on(origin: Path, target: Database, parts: int, when: str) -> None:
    _killed(origin, target, parts, when)
    lines: list[str] = []
    moved = move(origin, target, schema.metadata, lines.append)
    assert "Going on with a move that was begun before." in lines
    assert {name: count(target, name) for name in schema.metadata.tables} == moved.rows


def test_what_was_copied_before_a_kill_is_not_copied_again(
    origin: Path, target: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    _killed(origin, target, 30, "after")
    before = sum(count(target, name) for name in schema.metadata.tables)
    stored: list[int] = []
    keep = into.keep

    def counted(connection: Any, table: Any, last: Any, *, done: bool) -> None:
        stored.append(0 if done else 1)
        keep(connection, table, last, done=done)

    monkeypatch.setattr(into, "MOST_ROWS", 1)
    monkeypatch.setattr(into, "keep", counted)
    assert before > 0 and _move(origin, target).total == before + sum(stored)


def test_a_source_that_was_written_to_since_is_refused(origin: Path, target: Database) -> None:
    _killed(origin, target, 15, "before")
    _change(origin, "DELETE FROM job WHERE id = (SELECT max(id) FROM job)")
    with pytest.raises(Refused, match="another state of the source"):
        _move(origin, target)


def test_a_difference_that_is_planted_is_found(origin: Path, target: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the copy and the comparison somebody changes a time by a microsecond and takes a row away."""
    sums_of = compare.sums_of

    def disturbed(db: Database, metadata: Any) -> dict[str, Sum]:
        with db.writing() as session:
            session.execute(text("UPDATE job SET run_after = run_after + interval '1 microsecond' WHERE id = 7"))
            session.execute(text("DELETE FROM audit_detail WHERE event_id = 1"))
        return sums_of(db, metadata)

    monkeypatch.setattr(compare, "sums_of", disturbed)
    with pytest.raises(Refused) as refused:
        _move(origin, target)
    assert "job: 41 rows in the source, 41 in the target; different: [7]" in str(refused.value)
    assert "in the target; different: [1]" in str(refused.value)


def test_a_source_in_use_is_refused(origin: Path, target: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "PATIENCE", 1)
    other = Database(f"sqlite:///{origin}")
    with other.reading() as session:
        session.execute(select(Job.id)).first()
    with pytest.raises(Refused, match="Stop the product"):
        _move(origin, target)
    other.close()


def test_nobody_writes_into_the_source_meanwhile(origin: Path) -> None:
    locked = pytest.raises(sqlite3.OperationalError, match="locked")
    with source.alone(origin), closing(sqlite3.connect(origin, timeout=0)) as other, locked:
        other.execute("SELECT count(*) FROM job")


def test_a_target_with_other_data_is_refused(origin: Path, target: Database) -> None:
    _move(origin, target)
    with pytest.raises(Refused, match="already holds data"):
        _move(origin, target)


def test_a_target_of_something_else_is_refused(origin: Path, target: Database) -> None:
    with target.writing() as session:
        session.execute(text("CREATE TABLE invoices (id integer)"))
    with pytest.raises(Refused, match="something else"):
        _move(origin, target)


def test_a_source_with_an_older_schema_is_refused(origin: Path, target: Database) -> None:
    _change(origin, "UPDATE alembic_version SET version_num = '0001'")
    with pytest.raises(Refused, match="lms db upgrade"):
        _move(origin, target)


@pytest.mark.parametrize(
    ("column", "value", "why"),
    [
        ("error", "a\0b", "error holds a NUL character"),
        ("name", "x" * 61, "name is longer than 60 characters"),
        ("payload", json.dumps({"a": ["b\0"]}), "payload holds a NUL character"),
        ("payload", '{"a": "\\ud800"}', "payload holds half of a character"),
        ("payload", '{"a": NaN}', "payload holds a number that is none"),
        ("attempts", 2**31, "attempts is no whole number that fits"),
        ("error", b"\xff", "error is no text"),
    ],
)
def test_what_postgresql_cannot_hold_is_named_first(
    origin: Path, target: Database, column: str, value: Any, why: str
) -> None:
    _change(origin, f"UPDATE job SET {column} = ? WHERE id = 9", value)
    with pytest.raises(Refused) as refused:
        _move(origin, target)
    assert f"job [9]: {why}" in str(refused.value)
    with target.reading() as session:
        assert session.execute(text("SELECT to_regclass('job')")).scalar() is None


def test_what_cannot_be_read_is_named_too(origin: Path, target: Database) -> None:
    _change(origin, "UPDATE job SET payload = '{' WHERE id = 9")
    with pytest.raises(Refused, match=r"job after \[8\]: cannot be read"):
        _move(origin, target)


def test_rows_that_refer_to_nothing_are_named(origin: Path, target: Database) -> None:
    _change(origin, "UPDATE audit_detail SET event_id = 999 WHERE event_id = 1")
    with pytest.raises(Refused, match="audit_detail row 999: refers to a row of audit_event"):
        _move(origin, target)


def test_a_sum_does_not_depend_on_the_order_and_sees_every_value(origin: Path) -> None:
    with source.alone(origin) as connection:
        columns = list(Job.__table__.columns)
        texts = [text_of(columns, row) for row in source.rows(connection, Job.__table__)]
    forward, backward, other = Sum(), Sum(), Sum()
    for one in texts:
        forward.add(one)
    for one in reversed(texts):
        backward.add(one)
    for one in texts[1:]:
        other.add(one)
    other.add(texts[0] + " ")
    assert forward.digest == backward.digest != other.digest
