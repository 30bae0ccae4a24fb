"""Slow statements are logged without their values; failures are counted where they happen."""

import logging
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, literal, select, text
from sqlalchemy.exc import DBAPIError

from lms.core import watch
from lms.core.db import Database
from lms.core.statements import Statement
from lms.core.storage import DiskStorage

SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
    "SELECT max(i), :secret FROM n",
    "postgresql": "SELECT pg_sleep(0.05), CAST(:secret AS text)",
}


def _told(caplog: pytest.LogCaptureFixture, statement: str) -> list[dict[str, Any]]:
    """Of this statement alone: on a busy machine, what a new connection asks first may be slow too."""
    told = [one.facts for one in caplog.records if one.name == "lms.slow"]  # type: ignore[attr-defined]
    return [one for one in told if one["statement"][:20] == statement[:20]]


def test_a_slow_statement_is_logged_without_its_values(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    watch.watch(db, 10, lambda: "learning.mine")
    with caplog.at_level(logging.WARNING, "lms.slow"), db.reading() as session:
        session.execute(text(SLOW[db.dialect]), {"secret": "Aminata Diallo"})
    facts = _told(caplog, SLOW[db.dialect])
    assert len(facts) == 1
    assert facts[0]["ms"] >= 10 and facts[0]["endpoint"] == "learning.mine"
    assert facts[0]["statement"].split()[0] in ("SELECT", "WITH") and "Aminata" not in str(facts[0])


LATE_FAILURE = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) "
    "SELECT abs(-9223372036854775807 - (max(i) > 0)) FROM n",
    "postgresql": "SELECT 1 / length(CAST(pg_sleep(0.05) AS text))",
}


def test_a_statement_that_fails_late_is_logged_too(db: Database, caplog: pytest.LogCaptureFixture) -> None:
    watch.watch(db, 10)
    with caplog.at_level(logging.WARNING, "lms.slow"), db.reading() as session, pytest.raises(DBAPIError):
        session.execute(text(LATE_FAILURE[db.dialect])).all()
    assert len(_told(caplog, LATE_FAILURE[db.dialect])) == 1


def test_a_statement_that_goes_straight_to_the_driver_is_timed_too(
    db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    watch.watch(db, 1)
    counted = select(literal(1).label("i")).cte("counted", recursive=True)
    counted = counted.union_all(select(counted.c.i + 1).where(counted.c.i < 100_000))
    with caplog.at_level(logging.WARNING, "lms.slow"), db.reading() as session:
        assert Statement(select(func.max(counted.c.i).label("last"))).first(session, {}).last == 100_000
    assert any("counted" in one.facts["statement"] for one in caplog.records if one.name == "lms.slow")  # type: ignore[attr-defined]


@pytest.mark.parametrize("limit", [0, 600_000])
def test_what_is_fast_enough_is_not_logged(db: Database, limit: int, caplog: pytest.LogCaptureFixture) -> None:
    watch.watch(db, limit)
    with caplog.at_level(logging.WARNING, "lms.slow"), db.reading() as session:
        session.execute(text(SLOW[db.dialect]), {"secret": "x"})
    assert caplog.records == []


def test_a_watched_store_is_the_store(tmp_path: Path) -> None:
    store = watch.Watched(DiskStorage(tmp_path))
    digest = store.put(b"x")
    with store.open(digest) as file:
        data = file.read()
    assert (data, store.path(digest), store.root) == (
        b"x",
        tmp_path / digest[:2] / digest,
        tmp_path,
    )
    with pytest.raises(FileNotFoundError):
        store.open("0" * 64)
