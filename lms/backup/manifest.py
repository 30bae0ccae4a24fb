"""What a backup says of itself: at its head what it is, at its end what it holds."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from typing import Any

from lms.backup.errors import Damaged
from lms.core import migrate

HEAD, END = "cleanroom-backup.json", "manifest.json"
SQLITE, POSTGRES, BLOBS = "database.sqlite", "database.pgdump", "blobs.txt"
#: A newer format has a higher number, and an older release refuses it.
FORMAT = 1
#: More no head or end of ours weighs; the list of files is a part of its own.
MOST_BYTES = 16_000_000
FOREIGN = "The file is no backup that lms backup has made."


@dataclass(frozen=True, slots=True)
class Head:
    """`database`: sqlite or postgresql, and which release of it. `schema`: the revision of the migrations."""

    format: int
    product: str
    made_at: str
    database: str
    database_release: str
    #: PostgreSQL: where the tables were, such as public.
    namespace: str
    schema: str
    #: Whether the files stand in it; otherwise they are listed only.
    blobs: bool
    #: Tells whether another secret key is the same, and nothing else about it.
    key: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`parts`: name → size and SHA-256. `rows`: table → count. `lost`: files of the database that were not there, or
    were not what they should be, when the backup was made."""

    parts: dict[str, dict[str, Any]]
    rows: dict[str, int]
    blobs: int
    blob_bytes: int
    lost: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Backup:
    head: Head
    manifest: Manifest


def product() -> str:
    return version("cleanroom-lms")


def fingerprint(secret_key: str) -> str:
    return hmac.new(secret_key.encode(), b"cleanroom backup: which key", hashlib.sha256).hexdigest()[:32]


def write(value: Head | Manifest) -> bytes:
    """JSON with its own hash: a changed letter is seen."""
    content = json.dumps(asdict(value), sort_keys=True)
    return json.dumps({"content": content, "sha256": hashlib.sha256(content.encode()).hexdigest()}).encode()


def read_head(data: bytes) -> Head:
    """Raises Damaged; also for a backup that this release is too old for."""
    content = _content(data)
    if content.get("format") != FORMAT:
        raise Damaged("The backup was made by a newer release. Install that release, or a newer one, and restore then.")
    head = _made(Head, content)
    refuse_newer(head.schema)
    return head


def refuse_newer(schema: str) -> None:
    """Raises Damaged for a schema that this release does not know."""
    if schema not in migrate.known():
        raise Damaged(
            f"The backup was made by a newer release: this one does not know the schema {schema}. "
            "Install that release, or a newer one, and restore then."
        )


def read_manifest(data: bytes) -> Manifest:
    return _made(Manifest, _content(data))


def _content(data: bytes) -> Mapping[str, Any]:
    try:
        outer = json.loads(data)
        content, told = outer["content"], outer["sha256"]
        if hashlib.sha256(content.encode()).hexdigest() != told:
            raise Damaged("The backup is damaged: what it says of itself was changed. Use another copy.")
        return dict(json.loads(content))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Damaged(FOREIGN) from None


def _made(kind: type[Any], content: Mapping[str, Any]) -> Any:
    try:
        return kind(**content)
    except TypeError:
        raise Damaged(FOREIGN) from None
