"""The only place that reads the wall clock."""

from datetime import UTC, datetime


def now() -> datetime:
    """The current time in UTC; records never hold a local time."""
    return datetime.now(UTC)
