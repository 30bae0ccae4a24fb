"""What selects offer: countries in the reader's language, time zones, languages, themes."""

from functools import cache
from zoneinfo import available_timezones

from babel import Locale
from babel.core import get_global
from flask_babel import lazy_gettext as _l
from wtforms import SelectChoice

from lms.core.sorting import sort_key
from lms.web.context import settings
from lms.web.i18n import ENDONYMS, current_locale

#: Territories of CLDR that are no countries.
NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "QO", "XA", "XB", "ZZ"})
THEMES = (SelectChoice("", _l("As the device")), SelectChoice("light", _l("Light")), SelectChoice("dark", _l("Dark")))


@cache
def country_names(locale: str) -> dict[str, str]:
    """Code → name, sorted by name."""
    names = Locale.parse(locale).territories
    codes = [code for code in names if len(code) == 2 and code.isalpha() and code not in NOT_COUNTRIES]
    return {code: names[code] for code in sorted(codes, key=lambda code: sort_key(names[code]))}


def countries() -> list[SelectChoice]:
    named = country_names(current_locale())
    return [SelectChoice("", _l("Choose a country")), *(SelectChoice(code, name) for code, name in named.items())]


def country_name(code: str) -> str:
    return country_names(current_locale()).get(code, code)


@cache
def timezones() -> tuple[str, ...]:
    """IANA names that a place has; without the aliases that only old software knows."""
    kept = {zone for zones in get_global("territory_zones").values() for zone in zones}
    return ("UTC", *sorted(kept & available_timezones()))


def timezone_choices() -> list[SelectChoice]:
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in timezones()]


def timezone_of(country: str, claimed: str = "") -> str:
    """What the browser says, else the zone of a country that has one, else UTC."""
    if claimed in timezones():
        return claimed
    zones = get_global("territory_zones").get(country, [])
    return zones[0] if len(zones) == 1 and zones[0] in timezones() else "UTC"


def languages() -> list[SelectChoice]:
    return [SelectChoice(code, ENDONYMS.get(code, code)) for code in settings().locales]
