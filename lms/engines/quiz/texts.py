"""Compare short typed texts with what a key accepts.

Both sides are brought to NFKC with plain quotes and dashes, and their ends are trimmed. `ignore` removes differences:

* `case`         by case folding (ß = ss)
* `spaces`       all spaces: Korean and compound words are spaced in more than one right way
* `accents`      marks over Latin, Greek and Cyrillic letters only; in other scripts marks are vowels
* `punctuation`  all punctuation; a dash becomes a space
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence

DEFAULT_IGNORE = ("case", "spaces")
LONGEST = 500
PLAIN = str.maketrans({"‘": "'", "’": "'", "ʼ": "'", "“": '"', "”": '"', "«": '"', "»": '"'}) | dict.fromkeys(
    map(ord, "‐‑‒–—−"), "-"
)


def is_accepted(text: str, accept: Mapping[str, Sequence[str]], locale: str, ignore: Iterable[str] | None) -> bool:
    """Match the person's language first and then every other: many know only the English term."""
    ignored = frozenset(DEFAULT_IGNORE if ignore is None else ignore)
    mine = normal(text, ignored)
    in_order = sorted(accept, key=lambda name: name != locale)
    return bool(mine) and any(normal(other, ignored) == mine for name in in_order for other in accept[name])


def first_accepted(accept: Mapping[str, Sequence[str]], locale: str) -> str | None:
    """The text to show as right, in the person's language if the key has one."""
    for name in sorted(accept, key=lambda name: name != locale):
        if accept[name]:
            return accept[name][0]
    return None


def normal(text: str, ignored: frozenset[str]) -> str:
    text = unicodedata.normalize("NFKC", text).translate(PLAIN)
    if "case" in ignored:
        text = unicodedata.normalize("NFKC", text.casefold())
    if "accents" in ignored:
        text = without_accents(text)
    if "punctuation" in ignored:
        text = "".join(map(without_punctuation, text))
    return "".join(text.split()) if "spaces" in ignored else text.strip()


def without_accents(text: str) -> str:
    bare = [char for char in unicodedata.normalize("NFD", text) if not "\u0300" <= char <= "\u036f"]
    return unicodedata.normalize("NFC", "".join(bare))


def without_punctuation(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Pd":
        return " "
    return "" if category.startswith("P") else char
