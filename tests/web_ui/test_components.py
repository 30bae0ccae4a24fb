"""Components keep the promises of the visual language."""

import json

import pytest

SAVE = "{% from 'macros/save.html' import action_bar %}{{ action_bar('', '', 'saved', '14:02', 3, why_url='/why') }}"
LINE = "{% from 'macros/page.html' import process_line %}{{ process_line(items) }}"
TABLE = """{% from 'macros/tables.html' import table, th, td %}
{% call table([{'label': 'Name'}, {'label': 'Score', 'num': true}], 'Trainees') %}
<tr role="row">{{ th('Minji', '/p/1') }}{{ td('Score', value, num=true) }}</tr>{% endcall %}"""
STATES = ["saved", "saving", "kept", "older", "refused", "signin", "unkept", "none"]


@pytest.mark.parametrize("state", STATES)
def test_the_words_of_every_save_state_are_on_the_page(render, state: str) -> None:
    template = render(SAVE).xpath(f".//template[@data-state='{state}']")[0]
    assert template.text_content().strip() or template.xpath(".//@data-forms")


@pytest.mark.parametrize(
    ("state", "spoken"),
    [
        ("saved", "status"),
        ("saving", None),
        ("kept", "status"),
        ("older", "status"),
        ("refused", "alert"),
        ("signin", "alert"),
    ],
)
def test_a_save_state_is_spoken_as_it_deserves(render, state: str, spoken: str | None) -> None:
    assert render(SAVE).xpath(f".//template[@data-state='{state}']")[0].get("data-speak") == spoken


def test_before_its_script_runs_the_bar_promises_nothing(render) -> None:
    assert render(SAVE).xpath(".//*[@data-save]/@data-save") == ["none"]


def test_counted_words_cover_one_and_many(render) -> None:
    forms = dict(json.loads(render(SAVE).xpath(".//template[@data-state='kept']//@data-forms")[0]))
    assert (forms[1], forms[3]) == ("{n} answer to send", "{n} answers to send")


def test_a_locked_step_is_no_link_and_says_why(render) -> None:
    tree = render(LINE, items=[{"state": "locked", "title": "Quiz", "fact": "Opens when all 4 lessons are read"}])
    assert tree.xpath(".//a") == []
    assert "Opens when all 4 lessons are read" in tree.text_content()


def test_the_step_one_is_at_is_marked(render) -> None:
    tree = render(
        LINE, items=[{"state": "in_progress", "title": "Gowning", "fact": "9 min", "url": "/l", "here": True}]
    )
    assert tree.xpath(".//a/@aria-current") == ["page"]


@pytest.mark.parametrize("role", ["table", "row", "columnheader", "rowheader", "cell"])
def test_a_table_stays_a_table_as_cards(render, role: str) -> None:
    assert render(TABLE, value="92 %").xpath(f".//*[@role='{role}']")


@pytest.mark.parametrize("value", [None, ""])
def test_an_empty_cell_shows_a_dash(render, value: str | None) -> None:
    assert render(TABLE, value=value).xpath(".//td")[0].text_content() == "–"


def test_a_cell_of_zero_shows_zero(render) -> None:
    assert render(TABLE, value=0).xpath(".//td")[0].text_content() == "0"


def test_a_sorted_column_says_so(render) -> None:
    tree = render(
        "{% from 'macros/tables.html' import table %}{% call table(columns, 'T', sort=sort) %}{% endcall %}",
        columns=[{"label": "Name", "key": "name"}, {"label": "At", "key": "at"}],
        sort={"key": "at", "descending": True, "url": lambda key: f"?sort={key}"},
    )
    assert tree.xpath(".//th/@aria-sort") == ["descending"]


@pytest.mark.parametrize(("done", "total", "width"), [(2, 5, 40), (0, 0, 0), (7, 5, 100)])
def test_progress_is_said_in_words_and_never_overflows(render, done: int, total: int, width: float) -> None:
    tree = render("{% from 'macros/status.html' import progress_bar %}{{ progress_bar(d, t) }}", d=done, t=total)
    assert float(tree.xpath(".//rect/@width")[0]) == width
    assert f"{done} of {total} done" in tree.text_content()


@pytest.mark.parametrize("edge", ["first", "last"])
def test_a_row_at_the_edge_cannot_move_on(render, edge: str) -> None:
    tree = render("{% from 'macros/quiz.html' import ordering %}{{ ordering([('a', 'Hood'), ('b', 'Gloves')]) }}")
    buttons = tree.xpath(".//button")
    stuck = buttons[0] if edge == "first" else buttons[-1]
    assert stuck.get("aria-disabled") == "true"


def test_a_move_names_what_it_moves(render) -> None:
    tree = render("{% from 'macros/quiz.html' import ordering %}{{ ordering([('a', '<b>Hood</b>')]) }}")
    assert tree.xpath(".//button/@aria-label")[0] == "Move up: Hood"


def test_a_disabled_button_gives_its_reason(render) -> None:
    tree = render(
        "{% from 'macros/buttons.html' import button %}{{ button('Send', disabled_reason='Answer all 12 first.') }}"
    )
    assert tree.xpath(".//button[@disabled]") and "Answer all 12 first." in tree.text_content()


@pytest.mark.parametrize("macro", ["bar_chart", "column_chart", "line_chart", "funnel"])
@pytest.mark.parametrize("rows", [[], [("A", 0, "0", None)], [("A", 3, "3", "/a"), ("B", 1, "1", None)]], ids=len)
def test_a_chart_has_a_name_and_a_table(render, macro: str, rows: list) -> None:
    tree = render(f"{{% import 'macros/charts.html' as c %}}{{{{ c.{macro}('Sentence', rows) }}}}", rows=rows)
    assert tree.xpath(".//svg/@aria-label")[0] == "Sentence"
    assert len(tree.xpath(".//table//tr")) == len(rows)


def test_a_language_link_keeps_the_query(render) -> None:
    source = "{% from 'macros/page.html' import language_links %}{{ language_links(languages, 'en', {'q': 'a b'}) }}"
    tree = render(source, languages=[("ko", "한국어")])
    assert tree.xpath(".//a/@href") == ["?q=a+b&lang=ko"]
