"""A statement handed straight to the driver says what SQLAlchemy's own execution of it says, on both databases."""

from datetime import UTC, datetime
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import JSON, Boolean, Integer, Numeric, bindparam, column, func, literal, select, text, type_coerce
from sqlalchemy.exc import DBAPIError

from lms.core.clock import now
from lms.core.db import Database, UtcDateTime
from lms.core.jobs import Job
from lms.core.statements import Statement
from tests import postgres
from tests.statements import counted

MOMENT = datetime(2026, 11, 21, 14, 2, 5, 123456, tzinfo=UTC)
VALUES = {
    "text": (literal("수업 ' % \\ :x"), "수업 ' % \\ :x"),
    "number": (literal(2**40), 2**40),
    "time": (literal(MOMENT, UtcDateTime()), MOMENT),
    "decimal": (literal(Decimal("66.70"), Numeric(5, 2)), Decimal("66.70")),
    "truth": (literal(True, Boolean()), True),
    "nothing": (literal(None, UtcDateTime()), None),
}


@pytest.mark.parametrize("name", VALUES)
def test_types_come_out_as_they_went_in(db: Database, name: str) -> None:
    given, expected = VALUES[name]
    with db.reading() as session:
        assert Statement(select(given.label("it"))).first(session, {}).it == expected


def test_json_comes_out_as_values(db: Database) -> None:
    stored = literal('{"a": [1, "é"]}')
    kind = func.json(stored) if db.dialect == "sqlite" else stored.cast(JSON())
    with db.reading() as session:
        assert Statement(select(type_coerce(kind, JSON()).label("it"))).first(session, {}).it == {"a": [1, "é"]}


def test_values_are_bound_each_time(db: Database) -> None:
    wanted = select((bindparam("one", type_=Integer) + 2 * bindparam("two", type_=Integer)).label("sum"))
    statement = Statement(wanted.where(literal(1) == 1).limit(1))
    with db.reading() as session:
        assert [statement.first(session, {"one": 1, "two": n}).sum for n in (1, 2)] == [3, 5]


def test_a_time_without_a_zone_is_refused(db: Database) -> None:
    statement = Statement(select(bindparam("at", type_=UtcDateTime()).label("at")))
    with db.reading() as session, pytest.raises(ValueError, match="without a zone"):
        statement.first(session, {"at": MOMENT.replace(tzinfo=None)})


def test_no_row_is_none(db: Database) -> None:
    with db.reading() as session:
        assert Statement(select(literal(1).label("it")).where(literal(1) == 2)).first(session, {}) is None


def test_it_sees_what_the_session_has_not_flushed(db: Database) -> None:

    jobs = Job.__table__.c
    with db.write_session() as session:
        session.add(Job(name="test", payload={"a": 1}, created_at=now(), run_after=now()))
        assert Statement(select(jobs.payload)).first(session, {}).payload == {"a": 1}


def test_the_database_s_refusal_is_sqlalchemy_s_error(db: Database) -> None:
    with db.reading() as session, pytest.raises(DBAPIError) as refused:
        Statement(select(column("x")).select_from(text("nowhere"))).first(session, {})
    assert refused.value.hide_parameters


def test_it_is_counted(db: Database) -> None:
    statement = Statement(select(literal(1).label("it")))
    with counted(db.engine) as sent, db.reading() as session:
        statement.first(session, {})
    assert len(sent) == 1


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_connection_that_died_is_not_given_out_again(db: Database) -> None:
    statement = Statement(select(func.pg_backend_pid().label("pid")))
    with db.reading() as session:
        pid = statement.first(session, {}).pid
        with db.engine.connect() as other:
            other.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": pid})
        with pytest.raises(DBAPIError) as lost:
            statement.first(session, {})
        assert lost.value.connection_invalidated
    with db.reading() as session:
        assert statement.first(session, {}).pid != pid


@pytest.mark.parametrize("kind", ["postgresql"])
def test_after_a_restart_one_request_meets_a_dead_connection(db: Database) -> None:
    """Of the pool's connections the others are as dead, and are made anew without a word."""
    statement = Statement(select(func.pg_backend_pid().label("pid")))
    with db.reading() as first, db.reading() as second:
        pids = [statement.first(one, {}).pid for one in (first, second)]
    with psycopg.connect(postgres.plain(postgres.admin_url()), autocommit=True) as other:
        for pid in pids:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with db.reading() as session, pytest.raises(DBAPIError):
        statement.first(session, {})
    with db.reading() as first, db.reading() as second:
        assert not {statement.first(one, {}).pid for one in (first, second)} & set(pids)
