"""Blobs in an object store: as on a disk when all is well, and told apart when it is not."""

import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import obstore
import pytest

from lms.core import blobcache, objects
from lms.core import storage as stored
from lms.core.blobcache import BlobCache
from lms.core.errors import SettingError
from lms.core.objects import ObjectStorage
from lms.core.storage import StoreAway
from tests.storage.moto import Line, Store

#: More than one part of an upload, and more than one piece of a read.
LARGE = os.urandom(9_000_000)
LARGE_HASH = hashlib.sha256(LARGE).hexdigest()


def test_what_is_put_is_there_under_its_hash_for_every_node(
    storage: ObjectStorage, store: Store, tmp_path: Path
) -> None:
    digest = storage.put(b"batch record")
    other = ObjectStorage(store.url(), BlobCache(tmp_path / "other", 40_000_000))
    with other.open(digest) as file:
        assert (digest, file.read()) == (hashlib.sha256(b"batch record").hexdigest(), b"batch record")


def test_what_comes_in_parts_is_stored_as_one(storage: ObjectStorage, cache: BlobCache) -> None:
    assert storage.put_parts(iter((LARGE[:5_000_000], LARGE[5_000_000:]))) == (LARGE_HASH, len(LARGE))
    cache.clear()
    with storage.open(LARGE_HASH) as file:
        assert file.read() == LARGE


def test_a_blob_too_large_to_be_kept_is_read_where_it_lies(
    storage: ObjectStorage, store: Store, tmp_path: Path
) -> None:
    storage.put(LARGE)
    small = ObjectStorage(store.url(), BlobCache(tmp_path / "small", 10_000_000))
    with small.open(LARGE_HASH) as file:
        file.seek(8_999_990)
        assert (file.read(), small.path(LARGE_HASH)) == (LARGE[-10:], None)


def test_a_blob_that_is_not_there_is_missing(storage: ObjectStorage) -> None:
    with pytest.raises(FileNotFoundError):
        storage.open("0" * 64)
    assert (storage.has("0" * 64), storage.path("0" * 64)) == (False, None)


def test_a_store_that_is_away_is_not_a_blob_that_is_missing(storage: ObjectStorage, cache: BlobCache) -> None:
    digest = storage.put(b"away")
    cache.clear()
    storage.place = objects.Place.of("s3://lms/files?endpoint=http://127.0.0.1:1")
    storage._made = None
    with pytest.raises(StoreAway):
        storage.open(digest)


def test_nobody_waits_for_a_store_that_has_just_failed(
    storage: ObjectStorage, line: Line, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objects, "REST", 3600.0)
    line.cut_after = 0
    with pytest.raises(StoreAway):
        storage.has("0" * 64)
    line.cut_after = None
    with pytest.raises(StoreAway, match="a moment ago"):
        storage.has("0" * 64)


def test_a_blob_of_the_cache_needs_no_store(storage: ObjectStorage, line: Line) -> None:
    digest = storage.put(b"hot")
    line.cut_after = 0
    with storage.open(digest) as file:
        assert file.read() == b"hot"


@pytest.mark.parametrize("sent", [100, 300_000, 5_500_000])
def test_half_an_upload_is_nothing_and_goes_again(
    storage: ObjectStorage, line: Line, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sent: int
) -> None:
    monkeypatch.setattr(objects, "REST", 0.0)
    data = os.urandom(9_000_000)
    line.cut_after = sent
    with pytest.raises(StoreAway):
        storage.put(data)
    other = ObjectStorage(store.url(), BlobCache(tmp_path / "other", 40_000_000))
    digest = hashlib.sha256(data).hexdigest()
    assert not other.has(digest)
    line.cut_after = None
    assert (storage.put(data), other.has(digest)) == (digest, True)


def test_parts_that_break_off_leave_nothing(storage: ObjectStorage, cache: BlobCache) -> None:
    def parts() -> Iterator[bytes]:
        yield b"batch "
        raise ValueError("the line is gone")

    with pytest.raises(ValueError, match="line"):
        storage.put_parts(parts())
    assert [path for path in cache.folder.rglob("*") if path.is_file()] == []


