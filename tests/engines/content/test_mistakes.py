"""One mistake in an otherwise good course: it is told at its line and column, which ‸ marks."""

import pytest

from .samples import BANK_FILES, COURSE, FILES, load, marked, spoiled, told

COURSE_YAML = [
    (
        "id: clean\n",
        "id: ‸Clean Room\n",
        'error: "Clean Room" is no id: lower-case letters, digits, hyphens, at most 60; try "clean-room"',
    ),
    ("id: clean\n", "id: ‸other\n", 'error: the id must be the name of the folder, "clean"'),
    ("title: Working", "‸titel: Working", 'error: "titel" is not known here; did you mean "title"?'),
    ("title: Working clean", "title: ‸42", 'error: "title" must be a text: write "42" in quotes'),
    ("title: Working clean", "title: ‸1.10", 'error: "title" must be a text: write "1.10" in quotes'),
    ("title: Working clean", "title: ‸true", 'error: "title" must be a text: write "true" in quotes'),
    ("title: Working clean", "title:‸", 'error: "title" is empty'),
    ("title: Working clean", 'title: ‸" "', 'error: "title" is empty; write a text'),
    ("title: Working clean", "title: ‸[a]", 'error: "title" must be a text; this is a list'),
    ("title: Working clean", "title: Working‸: clean", "error: a colon with a space"),
    ("title: Working clean", "title: ‸|\n  Working\n  clean", 'error: "title" holds a line break'),
    ("hours: 1.5", 'hours: ‸"1.5"', 'error: "hours" must be a number; this is a text'),
    ("hours: 1.5", "hours: ‸0", 'error: "hours" must be more than 0'),
    ("[en, ko]", "[en, ‸Korean]", 'error: "Korean" is no language'),
    ("[en, ko]", "[en, ‸en]", 'error: the language "en" is here twice'),
    ("[en, ko]", "[en, ‸no]", "error: no without quotes is a yes/no value"),
    ("languages: [en, ko]", "languages: ‸[]", "error: the list is empty"),
    ("{id: moving, text: Move slowly}", "{id: ‸gowning, text: Move}", 'error: the objective "gowning" is here twice'),
    ("{id: moving, text: Move slowly}", "‸{id: moving}", 'error: "text" is missing; add text: …'),
    ("{id: moving, text: Move slowly}", "‸moving", "error: expected keys and values here; this is a text"),
    ('"https://example.org/annex1"', '‸"www.example.org"', 'error: "www.example.org" is no web address'),
    ("text: A room with *two* doors.", 'text: "A ‸[room](term:x)."', "error: term: links belong in lessons"),
    ("text: A room with *two* doors.", 'text: "A ‸![](assets/air.svg)"', "error: the picture has no alternative text"),
    (
        "people/source.md\n",
        "‸people/sauce.md\n",
        'error: there is no file "people/sauce.md"; did you mean "people/source.md"?',
    ),
    ("people/source.md\n", "‸/people/source.md\n", 'error: "/people/source.md" is an absolute path'),
    ("people/source.md\n", "‸../source.md\n", 'error: "../source.md" holds ".."'),
    ("people/source.md\n", "‸assets/air.svg\n", "error: a lesson is a Markdown file"),
    ("- lesson: extra/more.md", "- lesson: ‸people/source.md", 'error: "source" is here twice (first on line 20)'),
    (
        "- lesson: extra/more.md",
        "- ‸video: extra/more.mp4",
        "error: expected an activity: lesson: path.md, or quiz: id",
    ),
    ("  - id: people-extra", "  - id: ‸people", 'error: "people" is here twice (first on line 16)'),
    ("  - id: people-extra", "  - id: ‸source", 'error: "source" is here twice'),
    (
        "requires: [source]",
        "requires: [‸sauce]",
        'error: no lesson, quiz or module is called "sauce"; did you mean "source"?',
    ),
    (
        "requires: [source]",
        "requires: ‸[gown]",
        'error: nobody could open this, because it waits for itself; take "gown", or the module',
    ),
    ("requires: [source]", "requires: ‸[people]", "error: nobody could open this, because it waits for itself"),
    ("bank: basics", "bank: ‸basic", 'error: there is no bank "basic"; did you mean "basics"?'),
    (
        "{objective: gowning, count: 2}",
        "{objective: ‸gown, count: 2}",
        'error: the bank "basics" has no objective "gown"',
    ),
    (
        "{objective: gowning, count: 2}",
        "{objective: gowning, count: ‸9}",
        "error: 9 questions are drawn, but the bank has 3",
    ),
    ("{objective: gowning, count: 2}", "{objective: gowning, count: ‸0}", 'error: "count" must be at least 1'),
    ("{objective: gowning, count: 2}", "‸{objective: gowning}", 'error: "count" is missing'),
    ("{objective: moving, count: 1}", "{objective: ‸gowning, count: 1}", 'error: "gowning" is drawn twice'),
    ("pass: 70", "pass: ‸170", 'error: "pass" must be at most 100'),
    ("pass: 70", "‸pas: 70", 'error: "pas" is not known here; did you mean "pass"?'),
    ("attempts: 3", "attempts: ‸2.5", 'error: "attempts" must be a whole number'),
    ("attempts: 3", "attempts: ‸-1", 'error: "attempts" must be at least 0'),
    ("attempts: 3", "attempts: ‸&a 3", "error: anchors (&name) are not used here"),
    ("attempts: 3", "score: ‸bst", 'error: "bst" is not known here; did you mean "best"?'),
    ("attempts: 3", "shuffle: {questions: ‸yes}", "error: yes without quotes is a yes/no value"),
    ("attempts: 3", "\n        ‸pass: 80", 'error: "pass" is here twice (first on line 29)'),
    ("passed: final", "passed: ‸finale", 'error: the course has no quiz "finale"; did you mean "final"?'),
    ("passed: final", "passed: ‸source", 'error: the course has no quiz "source"'),
    ("at_least: 80", "at_least: ‸101", "error: 101 percent cannot be reached"),
    ("at_least: 80", "‸atleast: 80", 'error: "atleast" is not known beside passed; did you mean "at_least"?'),
    ("at_least: 80", "evidence: ‸attended", "error: a quiz never has the evidence attended"),
    ("at_least: 80", "evidence: ‸garded", 'error: "garded" is no kind of evidence; did you mean "graded"?'),
    ("- read: all", "- read: [‸sauce]", 'error: the course has no lesson "sauce"; did you mean "source"?'),
    ("- read: all", "- read: ‸[]", "error: the list names no lesson"),
    ("- read: all", "- ‸red: all", 'error: "red" is no condition; did you mean "read"?'),
    ("- read: all", "- ‸{}", "error: the condition is empty"),
    ("- read: all", "- any: ‸[]", "error: any: names no condition, so nobody could complete the course"),
    ("- read: all", "- average: ‸{quizzes: all}", 'error: "at_least" is missing'),
    ("- read: all", "- average: {quizzes: [‸source], at_least: 70}", 'error: the course has no quiz "source"'),
    ("- read: all", "- ‸read: all\n      average: {at_least: 70}", "error: read and average stand in one condition"),
    ("- read: all", "- ‸everything", "error: expected a condition"),
    ("valid_months: 24", "valid_months: ‸0", 'error: "valid_months" must be at least 1'),
    ("{name: Dr Kim, role: Head}", "‸Dr Kim", "error: expected keys and values here"),
    ("self: true", "self: ‸yes", "error: yes without quotes"),
    ("self: true", "‸slef: true", 'error: "slef" is not known here; did you mean "self"?'),
]


