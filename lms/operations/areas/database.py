"""Of both databases: does it answer, is it of this release, do the guards of the records stand?"""

from collections.abc import Iterator

from sqlalchemy import text

from lms.core import migrate, node
from lms.core.db import FAILURES
from lms.operations.findings import Finding
from lms.operations.subject import Subject

#: Seconds; more, and times of different nodes no longer say what came first.
MOST_DIFFERENCE = 2.0


def reachable(subject: Subject) -> Iterator[Finding]:
    """When this finds something, nothing else about the database can be asked."""
    try:
        with subject.db.reading() as session:
            session.execute(text("SELECT 1"))
    except FAILURES as error:
        yield Finding("sqlite-damaged" if is_damage(error) else "database-away", in_short(error))


def is_damage(error: Exception) -> bool:
    return any(words in str(error) for words in ("malformed", "not a database"))


def in_short(error: Exception) -> str:
    said = str(getattr(error, "orig", None) or error).strip().splitlines() or [type(error).__name__]
    return said[0].rstrip(".")[:200]


def schema(subject: Subject) -> Iterator[Finding]:
    if migrate.is_behind(subject.db):
        yield Finding("schema-old")
    elif not migrate.is_current(subject.db):
        yield Finding("schema-newer")


def wanted_triggers(dialect: str) -> dict[str, str]:
    """Name of the trigger → its table."""
    append_only, never_deleted = migrate.guarded()
    if dialect == "postgresql":
        return {f"{table}_no_{act}": table for table in append_only + never_deleted for act in ("change", "truncate")}
    both = {f"{table}_no_{act}": table for table in append_only for act in ("update", "delete")}
    return both | {f"{table}_no_delete": table for table in never_deleted}


def guards(subject: Subject) -> Iterator[Finding]:
    question = {
        "sqlite": "SELECT name, 'O' FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal "
        "AND tgrelid IN (SELECT oid FROM pg_class WHERE relnamespace = current_schema()::regnamespace)",
    }[subject.db.dialect]
    with subject.db.reading() as session:
        stand = {row[0]: row[1] for row in session.execute(text(question))}
    for name in sorted(wanted_triggers(subject.db.dialect)):
        state = stand.get(name)
        if state is None:
            yield Finding("trigger-missing", name)
        elif (state if isinstance(state, str) else state.decode()) in ("D", "R"):
            yield Finding("trigger-disabled", name)


def clocks(subject: Subject) -> Iterator[Finding]:
    with subject.db.reading() as session:
        ahead = node.clock_ahead(session, subject.clock)
    if ahead is not None and abs(ahead) > MOST_DIFFERENCE:
        yield Finding("clock-differs", f"this machine is {abs(ahead):.1f} s {'ahead' if ahead > 0 else 'behind'}")
