"""The secret key, apart from the backup: whoever has only one of the two can sign nothing."""

import json
from datetime import datetime
from pathlib import Path

from lms.backup.errors import Damaged, Refused
from lms.core import files

KIND = "cleanroom-keys"
ABOUT = (
    "LMS_SECRET_KEY of this product. It signs the cookies of people who are signed in, and names the hosts on which "
    "packages run. Without it a restored product works, but everybody signs in again, and what devices have not sent "
    "yet of packages stays on them. Keep it apart from the backup, where few people can read it."
)


def write(path: Path, secret_key: str, now: datetime) -> None:
    """Raises Refused when there is such a file, or none can be made."""
    if path.exists():
        raise Refused(f"{path} exists already. Choose another name for the keys.")
    kept = {"kind": KIND, "about": ABOUT, "made_at": now.isoformat(timespec="seconds"), "LMS_SECRET_KEY": secret_key}
    try:
        with files.whole(path, 0o600) as file:
            file.write(json.dumps(kept, indent=1).encode() + b"\n")
    except OSError as error:
        raise Refused(f"The keys cannot be written to {path}: {error.strerror}.") from None


def read(path: Path) -> str:
    """Raises Damaged for a file that holds no keys."""
    try:
        kept = json.loads(path.read_bytes())
        if kept["kind"] == KIND and isinstance(kept["LMS_SECRET_KEY"], str):
            return kept["LMS_SECRET_KEY"]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise Damaged(f"{path} is no file of keys that lms backup --keys has made.")


def keep(data_dir: Path, secret_key: str, now: datetime) -> None:
    """For a demonstration, whose key is a file; another one that is there is moved aside."""
    path = data_dir / "secret-key"
    if path.exists() and path.read_text() != secret_key:
        path.replace(path.with_name(f"secret-key-before-{now:%Y%m%dT%H%M%SZ}"))
    with files.whole(path, 0o600) as file:
        file.write(secret_key.encode())
