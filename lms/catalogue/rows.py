"""A loaded course, or a package that is ready, as rows of one version."""

from collections.abc import Iterator, Sequence
from typing import Any

from lms.catalogue.models import LessonText, PackageTree, Question, QuestionText, VersionAsset
from lms.catalogue.packages import Ready
from lms.engines.content import model

Json = dict[str, Any]


def of(version_id: int, course: model.Course) -> list[tuple[Any, list[Json]]]:
    """Tables with their rows, in an order that foreign keys allow."""
    lessons = [one for one in course.activities if isinstance(one, model.Lesson)]
    files = [{"version_id": version_id, "path": path, "hash": one.sha256} for path, one in course.assets.items()]
    return [
        (
            LessonText,
            [_lesson(version_id, one.id, locale, text) for one in lessons for locale, text in one.texts.items()],
        ),
        (Question, [_question(version_id, one) for one in course.questions]),
        (
            QuestionText,
            [
                _question_text(version_id, one, locale, text)
                for one in course.questions
                for locale, text in _in_all(one, course.languages)
            ],
        ),
        (VersionAsset, files),
    ]


def of_package(version_id: int, ready: Ready) -> list[tuple[Any, list[Json]]]:
    tree = {
        "version_id": version_id,
        "standard": ready.package.standard,
        "organization": ready.organization,
        "facts": ready.facts,
    }
    files = [{"version_id": version_id, "path": path, "hash": one.hash} for path, one in ready.files.items()]
    return [(PackageTree, [tree]), (VersionAsset, files)]


def _lesson(version_id: int, key: str, locale: str, text: model.LessonText) -> Json:
    checks = [
        {"id": one.id, "answers": [{"right": answer.right, "feedback": answer.feedback} for answer in one.answers]}
        for one in text.checks
    ]
    facts = {
        "summary": text.summary,
        "toc": [[one.anchor, one.title] for one in text.toc],
        "checks": checks,
        "blocks": text.blocks,
        "bytes": text.bytes,
        "media_bytes": text.media_bytes,
        "assets": list(text.assets),
    }
    return {
        "version_id": version_id,
        "lesson_key": key,
        "locale": locale,
        "shown_locale": text.shown_locale,
        "title": text.title,
        "html": text.html,
        "facts": facts,
    }


def _question(version_id: int, one: model.Question) -> Json:
    return {
        "version_id": version_id,
        "bank": one.bank,
        "key": question_id(one),
        "kind": one.kind,
        "objective": one.objective,
        "source": one.source,
    }


def _question_text(version_id: int, one: model.Question, locale: str, text: model.QuestionText) -> Json:
    return {
        "version_id": version_id,
        "bank": one.bank,
        "key": question_id(one),
        "locale": locale,
        "shown_locale": text.shown_locale,
        "public": text.public,
        "feedback": text.feedback,
    }


def _in_all(one: model.Question, languages: Sequence[str]) -> Iterator[tuple[str, model.QuestionText]]:
    """In every language of the course, also where the bank does not have it: then in the bank's own."""
    original = next(iter(one.texts.values()))
    for locale in languages:
        yield locale, one.texts.get(locale, original)


def question_id(one: model.Question) -> str:
    """The key of a question inside its bank, as the tables have it."""
    return one.key.removeprefix(f"{one.bank}/")
