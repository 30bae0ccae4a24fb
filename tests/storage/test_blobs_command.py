"""`lms blobs`: from a disk to an object store, as often as one likes."""

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli.blobs import blobs
from lms.core.db import Database
from lms.core.errors import SettingError
from lms.core.storage import DiskStorage
from tests.courses import publish_tiny
from tests.storage.moto import Store


@pytest.fixture
def disk(sqlite_template: Path, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DiskStorage:
    """A published course on the disk, and an empty store in the settings."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "lms.db")
    made, db = DiskStorage(data / "blobs"), Database(f"sqlite:///{data / 'lms.db'}")
    with db.writing() as session:
        publish_tiny(session, made)
    db.close()
    monkeypatch.setenv("LMS_MODE", "demo")
    monkeypatch.setenv("LMS_DATA_DIR", str(data))
    monkeypatch.setenv("LMS_BLOBS_URL", store.url().replace("/files", f"/{tmp_path.name}"))
    return made


def run(*arguments: str) -> Result:
    return CliRunner().invoke(blobs, arguments, catch_exceptions=True)


def files_of(disk: DiskStorage) -> list[Path]:
    return sorted(disk.root.glob("??/*"))


def test_all_is_copied_once(disk: DiskStorage) -> None:
    disk.put(b"one more file, in no version")
    count = len(files_of(disk))
    first, second = run("copy"), run("copy")
    assert f"{count} files copied, 0 were there" in first.output
    assert f"0 files copied, {count} were there" in second.output


def test_what_was_copied_is_whole(disk: DiskStorage) -> None:
    run("copy")
    shutil.rmtree(disk.root)
    done = run("verify")
    assert (done.exit_code, "files are whole" in done.output) == (0, True)


def test_what_was_not_copied_is_named(disk: DiskStorage) -> None:
    done = run("verify")
    assert (done.exit_code, "are missing or damaged" in done.output) == (1, True)


def test_a_damaged_file_is_not_copied(disk: DiskStorage) -> None:
    damaged = files_of(disk)[0]
    damaged.write_bytes(b"damaged")
    done = run("copy")
    assert (done.exit_code, damaged.name in done.output) == (1, True)


def test_and_back_again(disk: DiskStorage) -> None:
    before = [path.name for path in files_of(disk)]
    run("copy")
    shutil.rmtree(disk.root)
    done = run("copy", "--back")
    assert (done.exit_code, [path.name for path in files_of(disk)]) == (0, before)


def test_without_a_store_there_is_nothing_to_do(disk: DiskStorage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LMS_BLOBS_URL")
    assert isinstance(run("copy").exception, SettingError)
