"""`lms import`, `lms export`: content packages in and out, from the command line."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import click
from sqlalchemy.orm import Session

from lms.catalogue import packages, queries, service
from lms.catalogue.packages import Checked, Options, Ready
from lms.catalogue.queries import VersionRow
from lms.catalogue.service import Published
from lms.cli.context import opened, package_limits, storage
from lms.core import files as disk
from lms.core.actor import system
from lms.core.clock import now
from lms.core.errors import Conflict, Invalid
from lms.engines.content.difference import Change

Json = dict[str, Any]
ACTOR = system("import")


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of one package."""

    key: str
    ready: Ready
    published: Published

    @property
    def activities(self) -> int:
        """What can be launched."""
        return sum("href" in one for one in self.ready.outline["activities"].values())


@click.command("import")
@click.argument("path", metavar="FILE.zip|FOLDER", type=click.Path(exists=True, path_type=Path))
@click.option("--course", metavar="ID", help="The course it is a version of; without one, by the package's title.")
@click.option(
    "--marked/--opened",
    default=None,
    help="Pages that never report are done when the learner marks them as read, or when they were opened. "
    "Without either, as the course has it; a new course: opened.",
)
@click.option("--note", default="", help="Why, for the record of the version.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as one JSON object.")
def import_(path: Path, course: str | None, marked: bool | None, note: str, as_json: bool) -> None:
    """Publish a content package: SCORM 1.2, SCORM 2004 or plain IMS, as a ZIP or a folder.

    Lists its problems by file and line and says what it changes. A package with an error is refused, and the command
    ends with 1. The same content is never a second version.
    """
    checked, made, error = packages.check(path, package_limits()), None, ""
    try:
        made = _bring(checked, course, marked, note) if checked.package else None
    except (Conflict, Invalid) as refused:
        error = refused.message
    if made is None:
        error = error or f"{path} was not imported, because of the errors above."
    if as_json:
        click.echo(json.dumps(_facts(checked, made, error), ensure_ascii=False, indent=2))
    else:
        _tell(checked, made)
    if error:
        raise click.ClickException(error)


def _bring(checked: Checked, course: str | None, marked: bool | None, note: str) -> Brought:
    package = checked.package
    assert package is not None
    with opened() as (settings, db):
        with db.reading() as session:
            kept = packages.kept_setting(session, packages.chosen(session, package, course))
        asked = kept or packages.OPENED if marked is None else packages.MARKED if marked else packages.OPENED
        ready = packages.describe(checked, Options(asked, settings.locales))
        packages.store(storage(settings), checked, ready)
        with db.writing() as session:
            key = packages.chosen(session, ready.package, course)  # asked again: a free name may be taken by now
            return Brought(key, ready, service.publish_package(session, ACTOR, ready, key, now(), note))


def _tell(checked: Checked, made: Brought | None) -> None:
    for problem in checked.problems:
        click.echo(str(problem))
    if made is None:
        return
    found = made.ready.files.values()
    click.echo(
        f"{made.key}: {made.ready.package.title}, {made.ready.package.standard}, "
        f"{made.activities:,} activities, {len(found):,} files, {sum(one.size for one in found):,} bytes."
    )
    if hosts := made.ready.facts["hosts"]:
        click.echo(f"{made.key}: its pages load from other hosts, which are shut until allowed: {', '.join(hosts)}.")
    published = made.published
    if not published.created:
        click.echo(f"{made.key}: this content is version {published.number}, which is the current one. Nothing is new.")
        return
    level = f" ({published.level})" if published.level else ""
    click.echo(f"{made.key}: version {published.number} published{level}.")
    for change in published.changes:
        click.echo(f"  {change['level']}: {Change(**change)}")


def _facts(checked: Checked, made: Brought | None, error: str) -> Json:
    problems = [asdict(one) for one in checked.problems]
    if made is None:
        return {"imported": False, "error": error, "problems": problems}
    package, published = made.ready.package, made.published
    return {
        "imported": True,
        "course": made.key,
        "version": published.number,
        "created": published.created,
        "hash": made.ready.hash,
        "standard": package.standard,
        "title": package.title,
        "identifier": package.identifier,
        "activities": made.activities,
        "files": len(made.ready.files),
        "hosts": made.ready.facts["hosts"],
        "bytes": sum(one.size for one in made.ready.files.values()),
        "level": published.level if published.created else "",
        "changes": published.changes if published.created else [],
        "problems": problems,
    }


@click.command()
@click.argument("course")
@click.argument("target", metavar="FILE.zip", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--version", "number", type=int, help="Which version; without one, the current.")
def export(course: str, target: Path, number: int | None) -> None:
    """Write a version of the package COURSE as a ZIP, with the entries it came with: their names and their bytes."""
    with opened() as (settings, db):
        with db.reading() as session:
            version = _version(session, course, number)
            facts, files = queries.package(session, version.id), queries.files(session, version.id)
        if facts is None:
            raise click.ClickException(f"{course} is written in files. Its folder is its source; there is no package.")
        _write(target, packages.exported(storage(settings), facts.facts, files, version.published_at))
    click.echo(f"{course}, version {version.number}: {len(files):,} files written to {target}.")


def _version(session: Session, course: str, number: int | None) -> VersionRow:
    row = queries.course_by_key(session, course)
    if row is None or row.current_version_id is None:
        known = ", ".join(one.key for one in queries.list_courses(session, retired=True)) or "none"
        raise click.ClickException(f"There is no course {course!r}. Courses: {known}.")
    versions = queries.versions(session, row.id)
    wanted = [one for one in versions if one.number == number or (number is None and one.id == row.current_version_id)]
    if not wanted:
        raise click.ClickException(f"{course} has no version {number}. The newest is {versions[0].number}.")
    return wanted[0]


def _write(target: Path, exported: Callable[[BinaryIO], None]) -> None:
    """A file appears only when it is whole."""
    try:
        with disk.whole(target) as file:
            exported(file)
    except OSError as error:
        raise click.ClickException(f"{target} cannot be written: {error.strerror}.") from None
