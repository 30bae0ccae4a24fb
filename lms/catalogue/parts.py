"""The bytes of uploads while they come in: one file each, under the upload's id, in one folder."""

import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path
from typing import BinaryIO

from lms.core import files

ID = re.compile(r"[0-9a-f]{16}")
#: Room that an upload leaves to everybody else's records.
SPARE_BYTES = 100_000_000
BLOCK = 1024 * 1024


class Busy(Exception):
    """Another request writes to this upload just now."""


def folder_of(data_dir: Path) -> Path:
    return data_dir / "uploads"


def place(folder: Path, upload_id: str) -> Path:
    """Where its bytes are. The id comes from an address, so it is checked here too."""
    if not ID.fullmatch(upload_id):
        raise ValueError("an upload is named by 16 hexadecimal digits")
    return folder / upload_id


def require_room(folder: Path, size: int) -> None:
    """Raises OSError (no space) before a person sends for an hour what cannot be kept."""
    files.make_folder(folder)
    if shutil.disk_usage(folder).free < size + SPARE_BYTES:
        raise OSError(ENOSPC, "no room for an upload of this size")


@contextmanager
def writing(folder: Path, upload_id: str) -> Iterator[BinaryIO]:
    """The file, held by this request alone, whichever process serves the others. Raises Busy."""
    files.make_folder(folder)
    handle = os.open(place(folder, upload_id), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy() from None
        if not os.fstat(handle).st_size:
            files.sync_folder(folder)
        yield file


def write(file: BinaryIO, offset: int, source: BinaryIO) -> int:
    """Put what `source` holds at `offset`, to the disk itself; returns how many bytes. What lay behind is cut off."""
    file.seek(offset)
    shutil.copyfileobj(source, file, BLOCK)
    file.truncate()
    file.flush()
    os.fsync(file.fileno())
    return file.tell() - offset


def forget(folder: Path, upload_id: str) -> None:
    place(folder, upload_id).unlink(missing_ok=True)
