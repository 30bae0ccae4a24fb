"""`lms db move` as it is typed."""

from collections.abc import Iterator

import pytest

from lms.core.db import Database
from tests.cli.conftest import Run
from tests.core.move.conftest import count
from tests.core.move.conftest import target as empty

target = empty


@pytest.fixture
def address(target: Database) -> Iterator[str]:
    yield target.engine.url.render_as_string(hide_password=False)


def test_the_database_is_moved(run: Run, target: Database, address: str) -> None:
    run("users", "create", "dora", "--name", "Dora", "--role", "administrator")
    done = run("db", "move", "--to", address)
    assert done.code == 0 and "the same by count and hash" in done.out
    assert "lms audit verify finds the same in both: 2 intact" in done.out
    assert count(target, "user_account") == 1


def test_what_is_wrong_with_an_address_is_said(run: Run) -> None:
    done = run("db", "move", "--to", "mysql://x")
    assert done.code == 2 and "--to is not right" in done.err


def test_a_target_that_is_away_is_said(run: Run) -> None:
    done = run("db", "move", "--to", "postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert done.code == 2 and "does not answer" in done.err


def test_the_way_back_is_not_offered(run: Run, address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_DATABASE_URL", address)
    done = run("db", "move", "--to", address)
    assert done.code == 2 and "Only SQLite can be moved from." in done.err
