"""One page of a list by key: page 200 costs what page 1 costs, and a row that comes or goes shifts nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Select, tuple_
from sqlalchemy.orm import Session

PAGE = 50


class Place(Protocol):
    """After the row with this key and id or, when `back`, before it."""

    @property
    def key(self) -> Any: ...
    @property
    def id(self) -> int: ...
    @property
    def back(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Page:
    """The rows in order, and whether there are more on either side."""

    rows: Sequence[Any]
    more_before: bool
    more_after: bool


def page(
    session: Session,
    wanted: Select[Any],
    key: Any,
    row_id: Any,
    place: Place | None,
    *,
    size: int = PAGE,
    descending: bool = False,
) -> Page:
    """`wanted` without an order; `key` and `row_id` are its columns that order the list, or the id alone."""
    back = place is not None and place.back
    falls = descending != back
    columns = [row_id] if key is None else [key, row_id]
    if place is not None:
        here, there = tuple_(*columns), tuple_(*([place.id] if key is None else [place.key, place.id]))
        wanted = wanted.where(here < there if falls else here > there)
    order = [column.desc() for column in columns] if falls else columns
    rows = list(session.execute(wanted.order_by(*order).limit(size + 1)))
    more, rows = len(rows) > size, rows[:size]
    if back:
        return Page(rows[::-1], more, True)
    return Page(rows, place is not None, more)
