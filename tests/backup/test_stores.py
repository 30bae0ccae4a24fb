"""Files that lie in an object store: listed by default, taken along when asked, and put wherever they go."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lms.backup.errors import Refused
from tests.backup.conftest import Place
from tests.storage.moto import Store


@pytest.fixture
def url(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    store = Store()
    store.start()
    yield store.url()
    store.close()


def test_files_of_an_object_store(url: str, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path) -> None:
    def moved(place: Place) -> Place:
        return Place(replace(place.settings, blobs_url=url))

    product = moved(on_sqlite)
    names = [product.storage.put(path.read_bytes()) for path in (product.settings.data_dir / "blobs").glob("??/*")]
    listed = product.backup(tmp_path / "listed.tar")
    whole = product.backup(tmp_path / "whole.tar", blobs=True)
    assert (listed.backup.head.blobs, whole.backup.head.blobs) == (False, True)
    assert elsewhere().restore(whole.path).added == len(names)
    done = moved(elsewhere()).restore(listed.path)
    assert (done.files, done.added, done.wrong) == (len(names), 0, ())
    product.storage.discard(names[0])
    with pytest.raises(Refused, match=f"1 of 5 files of the database are missing or damaged: {names[0]}"):
        moved(elsewhere()).restore(listed.path)
    assert moved(elsewhere()).restore(whole.path).added == 1
    assert product.storage.has(names[0])
