"""What a page asks for over and over and what never changes, made once by the process: addresses, icons, pills.

Each memory is bounded; when it is full it begins anew.
"""

from collections.abc import Callable
from typing import Any

from flask import Flask, request
from markupsafe import Markup, escape

#: Macros whose markup depends on nothing but their arguments and the language. Those that others use come first: a
#: module takes over what stands in another at the moment it is first read.
MACROS = {
    "macros/icons.html": ("icon",),
    "macros/status.html": ("state_code", "state_icon", "state_word", "pill", "badge", "bar"),
    "macros/question_number.html": ("question_number",),
    "macros/buttons.html": ("button", "link_button", "previous", "following"),
    "macros/save_states.html": ("counted", "left_forms", "save_states", "sign_in_forms"),
    "macros/page.html": (
        "breadcrumb",
        "record_line",
        "process_line",
        "rail_head",
        "checklist",
        "toc",
        "navigation",
        "language_links",
        "language_switch",
    ),
}
PLAIN = frozenset({Markup, int, float, bool, type(None)})
#: Stands in markup for the address of its row; no text looks like it, for texts are escaped.
ROW_URL = Markup("<row-url>")
MOST_ADDRESSES = 4_000
MOST_OF_A_MACRO = 1_000


def init(app: Flask) -> None:
    """After everything that adds globals to the templates."""
    app.url_for = app.jinja_env.globals["url_for"] = kept_addresses(app.url_for)  # type: ignore[method-assign]
    app.jinja_env.globals |= {"once": Once, "row_url": ROW_URL}
    app.jinja_env.filters["with_row_url"] = with_row_url
    spoken = app.extensions["babel"].instance.domain_instance.get_translations
    for template, names in MACROS.items():
        module = app.jinja_env.get_template(template).module
        for name in names:
            setattr(module, name, kept_macro(getattr(module, name), spoken))


class Once(dict[Any, str]):
    """A macro's markup by its values, for the rows of one page that look the same."""

    def __init__(self, macro: Callable[..., str]) -> None:
        self._macro = macro

    def __missing__(self, values: Any) -> str:
        made = self._macro(*values) if type(values) is tuple else self._macro(values)
        self[values] = made
        return made


def with_row_url(markup: str, url: str) -> Markup:
    """What was made once for many rows, with the address of one in it."""
    return Markup(str(markup).replace(ROW_URL, escape(url)))


def kept_addresses(url_for: Callable[..., str]) -> Callable[..., str]:
    """`url_for` that remembers addresses of pages, by where the application is mounted."""
    memory: dict[Any, str] = {}

    def kept(endpoint: str, **values: Any) -> str:
        # What begins with a dot depends on the page, and a whole address on the host that was asked.
        if endpoint[0] == "." or "_external" in values or "_scheme" in values:
            return url_for(endpoint, **values)
        try:
            key = (endpoint, request._get_current_object().root_path, frozen(values))
        except (TypeError, RuntimeError):  # values that may change; no request
            return url_for(endpoint, **values)
        found = memory.get(key)
        if found is None:
            found = _put(memory, MOST_ADDRESSES, key, url_for(endpoint, **values))
        return found

    return kept


def kept_macro(macro: Callable[..., str], spoken: Callable[[], Any]) -> Callable[..., str]:
    """The macro with a memory; a call with a block, or with anything but plain values and lists of them, goes through.

    `spoken` gives the translations in use.
    """
    memory: dict[Any, str] = {}

    def kept(*values: Any, **named: Any) -> str:
        try:
            key = (spoken(), frozen(values), frozen(named) if named else None)
        except TypeError:
            return macro(*values, **named)
        found = memory.get(key)
        if found is None:
            found = _put(memory, MOST_OF_A_MACRO, key, macro(*values, **named))
        return found

    return kept


def frozen(value: Any) -> Any:
    """The value as a key, by type too: text and markup may look alike and mean different things, as 1 and True do.

    Raises TypeError for what may change or says more than it shows.
    """
    kind = type(value)
    if kind is str:
        return value
    if kind in PLAIN:
        return kind, value
    if kind is tuple or kind is list:
        return kind, *[one if type(one) is str else frozen(one) for one in value]
    if kind is dict:
        return kind, *value, *[one if type(one) is str else frozen(one) for one in value.values()]
    raise TypeError(kind)


def _put(memory: dict[Any, str], most: int, key: Any, value: str) -> str:
    if len(memory) >= most:
        memory.clear()
    memory[key] = value
    return value
