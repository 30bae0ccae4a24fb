"""`lms doctor`: what is wrong here, and what to do."""

import dataclasses
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click

from lms.cli.context import storage
from lms.core import config
from lms.core.db import Database
from lms.core.errors import SettingError
from lms.operations import doctor as examining
from lms.operations.doctor import Area, Examined
from lms.operations.findings import Finding
from lms.operations.subject import Subject

_SETTINGS = Area("settings", "", lambda _subject: iter(()))


@click.command()
@click.option("--deep", is_flag=True, help="Read every file and every row that can be verified. May take hours.")
@click.option("--mail", "mail_to", metavar="ADDRESS", default="", help="Send a message there.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
def doctor(deep: bool, mail_to: str, as_json: bool) -> None:
    """Examine settings, database, disk, worker, mail and files. Ends with 1 when there is a problem."""
    examined = []
    for part in _examine(deep, mail_to):
        examined.append(part)
        if not as_json:
            for line in _lines(part):
                click.echo(line)
    if as_json:
        click.echo(json.dumps(_as_json(examined), ensure_ascii=False, indent=1))
    if examining.has_problem(examined):
        sys.exit(1)


def _examine(deep: bool, mail_to: str) -> Iterator[Examined]:
    try:
        with _subject(deep, mail_to) as subject:
            yield from examining.examine(subject)
    except SettingError as error:  # the settings are the first thing that is examined
        yield Examined(_SETTINGS, (Finding("setting-wrong", str(error).rstrip(".")),))


@contextmanager
def _subject(deep: bool, mail_to: str) -> Iterator[Subject]:
    settings = config.load()
    db = Database(settings.database_url, pool_size=2)
    try:
        yield Subject(settings, db, storage(settings), deep=deep, mail_to=mail_to)
    finally:
        db.close()


def _lines(part: Examined) -> Iterator[str]:
    if not part.findings:
        yield f"ok       {part.area.name}: {part.area.about}"
    for one in part.findings:
        yield f"{one.level:8} {one.code}: {one.sentence} {one.do}"


def _as_json(examined: list[Examined]) -> dict[str, object]:
    findings = [
        dataclasses.asdict(one) | {"area": part.area.name, "level": one.level, "sentence": one.sentence, "do": one.do}
        for part in examined
        for one in part.findings
    ]
    well = [part.area.name for part in examined if not part.findings]
    return {"problem": examining.has_problem(examined), "findings": findings, "ok": well}
