"""The texts of course.yaml and of its translations, as plain words (canonical) and as shown."""

from collections.abc import Sequence
from typing import Any

from lms.engines.content.around import Around
from lms.engines.content.assets import Assets
from lms.engines.content.model import CourseText, Json, ModuleText, Reference, Term
from lms.engines.content.schema.common import Authored
from lms.engines.content.schema.course import CourseFile, CourseTranslation, QuizEntry
from lms.engines.content.sheet import Sheet
from lms.engines.source.markdown import Writer

SINGLE = ("title", "summary", "audience")
LISTS = ("objectives", "modules", "quizzes", "glossary", "references")


def original_words(course: CourseFile, quizzes: Sequence[QuizEntry]) -> Json:
    return {
        **{name: getattr(course, name).strip() for name in SINGLE},
        "objectives": {one.id: {"text": one.text} for one in course.objectives},
        "modules": {one.id: {"title": one.title, "summary": one.summary.strip()} for one in course.modules},
        "quizzes": {one.quiz: {"title": one.title} for one in quizzes},
        "glossary": {one.id: {"term": one.term, "text": one.text.strip()} for one in course.glossary},
        "references": {one.id: {"title": one.title, "url": one.url} for one in course.references},
        "certificate": course.certificate.title if course.certificate else "",
    }


def translated_words(translation: CourseTranslation, original: Json, sheet: Sheet) -> Json:
    """Only what is translated and known; the rest is told, and will be shown in the original's language."""
    words: Json = {name: getattr(translation, name).strip() for name in SINGLE}
    words["certificate"] = translation.certificate.title if translation.certificate else ""
    for name in (*SINGLE, "certificate"):
        if original[name] and not words[name]:
            sheet.warning((name,), f'"{name}" is not translated; the original is shown')
    for name in LISTS:
        words[name] = _entries(name, getattr(translation, name), original[name], sheet)
    return words


def _entries(name: str, translated: Sequence[Any], original: Json, sheet: Sheet) -> Json:
    entries = {}
    for one in translated:
        if one.id in original:
            entries[one.id] = _fields(one, original[one.id])
        elif one.id:
            sheet.warning(
                one.where("id"), f'the original has no "{one.id}" among its {name}; delete it or correct the id'
            )
    # Titles of works are often left as they are.
    for missing in [one for one in original if one and one not in entries and name != "references"]:
        sheet.key_warning((name,), f'"{missing}" of the {name} is not translated; the original is shown')
    return entries


def _fields(one: Authored, original: Json) -> Json:
    return {key: str(getattr(one, key)).strip() for key in original if getattr(one, key, "")}


def merged(words: Json, original: Json) -> Json:
    """What is shown: a translation, with the original where it is silent."""
    made = {name: words[name] or original[name] for name in (*SINGLE, "certificate")}
    for name in LISTS:
        made[name] = {one: entry | words[name].get(one, {}) for one, entry in original[name].items()}
    return made


def glossary_html(entries: Sequence[Any], sheet: Sheet, locale: str, assets: Assets) -> dict[str, str]:
    writer = Writer(sheet.path, sheet.problems, Around(sheet.path, sheet.problems, assets), locale)
    return {one.id: writer.blocks(one.text, sheet.origin(one.where("text"))) for one in entries}


def course_text(words: Json, glossary: dict[str, str], locale: str) -> CourseText:
    return CourseText(
        title=words["title"],
        summary=words["summary"],
        audience=words["audience"],
        objectives={one: entry["text"] for one, entry in words["objectives"].items()},
        modules={one: ModuleText(entry["title"], entry["summary"]) for one, entry in words["modules"].items()},
        quizzes={one: entry["title"] for one, entry in words["quizzes"].items()},
        glossary={one: Term(entry["term"], glossary.get(one, "")) for one, entry in words["glossary"].items()},
        references={one: Reference(entry["title"], entry["url"]) for one, entry in words["references"].items()},
        certificate=words["certificate"],
        shown_locale=locale,
    )
