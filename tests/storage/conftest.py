from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.core import objects
from lms.core.blobcache import BlobCache
from lms.core.objects import ObjectStorage
from tests.storage.moto import Line, Store


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = Store()
    made.start()
    yield made
    made.close()


@pytest.fixture
def line(store: Store) -> Iterator[Line]:
    made = Line(store.port)
    yield made
    made.close()


@pytest.fixture(autouse=True)
def no_long_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    monkeypatch.setattr(objects, "RETRIES", 0)


@pytest.fixture
def cache(tmp_path: Path) -> BlobCache:
    return BlobCache(tmp_path / "cache", 40_000_000)


@pytest.fixture
def storage(line: Line, store: Store, cache: BlobCache) -> ObjectStorage:
    """A store whose line can be cut, and nothing kept on this machine yet."""
    return ObjectStorage(store.url(line.port), cache)
