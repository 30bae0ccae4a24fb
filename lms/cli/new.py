"""`lms new`: begin a course, module, lesson or bank."""

import re
from pathlib import Path

import click

from lms.catalogue.folders import BANK, COURSE
from lms.cli import starters
from lms.cli.context import called, content_roots
from lms.cli.insert import NoPlace, add_lesson, add_module
from lms.cli.workbook import COLUMNS, BadWorkbook, read_workbook

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
Folder = click.Path(exists=True, file_okay=False, path_type=Path)
Root = click.option(
    "--in", "root", type=Folder, help="Folder that holds modules/ and quizzes/; else the first of LMS_CONTENT_PATH."
)


class Name(click.ParamType):
    name = "id"

    def convert(self, value: str, param: click.Parameter | None, context: click.Context | None) -> str:
        if len(value) > 60 or not ID.fullmatch(value):
            self.fail(f"{value!r} is no id: use lower-case letters, digits and hyphens, at most 60.", param, context)
        return value


@click.group()
def new() -> None:
    """Begin a course, module, lesson or bank."""


@new.command()
@click.argument("name", metavar="ID", type=Name())
@click.option("--title", help="Title of the course.")
@click.option("--language", default="en", show_default=True, help="Language of the original.")
@Root
def course(name: str, title: str | None, language: str, root: Path | None) -> None:
    """Write modules/ID and a bank quizzes/ID-bank that lms check finds nothing wrong with."""
    root = root or content_roots()[0]
    folder, bank = root / "modules" / name, f"{name[:55]}-bank"
    values = {"id": name, "title": _quoted(title or _words(name)), "language": language, "bank": bank}
    module = starters.MODULE.format(id="first-module", title="First module", lesson="first-lesson")
    _write(folder / COURSE, starters.COURSE.format(**values, module=module, folder=folder.as_posix()))
    lesson = {"title": "First lesson", "objective": "first-objective", "check": "first-check"}
    _write(folder / "first-module" / "first-lesson.md", starters.LESSON.format(**lesson))
    _write_bank(root / "quizzes" / bank, bank, language)
    click.echo(f"Next: {called()} preview {folder.as_posix()}")


@new.command()
@click.argument("path", metavar="COURSE", type=Folder)
@click.argument("name", metavar="ID", type=Name())
@click.option("--title", help="Title of the module.")
def module(path: Path, name: str, title: str | None) -> None:
    """Add the module ID with one lesson to the course in the folder COURSE."""
    head, lesson = _head(path), f"{name[:53]}-lesson"
    text = starters.MODULE.format(id=name, title=_quoted(title or _words(name)), lesson=lesson)
    file = path / name / f"{lesson}.md"
    _refuse_existing(file)
    changed, objective = _placed(lambda: add_module(head.read_text(encoding="utf-8"), name, lesson, text))
    _write(file, starters.LESSON.format(title=_words(lesson), objective=objective, check=f"{name[:53]}-check"))
    head.write_text(changed, encoding="utf-8", newline="")
    click.echo(f"changed {head}")


@new.command()
@click.argument("path", metavar="COURSE", type=Folder)
@click.argument("module_id", metavar="MODULE", type=Name())
@click.argument("name", metavar="ID", type=Name())
@click.option("--title", help="Title of the lesson.")
def lesson(path: Path, module_id: str, name: str, title: str | None) -> None:
    """Add the lesson ID at the end of the module MODULE of the course in the folder COURSE."""
    head, file = _head(path), path / module_id / f"{name}.md"
    _refuse_existing(file)
    text = head.read_text(encoding="utf-8")
    changed, objective = _placed(lambda: add_lesson(text, module_id, name, f"{module_id}/{name}.md"))
    values = {"title": _quoted(title or _words(name)), "objective": objective, "check": f"{name[:53]}-check"}
    _write(file, starters.LESSON.format(**values))
    head.write_text(changed, encoding="utf-8", newline="")
    click.echo(f"changed {head}")


@new.command()
@click.argument("name", metavar="ID", type=Name())
@click.option(
    "--from",
    "workbook",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Workbook (.xlsx) with one question a row.",
)
@click.option("--columns", is_flag=True, help="List the columns of such a workbook.")
@click.option("--language", default="en", show_default=True, help="Language of the questions.")
@Root
def bank(name: str, workbook: Path | None, columns: bool, language: str, root: Path | None) -> None:
    """Write the bank quizzes/ID, with three examples or with the questions of a workbook."""
    if columns:
        for column, about in COLUMNS.items():
            click.echo(f"{column:22} {about}")
        return
    folder = (root or content_roots()[0]) / "quizzes" / name
    if workbook is None:
        _write_bank(folder, name, language)
        return
    _refuse_existing(folder / BANK)
    try:
        files = read_workbook(workbook, name, language)
    except BadWorkbook as bad:
        for problem in bad.problems:
            click.echo(str(problem))
        raise click.ClickException(f"Problems in {workbook}: {len(bad.problems)}. Nothing was written.") from None
    for path, text in files.items():
        _write(folder / path, text)


def _write_bank(folder: Path, name: str, language: str) -> None:
    _write(folder / BANK, starters.BANK.format(id=name, title=_quoted(_words(name)), language=language))
    _write(folder / "questions.yaml", starters.QUESTIONS)


def _write(path: Path, text: str) -> None:
    _refuse_existing(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}.") from None
    click.echo(f"wrote {path}")


def _refuse_existing(path: Path) -> None:
    if path.exists():
        raise click.ClickException(f"{path} exists already. Choose another name.")


def _head(path: Path) -> Path:
    if not (path / COURSE).is_file():
        raise click.ClickException(f"{path} is not a course: it holds no {COURSE}.")
    return path / COURSE


def _placed(change):  # type: ignore[no-untyped-def]
    try:
        return change()
    except NoPlace as error:
        raise click.ClickException(str(error)) from None


def _words(name: str) -> str:
    return name.replace("-", " ").capitalize()


def _quoted(text: str) -> str:
    """Inside the double quotes of YAML."""
    return text.replace("\\", "\\\\").replace('"', '\\"')
