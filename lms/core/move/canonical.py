"""One text for a row, whichever database it comes from, and one hash for a table, in whatever order its rows come."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Column, Numeric, Row, Table

#: Whole numbers up to here mean the same in every reading of JSON.
EXACT = 2**53


def text_of(columns: Iterable[Column[Any]], row: Row[Any]) -> str:
    """Raises ValueError where JSON holds a number that is none."""
    values = [_value(column, value) for column, value in zip(columns, row, strict=True)]
    return json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True, allow_nan=False)


def _value(column: Column[Any], value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, JSON):
        return _plain(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    if isinstance(column.type, Numeric):
        return f"{Decimal(value):.{column.type.scale}f}"
    return value


def _plain(value: Any) -> Any:
    """PostgreSQL keeps numbers of JSON as decimal ones: 1e2 comes back as 100."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value or abs(value) == float("inf"):
        return value
    if abs(value) < EXACT and value == int(value):
        return int(value)
    try:
        return float(value)
    except OverflowError:
        return str(value)


@dataclass(slots=True)
class Sum:
    """Rows of a table and the sum of their hashes, which does not depend on their order."""

    rows: int = 0
    total: int = 0

    def add(self, text: str) -> None:
        self.rows += 1
        self.total += int.from_bytes(hashlib.sha256(text.encode()).digest())

    @property
    def digest(self) -> str:
        return f"{self.total % 2**256:064x}"


def key_of(table: Table, row: Row[Any]) -> list[Any]:
    """The values of the primary key, as they stand in the row of all columns."""
    return [row._mapping[column] for column in table.primary_key.columns]


def fingerprint(sums: dict[str, Sum]) -> str:
    """Of the whole database."""
    lines = [f"{name} {one.rows} {one.digest}" for name, one in sorted(sums.items())]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
