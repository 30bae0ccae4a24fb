"""`lms grades`: the export of the gradebook, from the command line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from lms.catalogue import queries as catalogue
from lms.core import config, files, replica
from lms.core.clock import now
from lms.core.db import Database
from lms.reports import export
from lms.reports.export import Grades
from lms.reports.export.rows import FIXED, PER_ACTIVITY, Value


@click.group()
def grades() -> None:
    """Grades: export them, or list the columns of an export."""


@grades.command("export")
@click.argument("course")
@click.option("--format", "form", type=click.Choice(sorted(export.FORMATS)), default="csv", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write, else standard output.")
def export_(course: str, form: str, output: Path | None) -> None:
    """Write all grades of COURSE, from one moment. A file appears only when it is whole."""
    if output is None and form == "xlsx" and sys.stdout.isatty():
        raise click.UsageError("A workbook cannot be shown in a terminal. Name a file with --output.")
    settings = config.load()
    db = Database(settings.database_url, pool_size=1, copy=settings.reports_database_url)
    with replica.reading(db, now()) as (session, moment):
        row = catalogue.course_by_key(session, course)
        if row is None:
            known = ", ".join(one.key for one in catalogue.list_courses(session, retired=True)) or "none"
            raise click.ClickException(f"There is no course {course!r}. Courses: {known}.")
        opened = export.open_grades(session, row, moment)
        with _target(output) as file, _progress(opened) as counted:
            export.write(counted, form, file)
    db.close()
    if output is not None:
        click.echo(f"Wrote {opened.total} rows to {output}", err=True)


@grades.command("columns")
def columns() -> None:
    """List the columns of an export and what each holds."""
    for name, about in (FIXED | PER_ACTIVITY).items():
        click.echo(f"{name:24} {about}")


@contextmanager
def _target(output: Path | None) -> Iterator[BinaryIO]:
    if output is None:
        yield sys.stdout.buffer
        return
    try:
        with files.whole(output) as file:
            yield file
    except OSError as error:
        raise click.ClickException(f"{output} cannot be written: {error.strerror}.") from None


@contextmanager
def _progress(opened: Grades) -> Iterator[Grades]:
    """The same rows, with a bar on standard error while somebody watches."""
    with click.progressbar(
        length=opened.total, label="Exporting", file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as bar:

        def rows() -> Iterator[list[Value]]:
            for row in opened.rows:
                yield row
                bar.update(1)

        yield Grades(opened.course_key, opened.as_of, opened.columns, opened.total, rows())
