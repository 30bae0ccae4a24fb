"""Every symbol that a template names is in the sprite."""

import re

import pytest
from lxml import etree

from tests.web_ui.conftest import STATIC, TEMPLATES

SVG = "{http://www.w3.org/2000/svg}"
SPRITE = etree.parse(STATIC / "icons.svg").getroot()
SYMBOLS = {symbol.get("id") for symbol in SPRITE.iter(f"{SVG}symbol")}
NAMED = re.compile(r"""icon\(\s*['"]([\w-]+)['"]""")
PAGES = {path.relative_to(TEMPLATES).as_posix(): path.read_text() for path in TEMPLATES.rglob("*.html")}
USES = sorted({(page, name) for page, text in PAGES.items() for name in NAMED.findall(text)})
STATES = [
    "complete",
    "in_progress",
    "not_started",
    "due",
    "overdue",
    "not_passed",
    "locked",
    "kept",
    "passed",
    "failed",
]
STATES += ["expired", "revoked", "draft", "running", "a_state_of_tomorrow"]


@pytest.mark.parametrize(("path", "name"), USES)
def test_a_named_icon_exists(path: str, name: str) -> None:
    assert name in SYMBOLS


@pytest.mark.parametrize("state", STATES)
def test_a_state_has_an_icon_and_a_word(render, state: str) -> None:
    pill = render("{% from 'macros/status.html' import pill %}{{ pill(state) }}", state=state)
    assert pill.xpath(".//use/@href")[0].partition("#")[2] in SYMBOLS
    assert pill.text_content().strip()


@pytest.mark.parametrize("evidence", ["graded", "reported", "attended", "observed", "entered"])
def test_evidence_has_an_icon(render, evidence: str) -> None:
    badge = render("{% from 'macros/status.html' import badge %}{{ badge(evidence) }}", evidence=evidence)
    assert badge.xpath(".//use/@href")[0].partition("#")[2] == evidence


def test_symbols_take_the_colour_of_the_text() -> None:
    painted = {e.get(a) for e in SPRITE.iter() for a in ("fill", "stroke") if e.get(a)}
    assert painted == {"currentColor", "none"}
