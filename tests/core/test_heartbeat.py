"""A worker is seen while it lives, says that it ends, and is missed when it does not."""

from datetime import UTC, datetime, timedelta

from lms.core import heartbeat
from lms.core.db import Database
from lms.core.heartbeat import ALIVE, Heart, Seen

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def _seen(db: Database) -> list[Seen]:
    with db.reading() as session:
        return heartbeat.workers(session)


def test_a_beat_is_one_row_however_often(db: Database) -> None:
    moments = iter([NOON, NOON, NOON + timedelta(seconds=15)])
    heart = Heart(db, lambda: next(moments))
    heart.beat()
    heart.beat()
    assert [(one.started_at, one.seen_at) for one in _seen(db)] == [(NOON, NOON + timedelta(seconds=15))]


def test_it_says_what_it_does(db: Database) -> None:
    heart = Heart(db, lambda: NOON)
    with heart.doing("package.publish"):
        heart.beat()
    assert [(one.doing, one.doing_since) for one in _seen(db)] == [("package.publish", NOON)]


def test_it_says_that_it_ends(db: Database) -> None:
    heart = Heart(db, lambda: NOON)
    heart.beat()
    heart.stop()
    assert _seen(db) == []


def test_one_that_ended_without_a_word_is_missed_and_one_day_later_forgotten(db: Database) -> None:
    Heart(db, lambda: NOON).beat()
    assert not _seen(db)[0].alive(NOON + ALIVE + timedelta(seconds=1))
    other = Heart(db, lambda: NOON + timedelta(days=2))
    other.name = "another:1"
    other.beat()
    assert [one.name for one in _seen(db)] == ["another:1"]


def test_a_database_that_is_away_does_not_end_it() -> None:
    away = Database("postgresql+psycopg://nobody@127.0.0.1:1/none")
    Heart(away, lambda: NOON).stop()
