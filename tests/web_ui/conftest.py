"""Templates rendered without the application: the design system must stand on its own."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from jinja2 import Environment, FileSystemLoader
from lxml import html

LMS = Path(__file__).parents[2] / "lms"
STATIC = LMS / "static"
TEMPLATES = LMS / "templates"


def environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_null_translations(newstyle=True)
    made.globals |= {
        "asset": lambda name: f"/static/{name}",
        "csrf_token": lambda: "token",
        "get_flashed_messages": lambda **_kwargs: [],
        "request": SimpleNamespace(
            args=SimpleNamespace(to_dict=lambda: {"q": "a b"}), method="GET", full_path="/here?q=a+b", referrer=None
        ),
    }
    return made


@pytest.fixture(scope="session")
def env() -> Environment:
    return environment()


@pytest.fixture
def render(env: Environment) -> Callable[..., html.HtmlElement]:
    """Render a source text as an element tree; names become variables of the template."""

    def rendered(source: str, **values: Any) -> html.HtmlElement:
        return html.fromstring(f"<div>{env.from_string(source).render(**values)}</div>")

    return rendered


@pytest.fixture
def page(env: Environment) -> Callable[..., html.HtmlElement]:
    """Render a whole page as a document."""

    def rendered(source: str, **values: Any) -> html.HtmlElement:
        return html.document_fromstring(env.from_string(source).render(**values))

    return rendered
