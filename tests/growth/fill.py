"""Years of other people's records, written past the services: as many events as asked for, in the order of time, so
that those of one registration lie scattered as in a database that has grown."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Table, select, text

from lms import schema
from lms.core.db import Database

#: Events of a page, pages of a registration.
A_PAGE, PAGES = 8, 62
#: Courses that the others take.
COURSES = 20
#: Ids of the others begin here.
FIRST = 1_000_000
#: What one person brings along, by table: how many rows of each.
ROWS = {
    "user_account": 1,
    "enrolment": 1,
    "registration": 1,
    "activity_state": 3,
    "quiz_attempt": 1,
    "quiz_response": 6,
    "user_session": 2,
    "audit_event": 4,
    "audit_detail": 4,
    "job": 2,
}
Tell = Callable[[str], None]


def fill(db: Database, events: int, pens: int, tell: Tell = lambda _line: None) -> int:
    """Returns how many registrations have events now; `pens` of them are those of the site itself."""
    people = max(20, events // (A_PAGE * PAGES) - pens)
    with db.engine.connect() as connection:
        _unguarded(connection)
        _others(connection, people)
        tell(f"{people} people")
        spread = pens + people
        blocks = events // A_PAGE
        for begin in range(0, blocks, 125_000):
            _events(connection, begin, min(begin + 125_000, blocks), spread, pens)
            tell(f"{min(begin + 125_000, blocks) * A_PAGE} events")
        connection.commit()
    if db.dialect == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
    else:
        db.tidy()
    db.close()
    return spread


def _unguarded(connection: Connection) -> None:
    """Without looking up what every row refers to."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("SET synchronous_commit = off"))
    else:
        connection.rollback()
        driver: Any = connection.connection.driver_connection
        for pragma in ("foreign_keys=off", "synchronous=off", "cache_size=-2000000"):
            driver.execute(f"PRAGMA {pragma}")


def _others(connection: Connection, people: int) -> None:
    tables = schema.metadata.tables
    course = _first(connection, tables["course"])
    connection.execute(
        tables["course"].insert(), [course | {"id": FIRST + n, "key": f"other-{n}"} for n in range(COURSES)]
    )
    for name, each in ROWS.items():
        table = tables[name]
        model = _first(connection, table)
        for part in _parts(_row(table, model, number, of) for number in range(people) for of in range(each)):
            connection.execute(table.insert(), part)


def _first(connection: Connection, table: Table) -> dict[str, Any]:
    row = connection.execute(select(table).limit(1)).first()
    assert row, f"the site has no row in {table.name}"
    return dict(row._mapping)


def _parts(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    source = iter(rows)
    while part := list(islice(source, 5_000)):
        yield part


def _row(table: Table, model: dict[str, Any], number: int, of: int) -> dict[str, Any]:
    """A row like one of the site's, of person `number`."""
    own, one = FIRST + number, FIRST + number * ROWS[table.name] + of
    changed: dict[str, Any] = {"id": one} if "id" in table.c else {}
    for column in ("user_id", "enrolment_id", "registration_id", "attempt_id"):
        if column in table.c:
            changed[column] = own
    course = FIRST + number % COURSES
    match table.name:
        case "user_account":
            changed |= {"user_name": f"other.{number}", "email": f"other.{number}@example.org"}
            changed |= {"public_id": f"other-{number}", "sort_name": f"other {number * 7919 % 1_000_003:07}"}
        case "enrolment" | "registration":
            changed["course_id"] = course
        case "activity_state":
            changed["activity_key"] = ("doors", "hands", "tiny-quiz")[of]
        case "quiz_attempt":
            changed |= {"state": "closed", "deadline_at": None}
        case "quiz_response":
            changed["question_key"] = f"question-{of}"
        case "user_session":
            changed["token_hash"] = f"{one:064x}"
        case "audit_event":
            changed |= {"subject_type": "registration", "subject_id": str(own), "digest": f"{one:064x}"}
        case "audit_detail":
            changed["event_id"] = one
        case "job":
            changed |= {"dedupe": f"other:{one}", "done_at": model["created_at"]}
    return model | changed


_COLUMNS = (
    "registration_id, page_load, number, activity_key, attempt_id, kind, body, body_hash, outcome, reason, "
    "occurred_at, received_at, actor_id, session_id"
)
#: Whose turn a block of eight events is: everybody once a round, in another order each time.
_WHOSE = "(k * 7919 + k / :spread * 104729) % :spread"
_OF = f"CASE WHEN {_WHOSE} < :pens THEN {_WHOSE} + 1 ELSE {FIRST} + {_WHOSE} - :pens END"
_FILL = {
    "postgresql": f"""
        INSERT INTO learning_event ({_COLUMNS})
        SELECT r, page_load, n, CASE WHEN k % 3 = 0 THEN 'doors' ELSE 'tiny-quiz' END, NULL, 'answer',
          jsonb_build_object('question', 'question-' || n, 'response', jsonb_build_object('choice', substr(h, n, 8))),
          h || md5(n || h), 'applied', '', at, at, {FIRST} + r, {FIRST} + r
        FROM (SELECT k, {_OF} AS r, to_hex(1700000000 + k) || '-' || substr(md5(k::text), 1, 16) AS page_load,
                md5('b' || k) AS h, timestamptz '2021-01-01' + k * interval '1 second' AS at
              FROM generate_series(CAST(:begin AS bigint), CAST(:last AS bigint) - 1) k OFFSET 0) b
        CROSS JOIN generate_series(1, {A_PAGE}) n""",
    "sqlite": f"""
        WITH RECURSIVE ks(k) AS (SELECT :begin UNION ALL SELECT k + 1 FROM ks WHERE k + 1 < :last),
          ns(n) AS (VALUES {", ".join(f"({n})" for n in range(1, A_PAGE + 1))}),
          b AS MATERIALIZED (SELECT k, {_OF} AS r,
            printf('%08x-%s', 1700000000 + k, lower(hex(randomblob(8)))) AS page_load,
            strftime('%Y-%m-%d %H:%M:%S.000000', 1609459200 + k, 'unixepoch') AS at FROM ks)
        INSERT INTO learning_event ({_COLUMNS})
        SELECT r, page_load, n, CASE WHEN k % 3 = 0 THEN 'doors' ELSE 'tiny-quiz' END, NULL, 'answer',
          '{{"question":"question-' || n || '","response":{{"choice":"' || lower(hex(randomblob(4))) || '"}}}}',
          lower(hex(randomblob(32))), 'applied', '', at, at, {FIRST} + r, {FIRST} + r
        FROM b CROSS JOIN ns""",
}


def _events(connection: Connection, begin: int, end: int, spread: int, pens: int) -> None:
    given = {"begin": begin, "last": end, "spread": spread, "pens": pens}
    connection.execute(text(_FILL[connection.dialect.name]), given)