@pytest.mark.parametrize(("old", "new", "expected"), COURSE_YAML)
def test_a_mistake_in_course_yaml(old, new, expected):
    text, place = marked(spoiled(COURSE, old, new))
    lines = told(load({"course.yaml": text}))
    assert any(line.startswith(f"modules/clean/course.yaml:{place}: {expected}") for line in lines), (place, lines)


LESSON = [
    ("---\ntitle: The source", "‸title: The source", "error: the front matter is missing"),
    ("title: The source", "‸titel: The source", 'error: "titel" is not known here; did you mean "title"?'),
    ("title: The source\n", "‸", 'error: "title" is missing'),
    ("minutes: 5", "minutes: ‸five", 'error: "minutes" must be a whole number; this is a text'),
    ("minutes: 5", "minutes: ‸5:30", "error: 5:30 without quotes is a number of base 60"),
    ("minutes: 5", "minutes: ‸0", 'error: "minutes" must be at least 1'),
    (
        "objectives: [gowning]",
        "objectives: [‸gown]",
        'error: the course has no objective "gown"; did you mean "gowning"?',
    ),
    ("minutes: 5", "minutes: 5\nread: {checks: ‸2}", "error: 2 checks are asked for, but the lesson has 1"),
    ("minutes: 5", "minutes: 5\nread: {checks: ‸al}", 'error: "al" is not known here; did you mean "all"?'),
    (
        "[airlock](term:airlock)",
        "‸[airlock](term:air-lock)",
        'error: the glossary has no "air-lock"; did you mean "airlock"?',
    ),
    ("[4.14](ref:annex1)", "‸[4.14](ref:annex)", 'error: the references have no "annex"; did you mean "annex1"?'),
    ("## First air", "‸### First air", "error: ### skips a level"),
    ("## First air", "‸# First air", "error: the title stands in the front matter"),
    ("![Air flows down]", "‸![]", "error: the picture has no alternative text"),
    (
        "![Air flows down](assets/air.svg ",
        "‸![A](assets/fan.svg ",
        'error: there is no file "assets/fan.svg"; did you mean',
    ),
    ("![Air flows down](assets/air.svg ", "‸![A](../air.svg ", 'error: "../air.svg" holds ".."'),
    ("![Air flows down](assets/air.svg ", "‸![A](/assets/air.svg ", 'error: "/assets/air.svg" is an absolute path'),
    ("![Air flows down](assets/air.svg ", "‸![A](https://a.b/c.svg ", "error: a picture must be a file of this folder"),
    ("![Air flows down](assets/air.svg ", "‸![A](assets/form.pdf ", 'error: "assets/form.pdf" cannot be used here'),
    (":::describe", "a\n\n‸:::describe", "error: :::describe must directly follow a figure"),
    (":::check shed", "‸:::check", "error: the check needs an id"),
    (":::check shed", "‸:::chek shed", "error: ::: chek is not known; did you mean :::check?"),
    (":::check shed", ":::check ‸Shed it", 'error: "Shed it" is no id'),
    ("question: Who sheds?", "‸qestion: Who sheds?", 'error: "qestion" is not known here; did you mean "question"?'),
    ("question: Who sheds?", "question: Who ‸<b>sheds?", "warning: HTML is shown as text: <b>"),
    (
        "{text: Everybody, right: true, feedback: Yes.}",
        "{text: Everybody, right: ‸yes, feedback: Yes.}",
        "error: yes without",
    ),
    (
        "  - {text: Everybody, right: true, feedback: Yes.}",
        "  ‸- {text: Everybody, feedback: Yes.}",
        "error: no answer is right",
    ),
    ("{text: Nobody, feedback", "{text: Nobody, right: ‸true, feedback", "error: a second answer is right"),
    ("{text: Nobody, feedback: No.}", "{text: ‸NO, feedback: No.}", "error: NO without quotes"),
    ("{text: Nobody, feedback: No.}", "‸{text: Nobody}", 'error: "feedback" is missing'),
    (
        "  - {text: Nobody, feedback: No.}\n",
        "  - {text: Nobody, feedback: No.}\n‸\tx\n",
        "error: a tab in the indentation",
    ),
    (
        "[the gown](people/gown.md)",
        "‸[x](people/gow.md)",
        'error: no lesson of this course is "people/gow.md"; did you mean',
    ),
    ("[the gown](people/gown.md)", "‸[x](people/gown.md#x)", "error: a link to another lesson leads to its beginning"),
    ("[the gown](people/gown.md)", "‸[x](//evil.example)", 'error: "//evil.example" leaves this site unseen'),
    ("[the gown](people/gown.md)", "‸[x](javascript:alert)", "error: links may begin with https:, http: or mailto:"),
    ("[the gown](people/gown.md)", "*and **x ‸[x](#nowhere)***", "error: no heading here is called #nowhere"),
    ("Read on in", "Read on in $1$, ‸$\\foo$ and", "error: \\foo is not a known command"),
]


