"""The examination: all areas in order, each with its findings, none stopping the next."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lms.operations.areas import addresses, database, files, machine, postgres, records, setting, sqlite, work
from lms.operations.findings import PROBLEM, Finding
from lms.operations.subject import Subject

Check = Callable[[Subject], Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Area:
    """`quick`: asks neither other machines nor every file, so a page may ask it. `of_database`: not without one."""

    name: str
    about: str
    check: Check
    quick: bool = True
    of_database: bool = True


@dataclass(frozen=True, slots=True)
class Examined:
    area: Area
    findings: tuple[Finding, ...]


AREAS = (
    Area("settings", "the settings go together", setting.check, of_database=False),
    Area("database", "the database answers", database.reachable, of_database=False),
    Area("schema", "the schema is that of this release", database.schema),
    Area("guards", "the triggers that guard the records stand", database.guards),
    Area("clocks", "the clocks agree", database.clocks),
    Area("postgresql", "PostgreSQL keeps what it acknowledges", postgres.check),
    Area("sqlite", "SQLite keeps what it acknowledges", sqlite.check),
    Area("folder", "the data folder can be written, by us alone", machine.data_dir, of_database=False),
    Area("room", "there is room on the disks", machine.room, of_database=False),
    Area("storage", "files can be stored", files.store, of_database=False),
    Area("files", "the files of courses are there", files.whole, quick=False),
    Area("fonts", "certificates can be drawn in every script", machine.lettering, quick=False, of_database=False),
    Area("worker", "a worker runs", work.worker),
    Area("jobs", "jobs are done in time", work.jobs),
    Area("mail", "the mail server takes our mail", work.post, quick=False, of_database=False),
    Area("backups", "there is a fresh backup", work.backups, of_database=False),
    Area("addresses", "the addresses lead here", addresses.check, quick=False, of_database=False),
    Area("people", "nobody has a public password, somebody is administrator", records.people),
    Area("certificates", "certificates rest on questions that are not public", records.certificates),
    Area("audit", "the audit log says what was recorded", records.trail, quick=False),
)


def examine(subject: Subject, *, quick: bool = False) -> Iterator[Examined]:
    """Area after area. Without a database that answers and is new enough, what needs one is left out."""
    usable = True
    for area in AREAS:
        if _is_left_out(area, subject, quick) or (area.of_database and not usable):
            continue
        found = tuple(_asked(area, subject))
        if any(one.code in ("database-away", "schema-old", "sqlite-damaged") for one in found):
            usable = False
        yield Examined(area, found)


def _is_left_out(area: Area, subject: Subject, quick: bool) -> bool:
    if quick and not area.quick:
        return True
    if area.name in ("postgresql", "sqlite"):
        return area.name != subject.db.dialect
    return area.name == "audit" and not subject.deep


def _asked(area: Area, subject: Subject) -> Iterator[Finding]:
    try:
        yield from area.check(subject)
    except Exception as error:  # one check that fails must not hide what the others find
        yield Finding("check-failed", f"{area.name}: {type(error).__name__}: {database.in_short(error)}")


def has_problem(examined: list[Examined]) -> bool:
    return any(one.level == PROBLEM for part in examined for one in part.findings)
