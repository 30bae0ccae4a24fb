"""Whatever an author writes, wherever, nothing acts in the reader's page."""

from collections.abc import Iterator

import pytest

from lms.engines.content.model import Course, Lesson

from ..markup import dangers
from .samples import FILES, load, told

PAYLOADS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "'><iframe srcdoc='<script>alert(1)</script>'>",
    "</legend></fieldset></form><form action=//evil.example><input name=x>",
    "</dd></dl><style>*{display:none}</style>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    '<div data-slot="0"></div>',
    "$\\text{<img src=x onerror=alert(1)>}$",
    "`</code><script>alert(1)</script>`",
    "</script><!--<svg/onload=alert(1)>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">',
]

COURSE = """\
id: clean
title: ‹P›
summary: ‹P›
audience: ‹P›
hours: 1
languages: [en]
objectives: [{id: o, text: ‹P›}]
references: [{id: r, title: ‹P›, url: "https://example.org/?a='b&c=<d>"}]
glossary: [{id: g, term: ‹P›, text: ‹P›}]
modules:
  - id: people
    title: ‹P›
    summary: ‹P›
    activities:
      - lesson: people/gown.md
      - {quiz: final, title: ‹P›, bank: basics, draw: [{objective: o, count: 8}], pass: 50}
certificate: {title: ‹P›, signatory: {name: ‹P›, role: ‹P›}}
"""

LESSON = """\
---
title: ‹P›
summary: ‹P›
minutes: 1
---

[RAW](term:g) and [RAW](ref:r) and [RAW](https://example.org "TITLE") and RAW[^1].

## RAW

![RAW](assets/air.svg "TITLE")

:::describe
RAW
:::

:::note RAW
RAW
:::

| RAW |
|---|
| RAW |

:::check one
question: ‹P›
answers:
  - {text: ‹P›, right: true, feedback: ‹P›}
  - {text: ‹P›, feedback: ‹P›}
:::

:::audio
src: assets/a.mp3
title: ‹P›
transcript: ‹P›
:::

[^1]: RAW
"""

BANK = """\
id: basics
title: ‹P›
languages: [en]
objectives: [{id: o, text: ‹P›}]
"""

QUESTIONS = """\
- {id: q1, kind: single, objective: o, text: ‹P›, hint: ‹P›, feedback: ‹P›, reference: ‹P›,
   answers: [{id: a, text: ‹P›, right: true, feedback: ‹P›}, {id: b, text: ‹P›}]}
- {id: q2, kind: multiple, objective: o, text: ‹P›, answers: [{id: a, text: ‹P›, right: true}, {id: b, text: ‹P›}]}
- {id: q3, kind: truefalse, objective: o, text: ‹P›, answer: true, feedback_true: ‹P›, feedback_false: ‹P›}
- {id: q4, kind: numeric, objective: o, text: ‹P›, answer: 1, unit: ‹P›, tolerance: {absolute: 1}}
- {id: q5, kind: short, objective: o, text: ‹P›, accept: [‹P›]}
- {id: q6, kind: matching, objective: o, text: ‹P›, pairs: [{id: a, left: ‹P›, right: ‹P›}, {id: b, left: c, right: d}]}
- {id: q7, kind: ordering, objective: o, text: ‹P›, items: [{id: a, text: ‹P›}, {id: b, text: ‹P›}]}
- {id: q8, kind: gaps, objective: o, text: "{{a}} {{b}}", feedback: ‹P›,
   gaps: [{id: a, accept: [‹P›]}, {id: b, choices: [{id: x, text: ‹P›, right: true}, {id: y, text: z}]}]}
"""


def quoted(payload: str) -> str:
    return "'" + payload.replace("'", "''") + "'"


def spoiled_course(payload: str) -> Course:
    def fill(text: str) -> str:
        title = payload.replace("\\", "\\\\").replace('"', '\\"')
        return text.replace("‹P›", quoted(payload)).replace("TITLE", title).replace("RAW", payload)

    files = dict.fromkeys(FILES) | {
        "course.yaml": fill(COURSE),
        "people/gown.md": fill(LESSON),
        "assets/air.svg": FILES["assets/air.svg"],
        "assets/a.mp3": b"ID3",
    }
    loaded = load(files, {"bank.yaml": fill(BANK), "questions.yaml": fill(QUESTIONS)})
    assert loaded.course, told(loaded)
    return loaded.course


def markup(course: Course) -> Iterator[str]:
    """Everything that a page takes as HTML."""
    yield from (term.html for term in course.texts["en"].glossary.values())
    for activity in course.activities:
        if isinstance(activity, Lesson):
            text = activity.texts["en"]
            yield text.html
            yield from (answer.feedback for check in text.checks for answer in check.answers)
    for question in course.questions:
        public, feedback = question.texts["en"].public, question.texts["en"].feedback
        yield public["text"]
        for name in ("answers", "lefts", "rights", "items"):
            yield from public.get(name, {}).values()
        yield from (feedback["general"], feedback["right"], *feedback["answers"].values())


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_an_author_writes_acts(payload):
    course = spoiled_course(payload)
    found = [danger for html in markup(course) for danger in dangers(html)]
    assert not found


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_an_author_writes_leaves_its_check(payload):
    html = next(html for html in markup(spoiled_course(payload)) if "<fieldset" in html)
    assert html.count("<fieldset") == html.count("</fieldset>") == 1
    assert html.count("<form") == 0
    assert html.count("<input") == 2


LINKS = [
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "java&#115;cript:alert(1)",
    "&#1;javascript:alert(1)",
    "vbscript:x",
]
LINKS += [
    "data:text/html;base64,PHNjcmlwdD4=",
    "//evil.example",
    "\\\\\\\\evil.example",
    "file:///etc/passwd",
    "blob:x",
]


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_could_act_is_an_error(link):
    lesson = f"---\ntitle: x\nminutes: 1\n---\n\n[x]({link})\n"
    lines = told(load({"extra/more.md": lesson}))
    assert [line.split(": ")[1] for line in lines] == ["error"]
    assert lines[0].startswith("modules/clean/extra/more.md:6:1: ")


@pytest.mark.parametrize("link", LINKS)
def test_a_picture_that_could_act_is_an_error(link):
    lesson = f"---\ntitle: x\nminutes: 1\n---\n\n![x]({link})\n"
    lines = told(load({"extra/more.md": lesson}))
    assert [line.split(": ")[1] for line in lines] == ["error"]


def test_a_bomb_of_brackets_ends():
    loaded = load({"extra/more.md": "---\ntitle: x\nminutes: 1\n---\n\n" + "[" * 50_000})
    assert loaded.course


def test_a_bomb_of_entities_is_refused():
    bomb = (
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]><svg xmlns="http://www.w3.org/2000/svg">&b;</svg>'
    )
    assert "may not hold <!DOCTYPE>" in told(load({"assets/air.svg": bomb}))[0]
