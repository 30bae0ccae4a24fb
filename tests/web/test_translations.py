"""Every word of the pages exists in every language, with the same placeholders."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
LOCALES = ("ko", "fr")
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
BARE = re.compile(r"%\(\w+\)[sd]|%%")


@pytest.fixture(scope="module")
def wanted(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """What the source and the templates say today."""
    pot = tmp_path_factory.mktemp("messages") / "messages.pot"
    command = [
        "-m",
        "babel.messages.frontend",
        "--quiet",
        "extract",
        "-F",
        "pyproject.toml",
        "-k",
        "_l",
        "-k",
        "lazy_gettext",
    ]
    subprocess.run([sys.executable, *command, "-o", str(pot), "."], cwd=ROOT, check=True)
    return _read(pot)


def _read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


def _translated(locale: str) -> Catalog:
    return _read(ROOT / "lms" / "translations" / locale / "LC_MESSAGES" / "messages.po")


def _texts(value: str | tuple[str, ...] | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_missing(wanted: Catalog, locale: str) -> None:
    have = _translated(locale)
    missing = [m.id for m in _messages(wanted) if (found := have.get(m.id)) is None or not all(_texts(found.string))]
    assert missing == []


@pytest.mark.parametrize("locale", LOCALES)
def test_nothing_is_only_guessed(locale: str) -> None:
    assert [m.id for m in _messages(_translated(locale)) if m.fuzzy] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_placeholders_are_those_of_the_original(locale: str) -> None:
    wrong = []
    for message in _messages(_translated(locale)):
        names = [{a or b for a, b in PLACEHOLDER.findall(text)} for text in _texts(message.id)]
        for text in _texts(message.string):
            if text and {a or b for a, b in PLACEHOLDER.findall(text)} not in names:
                wrong.append((message.id, text))
    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_percent_sign_begins_a_placeholder(locale: str) -> None:
    """Templates fill in every message, even one without placeholders: another sign there breaks the page."""
    wrong = [text for m in _messages(_translated(locale)) for text in _texts(m.string) if "%" in BARE.sub("", text)]
    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_plural_forms_are_complete(locale: str) -> None:
    catalog = _translated(locale)
    short = [m.id for m in _messages(catalog) if m.pluralizable and len(_texts(m.string)) != catalog.num_plurals]
    assert short == []
