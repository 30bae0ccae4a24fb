"""What `lms new` writes: small, complete, and right by `lms check`, so that an author begins by changing words."""

COURSE = """\
# Check this folder with: lms check     See it with: lms preview {folder}
id: {id}
title: "{title}"
summary: "One or two sentences: what people can do after this course."
audience: "Who it is for"
hours: 1
languages: [{language}]              # the first is the original; add ko or fr when you translate

objectives:                          # what people can do afterwards; lessons and questions name them
  - {{id: first-objective, text: "Do the first thing"}}

references: []                       # - {{id: annex1, title: "EU GMP Annex 1 (2022)", url: "https://…"}}
glossary: []                         # - {{id: airlock, term: "airlock", text: "A room with two doors."}}

defaults:
  read: {{reach_end: true, share_of_minutes: 0.4, checks: all}}   # when a lesson counts as read

modules:
{module}
      - quiz: {id}-quiz
        title: "Quiz"
        bank: {bank}
        draw:
          - {{objective: first-objective, count: 2}}
        pass: 70                     # percent
        attempts: 3                  # 0 means as many as one likes
        cool_down_minutes: 10
        time_limit_minutes: 20       # 0 means no limit
        review: after-send
        requires: [first-lesson]

completion:
  all:
    - read: all
    - passed: {id}-quiz

certificate:
  title: "Certificate of completion"
  signatory: {{name: "Name of the person who signs", role: "Role"}}
  valid_months: 24

enrol: {{self: true, sign_up: false}}
"""

MODULE = """\
  - id: {id}
    title: "{title}"
    summary: "One sentence."
    activities:
      - lesson: {id}/{lesson}.md"""

LESSON = """\
---
title: "{title}"
minutes: 5
objectives: [{objective}]
summary: "One sentence: what this lesson is about."
---

Begin with the one thing that people must take with them. Write short sentences.

## A heading

A list says what to do, step by step:

1. First step.
2. Second step.

| Column | Column |
|---|---|
| Tables | are plain |

:::caution
What goes wrong, and how one sees it.
:::

:::check {check}
question: "What do people often get wrong here?"
answers:
  - {{text: "The right answer", right: true, feedback: "Right. Say why."}}
  - {{text: "A wrong answer that somebody would believe", feedback: "No. Say why not."}}
:::
"""

BANK = """\
id: {id}
title: "{title}"
languages: [{language}]
practice: true          # false for real keys, which belong in a private repository
objectives:
  - {{id: first-objective, text: "Do the first thing"}}
"""

QUESTIONS = """\
# Kinds: single, multiple, truefalse, numeric, short, matching, ordering, gaps
- id: first-question
  kind: single
  objective: first-objective
  points: 1
  difficulty: easy                   # easy, medium, hard
  text: "What is right?"
  answers:
    - {id: first, text: "The right answer", right: true, feedback: "Right."}
    - {id: second, text: "A wrong answer", feedback: "No. Say why not."}
    - {id: third, text: "Another wrong answer", feedback: "No. Say why not."}
  feedback: "Shown with every answer when the quiz is reviewed."

- id: second-question
  kind: multiple
  objective: first-objective
  points: 2
  difficulty: medium
  text: "Which of these are right?"
  answers:
    - {id: first, text: "One right answer", right: true, feedback: "Yes."}
    - {id: second, text: "Another right answer", right: true, feedback: "Yes."}
    - {id: third, text: "A wrong answer", feedback: "No. Say why not."}
  feedback: "Shown with every answer when the quiz is reviewed."

- id: third-question
  kind: numeric
  objective: first-objective
  points: 1
  difficulty: medium
  text: "How long is the contact time on this label?"
  answer: 5
  tolerance: {absolute: 0}
  unit: min
  feedback: "Shown with every answer when the quiz is reviewed."
"""
