"""Two versions compared: what changed, of what kind, and how far it seems to reach."""

import pytest

from lms.engines.content.difference import difference

from .samples import BANK_FILES, COURSE, FILES, SVG, load, spoiled
from .test_translations import stamped_course


def changes(files=None, bank=None):
    return difference(load().course.source, load(files, bank).course.source)


def course(old: str, new: str):
    return {"course.yaml": spoiled(COURSE, old, new)}, None


def lesson(old: str, new: str):
    return {"people/source.md": spoiled(FILES["people/source.md"], old, new)}, None


def questions(old: str, new: str):
    return None, {"questions.yaml": spoiled(BANK_FILES["questions.yaml"], old, new)}


REWRITTEN = "Machines can hardly ever be found to be sources here; steel, glass and water are clean already. " * 3

CHANGES = [
    (course("Working clean", "Working cleanly"), "wording", "course (en)", "title", "editorial"),
    (
        course("A room with *two* doors.", "A room with two doors."),
        "wording",
        "course (en)",
        "glossary airlock text",
        "editorial",
    ),
    (lesson("Read on in", "Read more in"), "wording", "lesson source (en)", "body", "editorial"),
    (lesson("People shed.", REWRITTEN), "wording", "lesson source (en)", "body", "minor"),
    (course("pass: 70", "pass: 75"), "threshold", "quiz final", "pass", "major"),
    (course("attempts: 3", "attempts: 4"), "threshold", "quiz final", "attempts", "major"),
    (
        course("attempts: 3", "attempts: 3\n        time_limit_minutes: 9"),
        "threshold",
        "quiz final",
        "time limit minutes",
        "minor",
    ),
    (course("at_least: 80", "at_least: 85"), "threshold", "course", "completion", "major"),
    (lesson("minutes: 5", "minutes: 6"), "threshold", "lesson source", "minutes", "minor"),
    (lesson("minutes: 5", "minutes: 5\nread: {checks: none}"), "threshold", "lesson source", "read", "major"),
    (course("requires: [source]", "requires: []"), "structure", "lesson gown", "requires", "major"),
    (course("gowning, count: 2", "gowning, count: 1"), "structure", "quiz final", "draw", "major"),
    (course("hours: 1.5", "hours: 2"), "structure", "course", "hours", "minor"),
    (course("valid_months: 24", "valid_months: 12"), "structure", "course", "certificate", "minor"),
    (questions("answer: 2.50", "answer: 2.60"), "key", "question basics/endotoxin", "answer", "major"),
    (questions("{absolute: 0.1}", "{absolute: 0.2}"), "key", "question basics/endotoxin", "tolerance", "major"),
    (questions("[first air, ", "[clean air, first air, "), "key", "question basics/air-name", "accept", "major"),
    (questions("points: 2", "points: 3"), "key", "question basics/what-sheds", "points", "major"),
    (questions("What sheds?", "Which of these sheds?"), "question", "question basics/what-sheds (en)", "text", "minor"),
    (
        questions("points: 2", "points: 2\n  difficulty: hard"),
        "question",
        "question basics/what-sheds",
        "difficulty",
        "minor",
    ),
    (
        questions("feedback: From the head down.", "feedback: From head to foot."),
        "question",
        "question basics/first-piece (en)",
        "feedback",
        "minor",
    ),
    (({"assets/air.svg": SVG.replace("10", "11")}, None), "asset", "file assets/air.svg", "content", "minor"),
]


@pytest.mark.parametrize(("made", "kind", "where", "what", "level"), CHANGES)
def test_a_change_is_told_with_its_kind_and_level(made, kind, where, what, level):
    found = changes(*made)
    assert (kind, where, what, level) in [(one.kind, one.where, one.what, one.level) for one in found.changes]


ALONE = [row for row in CHANGES if row[3] not in ("body",)]


@pytest.mark.parametrize(("made", "kind", "where", "what", "level"), ALONE)
def test_a_change_is_told_once(made, kind, where, what, level):
    found = changes(*made)
    assert len(found.changes) == 1
    assert found.level == level


def test_nothing_changed():
    found = changes()
    assert found.changes == ()
    assert str(found) == "Nothing has changed."


def test_the_farthest_reaching_change_decides():
    text = spoiled(spoiled(COURSE, "Working clean", "Working cleanly"), "pass: 70", "pass: 75")
    found = changes({"course.yaml": text})
    assert {one.level for one in found.changes} == {"editorial", "major"}
    assert found.level == "major"


def test_a_new_lesson_is_a_change_of_structure():
    text = COURSE.replace(
        "      - lesson: extra/more.md", "      - lesson: extra/more.md\n      - lesson: extra/new.md"
    )
    found = changes({"course.yaml": text, "extra/new.md": "---\ntitle: New\nminutes: 1\n---\n\nNew.\n"})
    assert [str(one) for one in found.changes] == ["course, activities: added: lesson new [structure]"]


def test_a_lesson_that_is_gone_is_a_change_of_structure():
    text = spoiled(COURSE, "requires: [people-extra]", "requires: []")
    text = text[: text.index("  - id: people-extra")] + text[text.index("completion:") :]
    found = changes({"course.yaml": text, "extra/more.md": None})
    assert "course, activities: removed: lesson more [structure]" in [str(one) for one in found.changes]


def test_another_order_is_told():
    first, second = "      - lesson: people/source.md\n", "      - lesson: people/gown.md\n        requires: [source]\n"
    found = changes({"course.yaml": COURSE.replace(first + second, second + first)})
    assert [(one.what, one.level) for one in found.changes] == [("order of activities", "minor")]


def test_a_question_that_is_new_or_gone_is_told():
    text = BANK_FILES["questions.yaml"]
    text = text[: text.index("- id: slow")] + text[text.index("- id: endotoxin") :]
    text += "- {id: new, kind: truefalse, objective: moving, text: New?, answer: true}\n"
    found = changes(bank={"questions.yaml": text})
    assert sorted(str(one) for one in found.changes) == [
        "question basics/new, question: added: New? [question]",
        "question basics/slow, question: removed: You move slowly. [question]",
    ]


def test_a_translation_is_of_its_own_kind():
    found = changes(stamped_course())
    assert {one.kind for one in found.changes} == {"translation"}
    assert found.level == "editorial"
    assert "lesson source, ko: added: translation [translation]" in str(found)


def test_a_changed_answer_shows_what_it_was():
    (change,) = changes(*questions("answer: 2.50", "answer: 2.60")).changes
    assert (change.old, change.new) == ("2.5", "2.6")


def test_a_long_text_is_shown_where_it_differs():
    (change,) = changes(*lesson("Read on in", "Read more in")).changes
    assert "Read on in" in change.old
    assert "Read more in" in change.new
    assert len(change.old) < 100