@pytest.mark.parametrize(("old", "new", "expected"), LESSON)
def test_a_mistake_in_a_lesson(old, new, expected):
    text, place = marked(spoiled(FILES["people/source.md"], old, new))
    lines = told(load({"people/source.md": text}))
    assert any(line.startswith(f"modules/clean/people/source.md:{place}: {expected}") for line in lines), (place, lines)


QUESTIONS = [
    ("- id: slow", "- id: ‸what-sheds", 'error: "what-sheds" is here twice (first at quizzes/basics/questions.yaml:9)'),
    ("- id: first-piece", "- id: ‸First", 'error: "First" is no id: lower-case letters'),
    ("kind: single", "kind: ‸singel", 'error: "singel" is no kind of question; did you mean "single"?'),
    ("kind: single\n", "kind: single\n  ‸tekst: x\n", 'error: "tekst" is not known here; did you mean "text"?'),
    ("- id: first-piece\n  kind: single\n", "- ‸id: first-piece\n", 'error: "kind" is missing'),
    (
        "single\n  objective: gowning",
        "single\n  objective: ‸gown",
        'error: the bank has no objective "gown"; did you mean',
    ),
    ("points: 2", "points: ‸0", 'error: "points" must be more than 0'),
    ("points: 2", "difficulty: ‸hrd", 'error: "hrd" is not known here; did you mean "hard"?'),
    ("- {id: hood, text: The hood, right: true", "‸- {id: hood, text: The hood", "error: no answer is right"),
    ("text: The suit, feedback", "text: The suit, right: ‸true, feedback", "error: a second answer is right"),
    ("{id: suit, text: The suit", "{id: ‸hood, text: The suit", 'error: the id "hood" is here twice'),
    ("answer: true", 'answer: ‸"true"', 'error: "answer" must be true or false; this is a text'),
    ("answer: true", "answer: ‸yes", "error: yes without quotes"),
    ("answer: 2.50", "answer: ‸2,50", 'error: "answer" must be a number; this is a text'),
    ("answer: 2.50", "answer: 2.50\n  significant_figures: {min: ‸3, max: 2}", "error: min is more than max"),
    ("{absolute: 0.1}", "{absolute: ‸-0.1}", 'error: "absolute" must be at least 0'),
    ("{absolute: 0.1}", "{‸percent: 3}", 'error: "percent" is not known here; known are: absolute, relative'),
    ("  unit: EU/mL\n  other_units: [{", "  other_units: [‸{", "error: other units need a unit"),
    ("unit: EU/L, factor", "unit: ‸EU/mL, factor", 'error: the unit "EU/mL" is here twice'),
    ("accept: [first air, unidirectional air]", "accept: ‸[]", "error: the list is empty"),
    ("right: Filling", "right: ‸Background", "error: this right side reads like another"),
    ("{id: c, text: Office}", "{id: ‸a, text: Office}", 'error: the id "a" is here twice'),
    ("    - {id: second, text: Hood}\n    - {id: first", "    ‸- {id: first", "error: items needs two entries or more"),
    (
        '"Grade {{grade}}',
        '‸"Grade {{grad}}',
        'error: the text has {{grad}}, but no gap has this id; did you mean "grade"?',
    ),
    ('"Grade {{grade}}', '‸"Grade {{grade}} {{grade}}', "error: the text has {{grade}} twice"),
    ("- {id: grade,", "- {id: ‸level,", "error: the text has no {{level}}"),
    ("choices: [{id: a, text: A, right: true}", "choices: ‸[{id: a, text: A}", "error: 0 choices are right"),
    ('{id: number, accept: ["3520", "3 520"]}', "‸{id: number}", 'error: gap "number" needs either choices or accept'),
    ("text: You move slowly.", 'text: ‸"You {{move}}."', "error: {{…}} belongs in questions of kind gaps"),
    ("text: Which piece is *first*?", "text: See ‸[x](ref:annex1).", "error: ref: links belong in lessons"),
    (
        "text: Which piece is *first*?",
        "text: |\n    Look:\n\n    ‸![](assets/a.svg)",
        "error: the picture has no alternative",
    ),
    ("text: Which piece is *first*?", "text: |\n    Look:\n\n    ‸## Head", "error: headings belong in lessons"),
    ("text: Order them.", "text: ‸12", 'error: "text" must be a text: write "12" in quotes'),
]


