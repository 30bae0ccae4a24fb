"""One way to make each thing that `lms doctor` finds go wrong for real, by code."""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from lms.core import metrics, node
from lms.core.clock import now
from lms.core.db import Database
from lms.core.heartbeat import Heart
from lms.core.jobs import Job
from lms.core.pulse import Pulse
from lms.core.storage import DiskStorage
from lms.core.turns import SPAN
from lms.operations.areas import machine, sqlite
from lms.operations.subject import Subject
from lms.web.measuring import Proxies, measured
from tests.courses import publish_tiny

#: code → (area that finds it, what makes it so)
PROVOKED: dict[str, tuple[str, Callable[["Scene"], Any]]] = {}


@dataclass
class Scene:
    """A site that is well. A provocation changes it, or what it consists of."""

    subject: Subject
    patch: pytest.MonkeyPatch
    folder: Path

    def set(self, **settings: Any) -> None:
        self.subject = replace(self.subject, settings=replace(self.subject.settings, **settings))

    def sql(self, *statements: str) -> None:
        with self.subject.db.writing() as session:
            for one in statements:
                session.execute(text(one))

    def add_job(self, **columns: Any) -> None:
        with self.subject.db.writing() as session:
            session.add(Job(name="mail.send", payload={}, created_at=now(), attempts=8, **columns))

    def publish(self, **head: Any) -> None:
        with self.subject.db.writing() as session:
            publish_tiny(session, self.subject.storage, **head)

    @property
    def blob(self) -> Path:
        return next(iter(self.blobs))

    @property
    def blobs(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*") if path.is_file() and len(path.name) == 64)

    @property
    def root(self) -> Path:
        return self.subject.settings.data_dir / "blobs"

    @property
    def shared(self) -> Path:
        settings = self.subject.settings
        return metrics.folder_of(settings.data_dir, metrics.part_of(settings.bind))


def provokes(code: str, area: str) -> Callable[[Callable[[Scene], Any]], Callable[[Scene], Any]]:
    def keep(act: Callable[[Scene], Any]) -> Callable[[Scene], Any]:
        PROVOKED[code] = area, act
        return act

    return keep


provokes("mode-demo", "settings")(lambda scene: scene.set(mode="demo"))
provokes("plain-http", "settings")(lambda scene: scene.set(allow_http=True, base_url="http://learn.example.org"))
provokes("content-off", "settings")(lambda scene: scene.set(content_url=""))
provokes("content-same-site", "settings")(lambda scene: scene.set(mode="production", content_same_site=True))
provokes("schema-old", "schema")(lambda scene: scene.sql("UPDATE alembic_version SET version_num = '0001'"))
provokes("schema-newer", "schema")(lambda scene: scene.sql("UPDATE alembic_version SET version_num = '9999'"))
provokes("sqlite-network-disk", "sqlite")(lambda scene: _mounts(scene))
provokes("data-dir-open", "folder")(lambda scene: scene.subject.settings.data_dir.chmod(0o755))
provokes("disk-full", "room")(lambda scene: scene.patch.setattr(machine, "FULL", 10**18))
provokes("disk-low", "room")(lambda scene: _low(scene))
provokes("inodes-low", "room")(lambda scene: scene.patch.setattr(machine, "LOW_SHARE", 2.0))
provokes("worker-missing", "worker")(lambda scene: scene.sql("DELETE FROM worker_heartbeat"))
provokes("jobs-late", "jobs")(lambda scene: scene.add_job(run_after=now() - timedelta(hours=1)))
provokes("jobs-dead", "jobs")(lambda scene: scene.add_job(run_after=now(), dead_at=now()))
provokes("mail-files", "mail")(lambda scene: scene.set(mail_url=""))
provokes("mail-away", "mail")(lambda scene: scene.set(mail_url="smtp://127.0.0.1:1"))
provokes("backup-none", "backups")(lambda scene: (scene.subject.settings.data_dir / node.LAST_BACKUP).unlink())
provokes("blob-missing", "files")(lambda scene: scene.publish() or scene.blob.unlink())
provokes("blob-size", "files")(lambda scene: scene.publish() or scene.blob.write_bytes(b"longer" * 10_000))
provokes("site-away", "addresses")(lambda scene: scene.set(base_url="http://127.0.0.1:1"))
provokes("content-away", "addresses")(lambda scene: scene.set(content_url="http://127.0.0.1:1"))
provokes("demo-accounts", "people")(lambda scene: scene.sql("UPDATE user_account SET is_demo = (1 = 1)"))
provokes("no-administrator", "people")(lambda scene: scene.sql("UPDATE user_account SET disabled_at = created_at"))
provokes("fonts-missing", "fonts")(lambda scene: scene.set(fonts_dir=str(scene.folder)))


def _low(scene: Scene) -> None:
    scene.patch.setattr(machine, "LOW", 10**18)
    scene.patch.setattr(machine, "LOW_SHARE", 1.0)


def _mounts(scene: Scene) -> None:
    table = scene.folder / "mountinfo"
    table.write_text("21 1 8:1 / / rw shared:1 - ext4 /dev/sda1 rw\n22 21 0:50 / /tmp rw - nfs4 server:/export rw\n")
    scene.patch.setattr(sqlite, "MOUNTS", table)
    scene.patch.setattr(sqlite.Path, "resolve", lambda _self: Path("/tmp/lms.db"))


def _ask(scene: Scene, trusted: int) -> None:
    """A request as one proxy hands it on, to a web process with this setting."""
    scene.set(trusted_proxies=trusted)
    app = measured(
        lambda _environ, start: start("200 OK", []) or [], Pulse(scene.shared), Proxies(scene.shared, trusted)
    )
    app({"HTTP_X_FORWARDED_FOR": "203.0.113.7"}, lambda *_given: None)


provokes("proxies-not-trusted", "settings")(lambda scene: _ask(scene, 0))
provokes("proxies-too-many", "settings")(lambda scene: _ask(scene, 2))


@provokes("database-away", "database")
def _away(scene: Scene) -> None:
    scene.subject = replace(scene.subject, db=Database("postgresql+psycopg://nobody@127.0.0.1:1/none"))


@provokes("trigger-missing", "guards")
def _drop_trigger(scene: Scene) -> None:
    on = " ON audit_event" if scene.subject.db.dialect == "postgresql" else ""
    scene.sql(f"DROP TRIGGER audit_event_no_{'change' if on else 'update'}{on}")


@provokes("sqlite-setting", "sqlite")
def _weaker(scene: Scene) -> None:
    """A connection that does not wait for the disk."""
    with scene.subject.db.reading() as session:
        session.connection().connection.driver_connection.execute("COMMIT")  # type: ignore[union-attr]
        session.connection().connection.driver_connection.execute("PRAGMA synchronous=normal")  # type: ignore[union-attr]


@provokes("sqlite-damaged", "database")
def _damage(scene: Scene) -> None:
    path = Path(str(scene.subject.db.engine.url.database))
    scene.sql("PRAGMA user_version")
    scene.subject.db.tidy()
    scene.subject.db.close()
    size = struct.unpack(">H", path.read_bytes()[16:18])[0]
    with path.open("r+b") as file:
        for page in range(path.stat().st_size // size * 3 // 4, path.stat().st_size // size):
            file.seek(page * size)
            file.write(b"\xff" * 64)


@provokes("sqlite-log-large", "sqlite")
def _large_log(scene: Scene) -> None:
    """A log that nobody has emptied."""
    scene.patch.setattr(sqlite, "LARGE_LOG", 0)
    scene.add_job(run_after=now(), done_at=now())


@provokes("sqlite-outgrown", "sqlite")
def _outgrown(scene: Scene) -> None:
    """Somebody wrote for four of five minutes."""
    turns = scene.subject.db.turns
    assert turns is not None
    turns.take()
    turns._since = time.monotonic() - 0.8 * SPAN
    turns.give()


@provokes("data-dir-refused", "folder")
def _no_folder(scene: Scene) -> None:
    (scene.folder / "file").touch()
    scene.set(data_dir=scene.folder / "file" / "data")


@provokes("storage-refused", "storage")
def _no_store(scene: Scene) -> None:
    (scene.folder / "file").touch()
    scene.subject = replace(scene.subject, storage=DiskStorage(scene.folder / "file" / "blobs"))


@provokes("worker-stuck", "worker")
def _stuck(scene: Scene) -> None:
    moments = iter([now(), now() - timedelta(hours=2), now()])
    heart = Heart(scene.subject.db, lambda: next(moments))
    with heart.doing("package.publish"):
        heart.beat()


@provokes("backup-old", "backups")
def _old_backup(scene: Scene) -> None:
    node.remember_backup(scene.subject.settings.data_dir, now() - timedelta(days=2))


@provokes("backup-follow-late", "backups")
def _late_follower(scene: Scene) -> None:
    line = f'{{"through": "{(now() - timedelta(hours=1)).isoformat()}", "error": ""}}'
    (scene.subject.settings.data_dir / "follow.json").write_text(line)


@provokes("blob-altered", "files")
def _altered(scene: Scene) -> None:
    scene.publish()
    data = bytearray(scene.blob.read_bytes())
    data[0] ^= 1
    scene.blob.write_bytes(data)
    scene.subject = replace(scene.subject, deep=True)


@provokes("practice-certificates", "certificates")
def _practice(scene: Scene) -> None:
    scene.publish()
    scene.set(mode="production")


@provokes("audit-altered", "audit")
def _altered_audit(scene: Scene) -> None:
    """By somebody who took the trigger away, and put it back."""
    scene.publish()
    dialect, name = scene.subject.db.dialect, "audit_event_no_update"
    if dialect == "postgresql":
        scene.sql("ALTER TABLE audit_event DISABLE TRIGGER USER", "UPDATE audit_event SET verb = 'nothing'")
        scene.sql("ALTER TABLE audit_event ENABLE TRIGGER USER")
    else:
        scene.sql(f"DROP TRIGGER {name}", "UPDATE audit_event SET verb = 'nothing'")
    scene.subject = replace(scene.subject, deep=True)


@provokes("check-failed", "jobs")
def _no_table(scene: Scene) -> None:
    scene.sql("DROP TABLE job")
