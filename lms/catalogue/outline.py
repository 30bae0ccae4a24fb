"""What pages need of a version at once, as JSON made at publishing, and the reader of that JSON.

    {"key", "languages", "hours", "practice", "completion", "certificate" | null, "enrol": {"self", "sign_up"},
     "modules": [{"id", "activities": [keys], "bytes", "media_bytes"}],
     "activities": {key: lesson, quiz or activity of a package},
     "texts": {locale: {"title", "summary", "audience", "objectives": {id: text}, "modules": {id: {"title", "summary"}},
               "activities": {key: title}, "glossary": {id: {"term", "html"}}, "references": {id: {"title", "url"}},
               "certificate_title", "sizes": {module id: [bytes, media bytes]}, "shown_locale"}}}

A lesson: {"kind": "lesson", "module", "requires", "minutes", "objectives", "read", "checks": [ids], "blocks", "bytes",
"media_bytes"}. A quiz: {"kind": "quiz", "module", "requires", "minutes", "quiz": {"bank", "draw", "pass", "attempts",
"cool_down_minutes", "time_limit_minutes", "score", "shuffle", "review", "accept_late_seconds", "practice"}}.
An activity of a package: {"kind": "sco", "module", "requires", "minutes", "item", "href", "scorm": sco or asset,
"unscripted": opened or marked, "bytes", "media_bytes"}; without "href" it stands for the whole package.
Sizes are of the original; `sizes` has those of a translation, whose drawings may differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lms.engines.content.model import Activity, Course, CourseText, Lesson, Module, module_bytes, module_media_bytes

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Outline:
    """The outline of one version. Its dictionaries are shared by all requests: read them, never change them."""

    version_id: int
    course_id: int
    number: int
    hash: str
    published_at: datetime
    data: Json

    @property
    def key(self) -> str:
        return self.data["key"]

    @property
    def languages(self) -> list[str]:
        return self.data["languages"]

    @property
    def practice(self) -> bool:
        """Whether the course, or a bank of it, is for practice only: its keys are public."""
        return self.data["practice"]

    @property
    def completion(self) -> Json:
        return self.data["completion"]

    @property
    def certificate(self) -> Json | None:
        return self.data["certificate"]

    @property
    def enrol(self) -> Json:
        return self.data["enrol"]

    @property
    def modules(self) -> list[Json]:
        return self.data["modules"]

    @property
    def order(self) -> list[str]:
        """Keys of all activities as the course has them."""
        return [key for module in self.modules for key in module["activities"]]

    @property
    def packaged(self) -> bool:
        """Whether this is a content package: all its activities are, and a player runs them."""
        return any(one["kind"] == "sco" for one in self.data["activities"].values())

    def activity(self, key: str) -> Json | None:
        return self.data["activities"].get(key)

    def lessons(self) -> list[str]:
        return [key for key in self.order if self.data["activities"][key]["kind"] == "lesson"]

    def quizzes(self) -> list[str]:
        return [key for key in self.order if self.data["activities"][key]["kind"] == "quiz"]

    def locale(self, wanted: str) -> str:
        """The language of the course to read in: the wanted one, or the original."""
        return wanted if wanted in self.data["texts"] else self.languages[0]

    def text(self, locale: str) -> Json:
        return self.data["texts"][self.locale(locale)]

    def title(self, locale: str) -> str:
        return self.text(locale)["title"]

    def activity_title(self, key: str, locale: str) -> str:
        return self.text(locale)["activities"].get(key, key)

    def module_title(self, module_id: str, locale: str) -> str:
        return self.text(locale)["modules"][module_id]["title"]

    def sizes(self, module_id: str, locale: str) -> tuple[int, int]:
        """Bytes of reading the module, and of its video and audio on top."""
        size, media = self.text(locale)["sizes"][module_id]
        return size, media


def outline_of(course: Course) -> Json:
    practice = {bank.id for bank in course.banks if bank.practice}
    return {
        "key": course.id,
        "languages": list(course.languages),
        "hours": course.hours,
        "practice": course.practice or bool(practice),
        "completion": course.completion,
        "certificate": _certificate(course),
        "enrol": {"self": course.enrol.by_self, "sign_up": course.enrol.sign_up},
        "modules": [_module(module, course.languages[0]) for module in course.modules],
        "activities": {one.id: _activity(one, course.languages[0], practice) for one in course.activities},
        "texts": {locale: _texts(course, locale, text) for locale, text in course.texts.items()},
    }


def _certificate(course: Course) -> Json | None:
    if course.certificate is None:
        return None
    signatory = {"name": course.certificate.signatory_name, "role": course.certificate.signatory_role}
    return {"signatory": signatory, "valid_months": course.certificate.valid_months}


def _module(module: Module, locale: str) -> Json:
    return {
        "id": module.id,
        "activities": [one.id for one in module.activities],
        "bytes": module_bytes(module, locale),
        "media_bytes": module_media_bytes(module, locale),
    }


def _activity(one: Activity, original: str, practice: set[str]) -> Json:
    common = {"module": one.module_id, "requires": list(one.requires)}
    if isinstance(one, Lesson):
        text = one.texts[original]
        return common | {
            "kind": "lesson",
            "minutes": one.minutes,
            "objectives": list(one.objectives),
            "read": one.read,
            "checks": [check.id for check in text.checks],
            "blocks": text.blocks,
            "bytes": text.bytes,
            "media_bytes": text.media_bytes,
        }
    settings = {
        "bank": one.bank,
        "draw": [{"objective": draw.objective, "count": draw.count} for draw in one.draw],
        "pass": one.pass_percent,
        "attempts": one.attempts,
        "cool_down_minutes": one.cool_down_minutes,
        "time_limit_minutes": one.time_limit_minutes,
        "score": one.score,
        "shuffle": dict(one.shuffle),
        "review": one.review,
        "accept_late_seconds": one.accept_late_seconds,
        "practice": one.bank in practice,
    }
    return common | {"kind": "quiz", "minutes": one.time_limit_minutes, "quiz": settings}


def _texts(course: Course, locale: str, text: CourseText) -> Json:
    return {
        "title": text.title,
        "summary": text.summary,
        "audience": text.audience,
        "objectives": dict(text.objectives),
        "modules": {key: {"title": one.title, "summary": one.summary} for key, one in text.modules.items()},
        "activities": _titles(course, locale, text.quizzes),
        "glossary": {key: {"term": one.term, "html": one.html} for key, one in text.glossary.items()},
        "references": {key: {"title": one.title, "url": one.url} for key, one in text.references.items()},
        "certificate_title": text.certificate,
        "sizes": {one.id: [module_bytes(one, locale), module_media_bytes(one, locale)] for one in course.modules},
        "shown_locale": text.shown_locale,
    }


def _titles(course: Course, locale: str, quizzes: Mapping[str, str]) -> dict[str, str]:
    return {
        one.id: one.texts[locale].title if isinstance(one, Lesson) else quizzes[one.id] for one in course.activities
    }
