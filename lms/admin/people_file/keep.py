"""The file between looking and doing: on the server, for a day, for the person who brought it, under a name that nobody
can guess."""

import secrets
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.core import jobs
from lms.core.errors import NotFound
from lms.core.storage import Storage

#: Before the file's own bytes: no other blob can be taken for a list of people, and the hash cannot be guessed.
MARK = b"list of people\n"
OWNER, SALT = 8, 32
KEPT_FOR = timedelta(days=1)


def keep(session: Session, storage: Storage, owner: int, data: bytes, now: datetime) -> str:
    """Store the file and have it forgotten in a day; returns what it is found by."""
    digest = storage.put(_head(owner) + secrets.token_bytes(SALT) + data)
    jobs.enqueue(session, "people.forget-file", {"file": digest}, now, after=now + KEPT_FOR)
    return digest


def find(storage: Storage, owner: int, digest: str) -> bytes:
    """Raises NotFound when it was forgotten, or never was a list of people that this person brought."""
    try:
        with storage.open(digest) as file:
            data = file.read()
    except (FileNotFoundError, ValueError):
        raise NotFound() from None
    if not data.startswith(_head(owner)):
        raise NotFound()
    return data[len(MARK) + OWNER + SALT :]


def _head(owner: int) -> bytes:
    return MARK + owner.to_bytes(OWNER, "big")
