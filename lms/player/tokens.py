"""The two capabilities of a player: files may be read for the registration's life, writing lasts while one is there.

Neither needs a row: what they say is signed. The write token ends with the sign-in that began the launch.
"""

import hmac
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

WRITE_LASTS = timedelta(minutes=30)
#: From this age on each answer brings a new one.
RENEWED_AFTER = timedelta(minutes=5)
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Write:
    launch_id: int
    registration_id: int
    issued: datetime

    def expired(self, now: datetime) -> bool:
        return now - self.issued > WRITE_LASTS

    def worn(self, now: datetime) -> bool:
        return now - self.issued > RENEWED_AFTER


@dataclass(frozen=True, slots=True)
class Files:
    registration_id: int
    version_id: int


def write_token(secret_key: str, launch_id: int, registration_id: int, now: datetime) -> str:
    return _signed(secret_key, "package-write", launch_id, registration_id, int(now.timestamp()))


def read_write(secret_key: str, token: str) -> Write | None:
    numbers = _checked(secret_key, "package-write", token, 3)
    return Write(numbers[0], numbers[1], datetime.fromtimestamp(numbers[2], UTC)) if numbers else None


def file_token(secret_key: str, registration_id: int, version_id: int, hosts: Sequence[str]) -> str:
    """A browser keeps a page together with the policy that it came with: where other `hosts` are allowed, the address
    is another."""
    return _signed(secret_key, "package-files", registration_id, version_id, zlib.crc32(" ".join(hosts).encode()))


def read_files(secret_key: str, token: str) -> Files | None:
    numbers = _checked(secret_key, "package-files", token, 3)
    return Files(numbers[0], numbers[1]) if numbers else None


def opaque(secret_key: str, purpose: str, number: int) -> str:
    """A name that says nothing: the same for the same thing, and not to be told for another."""
    return _signature(secret_key, f"package-{purpose}", str(number))[:24]


def _signed(secret_key: str, purpose: str, *numbers: int) -> str:
    text = "-".join(f"{number:x}" for number in numbers)
    return f"{text}.{_signature(secret_key, purpose, text)}"


def _checked(secret_key: str, purpose: str, token: str, count: int) -> list[int] | None:
    """The numbers come from us where the signature is right; only then are they looked at."""
    text, _, signature = token.partition(".")
    if len(token) > LONGEST or not token.isascii():
        return None
    if not hmac.compare_digest(signature, _signature(secret_key, purpose, text)):
        return None
    numbers = [int(part, 16) for part in text.split("-")]
    return numbers if len(numbers) == count else None


def _signature(secret_key: str, purpose: str, text: str) -> str:
    return hmac.digest(secret_key.encode(), f"{purpose}\n{text}".encode(), "sha256").hex()[:40]
