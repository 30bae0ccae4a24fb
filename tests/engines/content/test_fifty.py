"""A course with fifty mistakes at once: each is told, at the place that ‸ marks, and nothing else is."""

from lms.engines.content.load import load_course
from lms.engines.content.model import Folder

from .samples import MARK, SVG, url

COURSE = """\
id: ‸Broken Course
‸titel: Broken
title: ‸42
hours: ‸"two"
languages: [en, ‸no]
objectives:
  - {id: gowning, text: Put on the gown}
  - {id: ‸gowning, text: Again}
  - ‸{id: moving}
references:
  - {id: annex1, title: Annex 1, url: ‸"javascript:alert(1)"}
glossary:
  - {id: airlock, term: airlock, text: "See ‸[this](term:airlock)"}
defaults:
  read: {share_of_minutes: ‸1.5, checks: ‸al}
modules:
  - id: first
    title: First
    activities:
      - lesson: a/one.md
        requires: [‸two]
      - lesson: ‸a/missing.md
      - lesson: ‸../outside.md
      - quiz: test
        title: Test
        bank: bank
        draw:
          - {objective: gowning, count: ‸9}
          - {objective: ‸cleaning, count: 1}
          - {objective: ‸gowning, count: ‸x}
        pass: ‸170
        attempts: ‸2.5
        score: ‸beste
        requires: ‸[test]
      - quiz: other
        title: Other
        bank: ‸bnak
        draw: ‸[]
        pass: 50
        ‸pass: 60
completion:
  all:
    - read: [‸three]
    - passed: ‸tset
    - passed: test
      at_least: ‸120
    - any: ‸[]
certificate:
  title: Certificate
  signatory: ‸Bob
  valid_months: ‸0
enrol: {self: ‸yes, sign_up: true}
"""

LESSON = """\
---
title: One
minutes: ‸5:30
objectives: [‸gown]
---

An ‸[airlock](term:airlok), a ‸[rule](ref:annex), a ‸[file](assets/gone.pdf).

‸#### Too deep

‸![](assets/air.svg)

A ‸[way out](../../etc/passwd) and ‸[a trick](javascript:alert(1)) and ‸[a host](//evil.example).

Some ‸<b>HTML, some $x$, ‸$\\nonsense$ and a note.‸[^1]

‸:::nite
x
:::

:::check hands
question: When?
answers:
  - {text: Now, right: true, feedback: ‸NO}
  - {text: Later, right: ‸true, feedback: No.}
:::

:::check ‸hands
question: When?
answers:
  - {text: Now, right: true, feedback: Yes.}
  - {text: Later, feedback: No.}
:::

![Run](assets/script.svg)

‸:::caution
"""

BANK = """\
id: bank
title: Bank
languages: [en]
objectives: [{id: gowning, text: Put on the gown}]
"""

QUESTIONS = """\
- id: one
  kind: single
  objective: gowning
  text: Which?
  answers:
    - {id: a, text: A, right: true}
    - {id: b, text: B, right: ‸true}
    - {id: ‸b, text: C}
- id: two
  kind: ‸multipel
  objective: ‸moving
  text: Which?
  answers: ‸[{id: a, text: A}, {id: b, text: B}]
- id: ‸one
  kind: truefalse
  objective: gowning
  text: True?
  answer: ‸maybe
- id: three
  kind: gaps
  objective: gowning
  text: ‸"Fill {{hole}}"
  gaps: [{id: ‸gap, accept: [x]}]
- id: four
  kind: numeric
  objective: gowning
  text: How many?
  answer: 1
  points: ‸-1
"""

FILES = {"course.yaml": COURSE, "a/one.md": LESSON, "assets/air.svg": SVG, "assets/script.svg": SVG}
FILES["assets/script.svg"] = SVG.replace("<rect", "‸<script>alert(1)</script><rect")
BANK_FILES = {"bank.yaml": BANK, "questions.yaml": QUESTIONS}

EXPECTED = {
    "modules/broken/course.yaml": [
        "is no id",
        'did you mean "title"',
        "in quotes",
        "must be a number",
        "yes/no value",
        "here twice",
        '"text" is missing',
        "no web address",
        "belong in lessons",
        "at most 1",
        'did you mean "all"',
        "is called",
        "there is no file",
        'holds ".."',
        "but the bank has",
        "no objective",
        "drawn twice",
        "must be a whole number",
        "at most 100",
        "must be a whole number",
        'did you mean "best"',
        "waits for itself",
        'did you mean "bank"',
        "at least one is needed",
        '"pass" is here twice',
        "no lesson",
        'did you mean "test"',
        "cannot be reached",
        "names no condition",
        "expected keys and values",
        "at least 1",
        "yes/no value",
    ],
    "modules/broken/a/one.md": [
        "base 60",
        "no objective",
        'did you mean "airlock"',
        'did you mean "annex1"',
        "there is no file",
        "skips a level",
        "no alternative text",
        'holds ".."',
        '"javascript:"',
        "leaves this site",
        "shown as text",
        "not a known command",
        "has no text",
        "did you mean :::note",
        "yes/no value",
        "second answer is right",
        "is here twice",
        "never closed",
    ],
    "modules/broken/assets/script.svg": ["may not hold <script>"],
    "quizzes/bank/questions.yaml": [
        "second answer is right",
        "is here twice",
        "no kind of question",
        "no objective",
        "no answer is right",
        "is here twice",
        "true or false",
        "no gap has this id",
        "write it where the gap is",
        "more than 0",
    ],
}


def places(text: str) -> list[str]:
    """Of the marks, in the text without them."""
    found, rest = [], ""
    for piece in text.split(MARK)[:-1]:
        rest += piece
        found.append(f"{rest.count(chr(10)) + 1}:{len(rest) - rest.rfind(chr(10))}")
    return found


def unmarked(path: str, files: dict[str, str]) -> Folder:
    return Folder(path, {name: text.replace(MARK, "").encode() for name, text in files.items()})


def expected() -> list[tuple[str, str]]:
    texts = {f"modules/broken/{name}": text for name, text in FILES.items()}
    texts |= {f"quizzes/bank/{name}": text for name, text in BANK_FILES.items()}
    return [
        (f"{path}:{place}", words)
        for path, all_words in EXPECTED.items()
        for place, words in zip(places(texts[path]), all_words, strict=True)
    ]


def test_each_of_fifty_mistakes_is_told_at_its_place():
    banks = {"bank": unmarked("quizzes/bank", BANK_FILES)}
    loaded = load_course(unmarked("modules/broken", FILES), banks, url)
    told = [str(problem) for problem in loaded.problems]
    missing = [
        (place, words)
        for place, words in expected()
        if not any(line.startswith(f"{place}: ") and words in line for line in told)
    ]
    assert not missing, "\n".join([*map(str, missing), *told])
    marked = {place for place, _ in expected()}
    surplus = [line for line in told if line.split(": ")[0] not in marked]
    assert not surplus, "\n".join(surplus)
    assert len(marked) >= 50
    assert loaded.course is None
