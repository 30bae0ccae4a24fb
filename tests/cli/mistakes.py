"""A course and a bank with more than fifty mistakes. Every line that holds `wrong` must be told, and no other."""

COURSE = """\
id: Full_Of_Mistakes # wrong
title: 2026 # wrong
summary: [a, b] # wrong
hours: lots # wrong
languages: [en, xx-, en] # wrong
colour: blue # wrong
objectives:
  - {id: doors, text: Name the doors}
  - {id: doors, text: Name them again} # wrong
  - {id: "no id", text: Spaces} # wrong
  - {id: empty, text: ""} # wrong
references:
  - {id: annex1, title: Annex 1, url: "javascript:alert(1)"} # wrong
glossary:
  - {id: airlock, term: airlock} # wrong
defaults:
  read: {reach_end: yes, share_of_minutes: 40, checks: some} # wrong
modules:
  - id: basics
    title: Basics
    activities:
      - lesson: basics/doors.md
        requires: [nobody] # wrong
      - lesson: basics/missing.md # wrong
      - lesson: ../outside.md # wrong
      - quiz: quiz
        title: Quiz
        bank: bad-bank
        draw: [{objective: doors, count: 40}, {objective: windows, count: 1}] # wrong
        pass: 170 # wrong
        attempts: -1 # wrong
        time_limit_minutes: soon # wrong
        score: highest # wrong
        review: never # wrong
        shufle: {questions: true} # wrong
      - quiz: other
        title: Other
        bank: no-bank # wrong
        draw: [{objective: doors, count: 1}]
        pass: 70
      - talk: today # wrong
completion:
  all:
    - read: all
    - passed: nothing # wrong
    - watched: all # wrong
certificate:
  title: Certificate
  signatory: {nam: Bob} # wrong
  valid_months: 0 # wrong
enrol: {self: maybe} # wrong
"""

LESSON = """\
---
title: Doors
minutes: none # wrong
objectives: [hands] # wrong
---

# wrong: a heading of the first level

#### wrong: a level is skipped

An [airlock](term:airlok) wrong term.

A rule [4.12](ref:annex2) wrong reference.

![](assets/none.png "wrong: no such picture, and no words for it")

[Elsewhere](ftp://host/wrong)

A <b>tag wrong</b> is shown as text.

Formula $\\wrong{x$

A note[^wrong]

:::wrong
Text
:::

:::check doors
question: Which?
answers:
  - {text: One, feedback: wrong}
:::
"""

BANK = """\
id: bad-bank
title: Bad bank
languages: [en]
objectives:
  - {id: doors, text: Name the doors}
"""

QUESTIONS = """\
- id: one
  kind: singel # wrong
  objective: doors
  text: Which?
  answers: [{id: a, text: A, right: true}, {id: b, text: B}]
- id: two
  kind: single
  objective: hands # wrong
  text: Which?
  answers: # two are right
    - {id: a, text: A, right: true}
    - {id: a, text: B, right: true} # wrong
- id: two # wrong
  kind: truefalse
  objective: doors
  text: Which?
  answer: maybe # wrong
- id: three
  kind: numeric
  objective: doors
  text: How many?
  answer: "two" # wrong
  tolerance: {absolute: -1} # wrong
- id: four
  kind: short
  objective: doors
  text: Say it
  accept: [] # wrong
  ignore: [capitals] # wrong
- id: five
  kind: gaps
  objective: doors
  text: "Fill {{grade}} and {{none}}" # wrong
  gaps:
    - {id: grade, choices: [{id: a, text: A}]} # wrong
    - {id: spare, accept: [B]} # wrong
- id: six
  kind: multiple
  objective: doors
  points: -2 # wrong
  difficulty: hardest # wrong
  text: ""  # wrong
  answers: [{id: a, text: A}, {id: b, text: B}] # wrong
"""

FILES = {
    "modules/full-of-mistakes/course.yaml": COURSE,
    "modules/full-of-mistakes/basics/doors.md": LESSON,
    "quizzes/bad-bank/bank.yaml": BANK,
    "quizzes/bad-bank/questions.yaml": QUESTIONS,
}


def wrong_lines() -> set[str]:
    return {
        f"{path}:{number}"
        for path, text in FILES.items()
        for number, line in enumerate(text.splitlines(), 1)
        if "wrong" in line
    }