def test_a_blob_that_is_damaged_in_the_store_is_not_served(storage: ObjectStorage, cache: BlobCache) -> None:
    digest = storage.put(b"whole record")
    cache.clear()
    obstore.put(storage._store, objects.key(digest), b"wrong record")
    with pytest.raises(StoreAway, match="damaged"):
        storage.open(digest)


def test_an_object_of_the_wrong_size_is_written_again(storage: ObjectStorage, cache: BlobCache) -> None:
    digest = storage.put(b"mended")
    obstore.put(storage._store, objects.key(digest), b"half")
    storage.put(b"mended")
    cache.clear()
    with storage.open(digest) as file:
        assert file.read() == b"mended"


def test_what_is_discarded_is_gone(storage: ObjectStorage) -> None:
    digest = storage.put(b"a list of people")
    storage.discard(digest)
    assert not storage.has(digest) and storage.path(digest) is None


def test_the_cache_stays_within_its_limit(
    storage: ObjectStorage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blobcache, "RECENT", -1.0)
    storage.cache = BlobCache(tmp_path / "small", 1_000_000)
    for number in range(12):
        storage.put(bytes([number]) * 200_000)
    assert sum(path.stat().st_size for path in storage.cache.folder.glob("??/*")) <= 1_000_000


def test_what_was_just_used_is_not_cleared_away(storage: ObjectStorage, tmp_path: Path) -> None:
    """nginx may be about to open it."""
    storage.cache = BlobCache(tmp_path / "small", 1_000_000)
    digests = [storage.put(bytes([number]) * 200_000) for number in range(12)]
    assert all(storage.cache.find(one) for one in digests)


def test_what_was_not_used_for_long_goes_first(storage: ObjectStorage, tmp_path: Path) -> None:
    storage.cache = BlobCache(tmp_path / "small", 1_000_000)
    first, second = (storage.put(bytes([number]) * 200_000) for number in (1, 2))
    for digest, age in ((first, 5_000), (second, 9_000)):
        os.utime(storage.cache.folder / digest[:2] / digest, times=(0, time.time() - age))
    for number in range(3, 7):
        storage.put(bytes([number]) * 200_000)
    assert storage.cache.find(second) is None


def test_a_bucket_that_is_not_there_is_one_sentence(store: Store, cache: BlobCache) -> None:
    with pytest.raises(SettingError, match="no bucket nowhere"):
        ObjectStorage(store.url(bucket="nowhere"), cache).try_out()


def test_a_key_that_is_refused_is_one_sentence(cache: BlobCache) -> None:
    guarded = Store(guarded=True)
    guarded.start()
    try:
        with pytest.raises(SettingError, match="refuses our key for the bucket lms of LMS_BLOBS_URL"):
            ObjectStorage(guarded.url(), cache).try_out()
    finally:
        guarded.close()


def test_a_link_can_be_read_by_anybody_until_it_ends(storage: ObjectStorage, store: Store) -> None:
    link = storage.link(storage.put(b"film"), 60)
    assert "X-Amz-Signature=" in link and "X-Amz-Expires=60" in link


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"\0\0\0\x20ftypisom", "video/mp4"), (b"\x1aE\xdf\xa3....", "video/webm"), (b"<p>", "application/octet-stream")],
)
def test_a_film_is_stored_as_one(storage: ObjectStorage, head: bytes, kind: str) -> None:
    digest = storage.put(head + os.urandom(20))
    assert obstore.get(storage._store, objects.key(digest)).attributes["Content-Type"] == kind


def test_a_name_that_is_no_hash_is_refused(storage: ObjectStorage) -> None:
    with pytest.raises(ValueError, match="64 hexadecimal"):
        storage.path("../../etc/passwd")
    assert stored.named("a" * 64)
