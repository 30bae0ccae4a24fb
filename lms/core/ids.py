"""Identifiers that cannot be guessed, and the hashes under which secrets are stored."""

import hashlib
import secrets

# Without 0/O, 1/I/L and U: people read certificate numbers aloud and type them from paper.
READABLE = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_token() -> str:
    """256 random bits, safe in a URL; shown once, stored only as `hashed`."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """SHA-256 hex: enough for random tokens (never for passwords)."""
    return hashlib.sha256(token.encode()).hexdigest()


def readable_code(groups: int = 4, size: int = 4) -> str:
    """A random code for paper, such as `7KQ2-M9XD-4HTA-P3VN`; four groups of four hold 78 bits."""
    return "-".join("".join(secrets.choice(READABLE) for _ in range(size)) for _ in range(groups))


def short_id() -> str:
    """80 random bits in 16 lower-case characters: request ids, page loads, public ids in addresses."""
    return secrets.token_hex(8)
