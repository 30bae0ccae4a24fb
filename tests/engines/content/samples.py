"""A small whole course and its bank, and ways to spoil them."""

from collections.abc import Mapping

from lms.engines.content.bank import load_bank
from lms.engines.content.load import load_course
from lms.engines.content.model import Folder, Loaded, LoadedBank

COURSE = """\
id: clean
title: Working clean
summary: How people keep a room clean.
audience: New staff
hours: 1.5
languages: [en, ko]
objectives:
  - {id: gowning, text: Put on the gown}
  - {id: moving, text: Move slowly}
references:
  - {id: annex1, title: "EU GMP Annex 1, Manufacture (2022)", url: "https://example.org/annex1"}
  - {id: book, title: A long title of a book that nobody could write into a text}
glossary:
  - {id: airlock, term: airlock, text: A room with *two* doors.}
modules:
  - id: people
    title: People
    summary: About people.
    activities:
      - lesson: people/source.md
      - lesson: people/gown.md
        requires: [source]
      - quiz: final
        title: "Quiz: people"
        bank: basics
        draw:
          - {objective: gowning, count: 2}
          - {objective: moving, count: 1}
        pass: 70
        attempts: 3
        requires: [people-extra]
  - id: people-extra
    title: More
    activities:
      - lesson: extra/more.md
completion:
  all:
    - read: all
    - passed: final
      at_least: 80
certificate:
  title: Certificate
  signatory: {name: Dr Kim, role: Head}
  valid_months: 24
enrol: {self: true, sign_up: false}
"""

SOURCE = """\
---
title: The source
minutes: 5
objectives: [gowning]
summary: Where it comes from.
---

People shed. See the [airlock](term:airlock) and [4.14](ref:annex1).

## First air

![Air flows down](assets/air.svg "Air *flows*")

:::describe
A fan above, a bench below.
:::

:::check shed
question: Who sheds?
answers:
  - {text: Everybody, right: true, feedback: Yes.}
  - {text: Nobody, feedback: No.}
:::

Read on in [the gown](people/gown.md).
"""

GOWN = """\
---
title: The gown
minutes: 4
read: {checks: none}
---

Put on the hood first.[^1] More in [a form](assets/form.pdf) or on [the site](https://example.org).

[^1]: Then the suit.
"""

MORE = """\
---
title: More
minutes: 3
---

$10^{-6}$ is small.
"""

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 100"><rect class="f-wash" width="10" height="10"/></svg>'
)

FILES = {
    "course.yaml": COURSE,
    "people/source.md": SOURCE,
    "people/gown.md": GOWN,
    "extra/more.md": MORE,
    "assets/air.svg": SVG,
    "assets/form.pdf": "%PDF-1.7 x",
}

BANK = """\
id: basics
title: The basics
languages: [en, ko]
practice: true
objectives:
  - {id: gowning, text: Put on the gown}
  - {id: moving, text: Move slowly}
"""

QUESTIONS = """\
- id: first-piece
  kind: single
  objective: gowning
  text: Which piece is *first*?
  answers:
    - {id: hood, text: The hood, right: true, feedback: Yes.}
    - {id: suit, text: The suit, feedback: No.}
  feedback: From the head down.
- id: what-sheds
  kind: multiple
  objective: gowning
  points: 2
  text: What sheds?
  answers:
    - {id: skin, text: Skin, right: true}
    - {id: hair, text: Hair, right: true}
    - {id: steel, text: Steel}
- id: slow
  kind: truefalse
  objective: moving
  text: You move slowly.
  answer: true
  feedback_false: Slow movement sheds less.
- id: endotoxin
  kind: numeric
  objective: moving
  text: What is the limit?
  answer: 2.50
  tolerance: {absolute: 0.1}
  unit: EU/mL
  other_units: [{unit: EU/L, factor: 0.001}]
- id: air-name
  kind: short
  objective: moving
  text: What is the name of the air?
  accept: [first air, unidirectional air]
- id: rooms
  kind: matching
  objective: moving
  text: Join them.
  pairs:
    - {id: b, left: Grade B, right: Background}
    - {id: a, left: Grade A, right: Filling}
  extra: [{id: c, text: Office}]
- id: order
  kind: ordering
  objective: gowning
  text: Order them.
  items:
    - {id: second, text: Hood}
    - {id: first, text: Suit}
- id: limits
  kind: gaps
  objective: moving
  text: "Grade {{grade}} has {{number}} particles."
  gaps:
    - {id: grade, choices: [{id: a, text: A, right: true}, {id: b, text: B}]}
    - {id: number, accept: ["3520", "3 520"]}
"""

BANK_FILES = {"bank.yaml": BANK, "questions.yaml": QUESTIONS}

Files = Mapping[str, str | bytes | None]


def folder(path: str, files: Mapping[str, str], changes: Files) -> Folder:
    """Changes are whole files; None takes one away."""
    data = {name: text for name, text in {**files, **changes}.items() if text is not None}
    return Folder(path, {name: text.encode() if isinstance(text, str) else text for name, text in data.items()})


def url(path: str, sha256: str) -> str:
    return f"/files/{sha256[:8]}/{path}"


def course_folder(changes: Files | None = None) -> Folder:
    return folder("modules/clean", FILES, changes or {})


def bank_folder(changes: Files | None = None) -> Folder:
    return folder("quizzes/basics", BANK_FILES, changes or {})


def load(changes: Files | None = None, bank: Files | None = None) -> Loaded:
    return load_course(course_folder(changes), {"basics": bank_folder(bank)}, url)


def load_bank_with(changes: Files | None = None) -> LoadedBank:
    return load_bank(bank_folder(changes), url)


def spoiled(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
    return text.replace(old, new)


def told(loaded: Loaded | LoadedBank, *, translations: bool = False) -> list[str]:
    """The problems, usually without those about translations, which the sample has none of."""
    lines = [str(problem) for problem in loaded.problems]
    return lines if translations else [line for line in lines if "the original is shown" not in line]


MARK = "‸"


def marked(text: str) -> tuple[str, str]:
    """The text without the mark that a test puts where the problem must be told, and that place as line:column."""
    before, mark, _ = text.partition(MARK)
    assert mark, "no mark"
    return text.replace(MARK, ""), f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
