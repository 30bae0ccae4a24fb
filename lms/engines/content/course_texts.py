"""The texts of a course in all its languages, from course.yaml and the files beside it."""

from collections.abc import Sequence

from lms.engines.content.assets import Assets
from lms.engines.content.course_words import course_text, glossary_html, merged, original_words, translated_words
from lms.engines.content.fit import fit
from lms.engines.content.model import CourseText, Folder, Json
from lms.engines.content.questions.judge import unique
from lms.engines.content.schema.course import CourseFile, CourseTranslation, QuizEntry
from lms.engines.content.sheet import Sheet, open_sheet
from lms.engines.content.stamp import file_stamp
from lms.engines.content.translations import is_current, translation_of
from lms.engines.source.address import BadAddress, read_address

HEAD = "course.yaml"


class CourseTexts:
    """`shown` has every language, `words` (canonical) only those in which there is something to show."""

    def __init__(
        self,
        course: CourseFile,
        quizzes: Sequence[QuizEntry],
        sheet: Sheet,
        folder: Folder,
        languages: tuple[str, ...],
        assets: Assets,
    ) -> None:
        self.course = course
        self.sheet = sheet
        self.folder = folder
        self.assets = assets
        self._check_lists()
        original = languages[0]
        self.words: dict[str, Json] = {original: original_words(course, quizzes)}
        self._glossary = glossary_html(course.glossary, sheet, original, assets)
        self.shown: dict[str, CourseText] = {original: course_text(self.words[original], self._glossary, original)}
        for locale in languages[1:]:
            self.shown[locale] = self._translation(locale) or self.shown[original]

    def _check_lists(self) -> None:
        unique(self.course.objectives, self.sheet, "the objective")
        unique(self.course.references, self.sheet, "the reference")
        unique(self.course.glossary, self.sheet, "the term")
        for one in self.course.references:
            if one.url and not _is_web(one.url):
                self.sheet.error(one.where("url"), f'"{one.url[:60]}" is no web address; it begins with https://')

    def _translation(self, locale: str) -> CourseText | None:
        name = translation_of(HEAD, locale)
        sheet = open_sheet(self.folder, name, self.sheet.problems)
        if sheet is None:
            if name not in self.folder.files:
                self.sheet.warning(("languages",), f"there is no {name}; the original is shown in {locale}")
            return None
        translation = fit(sheet, CourseTranslation)
        original = next(iter(self.words.values()))
        words = translated_words(translation, original, sheet)
        glossary = self._glossary | glossary_html(translation.glossary, sheet, locale, self.assets)
        if not is_current(sheet, translation.source, file_stamp(self.folder.files[HEAD])):
            return None
        self.words[locale] = words
        return course_text(merged(words, original), glossary, locale)


def _is_web(url: str) -> bool:
    try:
        return read_address(url).kind == "web"
    except BadAddress:
        return False
