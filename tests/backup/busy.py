"""A process that writes until it is killed, and notes each number once its commit has returned.

`python -m tests.backup.busy DATABASE NOTES FIRST`; with `checkpoints` for NOTES it empties the log instead.
"""

import contextlib
import os
import random
import sqlite3
import sys
import time
from pathlib import Path

from lms.core.db import Database
from tests.backup.writing import write


def main() -> None:
    path, notes, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    if notes == "checkpoints":
        disturb(path, random.Random(first))
    db = Database(f"sqlite:///{path}")
    handle = os.open(notes, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    number = first
    while True:
        number += 1
        write(db, number)
        os.write(handle, f"{number} {time.time()}\n".encode())


def disturb(path: Path, moments: random.Random) -> None:
    """As the product, other programs and people may do: empty the log in every way, and read for a while."""
    while True:
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA busy_timeout=100")
            kind = moments.choice(("PASSIVE", "FULL", "RESTART", "TRUNCATE", "read"))
            with contextlib.suppress(sqlite3.OperationalError):
                if kind == "read":
                    connection.execute("BEGIN")
                    connection.execute("SELECT count(*) FROM audit_event").fetchone()
                    time.sleep(moments.random() * 0.3)
                else:
                    connection.execute(f"PRAGMA wal_checkpoint({kind})")
        time.sleep(moments.random() * 0.05)


if __name__ == "__main__":
    main()