@pytest.mark.parametrize(("old", "new", "expected"), QUESTIONS)
def test_a_mistake_in_a_question(old, new, expected):
    text, place = marked(spoiled(BANK_FILES["questions.yaml"], old, new))
    lines = told(load(bank={"questions.yaml": text}))
    assert any(line.startswith(f"quizzes/basics/questions.yaml:{place}: {expected}") for line in lines), (place, lines)


UTF16 = FILES["people/gown.md"].encode("utf-16")
EUC_KR = COURSE.replace("New staff", "신입 사원 여러분").encode("cp949")
FOLDER = [
    ({"assets/spare.png": b"\x89PNG"}, "assets/spare.png:1:1: warning: no text uses this file"),
    ({"people/spare.md": "x"}, "people/spare.md:1:1: warning: nothing names this file"),
    ({"course.de.yaml": "x"}, 'course.de.yaml:1:1: warning: "de" is not among the languages (en, ko)'),
    ({"people/spare.ko.md": "x"}, 'people/spare.ko.md:1:1: warning: there is no "people/spare.md"'),
    ({"assets/air.svg": "<svg"}, "assets/air.svg:1:5: error: the drawing is not XML"),
    ({"people/gown.md": "x" * 200_001}, "people/gown.md:1:1: error: the file is 201 kB, more than 200 kB"),
    ({"people/gown.md": UTF16}, "people/gown.md:1:1: error: the file is UTF-16"),
    ({"course.yaml": EUC_KR}, "course.yaml:4:11: error: the file is EUC-KR"),
    ({"course.yaml": "[" * 300}, "course.yaml:1:26: error: nested more than 24 levels"),
    ({"course.yaml": "x" * 1_000_001}, "course.yaml:1:1: error: the file is 1,001 kB"),
    ({"extra/more.md": "---\ntitle: x\nminutes: 1\n---\n\n"}, "extra/more.md:5:1: error: the lesson has no text"),
    ({"extra/more.md": "---\ntitle: x\n"}, "extra/more.md:1:1: error: the front matter is never closed"),
    ({"assets/form.pdf": None}, 'people/gown.md:7:36: error: there is no file "assets/form.pdf"'),
]


@pytest.mark.parametrize(("changes", "expected"), FOLDER)
def test_a_mistake_in_the_folder(changes, expected):
    lines = told(load(changes))
    assert any(line.startswith(f"modules/clean/{expected}") for line in lines), lines


def test_files_beside_the_course_are_left_alone():
    assert told(load({"README.md": "x", ".gitignore": "x", "assets/.DS_Store": "x"})) == []
