"""INSERT … ON CONFLICT, which both databases speak and SQLAlchemy spells twice."""

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert(session: Session, table: Any) -> Any:
    """An insert that has `on_conflict_do_nothing` and `on_conflict_do_update`, for the session's database."""
    return into(table, dialect_of(session))


def dialect_of(session: Session) -> str:
    return session.get_bind().dialect.name


def into(table: Any, dialect: str) -> Any:
    """The same for statements that are built once and kept."""
    return (postgresql if dialect == "postgresql" else sqlite).insert(table)
