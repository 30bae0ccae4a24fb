"""The lessons of a course in all its languages."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.engines.content.activities import Entry
from lms.engines.content.assets import Assets
from lms.engines.content.fit import did_you_mean, fit
from lms.engines.content.front import LessonFile, open_lesson
from lms.engines.content.lesson import Rendered, render_lesson
from lms.engines.content.lesson_around import Neighbours
from lms.engines.content.model import Folder, Json, Lesson, LessonText
from lms.engines.content.questions.source import plain_number
from lms.engines.content.schema.course import CourseFile, LessonFront, LessonTranslationFront, Read
from lms.engines.content.sheet import START
from lms.engines.content.stamp import file_stamp
from lms.engines.content.translations import is_current, translation_of
from lms.engines.source.problem import Problems

ORIGINALS_OWN = ("minutes", "objectives", "read")


@dataclass(frozen=True)
class LoadedLesson:
    lesson: Lesson
    words: Json  # canonical texts of the languages that are shown


@dataclass(frozen=True)
class Lessons:
    """Loads the lessons of one course; `neighbours` is the course as lessons see it, by language."""

    course: CourseFile
    folder: Folder
    languages: tuple[str, ...]
    assets: Assets
    neighbours: Mapping[str, Neighbours]
    problems: Problems

    def load(self, entry: Entry) -> LoadedLesson | None:
        file = open_lesson(self.folder, entry.path, self.problems)
        if file is None:
            return None
        front = fit(file.front, LessonFront)
        self._objectives(front, file)
        original = self._render(file, front.title, front.summary, self.languages[0], self.problems)
        read = _read_rule(front.read or self.course.defaults.read)
        self._reachable(read, front, original.text, file)
        shown = {self.languages[0]: original} | self._translations(entry.path, original)
        lesson = Lesson(
            id=entry.id,
            module_id=entry.module_id,
            path=entry.path,
            minutes=front.minutes,
            objectives=tuple(one for one in front.objectives if one),
            requires=entry.requires,
            read=read,
            texts={locale: shown.get(locale, original).text for locale in self.languages},
        )
        return LoadedLesson(lesson, {locale: one.words for locale, one in shown.items()})

    def _render(self, file: LessonFile, title: str, summary: str, locale: str, problems: Problems) -> Rendered:
        around = self.neighbours[locale]
        return render_lesson(
            file, title, summary, locale=locale, assets=self.assets, neighbours=around, problems=problems
        )

    def _objectives(self, front: LessonFront, file: LessonFile) -> None:
        known = [one.id for one in self.course.objectives]
        for index, name in enumerate(front.objectives):
            if name and name not in known:
                message = f'the course has no objective "{name}"; {did_you_mean(name, known)}'
                file.front.error(front.where("objectives", index), message)

    @staticmethod
    def _reachable(read: Json, front: LessonFront, text: LessonText, file: LessonFile) -> None:
        asked = read["checks"]
        if isinstance(asked, int) and asked > len(text.checks):
            message = f"{asked} checks are asked for, but the lesson has {len(text.checks)}; nobody could finish it"
            where = front.read.where("checks") if front.read else ()
            file.front.error(where, message)

    def _translations(self, path: str, original: Rendered) -> dict[str, Rendered]:
        found = {locale: self._translation(path, locale, original) for locale in self.languages[1:]}
        return {locale: rendered for locale, rendered in found.items() if rendered}

    def _translation(self, path: str, locale: str, original: Rendered) -> Rendered | None:
        name = translation_of(path, locale)
        if name not in self.folder.files:
            message = f"there is no {name}; the original is shown in {locale}"
            self.problems.warning(self.folder.full(path), START, message)
            return None
        own = Problems()
        rendered, usable = self._read_translation(name, path, locale, original, own)
        # A translation that is not shown must not keep its original from being published.
        (self.problems.extend if usable else self.problems.extend_as_warnings)(own.sorted())
        return rendered if usable else None

    def _read_translation(
        self, name: str, path: str, locale: str, original: Rendered, own: Problems
    ) -> tuple[Rendered | None, bool]:
        file = open_lesson(self.folder, name, own)
        if file is None:
            return None, True
        front = fit(file.front, LessonTranslationFront)
        for key in ORIGINALS_OWN:
            if getattr(front, key) is not None:
                file.front.key_warning((key,), f'"{key}" is taken from the original; delete it here')
        current = is_current(file.front, front.source, file_stamp(self.folder.files[path]))
        rendered = self._render(file, front.title, front.summary, locale, own)
        return rendered, current and _same_checks(rendered.text, original.text, file)


def _read_rule(read: Read) -> Json:
    share = plain_number(read.share_of_minutes)
    return {"reach_end": read.reach_end, "share_of_minutes": share, "checks": read.checks}


def _same_checks(text: LessonText, original: LessonText, file: LessonFile) -> bool:
    """What a person must do to finish a lesson may not depend on the language."""
    expected = {check.id: check.right for check in original.checks}
    found = {check.id: check.right for check in text.checks}
    if found == expected:
        return True
    different = sorted(name for name in {*expected, *found} if expected.get(name) != found.get(name))
    message = f"the checks differ from the original's: {', '.join(different)}; the original is shown"
    file.front.warning((), message)
    return False
