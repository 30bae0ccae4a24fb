"""`lms import`, `lms export`: content packages in and out, from the command line."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click

from lms.catalogue import packages, service
from lms.catalogue.packages import Checked, Options, Ready
from lms.catalogue.service import Published
from lms.cli.context import opened, storage
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
@click.option("--marked", is_flag=True, help="Pages that never report are done when the learner marks them as read.")
@click.option("--note", default="", help="Why, for the record of the version.")
@click.option("--json", "as_json", is_flag=True, help="Say what was done as one JSON object.")
def import_(path: Path, course: str | None, marked: bool, note: str, as_json: bool) -> None:
    """Publish a content package: SCORM 1.2, SCORM 2004 or plain IMS, as a ZIP or a folder.

    Lists its problems by file and line and says what it changes. A package with an error is refused, and the command
    ends with 1. The same content is never a second version.
    """
    if path.is_dir() and not packages.is_package(path):
        raise click.ClickException(f"{path} holds no imsmanifest.xml. Name the folder in which it lies.")
    checked, made, error = packages.check(path), None, ""
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


def _bring(checked: Checked, course: str | None, marked: bool, note: str) -> Brought:
    with opened() as (settings, db):
        with db.reading() as session:
            key = packages.chosen(session, checked.package, course)
        ready = packages.prepare(
            storage(settings), checked, Options(packages.MARKED if marked else packages.OPENED, settings.locales)
        )
        with db.writing() as session:
            key = course or packages.chosen(session, ready.package, None)  # somebody may have taken the name
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
        "bytes": sum(one.size for one in made.ready.files.values()),
        "level": published.level if published.created else "",
        "changes": published.changes if published.created else [],
        "problems": problems,
    }
