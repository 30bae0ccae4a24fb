"""Files by hash: their bytes in the storage, their facts in one table."""

import heapq
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Blob, Draft
from lms.core import upsert
from lms.core.storage import Storage
from lms.engines.content.model import Asset

#: Rows in one statement; a database takes some ten thousand values at most.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Stored:
    hash: str
    size: int
    media_type: str


def put_all(storage: Storage, files: Mapping[str, Asset]) -> dict[str, Stored]:
    """Store the bytes. This syncs to disk, so it comes before any write lock; a blob too many does no harm."""
    return {path: Stored(storage.put(one.data), len(one.data), one.media_type) for path, one in files.items()}


def remember(session: Session, stored: Iterable[Stored]) -> None:
    """Note the facts of stored blobs; those that are known, even to a transaction next to ours, are left alone."""
    rows = {one.hash: {"hash": one.hash, "size": one.size, "media_type": one.media_type} for one in stored}
    # Sorted: two publishers that share files never wait for each other in a circle.
    values = [rows[digest] for digest in sorted(rows)]
    for start in range(0, len(values), AT_ONCE):
        part = upsert.insert(session, Blob).values(values[start : start + AT_ONCE])
        session.execute(part.on_conflict_do_nothing(index_elements=["hash"]))


def named(session: Session) -> Iterator[tuple[str, int | None]]:
    """Every stored file that the database names, in the order of hashes, with its size where that is known. Those of
    drafts are named by their drafts alone."""
    wanted = select(Blob.hash, Blob.size).order_by(Blob.hash).execution_options(yield_per=AT_ONCE)
    kept: Iterator[tuple[str, int | None]] = ((row.hash, row.size) for row in session.execute(wanted))
    drafts = {digest for files in session.scalars(select(Draft.files)) for digest in files.values()}
    last = ""
    for digest, size in heapq.merge(kept, ((one, None) for one in sorted(drafts)), key=lambda one: one[0]):
        if digest != last:
            yield digest, size
        last = digest
