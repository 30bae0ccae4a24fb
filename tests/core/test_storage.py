import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.core import storage
from lms.core.errors import Damaged
from lms.core.storage import DiskStorage


def test_what_is_put_is_there_under_its_hash(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    digest = storage.put(b"batch record")
    with storage.open(digest) as file:
        assert (digest, file.read()) == (hashlib.sha256(b"batch record").hexdigest(), b"batch record")


def test_the_same_bytes_are_stored_once(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    storage.put(b"x")
    storage.put(b"x")
    assert len([p for p in tmp_path.rglob("*") if p.is_file()]) == 1


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63])
def test_a_name_that_is_no_hash_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        DiskStorage(tmp_path).path(name)


def test_a_failed_write_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        DiskStorage(tmp_path).put(b"x")
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_what_comes_in_parts_is_stored_as_one(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    assert storage.put_parts(iter((b"batch ", b"record"))) == (storage.put(b"batch record"), 12)


def test_parts_that_break_off_leave_nothing(tmp_path: Path) -> None:
    def parts() -> Iterator[bytes]:
        yield b"batch "
        raise ValueError("the line is gone")

    with pytest.raises(ValueError, match="line"):
        DiskStorage(tmp_path).put_parts(parts())
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


def test_a_blob_that_is_not_whole_is_stored_anew(tmp_path: Path) -> None:
    storage = DiskStorage(tmp_path)
    digest = storage.put(b"batch record")
    place = storage.path(digest)
    assert place is not None
    place.write_bytes(b"batch")
    storage.put(b"batch record")
    assert place.read_bytes() == b"batch record"


def test_a_blob_that_was_altered_is_not_read(tmp_path: Path) -> None:
    store = DiskStorage(tmp_path)
    digest = store.put(b"batch record")
    place = store.path(digest)
    assert place is not None
    place.write_bytes(b"batch recorD")
    with pytest.raises(Damaged):
        storage.read(store, digest)
