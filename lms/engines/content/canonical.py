"""The canonical source of a course and its hash: the same for the same content, however it is laid out in files."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any

from lms.engines.content.model import Bank, Json, Lesson, Module, Quiz
from lms.engines.content.questions.source import plain_number
from lms.engines.content.schema.course import CourseFile
from lms.engines.content.stamp import canonical_json

FORMAT = 1


def version_hash(source: Json) -> str:
    return sha256(canonical_json(source).encode()).hexdigest()


def course_source(
    course: CourseFile,
    languages: Sequence[str],
    words: Mapping[str, Json],
    modules: Iterable[Module],
    lessons: Mapping[str, Json],
    banks: Iterable[Bank],
    completion: Json,
    hashes: Mapping[str, str],
) -> Json:
    """`words` and `lessons` hold texts by language, only of the languages in which they are shown."""
    return {
        "format": FORMAT,
        "id": course.id,
        "languages": list(languages),
        "hours": plain_number(course.hours),
        "practice": course.practice,
        "enrol": {"self": course.enrol.by_self, "sign_up": course.enrol.sign_up},
        "certificate": _certificate(course),
        "completion": completion,
        "objectives": [one.id for one in course.objectives],
        "texts": dict(words),
        "modules": [
            {"id": module.id, "activities": [_activity(one, lessons) for one in module.activities]}
            for module in modules
        ],
        "banks": {bank.id: bank.source for bank in banks},
        "assets": dict(hashes),
    }


def _certificate(course: CourseFile) -> Json | None:
    certificate = course.certificate
    if certificate is None:
        return None
    signatory = {"name": certificate.signatory.name, "role": certificate.signatory.role}
    return {"signatory": signatory, "valid_months": certificate.valid_months}


def _activity(one: Any, lessons: Mapping[str, Json]) -> Json:
    return _lesson(one, lessons[one.id]) if isinstance(one, Lesson) else _quiz(one)


def _lesson(lesson: Lesson, words: Json) -> Json:
    return {
        "lesson": lesson.id,
        "minutes": lesson.minutes,
        "objectives": list(lesson.objectives),
        "requires": list(lesson.requires),
        "read": lesson.read,
        "texts": words,
    }


def _quiz(quiz: Quiz) -> Json:
    return {
        "quiz": quiz.id,
        "bank": quiz.bank,
        "draw": [{"objective": one.objective, "count": one.count} for one in quiz.draw],
        "pass": quiz.pass_percent,
        "attempts": quiz.attempts,
        "cool_down_minutes": quiz.cool_down_minutes,
        "time_limit_minutes": quiz.time_limit_minutes,
        "score": quiz.score,
        "shuffle": dict(quiz.shuffle),
        "review": quiz.review,
        "accept_late_seconds": quiz.accept_late_seconds,
        "requires": list(quiz.requires),
    }
