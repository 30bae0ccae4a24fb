"""pgbouncer that hands out a server for each transaction: nothing may be kept of one to the next."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from lms.core import migrate
from lms.core.db import Database
from tests.nodes.databases import fresh

#: psycopg prepares what it has run five times.
TIMES = 12


@pytest.fixture
def pooled() -> Iterator[Database]:
    with fresh(pooled=True) as url:
        db = Database(url)
        yield db
        db.close()


def test_what_is_asked_often_is_not_prepared(pooled: Database) -> None:
    """Fails when a connection counts on what only its last server has prepared."""
    with pooled.engine.connect() as one, pooled.engine.connect() as other:
        for number in range(TIMES):
            if number == TIMES - 1:
                other.execute(text("SELECT 1"))  # and holds the server that `one` has had so far
            assert one.scalar(text("SELECT :number + 0"), {"number": number}) == number
            one.commit()


def test_without_a_pooler_it_is_prepared() -> None:
    with fresh() as url:
        db = Database(url)
        with db.reading() as session:
            for number in range(TIMES):
                session.scalar(text("SELECT :number + 0"), {"number": number})
            prepared = session.scalar(text("SELECT count(*) FROM pg_prepared_statements"))
        db.close()
    assert prepared


def test_the_schema_is_made_through_it(pooled: Database) -> None:
    migrate.upgrade(pooled)
    assert migrate.is_current(pooled)


def test_a_snapshot_holds_through_it(pooled: Database) -> None:
    with pooled.snapshot() as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "repeatable read"
    with pooled.reading() as session:
        assert session.scalar(text("SHOW transaction_isolation")) == "read committed"
