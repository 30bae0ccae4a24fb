"""Translated words for Flask-Babel and Jinja with few steps a word: a page has up to a few hundred of them."""

from typing import Any

from babel.support import NullTranslations
from flask import Flask, g
from flask_babel import Domain, get_locale
from markupsafe import Markup


class Words(Domain):
    """Flask-Babel's domain, which looks up the language once a request and not for each word."""

    def get_translations(self) -> NullTranslations:
        try:
            spoken = g._get_current_object()._flask_babel
            locale, found = spoken.lms_words
            if locale is spoken.babel_locale:  # another one inside `force_locale`
                return found
        except (AttributeError, RuntimeError):  # the first word; no context at all
            pass
        found, locale = super().get_translations(), get_locale()
        if locale is not None:
            g._flask_babel.lms_words = (locale, found)
        return found


WORDS = Words()


def gettext(text: str, **values: Any) -> str:
    """Flask-Babel's, for modules whose words stand on pages that are asked for most."""
    found = WORDS.get_translations().gettext(text)
    return found % values if values else found


def ngettext(one: str, many: str, number: int, **values: Any) -> str:
    return WORDS.get_translations().ngettext(one, many, number) % ({"num": number} | values)


def _in_template(text: str, **values: Any) -> Markup:
    """All our templates are HTML: what a translation says is markup, what is filled into it is escaped."""
    found = Markup(WORDS.get_translations().gettext(text))
    return found % values if values or "%" in found else found


def _number_in_template(one: str, many: str, number: int, **values: Any) -> Markup:
    return Markup(WORDS.get_translations().ngettext(one, many, number)) % ({"num": number} | values)


def init(app: Flask) -> None:
    """After Flask-Babel: give it these words, and templates functions that do not go through the template's context."""
    app.extensions["babel"].instance.domain_instance = WORDS
    app.jinja_env.globals |= {"_": _in_template, "gettext": _in_template, "ngettext": _number_in_template}
