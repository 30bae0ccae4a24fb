"""What the page of a lesson says: two people for whom the facts are the same see the same page."""

from collections.abc import Hashable
from typing import Any

from flask import url_for

from lms.learning import words as learning_words
from lms.learning.standing import Standing
from lms.learning.words import activity_url
from lms.lessons import words
from lms.lessons.queries import LessonView


def facts(view: LessonView, lang: str) -> Hashable:
    """All that `values` reads and that differs among people; what a version says follows from its id."""
    standing, text = view.taken.standing, view.text
    assert text
    return (
        view.taken.outline.version_id,
        view.key,
        lang,
        text.shown_locale,
        tuple([_fact(standing, key) for key in view.module["activities"]]),
        tuple([(one.code, one.met) for one in view.verdict.conditions]),
        view.verdict.read,
        view.place,
    )


def _fact(standing: Standing, key: str) -> Hashable:
    state = standing.states.get(key)
    return standing.locks[key] if state is None else (state.status, state.score, state.evidence)


def values(view: LessonView, lang: str) -> dict[str, Any]:
    """For lessons/show.html, of a lesson that is open."""
    outline, standing, text = view.taken.outline, view.taken.standing, view.text
    assert text
    keys, lessons, course = view.module["activities"], outline.lessons(), outline.key
    return {
        "lang": lang,
        "shown": text.shown_locale,
        "title": text.title,
        "key": view.key,
        "course": course,
        "course_title": outline.title(lang),
        "course_url": url_for("learning.course", course=course),
        "module_id": view.module["id"],
        "module_title": outline.module_title(view.module["id"], lang),
        "version": outline.number,
        "number": lessons.index(view.key) + 1,
        "lessons": len(lessons),
        "minutes": view.spec["minutes"],
        "done": view.done_in_module,
        "activities": len(keys),
        "process": learning_words.lines(standing, lang, keys, view.key),
        "toc": [(title, f"#{anchor}") for anchor, title in text.facts["toc"]],
        "conditions": words.conditions(view.verdict),
        "read": view.verdict.read,
        "read_fact": learning_words.fact(standing, lang, view.key, "read"),
        "place": view.place,
        "begun": view.key in standing.states,
        "act_url": url_for("lessons.act", course=course, lesson=view.key),
        "operations_url": url_for("lessons.operations", course=course, lesson=view.key),
        "before": _neighbour(view, view.before, lang),
        "after": _neighbour(view, view.after, lang),
    }


def _neighbour(view: LessonView, key: str | None, lang: str) -> tuple[str, str] | None:
    """(title, address) of the activity before or behind; the address is empty for what has no page of its own."""
    if key is None:
        return None
    outline = view.taken.outline
    spec = outline.activity(key)
    return outline.activity_title(key, lang), activity_url(outline.key, key, spec["kind"]) if spec else ""
