"""Several releases and several nodes on one database."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import text

from lms.core import migrate
from lms.core.db import Database


@pytest.fixture
def newer(db: Database) -> Database:
    """As a later release leaves it."""
    with db.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'of_a_later_release'"))
    return db


def test_a_schema_of_a_later_release_is_not_behind(newer: Database) -> None:
    assert (migrate.is_behind(newer), migrate.is_current(newer)) == (False, False)


def test_a_schema_of_a_later_release_is_left_alone(newer: Database) -> None:
    migrate.upgrade(newer)
    with newer.reading() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == "of_a_later_release"


def test_the_schema_of_the_release_before_is_behind(db: Database) -> None:
    with db.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = :before"), {"before": migrate.known()[1]})
    assert migrate.is_behind(db)


@pytest.fixture
def empty(kind: str, db: Database, tmp_path: Path) -> Database:
    """Without any table, as before the very first start."""
    if kind == "sqlite":
        return Database(f"sqlite:///{tmp_path / 'empty.db'}")
    with db.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    return db


def test_three_nodes_that_start_at_once_migrate_once(empty: Database) -> None:
    together = Barrier(3)

    def start() -> bool:
        own = Database(empty.engine.url.render_as_string(hide_password=False))
        together.wait(60)
        migrate.upgrade(own)
        done = migrate.is_current(own)
        own.close()
        return done

    with ThreadPoolExecutor(3) as pool:
        started = [pool.submit(start) for _ in range(3)]
        assert [one.result(180) for one in started] == [True, True, True]
    empty.close()
