"""A bank of questions: loaded by itself, or as part of a course that draws from it."""

from dataclasses import dataclass

from lms.engines.content.around import Around
from lms.engines.content.assets import Assets, AssetUrl
from lms.engines.content.bank_files import HEAD, Found, question_files, read_questions, read_translations
from lms.engines.content.fit import did_you_mean, fit
from lms.engines.content.languages import check_languages
from lms.engines.content.model import Bank, BankText, Folder, Json, LoadedBank, Question, QuestionText
from lms.engines.content.questions.judge import judge, unique
from lms.engines.content.questions.source import question_source
from lms.engines.content.questions.texts import QuestionTexts
from lms.engines.content.questions.words import lacking, question_words, surplus
from lms.engines.content.schema.bank import BankFile, BankTranslation
from lms.engines.content.sheet import START, Sheet, open_sheet
from lms.engines.content.stamp import file_stamp, question_stamp
from lms.engines.content.translations import is_current, translation_of, warn_of_strays
from lms.engines.source.markdown import Writer
from lms.engines.source.problem import Problems


def load_bank(folder: Folder, asset_url: AssetUrl) -> LoadedBank:
    """A bank checked by itself; `bank` is None when any problem is an error."""
    problems = Problems()
    read = read_bank(folder, problems, asset_url)
    return LoadedBank(read.bank if read and not problems.has_errors else None, problems.sorted())


@dataclass(frozen=True)
class ReadBank:
    bank: Bank
    assets: Assets
    objectives: dict[str, str]


def read_bank(folder: Folder, problems: Problems, asset_url: AssetUrl) -> ReadBank | None:
    """As good as it can be read, for checks that go on; None when there is no head to go on with."""
    sheet = open_sheet(folder, HEAD, problems)
    if sheet is None:
        if HEAD not in folder.files:
            problems.error(
                folder.full(HEAD), START, f"there is no {HEAD}; write one with id, title, languages, objectives"
            )
        return None
    return _Reader(folder, sheet, problems, asset_url).read()


