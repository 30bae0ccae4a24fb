"""Languages, zones and the way numbers and times are written."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel import Locale, numbers
from babel.dates import format_date
from flask import Flask, g, request
from flask import session as cookie
from flask_babel import Babel, format_decimal, get_locale, get_timezone, to_user_timezone
from flask_babel import gettext as _

from lms.web import speech
from lms.web.context import settings
from lms.web.identity import signed_in

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur", "ps", "ckb"})
#: How a day is written where "21 Nov 2026" is not the way.
DAYS = {"ko": "y년 M월 d일"}
#: The names of languages in themselves.
ENDONYMS = {"en": "English", "ko": "한국어", "fr": "Français"}


def select_locale() -> Locale:
    return known_locale(_code())


@cache
def known_locale(code: str) -> Locale:
    """Babel would look for the files of the language at each request."""
    return Locale.parse(code)


def _code() -> str:
    """What was chosen in this browser (`?lang=ko`), else the person's language, else what their browser asks for."""
    offered = settings().locales
    asked = request.args
    chosen = asked["lang"] if "lang" in asked else cookie.get("lang")
    if chosen in offered:
        return chosen
    person = signed_in()
    if person and person.actor.locale in offered:
        return person.actor.locale
    return request.accept_languages.best_match(offered) or offered[0]


def select_timezone() -> str:
    person = signed_in()
    return person.actor.timezone if person else "UTC"


def current_locale() -> str:
    here = g._get_current_object()
    if "locale_code" not in here:
        here.locale_code = str(get_locale() or "en")
    return here.locale_code


def direction(locale: str) -> str:
    return "rtl" if locale.split("_")[0].split("-")[0] in RIGHT_TO_LEFT else "ltr"


def day_pattern() -> str:
    """For example "21 Nov 2026"."""
    return DAYS.get(current_locale().partition("_")[0], "d MMM y")


def show_datetime(value: datetime | None) -> str:
    """For example "21 Nov 2026 14:02", in the person's zone."""
    return f"{show_date(value)} {show_time(value)}" if value else ""


def show_time(value: datetime | None) -> str:
    """For example "14:02", in the person's zone; each save says it, so without Babel's patterns."""
    if not value:
        return ""
    person = signed_in()
    return value.astimezone(_zone(person.actor.timezone) if person else get_timezone()).strftime("%H:%M")


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def show_date(value: date | None) -> str:
    if isinstance(value, datetime):
        value = to_user_timezone(value).date()
    return _day(value, day_pattern(), current_locale()) if value else ""


def show_percent(value: Decimal | float | int | None) -> str:
    """A value of 0 to 100 with a narrow space; never rounded up to a pass: one decimal, cut."""
    return "–" if value is None else _percent(value, current_locale())


@lru_cache(2_000)
def _day(value: date, pattern: str, locale: str) -> str:
    """Kept, as percent are: a list shows the same few over and over."""
    return format_date(value, pattern, locale=known_locale(locale))


@lru_cache(2_000)
def _percent(value: Decimal | float | int, locale: str) -> str:
    cut = (Decimal(value) * 10 // 1) / 10
    return f"{numbers.format_decimal(cut, locale=known_locale(locale))}\u202f%"


def show_kb(size: int | None) -> str:
    return _("%(number)s\u202fkB", number=format_decimal(max(1, round((size or 0) / 1000))))


def _remember_choice() -> None:
    if request.query_string and "lang" in request.args and (chosen := request.args["lang"]) in settings().locales:
        cookie["lang"] = chosen


def init(app: Flask) -> None:
    Babel(
        app,
        default_domain="messages",
        default_translation_directories="translations",
        locale_selector=select_locale,
        timezone_selector=select_timezone,
    )
    app.before_request(_remember_choice)
    app.jinja_env.filters |= {
        "datetime": show_datetime,
        "time": show_time,
        "date": show_date,
        "percent": show_percent,
        "kb": show_kb,
    }
    speech.init(app)
