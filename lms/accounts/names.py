"""One way to write names and addresses, so that the same person is found however they type."""

import re
import unicodedata
from functools import lru_cache

from email_validator import EmailNotValidError, validate_email

from lms.core import ids
from lms.core.sorting import sort_key

#: Letters and digits of any script, dots, hyphens and underscores; no @, so that a user name never is an address.
USER_NAME = re.compile(r"[^\W_](?:[\w.\-]*[^\W_])?")


#: No name of ours is longer in any way to write it. Normalising takes time that grows with the square of the length.
MOST_TYPED = 2_000


#: Controls, marks of direction, halves of characters, and the separators of lines and paragraphs.
UNSEEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def user_name(text: str) -> str:
    return unicodedata.normalize("NFKC", text[:MOST_TYPED]).casefold().strip()


def is_user_name(text: str) -> bool:
    return 2 <= len(text) <= 80 and USER_NAME.fullmatch(text) is not None


def public_id(text: str) -> str:
    return unicodedata.normalize("NFC", text[:MOST_TYPED]).strip()


def is_public_id(text: str) -> bool:
    """Anything that can be seen: other systems number people in many ways."""
    return 1 <= len(text) <= 80 and not any(unicodedata.category(c) in UNSEEN for c in text)


def email(text: str) -> str | None:
    """The address in its one form, or None when it is not an address."""
    return _email(text) if len(text) <= MOST_TYPED else None


@lru_cache(maxsize=20_000)  # a list of people asks for each address several times
def _email(text: str) -> str | None:
    try:
        checked = validate_email(text.strip(), check_deliverability=False)
    except EmailNotValidError:
        return None
    return unicodedata.normalize("NFKC", checked.normalized).casefold()


def sign_in_name(text: str) -> str:
    """What was typed into "E-mail or user name", in the form in which either is stored."""
    return (email(text) or user_name(text)) if "@" in text else user_name(text)


#: Joiners are letters' business in Persian and in the scripts of India; marks of direction are part of mixed names.
KEPT_MARKS = "\u200c\u200d\u200e\u200f"


def person_name(text: str) -> str:
    """Composed characters, single spaces, and nothing that turns the direction of what follows the name."""
    composed = unicodedata.normalize("NFC", text)
    kept = "".join(c for c in composed if unicodedata.category(c) not in ("Cc", "Cf") or c in KEPT_MARKS)
    return " ".join(kept.split()) if kept.strip(KEPT_MARKS + " ") else ""


def is_latin(text: str) -> bool:
    return all("LATIN" in unicodedata.name(c, "") for c in text if c.isalpha())


def shown_sort_key(native: str, latin: str) -> str:
    """By Latin letters where there are any: lists of a course hold many scripts."""
    return sort_key(latin or native)


def proposed_user_name(address: str) -> str:
    """A user name made of an address; the random end keeps it free."""
    stem = "".join(c for c in sort_key(address.partition("@")[0]) if c.isascii() and (c.isalnum() or c == "."))
    return f"{stem.strip('.')[:40] or 'user'}-{ids.readable_code(1, 4).lower()}"
