"""`lms check`, `lms sync`, `lms content`: authored folders and their courses from the command line."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session

from lms.catalogue import folders, packages, queries
from lms.catalogue import service as catalogue
from lms.catalogue import sync as syncing
from lms.catalogue.folders import BANK, COURSE, Found
from lms.catalogue.packages import Options
from lms.catalogue.sync import Outcome
from lms.cli.context import content_roots, opened, package_limits, storage
from lms.core.actor import system
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import Conflict, Invalid, NotFound
from lms.engines.content.difference import Change
from lms.engines.content.model import Loaded
from lms.engines.content.restamp import restamp
from lms.engines.source.problem import Problem

Folder = click.Path(exists=True, file_okay=False, path_type=Path)
STATES = {
    "published": "version {number} published ({level}).",
    "first": "version {number} published.",
    "current": "version {number}, nothing to do.",
    "older": "this is version {number}; a newer one is current. Nothing was done.",
}


@click.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
def check(paths: tuple[Path, ...], strict: bool) -> None:
    """List everything that is wrong, one problem a line: path:line:column: severity: message.

    PATH is a course, a bank, a folder that holds modules/ and quizzes/, or a SCORM package (a ZIP, or a folder with
    imsmanifest.xml). Without one, the folders of LMS_CONTENT_PATH are checked. Ends with 1 when there is an error.
    """
    packed = [path for path in paths if packages.is_package(path)]
    authored = [path for path in paths if path not in packed]
    wanted, known = _wanted(authored if paths else content_roots())
    packed_too = len(packed) + len(wanted.packages)
    limits = package_limits()
    problems = syncing.check_all(known, wanted, limits)
    problems += [one for path in packed for one in packages.check(path, limits).problems]
    for problem in problems:
        click.echo(str(problem))
    click.echo(_summary(wanted, packed_too, problems), err=True)
    if not wanted.courses and not wanted.banks and not packed_too:
        raise click.ClickException("No course and no bank was found. A course is a folder that holds course.yaml.")
    if syncing.has_errors(problems) or (strict and problems):
        sys.exit(1)


def _wanted(paths: Sequence[Path]) -> tuple[Found, Found]:
    """What is to be checked, and that together with the banks it may draw from."""
    wanted, around = Found(), []
    for path in paths:
        kind = next((name for name in (COURSE, BANK) if (path / name).is_file()), None)
        if kind is None:
            wanted.add(folders.search([path]))
            continue
        wanted.add(_one(path.resolve(), kind))
        around.append(path.resolve().parent.parent)
    banks = folders.search_banks([*around, *content_roots()]) if around else {}
    known = Found(dict(wanted.courses), banks | wanted.banks, list(wanted.problems))
    return wanted, known


def _one(path: Path, kind: str) -> Found:
    folder, problems = folders.read_folder(path)
    found = Found(problems=problems)
    (found.courses if kind == COURSE else found.banks)[path.name] = folder
    return found


def _summary(found: Found, packed: int, problems: Sequence[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    parts = (
        _count(len(found.courses), "course"),
        *([_count(packed, "package")] if packed else []),
        f"{_count(len(found.banks), 'bank')} checked",
        _count(errors, "error"),
        _count(len(problems) - errors, "warning"),
    )
    return ", ".join(parts)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


@click.command()
@click.option("--dry-run", is_flag=True, help="Say what would change, publish nothing.")
@click.option("--note", default="", help="Why, for the record of the version.")
def sync(dry_run: bool, note: str) -> None:
    """Publish every course and package of LMS_CONTENT_PATH whose content was never published before.

    Says what changed against the current version and how far-reaching it looks: editorial, minor or major.
    A course with an error is left as it is, and the command ends with 1.
    """
    roots = content_roots()
    with opened() as (settings, db):
        whole = _compare_all(db, roots) if dry_run else publish_all(settings, db, roots, click.echo, note)
    if not whole:
        sys.exit(1)


def publish_all(
    settings: Settings,
    db: Database,
    roots: Sequence[Path],
    say: Callable[[str], Any],
    note: str = "",
    clock: Callable[[], datetime] = now,
) -> bool:
    """Every course in a transaction of its own; False when one could not be published."""
    found, whole = folders.search(roots), True
    for problem in found.problems:
        say(str(problem))
        whole = False
    publisher = _Publisher(settings, db, say, note, clock)
    for name, loaded in syncing.load_courses(found):
        whole &= publisher.course(name, loaded)
    for name, path in sorted(found.packages.items()):
        whole &= publisher.package(name, path)
    return whole


@dataclass(frozen=True)
class _Publisher:
    """Each method says what became of one course, and returns False when it could not be published."""

    settings: Settings
    db: Database
    say: Callable[[str], Any]
    note: str
    clock: Callable[[], datetime]

    def course(self, name: str, loaded: Loaded) -> bool:
        course = loaded.course
        if not self._readable(name, loaded.problems, course) or course is None:
            return False
        act = partial(syncing.bring, self.db, storage(self.settings), system("sync"), course, self.clock(), self.note)
        return self._bring(name, act)

    def package(self, name: str, path: Path) -> bool:
        checked = packages.check(path, self.settings.package_limits)
        if not self._readable(name, checked.problems, checked.package):
            return False
        options = Options(languages=self.settings.locales)
        where = (self.db, storage(self.settings), system("sync"))
        act = partial(syncing.bring_package, *where, name, checked, options, self.clock(), self.note)
        return self._bring(name, act)

    def _readable(self, name: str, problems: Sequence[Problem], found: object) -> bool:
        for problem in problems:
            self.say(str(problem))
        if found is None:
            self.say(f"{name}: not published, because of the errors above.")
        return found is not None

    def _bring(self, name: str, act: Callable[[], Outcome]) -> bool:
        try:
            outcome = act()
        except (Conflict, Invalid) as error:
            self.say(f"{name}: {error.message}")
            return False
        _tell(outcome, self.say, self.settings.mode == "production")
        return True


def _compare_all(db: Database, roots: Sequence[Path]) -> bool:
    found = folders.search(roots)
    problems = list(found.problems)
    with db.reading() as session:
        for name, loaded in syncing.load_courses(found):
            problems += loaded.problems
            if loaded.course:
                _tell_compared(session, name, *syncing.compare(session, loaded.course))
        for name, path in sorted(found.packages.items()):
            checked = packages.check(path, package_limits())
            problems += checked.problems
            if checked.package:
                kept = packages.kept_setting(session, name) or packages.OPENED
                ready = packages.describe(checked, Options(kept))
                _tell_compared(session, name, *syncing.compare_package(session, name, ready))
    for problem in problems:
        click.echo(str(problem))
    return not syncing.has_errors(problems)


def _tell_compared(session: Session, name: str, level: str, changes: Sequence[dict[str, Any]]) -> None:
    known = queries.course_by_key(session, name)
    first = "new: it would be published as version 1" if not (known and known.current_version_id) else ""
    click.echo(f"{name}: {first or (f'proposed: {level}' if changes else 'nothing has changed')}.")
    _tell_changes(changes, click.echo)


def _tell(outcome: Outcome, say: Callable[[str], Any], production: bool) -> None:
    state = "first" if outcome.state == "published" and not outcome.level else outcome.state
    say(f"{outcome.key}: {STATES[state].format(number=outcome.number, level=outcome.level)}")
    _tell_changes(outcome.changes, say)
    if outcome.practice and outcome.certificate and production:
        say(f"{outcome.key}: warning: it gives a certificate, but rests on a practice bank whose answers are public.")


def _tell_changes(changes: Sequence[dict[str, Any]], say: Callable[[str], Any]) -> None:
    for change in changes:
        say(f"  {change['level']}: {Change(**change)}")


@click.group()
def content() -> None:
    """Stamp translations; retire and reopen courses."""


@content.command()
@click.argument("paths", metavar="FOLDER...", nargs=-1, required=True, type=Folder)
def stamp(paths: tuple[Path, ...]) -> None:
    """Write into every translation which original it was made from.

    To stamp is to say that you have compared the translation with the original as it is now.
    FOLDER is a course, a bank, or a folder that holds modules/ and quizzes/.
    """
    wanted, _known = _wanted(paths)
    written = 0
    for folder in [*wanted.courses.values(), *wanted.banks.values()]:
        for path, data in restamp(folder).items():
            target = Path(folder.full(path))
            target.write_bytes(data)
            click.echo(f"stamped {target}")
            written += 1
    click.echo(f"{_count(written, 'file')} changed." if written else "All stamps are right already.", err=True)


@content.command()
@click.argument("course")
@click.option("--reason", required=True, help="Why, for the audit log.")
def retire(course: str, reason: str) -> None:
    """Take COURSE out of the catalogue.

    It takes nobody new. Who has begun goes on, and all records stay.
    """
    _decide(catalogue.retire, course, reason)
    click.echo(f"{course}: retired. It takes nobody new.")


@content.command()
@click.argument("course")
@click.option("--reason", required=True, help="Why, for the audit log.")
def reopen(course: str, reason: str) -> None:
    """Put a retired COURSE back into the catalogue."""
    _decide(catalogue.reopen, course, reason)
    click.echo(f"{course}: open again.")


def _decide(act: Callable[..., None], course: str, reason: str) -> None:
    with opened() as (_settings, db), db.writing() as session:
        try:
            act(session, system("cli"), course, reason, now())
        except NotFound:
            known = ", ".join(one.key for one in queries.list_courses(session, retired=True)) or "none"
            raise click.ClickException(f"There is no course {course!r}. Courses: {known}.") from None
        except (Conflict, Invalid) as error:
            raise click.ClickException(f"{course}: {error.message}") from None
