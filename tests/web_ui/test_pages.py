"""The base page and the error pages."""

from types import SimpleNamespace

import pytest

from tests.web_ui.conftest import TEMPLATES

PAGE = """{% extends 'base.html' %}
{% block title %}Gradebook{% endblock %}
{% block main %}<h1>Gradebook</h1>{% endblock %}"""
RAIL = PAGE + "{% block rail_start %}<p>Steps</p>{% endblock %}"
CODES = sorted(p.stem for p in (TEMPLATES / "errors").glob("[0-9]*.html"))
PERSON = SimpleNamespace(is_authenticated=True, display_name="Minji")
VALUES = {
    "locale": "ko", "page_lang": "ko", "direction": "ltr", "theme": "dark", "request_id": "r-17",
    "current_user": PERSON, "nav": [("My learning", "/", True), ("Courses", "/c", False)],
}  # fmt: skip


def test_the_title_begins_with_the_heading(page) -> None:
    assert page(PAGE, **VALUES).findtext(".//title").startswith("Gradebook")


def test_the_title_of_a_form_in_error_begins_with_problem(page) -> None:
    assert page(PAGE, **VALUES | {"has_errors": True}).findtext(".//title").startswith("Problem: Gradebook")


def test_the_document_names_language_direction_and_theme(page) -> None:
    root = page(PAGE, **VALUES)
    assert (root.get("lang"), root.get("dir"), root.get("data-theme")) == ("ko", "ltr", "dark")


def test_the_first_link_skips_to_the_content(page) -> None:
    root = page(PAGE, **VALUES)
    assert root.get_element_by_id(root.xpath("//a/@href")[0][1:]).tag == "main"


def test_the_page_one_is_on_is_marked(page) -> None:
    assert set(page(PAGE, **VALUES).xpath("//nav//a[@aria-current]/text()")) == {"My learning"}


def test_the_menu_works_without_script(page) -> None:
    assert page(PAGE, **VALUES).xpath("//details//nav//a/@href") == ["/", "/c"]


def test_signing_out_is_a_post_with_a_token(page) -> None:
    forms = page(PAGE, **VALUES).xpath("//form[@data-sign-out]")
    assert forms and all(f.get("method") == "post" and f.xpath(".//input[@name='csrf_token']") for f in forms)


def test_a_rail_becomes_a_disclosure_on_a_phone(page) -> None:
    body = page(RAIL, **VALUES | {"rail_label": "In this module"})
    (summary,) = body.xpath("//main//details[contains(@class, 'narrow-only')]/summary")
    assert summary.text_content().strip() == "In this module"


@pytest.mark.parametrize("code", CODES)
@pytest.mark.parametrize("values", [VALUES, {"request_id": "r-17"}], ids=["signed in", "nothing known"])
def test_an_error_page_helps(env, code: str, values: dict) -> None:
    text = env.get_template(f"errors/{code}.html").render(**values)
    assert "<h1>" in text and "r-17" in text and "btn-primary" in text


@pytest.mark.parametrize("code", ["500", "503"])
def test_when_all_is_broken_the_page_asks_for_nobody(env, code: str) -> None:
    class Broken:
        def __getattr__(self, name: str) -> object:
            raise RuntimeError("the database is away")

    assert "Cleanroom" in env.get_template(f"errors/{code}.html").render(**VALUES | {"current_user": Broken()})