class _Reader:
    def __init__(self, folder: Folder, sheet: Sheet, problems: Problems, asset_url: AssetUrl) -> None:
        self.folder = folder
        self.sheet = sheet
        self.problems = problems
        self.head = fit(sheet, BankFile)
        self.assets = Assets(folder, problems, asset_url, f"quizzes/{folder.name}/")
        self.languages = check_languages(sheet, self.head.languages, ("languages",))
        self.objectives = {one.id: one.text for one in self.head.objectives if one.id}

    def read(self) -> ReadBank:
        self._head()
        originals = read_questions(self.folder, self.problems)
        if not originals:
            self.sheet.error((), "the bank has no questions; write them in questions.yaml")
        self.translations = {one: read_translations(self.folder, one, self.problems) for one in self.languages[1:]}
        self._unknown_translations({one.entry.id for one in originals})
        words: dict[str, Json] = {}
        questions = tuple(self._question(found, words) for found in originals)
        texts = self._texts()
        self.assets.warn_of_unused()
        warn_of_strays(self.folder, self.languages, self.problems, self._expected())
        bank = Bank(
            id=self.head.id,
            languages=self.languages,
            practice=self.head.practice,
            questions=questions,
            texts=texts,
            source=self._source(questions, words, texts),
        )
        return ReadBank(bank, self.assets, self.objectives)

    def _head(self) -> None:
        if self.head.id and self.folder.name and self.head.id != self.folder.name:
            self.sheet.error(("id",), f'the id must be the name of the folder, "{self.folder.name}"')
        unique(self.head.objectives, self.sheet, "the objective")

    def _question(self, found: Found, words: dict[str, Json]) -> Question:
        question, sheet = found.entry, found.sheet
        if question.objective and question.objective not in self.objectives:
            known = did_you_mean(question.objective, list(self.objectives))
            sheet.error(question.where("objective"), f'the bank has no objective "{question.objective}"; {known}')
        judge(question, sheet)
        shown = {self.languages[0]: found} | self._usable(found)
        texts = {locale: self._text(found, one, locale) for locale, one in shown.items()}
        words[question.id] = {locale: question_words(one.entry) for locale, one in shown.items()}
        source = question_source(question, words[question.id])
        original = texts[self.languages[0]]
        return Question(
            key=f"{self.head.id}/{question.id}",
            bank=self.head.id,
            kind=question.kind,
            objective=question.objective,
            points=source["points"],
            difficulty=question.difficulty,
            reference=source["reference"],
            source=source,
            texts={locale: texts.get(locale, original) for locale in self.languages},
        )

    def _text(self, found: Found, shown: Found, locale: str) -> QuestionText:
        prefix = f"q-{found.entry.id}-"
        around = Around(shown.sheet.path, self.problems, self.assets)
        writer = Writer(shown.sheet.path, self.problems, around, locale, prefix=prefix)
        return QuestionTexts(found.entry, found.sheet, shown.entry, shown.sheet, writer).write()

    def _usable(self, found: Found) -> dict[str, Found]:
        """The translations that say the same as the original does now, whole."""
        original = question_words(found.entry)
        usable = {}
        for locale, translations in self.translations.items():
            translated = translations.get(found.entry.id)
            if translated is None:
                message = f'question "{found.entry.id}" has no translation into {locale}; the original is shown'
                found.sheet.warning(found.entry.where("id"), message)
            elif self._is_usable(translated, original):
                usable[locale] = translated
        return usable

    @staticmethod
    def _is_usable(translated: Found, original: Json) -> bool:
        entry, sheet = translated.entry, translated.sheet
        words = question_words(entry)
        for name in surplus(words, original):
            sheet.warning(entry.where(), f"the original has no {name}; delete it or correct the id")
        missing = lacking(words, original)
        if missing:
            sheet.warning(entry.where(), f"not translated: {'; '.join(missing)}; the original is shown")
        return is_current(sheet, entry.source, question_stamp(original), entry.where()) and not missing

    def _unknown_translations(self, known: set[str]) -> None:
        for translations in self.translations.values():
            for name, found in translations.items():
                if name not in known:
                    message = f'the original has no question "{name}"; delete it or correct the id'
                    found.sheet.warning(found.entry.where("id"), message)

    def _texts(self) -> dict[str, BankText]:
        original = BankText(self.head.title, self.objectives, self.languages[0])
        return {self.languages[0]: original} | {
            locale: self._translated(locale, original) or original for locale in self.languages[1:]
        }

    def _translated(self, locale: str, original: BankText) -> BankText | None:
        name = translation_of(HEAD, locale)
        sheet = open_sheet(self.folder, name, self.problems)
        if sheet is None:
            if name not in self.folder.files:
                self.sheet.warning(("languages",), f"there is no {name}; the original is shown in {locale}")
            return None
        translation = fit(sheet, BankTranslation)
        texts = {one.id: one.text for one in translation.objectives}
        for one in translation.objectives:
            if one.id not in self.objectives:
                sheet.warning(one.where("id"), f'the original has no objective "{one.id}"; delete it or correct the id')
        for missing in set(self.objectives) - set(texts):
            sheet.warning((), f'the objective "{missing}" is not translated; the original is shown')
        if not is_current(sheet, translation.source, file_stamp(self.folder.files[HEAD])):
            return None
        return BankText(translation.title, {one: texts.get(one, text) for one, text in self.objectives.items()}, locale)

    def _expected(self) -> set[str]:
        heads = {HEAD, *(translation_of(HEAD, locale) for locale in self.languages[1:])}
        read = {name for name in question_files(self.folder) if self._is_read(name)}
        return heads | read

    def _is_read(self, name: str) -> bool:
        stem = name.removesuffix(".yaml").rpartition("/")[2]
        return "." not in stem or stem.partition(".")[2] in self.languages[1:]

    def _source(self, questions: tuple[Question, ...], words: dict[str, Json], texts: dict[str, BankText]) -> Json:
        return {
            "id": self.head.id,
            "practice": self.head.practice,
            "languages": list(self.languages),
            "objectives": list(self.objectives),
            "texts": {
                locale: {"title": text.title, "objectives": dict(text.objectives)}
                for locale, text in texts.items()
                if text.shown_locale == locale
            },
            "questions": {one.source["id"]: {**one.source, "texts": words[one.source["id"]]} for one in questions},
            "assets": dict(self.assets.hashes),
        }
