"""Our own list of people as CSV, which our own import reads back without a change."""

import csv
import io
from collections.abc import Iterable, Iterator

from lms.accounts.queries import AccountRow
from lms.core.cells import safe

#: Heads in order; the last two are for reading only.
COLUMNS = (
    "user_name",
    "id",
    "email",
    "native_name",
    "latin_name",
    "country",
    "institution",
    "timezone",
    "language",
    "roles",
    "state",
    "created_at",
)


def chunks(batches: Iterable[list[AccountRow]]) -> Iterator[bytes]:
    """UTF-8 with a byte-order mark, so that spreadsheets read every script; lines end in CRLF (RFC 4180)."""
    yield b"\xef\xbb\xbf" + _lines([COLUMNS])
    for batch in batches:
        yield _lines(map(_row, batch))


def _row(account: AccountRow) -> tuple[str, ...]:
    person = account.person
    return (
        person.user_name,
        person.public_id,
        person.email or "",
        person.native_name,
        person.latin_name,
        person.country,
        person.institution,
        person.timezone,
        person.locale,
        ", ".join(person.roles),
        account.state,
        account.created_at.isoformat(timespec="seconds"),
    )


def _lines(rows: Iterable[tuple[str, ...]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerows(map(safe, row) for row in rows)
    return buffer.getvalue().encode()
