"""Passwords: how they are hashed, and which are refused. Slow on purpose: never call these inside a transaction."""

import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from lms.core.sorting import sort_key

#: Argon2id with what OWASP recommends where memory is dear: 19 MiB, two passes, one lane.
HASHER = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
SHORTEST, LONGEST = 10, 200
#: What is looked at when a password is asked for: normalising takes time that grows with the square of the length.
MOST_TYPED = 1_000
#: The words that guessers try first; a password that is one of them, whatever digits follow, is refused.
COMMON = frozenset(
    {"password", "passwort", "motdepasse", "qwerty", "qwertyuiop", "azerty", "azertyuiop", "asdfghjkl", "iloveyou"}
    | {"letmein", "welcome", "administrator", "administrateur", "changeme", "sunshine", "princess", "football"}
    | {"baseball", "superman", "abcdefghij", "abcdefgh", "abcabcabc", "cleanroom", "training", "trainee", "vaccine"}
    | {"biotech", "secret", "default"}
)


def hash_password(password: str) -> str:
    return HASHER.hash(_normal(password))


def verify(stored: str | None, password: str) -> bool:
    """Whether this is the password. Without a stored hash it is False after as long: time does not tell who exists."""
    if len(password) > MOST_TYPED:
        password, stored = "", None
    try:
        return HASHER.verify(stored or _nobody(), _normal(password)) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def renewed(stored: str, password: str) -> str | None:
    """A new hash when the stored one was made at another cost, else None. `password` has been verified."""
    return hash_password(password) if HASHER.check_needs_rehash(stored) else None


def weakness(password: str, *about: str) -> str | None:
    """Why a new password is refused: `short`, `long`, `common`, `personal`; None when it will do.

    `about` are names and addresses of the person.
    """
    if len(password) > LONGEST:
        return "long"
    if len(_normal(password)) < SHORTEST:
        return "short"
    folded = sort_key(password)
    if folded.strip("0123456789!?.*#@$ -_") in COMMON | {""} or len(set(folded)) < 4:
        return "common"
    folds = [sort_key(text) for text in about]
    own = {part for fold in folds for part in (fold, *fold.replace("@", " ").split()) if len(part) > 3}
    return "personal" if any(part in folded and len(folded) - len(part) < 6 for part in own) else None


def _normal(password: str) -> str:
    """The same password from every keyboard: one way to write composed characters."""
    return unicodedata.normalize("NFKC", password)


@cache
def _nobody() -> str:
    return HASHER.hash("nobody has this password")
