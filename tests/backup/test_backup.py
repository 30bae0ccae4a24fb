"""A backup made while somebody writes is of one moment, and a restore of it is whole, verified and tried out."""

from collections.abc import Callable
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from lms.backup.errors import Refused
from lms.core import migrate
from tests.backup.conftest import Place
from tests.backup.writing import Writer, written


def test_what_was_acknowledged_before_the_backup_is_restored_and_opens(
    product: Place, empty: Callable[[], Place], tmp_path: Path
) -> None:
    db = product.open()
    writer = Writer(db)
    with writer.busy():
        writer.wait_for(20)
        before = writer.acknowledged
        made = product.backup(tmp_path / "one.tar")
        writer.wait_for(writer.acknowledged + 5)
    place = empty()
    done = place.restore(tmp_path / "one.tar")
    restored = place.open()
    found = written(restored)
    assert found == list(range(1, len(found) + 1))
    assert before <= len(found) < len(written(db))
    assert made.backup.manifest.rows["audit_event"] == done.events
    assert (done.wrong, done.files) == ((), made.backup.manifest.blobs)
    assert [one.partition(",")[0] for one in done.opened] == [
        'the lesson "Two doors" of tiny-course',
        "the package hand-hygiene",
    ]
    for one in (db, restored):
        one.close()


def test_a_restore_leaves_what_is_there_alone(product: Place, tmp_path: Path) -> None:
    product.backup(tmp_path / "one.tar")
    with pytest.raises(Refused, match="not empty"):
        product.restore(tmp_path / "one.tar")
    with pytest.raises(Refused, match="exists already"):
        product.backup(tmp_path / "one.tar")


def test_replace_moves_what_is_there_aside(product: Place, empty: Callable[[], Place], tmp_path: Path) -> None:
    product.backup(tmp_path / "one.tar")
    place = empty()
    place.restore(tmp_path / "one.tar")
    done = place.restore(tmp_path / "one.tar", replace=True)
    assert "What was there is in" in done.aside
    again = place.restore(tmp_path / "one.tar", replace=True)
    assert again.events == done.events


def test_a_second_backup_of_a_restored_product_holds_the_same(
    product: Place, empty: Callable[[], Place], tmp_path: Path
) -> None:
    """Also nothing of the sample launch, and nothing of what was moved aside, is in it."""
    first = product.backup(tmp_path / "one.tar").backup.manifest
    place = empty()
    place.restore(tmp_path / "one.tar")
    place.restore(tmp_path / "one.tar", replace=True)
    second = place.backup(tmp_path / "two.tar").backup.manifest
    assert (second.rows, second.blobs, second.blob_bytes) == (first.rows, first.blobs, first.blob_bytes)


def test_a_database_of_an_earlier_release_is_backed_up_and_restored_to_this_one(
    elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    """An upgrade backs up with the new release, before it migrates."""
    old, older = elsewhere(), migrate.known()[1]
    db = old.open()
    config = Config()
    config.set_main_option("script_location", str(migrate.ROOT / "migrations"))
    with db.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, older)
        connection.commit()
    db.close()
    made, place = old.backup(tmp_path / "old.tar"), elsewhere()
    done = place.restore(made.path)
    assert (made.backup.head.schema, done.migrated) == (older, True)
    assert done.opened == ("there is no course in it that could be opened",)
    restored = place.open()
    assert migrate.is_current(restored)
    restored.close()
