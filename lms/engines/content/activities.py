"""The modules of course.yaml: lessons and quizzes in their order, with ids that are unique."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lms.engines.content.fit import did_you_mean, fit
from lms.engines.content.model import Bank, Draw, Folder, Quiz
from lms.engines.content.questions.source import plain_number
from lms.engines.content.schema.common import ID, MOST_ID
from lms.engines.content.schema.course import CourseFile, LessonEntry, ModuleEntry, QuizEntry
from lms.engines.content.sheet import Sheet
from lms.engines.source.address import BadAddress, folder_path


@dataclass(frozen=True)
class Entry:
    """A lesson or quiz as course.yaml names it; `path` is that of a lesson's file, empty when there is none."""

    id: str
    module_id: str
    entry: LessonEntry | QuizEntry
    path: str = ""

    @property
    def requires(self) -> tuple[str, ...]:
        return tuple(name for name in self.entry.requires if name)


def read_entries(course: CourseFile, sheet: Sheet, folder: Folder) -> list[Entry]:
    entries: list[Entry] = []
    seen: dict[str, int] = {}
    for module in course.modules:
        _once(module.id, module.where("id"), seen, sheet)
        for entry in _of_module(module, sheet, folder):
            key = "lesson" if isinstance(entry.entry, LessonEntry) else "quiz"
            _once(entry.id, entry.entry.where(key), seen, sheet)
            entries.append(entry)
    return entries


def _once(name: str, where: tuple[str | int, ...], seen: dict[str, int], sheet: Sheet) -> None:
    """Modules and activities share one set of names, because `requires` may name either."""
    if name and name in seen:
        sheet.error(where, f'"{name}" is here twice (first on line {seen[name]}); give each its own id')
    elif name:
        seen[name] = sheet.document.at(where).line


def _of_module(module: ModuleEntry, sheet: Sheet, folder: Folder) -> Iterator[Entry]:
    where = module.where("activities")
    if not isinstance(module.activities, list):
        sheet.error(where, 'expected a list of activities, each beginning with "- lesson:" or "- quiz:"')
        return
    if not module.activities and "activities" in _raw(sheet, module):
        sheet.error(where, "the module has no activities; add a lesson or a quiz")
    for index, value in enumerate(module.activities):
        entry = _entry(value, (*where, index), sheet)
        if isinstance(entry, LessonEntry):
            yield _lesson(entry, module.id, sheet, folder)
        elif entry:
            yield Entry(entry.quiz, module.id, entry)


def _raw(sheet: Sheet, module: ModuleEntry) -> Any:
    value = sheet.document.value
    for step in module.where():
        value = value[step]
    return value


def _entry(value: Any, where: tuple[str | int, ...], sheet: Sheet) -> LessonEntry | QuizEntry | None:
    if isinstance(value, dict) and "lesson" in value:
        return fit(sheet, LessonEntry, where, value)
    if isinstance(value, dict) and "quiz" in value:
        return fit(sheet, QuizEntry, where, value)
    sheet.error(where, "expected an activity: lesson: path.md, or quiz: id")
    return None


def _lesson(entry: LessonEntry, module_id: str, sheet: Sheet, folder: Folder) -> Entry:
    where = entry.where("lesson")
    if not entry.lesson:
        return Entry("", module_id, entry)
    try:
        path = folder_path(entry.lesson)
    except BadAddress as error:
        sheet.error(where, str(error))
        return Entry("", module_id, entry)
    stem = path.rpartition("/")[2].removesuffix(".md")
    if not path.endswith(".md"):
        sheet.error(where, f'a lesson is a Markdown file, ending in .md; this is "{path}"')
    elif not ID.fullmatch(stem) or len(stem) > MOST_ID:
        sheet.error(
            where, f'"{stem}" is no id: lower-case letters, digits, hyphens, at most {MOST_ID}; rename the file'
        )
    elif path not in folder.files:
        lessons = sorted(one for one in folder.files if one.endswith(".md"))
        sheet.error(where, f'there is no file "{path}"; {did_you_mean(path, lessons, "put it there")}')
    else:
        return Entry(stem, module_id, entry, path)
    return Entry(stem if ID.fullmatch(stem) else "", module_id, entry)


def make_quiz(entry: Entry) -> Quiz:
    quiz = entry.entry
    assert isinstance(quiz, QuizEntry)
    return Quiz(
        id=quiz.quiz,
        module_id=entry.module_id,
        bank=quiz.bank,
        draw=tuple(Draw(one.objective, one.count) for one in quiz.draw),
        pass_percent=plain_number(quiz.pass_percent),
        attempts=quiz.attempts,
        cool_down_minutes=quiz.cool_down_minutes,
        time_limit_minutes=quiz.time_limit_minutes,
        score=quiz.score,
        shuffle={"questions": quiz.shuffle.questions, "answers": quiz.shuffle.answers},
        review=quiz.review,
        accept_late_seconds=quiz.accept_late_seconds,
        requires=entry.requires,
    )


def check_draw(quiz: QuizEntry, bank: Bank, objectives: Mapping[str, str], sheet: Sheet) -> None:
    """A quiz must always find as many questions as it draws."""
    seen: set[str] = set()
    for draw in quiz.draw:
        if not draw.objective:
            continue
        if draw.objective not in objectives:
            known = did_you_mean(draw.objective, list(objectives))
            sheet.error(draw.where("objective"), f'the bank "{bank.id}" has no objective "{draw.objective}"; {known}')
            continue
        if draw.objective in seen:
            sheet.error(draw.where("objective"), f'"{draw.objective}" is drawn twice; add the counts up')
        seen.add(draw.objective)
        there = sum(question.objective == draw.objective for question in bank.questions)
        if draw.count > there:
            message = f'{draw.count} questions are drawn, but the bank has {there} for "{draw.objective}"'
            sheet.error(draw.where("count"), f"{message}; draw fewer, or write more")
