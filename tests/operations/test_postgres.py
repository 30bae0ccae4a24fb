"""Settings of PostgreSQL that weaken the promise, on a server of our own."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.core import config, migrate, node
from lms.core.clock import now
from lms.core.db import Database
from lms.core.heartbeat import Heart
from lms.core.storage import DiskStorage
from lms.operations.areas import postgres
from lms.operations.subject import Subject
from tests.faults import clusters
from tests.faults.clusters import Cluster
from tests.operations.postgres_provoked import OF_POSTGRESQL, Served, until
from tests.operations.provoked import Scene
from tests.operations.test_doctor import found
from tests.people import make_people


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    """As it should be: it waits for the disk and checks what it reads; a database to copy is in it."""
    with clusters.cluster() as one:
        one.stop()
        one.run("pg_checksums", "--enable", "-D", one.data)
        one.start(fsync="on")
        with one.superuser() as connection:
            connection.execute("GRANT pg_monitor TO lms")
            connection.execute("CREATE DATABASE site OWNER lms TEMPLATE template0 ENCODING 'UTF8'")
        db = Database(one.admin.replace("/postgres", "/site"))
        migrate.upgrade(db)
        with db.writing() as session:
            make_people(session)
        db.close()
        yield one


@pytest.fixture
def served(cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    name = "site_now"
    with cluster.superuser() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name} OWNER lms TEMPLATE site")
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    url = cluster.admin.replace("/postgres", f"/{name}")
    settings = config.load(
        {}, mode="test", data_dir=str(data), database_url=url, secret_key="tests only: 0123456789 abcdefghijklmnop"
    )
    db = Database(url)
    Heart(db, now).beat()
    node.remember_backup(data, now())
    one = Served(Scene(Subject(settings, db, DiskStorage(data / "blobs")), monkeypatch, tmp_path), cluster, name)
    yield one
    one.as_it_was()
    db.close()
    shutil.rmtree(one.scene.shared.parent, ignore_errors=True)


def test_a_server_that_is_well_has_no_findings(served: Served) -> None:
    assert found(served.subject, "postgresql") == set()


def _receiver(standby: Cluster) -> int:
    """The process that takes in the log."""
    with standby.superuser() as connection:
        row = connection.execute("SELECT pid FROM pg_stat_wal_receiver").fetchone()
    assert row is not None
    return int(row[0])


def test_a_standby_that_is_behind(served: Served) -> None:
    """It is stopped while the server writes on."""
    served.scene.patch.setattr(postgres, "MOST_BYTES", 1_000_000)
    with clusters.room() as folder:
        standby = served.cluster.standby(folder)
        try:
            until(lambda: served.standbys() == 1, "the standby does not follow")
            served.system("REVOKE pg_monitor FROM lms")
            assert found(served.subject, "postgresql") == {"postgres-standby-hidden"}
            served.system("GRANT pg_monitor TO lms")
            receiver = _receiver(standby)
            os.kill(receiver, signal.SIGSTOP)
            served.scene.sql("CREATE TABLE filler AS SELECT generate_series(1, 50000) AS number")
            late = found(served.subject, "postgresql")
            os.kill(receiver, signal.SIGCONT)
            assert late == {"postgres-standby-late"}
        finally:
            standby.close()


@pytest.mark.parametrize(
    "code", sorted(OF_POSTGRESQL, key=lambda code: code in ("postgres-checksums", "postgres-fsync"))
)
def test_what_weakens_the_promise_is_found(served: Served, code: str) -> None:
    area, make_so = OF_POSTGRESQL[code]
    make_so(served)
    assert code in found(served.subject, area)
