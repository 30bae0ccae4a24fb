"""A filled database keeps its rows and its triggers through migrations, and refuses to forget."""

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms.accounts.models import UserSession
from lms.accounts.notices import latest
from lms.accounts.service import privacy
from lms.catalogue import queries as catalogue
from lms.catalogue import service as catalogue_service
from lms.catalogue.models import PackageTree
from lms.certificates import service as certificates
from lms.core import migrate
from lms.core.db import Database
from lms.quizzes import service as quizzes
from lms.scorm.models import PackageLaunch, PackageRun, ScoAttempt
from migrations import triggers
from tests.certificates.finished import NOON, complete_tiny
from tests.people import Someone, make_people
from tests.quizzes.scene import Scene, all_answers, save, started


@pytest.fixture
def filled(db: Database, tmp_path: Path) -> Database:
    """Something in every table that a trigger guards."""
    with db.writing() as session:
        people = make_people(session)
        registration = complete_tiny(session, people.alice, tmp_path)
        certificates.issue(session, registration, NOON)
        privacy.accept(session, people.alice.id, latest("en"), NOON)
        version = catalogue.course_by_key(session, "tiny-course").current_version_id
        attempt = started(session, Scene(people.alice, registration, version))
        save(session, Scene(people.alice, registration, version), attempt, all_answers(session, attempt))
        quizzes.send(session, people.alice.actor, attempt.id, NOON)
        one = next(q for q in catalogue.questions(session, version, "tiny-bank") if q["kind"] == "single")
        new = one["source"] | {"answers": [a | {"right": True} for a in one["source"]["answers"]]}
        catalogue_service.correct_key(
            session, people.bob.actor, version, "tiny-bank", one["key"], new, "all are right", NOON
        )
        _run_package(session, people.alice, registration, version)
    return db


def _run_package(session: Session, person: Someone, registration: int, version: int) -> None:
    session.add(PackageTree(version_id=version, standard="scorm-1.2", organization={}, facts={}))
    run = {"label": "a", "seed": "b", "sequencing": {}, "own": {}, "decision": {}, "waiting": {}, "made_at": NOON}
    session.add(PackageRun(registration_id=registration, **run))
    sign_in = {"created_at": NOON, "last_seen_at": NOON, "expires_at": NOON}
    signed_in = UserSession(token_hash="c", user_id=person.id, **sign_in)
    session.add(signed_in)
    session.flush()
    launch = {"session_id": signed_in.id, "code_hash": "d", "code_until": NOON, "started_at": NOON}
    session.add(PackageLaunch(registration_id=registration, user_id=person.id, **launch))
    attempt = {"phase": "ended", "data": {}, "told": [], "began_at": NOON, "changed_at": NOON}
    session.add(ScoAttempt(registration_id=registration, activity_key="sco-1", number=1, **attempt))


def _counts(db: Database) -> dict[str, int]:
    tables = triggers.APPEND_ONLY + triggers.NEVER_DELETED
    with db.engine.connect() as connection:
        return {table: connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() for table in tables}


def test_every_guarded_table_has_rows_to_lose(filled: Database) -> None:
    assert [table for table, rows in _counts(filled).items() if rows == 0] == []


def _statements(db: Database) -> list[str]:
    changes = [f"UPDATE {table} SET {_column(table)} = {_column(table)}" for table in triggers.APPEND_ONLY]
    deletions = [f"DELETE FROM {table}" for table in triggers.APPEND_ONLY + triggers.NEVER_DELETED]
    emptying = [f"TRUNCATE {table} CASCADE" for table in triggers.APPEND_ONLY + triggers.NEVER_DELETED]
    return changes + deletions + (emptying if db.dialect == "postgresql" else [])


def _column(table: str) -> str:
    return {"audit_event": "verb", "learning_event": "kind", "completion": "evidence", "key_correction": "reason"}.get(
        table, "locale"
    )


def _accepted(db: Database) -> list[str]:
    """Statements that were not refused, each tried in a transaction of its own."""
    passed = []
    for statement in _statements(db):
        try:
            with db.writing() as session:
                session.execute(text(statement))
            passed.append(statement)
        except DBAPIError as error:
            assert "append-only" in str(error)
    return passed


def test_nothing_can_be_changed_deleted_or_emptied(filled: Database) -> None:
    assert _accepted(filled) == []


def test_a_second_migration_run_keeps_every_row(filled: Database) -> None:
    before = _counts(filled)
    migrate.upgrade(filled)
    assert _counts(filled) == before


@pytest.mark.parametrize("table", ["audit_event", "learning_event", "registration", "course_version"])
def test_a_batch_change_keeps_rows_and_triggers(filled: Database, table: str) -> None:
    """On SQLite a batch change rebuilds the table: it drops triggers and could cascade, as no migration may."""
    before = _counts(filled)
    with filled.engine.connect() as connection:
        if filled.dialect == "sqlite":
            migrate.switch_foreign_keys(connection, on=False)
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table(table, recreate="always" if filled.dialect == "sqlite" else "auto") as batch:
            batch.add_column(sa.Column("later", sa.Integer))
        triggers.create_all(connection)
        connection.commit()
    assert (_counts(filled), _accepted(filled)) == (before, [])
