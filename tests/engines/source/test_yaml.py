"""YAML with places: values, traps, refusals, mistakes of syntax."""

import pytest

from lms.engines.source.problem import Origin, Position, Problems
from lms.engines.source.yaml import read


def told(text: str) -> list[str]:
    problems = Problems()
    read(text, "f.yaml", problems)
    return [str(problem) for problem in problems.sorted()]


def value(text: str):
    problems = Problems()
    document = read(text, "f.yaml", problems)
    assert not problems.sorted()
    return document.value


VALUES = [
    ("a: text", {"a": "text"}),
    ("a: 3", {"a": 3}),
    ("a: -2.5", {"a": -2.5}),
    ("a: 1e-3", {"a": 0.001}),
    ("a: true", {"a": True}),
    ("a: ~", {"a": None}),
    ("a:", {"a": None}),
    ("a: 'NO'", {"a": "NO"}),
    ('a: "1:30"', {"a": "1:30"}),
    ("a: y", {"a": "y"}),
    ("a: 1.2.3", {"a": "1.2.3"}),
    ("a: 7.14", {"a": 7.14}),
    ("no: 1", {"no": 1}),
    ("[1, {b: c}]", [1, {"b": "c"}]),
    ("a: |\n  x\n  y\n", {"a": "x\ny\n"}),
    ("a: 한글", {"a": "한글"}),
    ("'': x", {"": "x"}),
]


@pytest.mark.parametrize(("text", "expected"), VALUES)
def test_a_value_is_what_it_looks_like(text, expected):
    assert value(text) == expected


TRAPS = [
    ("NO", "yes/no value"),
    ("yes", "yes/no value"),
    ("On", "yes/no value"),
    ("off", "yes/no value"),
    ("1:30", "base 60"),
    ("12:30:45", "base 60"),
    ("010", "octal"),
    ("2024-01-31", "date"),
    ("2024-01-31T10:00:00Z", "date"),
    ("1_000", "form not used"),
    ("0x1F", "form not used"),
    (".inf", "form not used"),
    (".NaN", "form not used"),
    ("10.", "form not used"),
    ("12345678901234567890", "form not used"),
]


@pytest.mark.parametrize(("word", "reason"), TRAPS)
def test_a_word_that_misleads_must_be_quoted(word, reason):
    (problem,) = told(f"- a\n- {word}\n")
    assert problem.startswith("f.yaml:2:3: error: ")
    assert reason in problem
    assert f'"{word}" in quotes' in problem


def test_a_word_that_misleads_stays_a_text():
    document = read("a: NO", "f.yaml", Problems())
    assert document.value == {"a": "NO"}


SYNTAX = [
    ("a: b: c\n", "1:5", "a colon with a space"),
    ("a:\n\t- x\n", "2:1", "a tab in the indentation"),
    ("a: [1,\n", "2:1", "not finished"),
    ("a: [x, y\nb: 1\n", "2:2", '"]" is missing'),
    ("a: {b: 1\nc: 2", "2:2", '"}" is missing'),
    ("x: 1\na: 'x\n", "2:4", "never closed"),
    ("- a\nb: c\n", "2:1", 'next "- "'),
    ("a: @x\n", "1:4", "may not begin with @"),
    ("a: `x`\n", "1:4", "may not begin with `"),
    ("a: %x\n", "1:4", "may not begin with %"),
    ('a: "\\q"\n', "1:5", "backslash"),
    ("a: *bold*\n", "1:9", "text that begins with *"),
    ("%YAML 3\n---\na", "1:8", "this is not YAML"),
    ("a: 1\n---\nb: 2\n", "2:1", "second document"),
    ("# only a comment\n", "2:1", "nothing in it"),
    ("", "1:1", "nothing in it"),
    ("[a]: 1", "1:1", "a key is a single word"),
]


