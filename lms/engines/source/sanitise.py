"""The one allow-list for authored HTML. bleach applies it, then nh3 (maintained) applies it again as the boundary.

Markdown is rendered without raw HTML, so nothing should ever be left for either to remove; this is the second lock.
What the engine itself builds (self-checks, drawings, media) is put in afterwards from escaped parts; `data-slot`
elements hold its places.
"""

import re

import bleach
import nh3

from lms.engines.source.mathematics import ATTRIBUTES as MATH_ATTRIBUTES
from lms.engines.source.mathematics import ELEMENTS as MATH_ELEMENTS
from lms.engines.source.mathematics import LENGTHS as MATH_LENGTHS
from lms.engines.source.mathematics import is_allowed

SCHEMES = frozenset({"http", "https", "mailto"})
_TEXT_ELEMENTS = """
a aside b blockquote br code dd del div dl dt em h2 h3 h4 h5 h6 hr i li ol p pre s section span strong sub sup table
tbody td th thead tr ul
"""
TEXT_ELEMENTS = frozenset(_TEXT_ELEMENTS.split())
ELEMENTS = TEXT_ELEMENTS | MATH_ELEMENTS
ID = re.compile(r"(p[0-9]{1,6}|fn[0-9]{1,6}|fnref[0-9]{1,6}(-[0-9]{1,6})?)")
CLASS = re.compile(
    r"(term|cite|external|footnote-ref|footnotes|footnote-back|callout (note|caution|inspector)|callout-title|math"
    r"|table-scroll|align-(left|center|right)|broken|language-[a-zA-Z0-9+-]{1,20})"
)
WORD = re.compile(r"[a-z0-9-]{1,80}")
NUMBER = re.compile(r"[0-9]{1,6}")
# Attribute → what its value must be; `href` is judged by `safe_href`.
GENERAL = {"id": ID, "class": CLASS}
BY_ELEMENT: dict[str, dict[str, re.Pattern[str]]] = {
    "a": {
        "href": re.compile(r".*"),
        "rel": re.compile(r"noopener noreferrer"),
        "data-term": WORD,
        "data-ref": WORD,
        "data-lesson": WORD,
        "aria-label": re.compile(r"[^<>]{1,200}"),
    },
    "div": {
        "data-slot": NUMBER,
        "role": re.compile(r"region"),
        "tabindex": re.compile(r"0"),
        "aria-label": re.compile(r"[^<>]{1,200}"),
    },
    "span": {"data-slot": NUMBER},
    "ol": {"start": NUMBER},
    "section": {"aria-label": re.compile(r"[^<>]{1,200}")},
    "math": {"alttext": re.compile(r"(?s).{1,4000}")},
}
MATH_NAMES = frozenset(MATH_ATTRIBUTES) | MATH_LENGTHS
# What a browser skips inside an address, so that `java\nscript:` is one word to it.
IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0\u2028\u2029]")
SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")


def safe_href(href: str) -> bool:
    """http, https, mailto or a place on this site; `//host` would leave it, and so would a backslash in a browser."""
    bare = IGNORED.sub("", href)
    if "\\" in bare or bare.startswith("//"):
        return False
    scheme = SCHEME.match(bare)
    return scheme is None or scheme.group(1).lower() in SCHEMES


def sanitize(html: str) -> str:
    """Of rendered Markdown with its mathematics: what is not listed is dropped."""
    once = bleach.clean(html, tags=ELEMENTS, attributes=_allowed, protocols=SCHEMES, strip=True, strip_comments=True)
    return nh3.clean(
        once,
        tags=set(ELEMENTS),
        attributes=_attribute_names(),
        attribute_filter=lambda tag, name, value: value if _allowed(tag, name, value) else None,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )


def _allowed(tag: str, name: str, value: str) -> bool:
    if name == "href":
        return tag == "a" and safe_href(value)
    if tag in MATH_ELEMENTS and name in MATH_NAMES:
        return is_allowed(name, value)
    pattern = BY_ELEMENT.get(tag, {}).get(name) or (GENERAL.get(name) if tag in TEXT_ELEMENTS else None)
    return pattern is not None and pattern.fullmatch(value) is not None


def _attribute_names() -> dict[str, set[str]]:
    names = {tag: set(GENERAL) | set(BY_ELEMENT.get(tag, ())) for tag in TEXT_ELEMENTS}
    return names | {tag: set(MATH_NAMES) | set(BY_ELEMENT.get(tag, ())) for tag in MATH_ELEMENTS}
