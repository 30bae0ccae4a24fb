"""What the process remembers of pages never leaks from one meaning, language or mount point into another."""

import pytest
from flask import Flask, url_for
from markupsafe import Markup, escape

from lms.web.kept import MOST_OF_A_MACRO, ROW_URL, Once, kept_macro, with_row_url


@pytest.mark.parametrize("root", ["", "/learn", ""])
def test_an_address_begins_where_the_application_is_mounted(app: Flask, root: str) -> None:
    with app.test_request_context(base_url=f"http://localhost:8000{root}"):
        assert url_for("learning.course", course="gxp") == f"{root}/courses/gxp"


@pytest.mark.parametrize("host", ["a.example.org", "b.example.org"])
def test_a_whole_address_names_the_host_that_was_asked(app: Flask, host: str) -> None:
    with app.test_request_context(base_url=f"http://{host}"):
        assert url_for("learning.catalogue", _external=True) == f"http://{host}/courses"


def test_a_relative_endpoint_belongs_to_the_page(app: Flask) -> None:
    found = []
    for path in ("/courses", "/gradebook/gxp"):
        with app.test_request_context(path):
            found.append(url_for(".course", course="gxp") if path == "/courses" else url_for(".grades", course="gxp"))
    assert found == ["/courses/gxp", "/gradebook/gxp"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("&lt;", Markup("&lt;")), (1, True), (0, None), ("1", 1), (1, 1.0)],
    ids=["text-markup", "number-truth", "nothing", "text-number", "number-fraction"],
)
def test_arguments_that_look_alike_are_told_apart(first: object, second: object) -> None:
    kept = kept_macro(lambda value: f"{value!r}", lambda: None)
    assert [kept(first), kept(second), kept(first)] == [repr(first), repr(second), repr(first)]


def test_an_argument_by_name_is_not_one_by_place() -> None:
    kept = kept_macro(lambda a="", b="": f"a={a} b={b}", lambda: None)
    assert [kept("x"), kept(b="x"), kept(a="x")] == ["a=x b=", "a= b=x", "a=x b="]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([("a", "b")], [("a", Markup("b"))]),
        ([("a", "b")], (("a", "b"),)),
        ([("a", "b")], [("a",), "b"]),
        ([{"a": 1, "b": 2}], [{"a": 2, "b": 1}]),
        ([{"a": "b"}], [["a", "b"]]),
        ([{"a": 1}], [{"b": 1}]),
    ],
)
def test_lists_are_told_apart_by_all_they_hold(first: object, second: object) -> None:
    kept = kept_macro(repr, lambda: None)
    assert [kept(first), kept(second), kept(first)] == [repr(first), repr(second), repr(first)]


def test_a_list_that_has_grown_is_another() -> None:
    kept, items = kept_macro(repr, lambda: None), ["a"]
    shown = [kept(items)]
    items.append("b")
    assert [*shown, kept(items)] == ["['a']", "['a', 'b']"]


@pytest.mark.parametrize("value", [object(), lambda: "", {1, 2}], ids=["object", "block", "set"])
def test_what_may_change_is_made_each_time(value: object) -> None:
    made = []
    kept = kept_macro(lambda *values, **named: made.append(1) or "", lambda: None)
    for _turn in range(2):
        kept("a", [value])
        kept("a", caller=value)
    assert len(made) == 4


def test_each_language_has_its_own() -> None:
    spoken = iter(["fr", "ko", "fr", "ko"])
    said = iter(["bleu", "파란색"])
    kept = kept_macro(lambda: next(said), lambda: next(spoken))
    assert [kept() for _turn in range(4)] == ["bleu", "파란색", "bleu", "파란색"]


def test_a_full_memory_begins_anew() -> None:
    kept = kept_macro(str, lambda: None)
    numbers = range(MOST_OF_A_MACRO + 2)
    assert [kept(number) for number in numbers] == [str(number) for number in numbers]


def test_a_cell_is_made_once_for_all_rows_that_look_the_same() -> None:
    made: list[object] = []
    cells = Once(lambda *values: made.append(values) or Markup(len(made)))
    assert [cells["passed", 87], cells["read"], cells["passed", 87]] == ["1", "2", "1"]


def test_a_row_has_its_own_address_and_no_text_becomes_one() -> None:
    row = Markup('<a href="') + ROW_URL + Markup('#quiz">') + escape("<row-url>") + Markup("</a>")
    assert with_row_url(row, "/a?b&c") == '<a href="/a?b&amp;c#quiz">&lt;row-url&gt;</a>'
