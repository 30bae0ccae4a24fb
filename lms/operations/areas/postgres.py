"""What in PostgreSQL weakens the promise that nothing acknowledged is lost, or stops the product."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from lms.operations.findings import Finding
from lms.operations.subject import Subject

OLDEST = 140_000
#: A standby is behind when it lacks so many bytes, or is so many seconds late.
MOST_BYTES, MOST_SECONDS = 256_000_000, 60
#: Of a web process besides its threads, and of the worker: see docs/database.md.
BESIDES, OF_WORKER = 8, 8


def check(subject: Subject) -> Iterator[Finding]:
    if subject.db.dialect != "postgresql":
        return
    with subject.db.reading() as session:
        yield from _durable(session)
        yield from _standbys(session)
        yield from _room(session, subject)
        yield from _kind(session)
        yield from _sequences(session)


def _show(session: Session, name: str) -> str:
    return str(session.scalar(text("SELECT current_setting(:name, true)"), {"name": name}) or "")


def _durable(session: Session) -> Iterator[Finding]:
    if _show(session, "fsync") == "off":
        yield Finding("postgres-fsync")
    if _show(session, "full_page_writes") == "off":
        yield Finding("postgres-full-pages")
    commit, named = _show(session, "synchronous_commit"), _show(session, "synchronous_standby_names")
    if commit == "off":
        yield Finding("postgres-commit", "it is off")
    elif named and commit in ("local", "remote_write"):
        yield Finding("postgres-commit-standby", f"it is {commit}")
    if _show(session, "data_checksums") == "off":
        yield Finding("postgres-checksums")


def _standbys(session: Session) -> Iterator[Finding]:
    """Who may not see the standbys gets a row for each all the same, without a word in it."""
    rows = session.execute(
        text(
            "SELECT application_name, state, sync_state, "
            "pg_wal_lsn_diff(pg_current_wal_flush_lsn(), flush_lsn) AS bytes, "
            "extract(epoch FROM flush_lag) AS seconds FROM pg_stat_replication WHERE NOT pg_is_in_recovery()"
        )
    ).all()
    if any(row.state is None for row in rows):
        yield Finding("postgres-standby-hidden")
        return
    if _show(session, "synchronous_standby_names") and not any(row.sync_state in ("sync", "quorum") for row in rows):
        yield Finding("postgres-standby-gone")
    for row in rows:
        if (row.bytes or 0) > MOST_BYTES or (row.seconds or 0) > MOST_SECONDS:
            yield Finding("postgres-standby-late", f"{row.application_name} by {int(row.bytes or 0) // 1_000_000} MB")


def _room(session: Session, subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    need = settings.web_workers * (settings.web_threads + BESIDES) + OF_WORKER
    have = int(_show(session, "max_connections")) - int(_show(session, "superuser_reserved_connections"))
    if have < need:
        yield Finding("postgres-connections", f"{have} are free for the product, this node may take {need}")


def _kind(session: Session) -> Iterator[Finding]:
    version = int(_show(session, "server_version_num"))
    if version < OLDEST:
        yield Finding("postgres-old", _show(session, "server_version"))
    if (encoding := _show(session, "server_encoding")) != "UTF8":
        yield Finding("postgres-encoding", f"it is {encoding}")
    if version >= 150_000:
        changed = session.execute(
            text(
                "SELECT datcollversion, pg_database_collation_actual_version(oid) AS actual FROM pg_database "
                "WHERE datname = current_database()"
            )
        ).one()
        if changed.datcollversion and changed.datcollversion != changed.actual:
            yield Finding("postgres-collation", f"from {changed.datcollversion} to {changed.actual}")
    if _show(session, "is_superuser") == "on":
        yield Finding("postgres-superuser")
    if _show(session, "autovacuum") == "off":
        yield Finding("postgres-autovacuum")


def _sequences(session: Session) -> Iterator[Finding]:
    owned = session.execute(
        text(
            "SELECT t.relname AS name, a.attname AS number, s.oid::regclass::text AS sequence FROM pg_class s "
            "JOIN pg_depend d ON d.objid = s.oid AND d.classid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') "
            "JOIN pg_class t ON t.oid = d.refobjid "
            "JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid "
            "WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace ORDER BY 1"
        )
    ).all()
    for row in owned:
        # Names come from the catalogue of the database itself, quoted by it.
        state = session.execute(
            text(
                f"SELECT (SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {row.sequence}) AS at, "
                f'(SELECT max("{row.number}") FROM "{row.name}") AS most'
            )
        ).one()
        if state.most is not None and state.most > state.at:
            yield Finding("sequence-behind", f"{row.sequence} is at {state.at}, {row.name} at {state.most}")
