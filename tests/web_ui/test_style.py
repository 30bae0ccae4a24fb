"""The style sheets: their tokens, their contrast."""

import re

import pytest

from tests.web_ui.conftest import STATIC, TEMPLATES

CSS = (STATIC / "style.css").read_text() + (STATIC / "player.css").read_text()
RULES = re.sub(r"/\*.*?\*/", "", CSS, flags=re.S)
COLOUR = re.compile(r"#[0-9A-Fa-f]{3,8}\b|\b(?:rgb|hsl|oklch)a?\(")
INLINE = re.compile(r"""\sstyle=|<style|\son[a-z]+=["']|javascript:|<script>""")


def tokens(selector: str) -> dict[str, str]:
    block = RULES[RULES.index(selector + " {") :]
    return dict(re.findall(r"--([\w-]+): (#[0-9A-F]{6});", block[: block.index("}")]))


THEMES = {"light": tokens(":root"), "dark": tokens(":root[data-theme=dark]")}


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_colours_are_named_in_tokens_only() -> None:
    without_tokens = re.sub(r"--[\w-]+:[^;]+;", "", RULES)
    assert COLOUR.findall(without_tokens) == []


def test_a_chosen_dark_theme_is_the_system_dark_theme() -> None:
    assert tokens(":root:not([data-theme=light])") == THEMES["dark"]


def test_every_used_token_exists() -> None:
    assert set(re.findall(r"var\(--([\w-]+)", RULES)) - set(re.findall(r"--([\w-]+):", RULES)) == set()


def test_no_rule_is_nested() -> None:
    """A browser of four years ago drops a nested rule and keeps the rest of the page unstyled."""
    without_groups = re.sub(r"@(?:media|supports)[^{]*\{", "", RULES)
    assert re.findall(r"\{[^{}]*\{", re.sub(r"@page[^{]*\{(?:[^{}]|\{[^{}]*\})*\}", "", without_groups)) == []


@pytest.mark.parametrize("physical", ["margin-left", "margin-right", "padding-left", "border-left", "text-align: left"])
def test_directions_are_logical(physical: str) -> None:
    assert physical not in RULES


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["floor", "sheet", "well"])
@pytest.mark.parametrize("text", ["ink", "ink-2", "accent", "accent-2", "done", "wait", "bad", "info"])
def test_text_can_be_read(theme: str, ground: str, text: str) -> None:
    assert contrast(THEMES[theme][text], THEMES[theme][ground]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", ["accent", "done", "wait", "bad", "info"])
def test_a_state_can_be_read_on_its_own_wash(theme: str, name: str) -> None:
    assert contrast(THEMES[theme][name], THEMES[theme][f"{name}-w"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("fill", ["accent", "accent-2", "h3", "h4"])
def test_text_on_a_fill_can_be_read(theme: str, fill: str) -> None:
    assert contrast(THEMES[theme]["on-accent"], THEMES[theme][fill]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("line", ["edge", "focus"])
def test_borders_of_controls_can_be_seen(theme: str, line: str) -> None:
    assert min(contrast(THEMES[theme][line], THEMES[theme][g]) for g in ("floor", "sheet", "well")) >= 3


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_templates_hold_no_inline_style_or_script(path) -> None:
    assert INLINE.findall(path.read_text()) == []
