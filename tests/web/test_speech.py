"""Words of templates: in the language of the request or of a `force_locale`, filled in safely."""

import io

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo
from babel.support import Translations
from flask import Flask, render_template_string
from flask_babel import force_locale

from lms.web import speech
from lms.web.speech import gettext

CATALOGUES = {
    "fr": {
        "Sign out": "Déconnexion",
        "100 %% of %(name)s": "100 %% de %(name)s",
        "Dear %(name)s": "Cher %(name)s",
        "<i>%(name)s</i>": "<b>%(name)s</b>",
        ("%(num)s day", "%(num)s days"): ("%(num)s jour", "%(num)s jours"),
        ("%(name)s day", "%(name)s days"): ("%(name)s jour", "%(name)s jours"),
    },
    "ko": {"Sign out": "로그아웃"},
}


@pytest.fixture
def speaking(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The application with catalogues of its own, whatever the shipped ones say."""
    for locale, messages in CATALOGUES.items():
        catalogue = Catalog(locale)
        for message, translation in messages.items():
            catalogue.add(message, translation)
        file = io.BytesIO()
        write_mo(file, catalogue)
        file.seek(0)
        monkeypatch.setitem(speech.WORDS.cache, (locale, "messages"), Translations(file))
    return app


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ _('Sign out') }}", "Déconnexion"),
        ("{{ gettext('Sign out') }}", "Déconnexion"),
        ("{% trans %}Sign out{% endtrans %}", "Déconnexion"),
        ("{% trans name=name %}Dear {{ name }}{% endtrans %}", "Cher &lt;i&gt;"),
        ("{{ _('100 %% of %(name)s', name=name) }}", "100 % de &lt;i&gt;"),
        ("{{ _('untranslated: 100 %%') }}", "untranslated: 100 %"),
        ("{{ _('<i>%(name)s</i>', name=name) }}", "<b>&lt;i&gt;</b>"),
        ("{{ ngettext('%(num)s day', '%(num)s days', 1) }}", "1 jour"),
        ("{{ ngettext('%(num)s day', '%(num)s days', 3) }}", "3 jours"),
        ("{{ ngettext('%(name)s day', '%(name)s days', 3, name=name) }}", "&lt;i&gt; jours"),
    ],
)
def test_words(speaking: Flask, source: str, shown: str) -> None:
    with speaking.test_request_context("/courses?lang=fr"):
        assert render_template_string(source, name="<i>") == shown


def test_another_language_for_a_while(speaking: Flask) -> None:
    said = []
    with speaking.test_request_context("/courses?lang=fr"):
        said.append(gettext("Sign out"))
        with force_locale("ko"):
            said.append(gettext("Sign out"))
        said.append(gettext("Sign out"))
    assert said == ["Déconnexion", "로그아웃", "Déconnexion"]


def test_each_request_has_its_own_language(speaking: Flask) -> None:
    said = []
    for locale in ("fr", "ko", "en"):
        with speaking.test_request_context(f"/courses?lang={locale}"):
            said.append(gettext("Sign out"))
    assert said == ["Déconnexion", "로그아웃", "Sign out"]
