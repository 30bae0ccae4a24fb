"""A course folder and the banks it draws from become a Course, or a list of all that keeps it from being one."""

from collections.abc import Callable, Mapping

from lms.engines.content.activities import Entry, check_draw, make_quiz, read_entries
from lms.engines.content.assets import Assets, AssetUrl
from lms.engines.content.bank import ReadBank, read_bank
from lms.engines.content.canonical import course_source, version_hash
from lms.engines.content.completion import Rule
from lms.engines.content.course_texts import CourseTexts
from lms.engines.content.fit import did_you_mean, fit
from lms.engines.content.languages import check_languages
from lms.engines.content.lesson_around import Neighbours
from lms.engines.content.lessons import Lessons, LoadedLesson
from lms.engines.content.model import Activity, Asset, Certificate, Course, Enrol, Folder, Json, Loaded, Module
from lms.engines.content.requires import Needs, check_requires
from lms.engines.content.schema.course import CourseFile, LessonEntry, QuizEntry
from lms.engines.content.sheet import START, Sheet, open_sheet
from lms.engines.content.translations import translation_of, warn_of_strays
from lms.engines.source.problem import Problems

HEAD = "course.yaml"


def load_course(
    folder: Folder,
    banks: Mapping[str, Folder],
    asset_url: AssetUrl,
    lesson_url: Callable[[str], str] = lambda lesson: lesson,
) -> Loaded:
    """Collects every problem of the course and of the banks it names; `course` is None when one is an error.

    `asset_url(path, sha256)` says where a file will be served, `lesson_url(id)` where a lesson's page is. By default
    pages of lessons are siblings. A folder's `path` is what its problems are prefixed with, and ends in its id.
    """
    problems = Problems()
    sheet = open_sheet(folder, HEAD, problems)
    if sheet is None:
        if HEAD not in folder.files:
            problems.error(
                folder.full(HEAD), START, f"there is no {HEAD}; write one with id, title, languages, modules"
            )
        return Loaded(None, problems.sorted())
    course = _Loader(folder, banks, asset_url, lesson_url, sheet, problems).load()
    return Loaded(None if problems.has_errors else course, problems.sorted())


class _Loader:
    def __init__(
        self,
        folder: Folder,
        banks: Mapping[str, Folder],
        asset_url: AssetUrl,
        lesson_url: Callable[[str], str],
        sheet: Sheet,
        problems: Problems,
    ) -> None:
        self.folder = folder
        self.bank_folders = banks
        self.asset_url = asset_url
        self.lesson_url = lesson_url
        self.sheet = sheet
        self.problems = problems
        self.head = fit(sheet, CourseFile)
        self.languages = check_languages(sheet, self.head.languages, ("languages",))
        self.assets = Assets(folder, problems, asset_url)
        self.entries = read_entries(self.head, sheet, folder)
        self.banks: dict[str, ReadBank | None] = {}

    def load(self) -> Course:
        self._name()
        quizzes = [one.entry for one in self.entries if isinstance(one.entry, QuizEntry)]
        texts = CourseTexts(self.head, quizzes, self.sheet, self.folder, self.languages, self.assets)
        lessons = self._lessons(texts)
        for quiz in quizzes:
            self._bank(quiz)
        check_requires([_needs(one) for one in self.entries], self.sheet)
        names = [one.id for one in self.entries if isinstance(one.entry, LessonEntry) and one.id]
        rule = Rule(self.sheet, names, [one.quiz for one in quizzes if one.quiz])
        completion = rule.read(self.head.completion)
        self.assets.warn_of_unused()
        warn_of_strays(self.folder, self.languages, self.problems, self._expected())
        return self._course(texts, lessons, completion)

    def _name(self) -> None:
        if self.head.id and self.folder.name and self.head.id != self.folder.name:
            self.sheet.error(("id",), f'the id must be the name of the folder, "{self.folder.name}"')

    def _lessons(self, texts: CourseTexts) -> dict[str, LoadedLesson]:
        paths = {one.path: one.id for one in self.entries if one.path}
        neighbours = {locale: Neighbours(paths, self.lesson_url, texts.shown[locale]) for locale in self.languages}
        lessons = Lessons(self.head, self.folder, self.languages, self.assets, neighbours, self.problems)
        loaded = {one.id: lessons.load(one) for one in self.entries if one.path}
        return {name: lesson for name, lesson in loaded.items() if lesson}

    def _bank(self, quiz: QuizEntry) -> None:
        name = quiz.bank
        if name and name not in self.bank_folders:
            known = did_you_mean(name, sorted(self.bank_folders))
            self.sheet.error(quiz.where("bank"), f'there is no bank "{name}"; {known}')
        if name not in self.bank_folders:
            return
        if name not in self.banks:
            self.banks[name] = read_bank(self.bank_folders[name], self.problems, self.asset_url)
        if read := self.banks[name]:
            check_draw(quiz, read.bank, read.objectives, self.sheet)
            self._bank_languages(quiz, read)

    def _bank_languages(self, quiz: QuizEntry, read: ReadBank) -> None:
        missing = [one for one in self.languages if one not in read.bank.languages]
        if missing:
            message = f'the bank "{read.bank.id}" is not in {", ".join(missing)}; its own language is shown there'
            self.sheet.warning(quiz.where("bank"), message)

    def _expected(self) -> set[str]:
        """The texts that have a reader."""
        originals = [HEAD, *(one.path for one in self.entries if one.path)]
        translated = {translation_of(path, locale) for path in originals for locale in self.languages[1:]}
        return {*originals, *translated, *self.assets.read}

    def _course(self, texts: CourseTexts, lessons: dict[str, LoadedLesson], completion: Json) -> Course:
        modules = tuple(self._module(one.id, lessons) for one in self.head.modules)
        banks = tuple(read.bank for _, read in sorted(self.banks.items()) if read)
        words = {name: lesson.words for name, lesson in lessons.items()}
        source = course_source(
            self.head, self.languages, texts.words, modules, words, banks, completion, self.assets.hashes
        )
        return Course(
            id=self.head.id,
            languages=self.languages,
            source=source,
            version_hash=version_hash(source),
            hours=self.head.hours,
            texts=texts.shown,
            modules=modules,
            banks=banks,
            assets=self._assets(),
            completion=completion,
            certificate=self._certificate(),
            enrol=Enrol(self.head.enrol.by_self, self.head.enrol.sign_up),
            practice=self.head.practice,
        )

    def _module(self, name: str, lessons: dict[str, LoadedLesson]) -> Module:
        activities: list[Activity] = []
        for one in self.entries:
            if one.module_id != name:
                continue
            if isinstance(one.entry, QuizEntry):
                activities.append(make_quiz(one))
            elif one.id in lessons:
                activities.append(lessons[one.id].lesson)
        return Module(name, tuple(activities))

    def _assets(self) -> dict[str, Asset]:
        assets = dict(self.assets.used)
        for read in self.banks.values():
            assets |= read.assets.used if read else {}
        return dict(sorted(assets.items()))

    def _certificate(self) -> Certificate | None:
        one = self.head.certificate
        return Certificate(one.signatory.name, one.signatory.role, one.valid_months) if one else None


def _needs(entry: Entry) -> Needs:
    return Needs(entry.id, entry.module_id, entry.entry.requires, entry.entry.where("requires"))