@pytest.mark.parametrize(("text", "place", "words"), SYNTAX)
def test_a_mistake_of_syntax_is_told_at_its_place(text, place, words):
    (problem,) = told(text)
    assert problem.startswith(f"f.yaml:{place}: error: ")
    assert words in problem


def test_a_key_twice_is_told_with_the_first_line():
    assert told("a: 1\nb: 2\na: 3\n") == ['f.yaml:3:1: error: "a" is here twice (first on line 1); delete one of them']


def test_the_first_of_two_equal_keys_counts():
    assert read("a: 1\na: 2\n", "f.yaml", Problems()).value == {"a": 1}


REFUSED = [
    ("a: &x 1", "1:4", "anchors"),
    ("a: *x\n", "1:4", "aliases"),
    ("a: !!python/object:os.system x", "1:4", "tags"),
    ("a: !x {}", "1:4", "tags"),
]


@pytest.mark.parametrize(("text", "place", "words"), REFUSED)
def test_what_yaml_can_do_beyond_data_is_refused(text, place, words):
    (problem,) = told(text)
    assert problem.startswith(f"f.yaml:{place}: error: {words}")


def test_laughs_do_not_multiply():
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    document = read(bomb, "f.yaml", Problems())
    assert document.value["i"] == [None, None]


@pytest.mark.parametrize("text", ["[" * 300 + "]" * 300, "[" * 50_000, "{a: " * 3_000, "- " * 50_000])
def test_depth_is_bounded(text):
    (problem,) = told(text)
    assert "levels deep" in problem


def test_all_mistakes_of_a_file_are_told():
    assert [line.split(": ")[0] for line in told("a: NO\nb: 010\na: 1\nc: &x y\nd: 1:30\n")] == [
        "f.yaml:1:4",
        "f.yaml:2:4",
        "f.yaml:3:1",
        "f.yaml:4:4",
        "f.yaml:5:4",
    ]


PLACES = [
    (("a",), (1, 4), (1, 1)),
    (("b", 0), (3, 5), None),
    (("b", 1, "한글"), (4, 9), (4, 5)),
    (("c",), (5, 4), (5, 1)),
]


@pytest.mark.parametrize(("path", "node", "key"), PLACES)
def test_every_node_and_key_knows_its_place(path, node, key):
    document = read("a: x\nb:\n  - y\n  - 한글: z\nc: [1]\n", "f.yaml", Problems())
    assert document.at(path) == Position(*node)
    assert key is None or document.key_at(path) == Position(*key)


def test_what_is_not_there_has_the_place_around_it():
    document = read("a:\n  b: {c: 1}\n", "f.yaml", Problems())
    assert document.at(("a", "b", "missing", 3)) == Position(2, 6)


INSIDE = [
    ("a: some text\n", 1, 6, (1, 9)),
    ("a: 'some text'\n", 1, 6, (1, 10)),
    ('a: "some text"\n', 1, 6, (1, 10)),
    ("a: |\n  first\n  second\n", 1, 3, (2, 5)),
    ("a: |\n  first\n  second\n", 2, 4, (3, 6)),
    ("- - a: |-\n      first\n      second\n", 2, 1, (3, 7)),
    # Folded and escaped texts know their beginning only.
    ("a: >\n  first\n  second\n", 2, 1, (1, 4)),
    ('a: "x\\ty"\n', 1, 3, (1, 4)),
]


@pytest.mark.parametrize(("text", "line", "column", "expected"), INSIDE)
def test_a_place_inside_a_text_is_a_place_in_the_file(text, line, column, expected):
    document = read(text, "f.yaml", Problems())
    path = ("a",) if isinstance(document.value, dict) else (0, 0, "a")
    assert document.origin(path).at(line, column) == Position(*expected)


def test_places_begin_where_the_text_stands_in_its_file():
    problems = Problems()
    read("a: NO\n", "lesson.md", problems, Origin(Position(10, 5), 5))
    assert str(problems.sorted()[0]).startswith("lesson.md:10:8: error: ")
