"""The mails about accounts, in the person's language; the worker has no request to take a language from."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from babel.support import Translations

FOLDER = Path(__file__).resolve().parents[1] / "translations"


@dataclass(frozen=True, slots=True)
class Mail:
    to: str
    subject: str
    text: str


def translator(locale: str) -> Callable[[str], str]:
    """gettext for one language; English where a translation is missing."""
    return Translations.load(str(FOLDER), [locale]).gettext


def link_mail(purpose: str, to: str, name: str, url: str, locale: str) -> Mail:
    subject, text = {"reset": _reset, "invite": _invite, "confirm": _confirm}[purpose](translator(locale))
    return Mail(to, subject, text.format(name=name, url=url))


def _reset(_: Callable[[str], str]) -> tuple[str, str]:
    return _("Set a new password"), _(
        "Hello {name},\n\n"
        "somebody asked for a new password for your account. Open this address within one hour to set it:\n\n"
        "{url}\n\n"
        "If it was not you, do nothing. Your password stays as it is.\n"
    )


def _invite(_: Callable[[str], str]) -> tuple[str, str]:
    return _("Your account for training"), _(
        "Hello {name},\n\n"
        "an account for training has been made for you. Open this address within 30 days and set a password:\n\n"
        "{url}\n"
    )


def _confirm(_: Callable[[str], str]) -> tuple[str, str]:
    return _("Confirm your e-mail address"), _(
        "Hello {name},\n\n"
        "open this address within 3 days to confirm that this e-mail address is yours:\n\n"
        "{url}\n\n"
        "If you did not ask for this, do nothing.\n"
    )
