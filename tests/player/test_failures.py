"""What a page is told when the server cannot store: it keeps what it has, and tries again when that can help."""

import errno
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy.exc import DataError, OperationalError

from lms.player import runtime
from tests.client import Client
from tests.player.desk import Desk, alice_takes


def _raising(error: Exception) -> Callable[..., object]:
    def receive(*_given: object) -> object:
        raise error

    return receive


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked")), 503),
        (sqlite3.OperationalError("database is locked"), 503),
        (DataError("INSERT", {}, ValueError("value too long")), 500),
        (OSError(errno.ENOSPC, "No space left on device"), 507),
    ],
)
def test_each_failure_has_its_status(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    alice_takes(client, tmp_path)
    desk = Desk(client).open()
    monkeypatch.setattr(runtime.service, "receive", _raising(error))
    reply = desk.post("operations", desk.batch(desk.op("init")))
    assert (reply.status_code, "Retry-After" in reply.headers) == (status, status != 500)
