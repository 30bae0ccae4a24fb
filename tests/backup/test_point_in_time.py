"""The guide for a moment in the past of PostgreSQL, followed to the letter on a server of our own."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from lms.audit import verify
from lms.backup import launch
from lms.core import migrate
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from tests import postgres
from tests.backup.conftest import filled
from tests.backup.processes import wait_for
from tests.backup.writing import write, written
from tests.docs.papers import FENCED
from tests.faults.clusters import Cluster, cluster, room

pytestmark = pytest.mark.verify
GUIDE = Path(__file__).parents[2] / "docs" / "backup.md"
LINE = re.compile(r"^([a-z_]+) = (.+)$", re.MULTILINE)
MOMENT = "2026-11-21 14:05:00+00"


def _settings_of(word: str, archive: Path) -> dict[str, str]:
    """The block of the guide that has this setting, with another folder."""
    text = GUIDE.read_text(encoding="utf-8")
    block = next(one["body"] for one in FENCED.finditer(text) if re.search(rf"^{word} = ", one["body"], re.MULTILINE))
    return {name: value.strip("'").replace("/archive", str(archive)) for name, value in LINE.findall(block)}


def test_a_moment_between_two_writes_is_restored_after_the_server_is_gone(settings: Settings, tmp_path: Path) -> None:
    with cluster() as server, room() as folder:
        archive, base = folder / "archive", folder / "base"
        _own(archive)
        server.restart(**_settings_of("archive_command", archive))
        url = server.admin.replace("/postgres", "/cleanroom")
        with psycopg.connect(postgres.plain(server.admin), autocommit=True) as connection:
            connection.execute("CREATE DATABASE cleanroom TEMPLATE template0 ENCODING 'UTF8'")
        db = Database(url)
        migrate.upgrade(db)
        place = filled(db, settings)
        address = f"host=127.0.0.1 port={server.port} user=postgres"
        server.run(
            "pg_basebackup", f"--pgdata={base}", f"--dbname={address}", "--checkpoint=fast", "--wal-method=stream"
        )
        for number in range(1, 6):
            write(db, number)
        moment = _moment(server)
        for number in range(6, 11):
            write(db, number)
        db.close()
        _wait_for_archive(server)
        server.kill()
        restored = _restored(folder, base, _settings_of("restore_command", archive), moment)
        try:
            again = replace(place.settings, database_url=restored.admin.replace("/postgres", "/cleanroom"))
            _is_right(again)
        finally:
            restored.close()


def _is_right(settings: Settings) -> None:
    db = Database(settings.database_url)
    assert written(db) == [1, 2, 3, 4, 5]
    with db.snapshot() as session:
        assert {one.state for one in verify.check(session)} == {"intact"}
    assert launch.try_out(settings, db, now()).failed == ()
    db.close()


def _own(folder: Path) -> None:
    folder.mkdir()
    if folder.parent.owner() != folder.owner():
        shutil.chown(folder, folder.parent.owner())


def _moment(server: Cluster) -> str:
    with server.superuser() as connection:
        return str(connection.execute("SELECT clock_timestamp()::text").fetchone()[0])  # type: ignore[index]


def _wait_for_archive(server: Cluster) -> None:
    with server.superuser() as connection:
        last = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()[0]  # type: ignore[index]

        def archived() -> bool:
            row = connection.execute("SELECT coalesce(last_archived_wal, '') FROM pg_stat_archiver").fetchone()
            return bool(row) and row[0] >= last

        wait_for(archived)


def _restored(folder: Path, base: Path, told: dict[str, str], moment: str) -> Cluster:
    assert told["recovery_target_time"] == MOMENT
    made = Cluster(folder)
    made.data = base
    (base / "recovery.signal").touch()
    shutil.chown(base / "recovery.signal", base.owner())
    made.start(**told | {"recovery_target_time": moment})
    with made.superuser() as connection:
        wait_for(lambda: connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,))
    return made
