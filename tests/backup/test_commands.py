"""`lms backup` and `lms restore` as a person calls them: what they say, what they end with, and what is left."""

import json
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from lms.audit import service as audit
from lms.backup import postgres
from lms.backup.errors import Refused
from lms.cli import main
from lms.core.actor import system
from lms.core.clock import now
from lms.core.config import Settings
from tests.backup.conftest import Place
from tests.backup.processes import PATIENCE, ROOT, environment
from tests.backup.writing import write

KEY = "another key: 0123456789 abcdefghijklmnop"


Done = subprocess.CompletedProcess[str]
Lms = Callable[..., Done]


@pytest.fixture
def lms(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Lms]:
    """`lms ARGUMENTS` with these settings, in this process."""
    before = signal.getsignal(signal.SIGTERM)

    def run(settings: Settings, *words: object, **more: str) -> Done:
        for name, value in (environment(settings) | more).items():
            if name.startswith("LMS_"):
                monkeypatch.setenv(name, value)
        code = 0
        try:
            main(list(map(str, words)))
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Done(words, code, said.out, said.err)

    yield run
    signal.signal(signal.SIGTERM, before)


def bounded(settings: Settings, most: int, *words: object) -> Done:
    """In a process none of whose files may have more bytes, so that a disk is full in the middle."""

    def bound() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    command = [sys.executable, "-c", "from lms.cli import main; main()", *map(str, words)]
    return subprocess.run(
        command,
        cwd=ROOT,
        env=environment(settings),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        preexec_fn=bound,
        check=False,
    )


def test_the_key_is_in_its_own_file_alone(lms: Lms, on_sqlite: Place, tmp_path: Path) -> None:
    file, keys = tmp_path / "a.tar", tmp_path / "a.keys"
    done = lms(on_sqlite.settings, "backup", file, "--keys", keys)
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{file}: " in done.stdout and "keep it apart" in done.stdout
    secret = on_sqlite.settings.secret_key
    assert secret.encode() not in file.read_bytes()
    assert json.loads(keys.read_text())["LMS_SECRET_KEY"] == secret
    assert [one.stat().st_mode & 0o077 for one in (file, keys)] == [0, 0]


def test_a_restore_says_what_it_has_done(
    lms: Lms, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    file, keys, there = tmp_path / "a.tar", tmp_path / "a.keys", elsewhere()
    assert lms(on_sqlite.settings, "backup", file, "--keys", keys).returncode == 0
    done = lms(there.settings, "restore", file, "--keys", keys, LMS_SECRET_KEY="")
    assert (done.returncode, done.stderr) == (0, "")
    said = done.stdout
    assert "audit events verified, 5 files verified (5 were put in place)" in said
    assert 'Opened: the lesson "Two doors" of tiny-course, version 1.' in said
    assert 'Opened: the package hand-hygiene, version 1, with the file of "Wash".' in said
    assert "set LMS_SECRET_KEY to the key in" in said


def test_another_key_is_told(lms: Lms, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path) -> None:
    file, keys, there = tmp_path / "a.tar", tmp_path / "a.keys", elsewhere()
    lms(on_sqlite.settings, "backup", file, "--keys", keys)
    refused = lms(there.settings, "restore", file, "--keys", keys, LMS_SECRET_KEY=KEY)
    assert (refused.returncode, "LMS_SECRET_KEY is another key than that in" in refused.stderr) == (2, True)
    done = lms(there.settings, "restore", file, LMS_SECRET_KEY=KEY)
    assert (done.returncode, "LMS_SECRET_KEY is not that of the backup" in done.stdout) == (0, True)


def test_a_disk_that_is_full_in_the_middle_leaves_nothing(
    lms: Lms, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    db, there = on_sqlite.open(), elsewhere()
    with db.writing() as session:  # the database is larger than anything else that is written
        big = {"text": "x" * 2_000_000}
        audit.record(session, system("test"), "test.big", ("big", 1), now(), new=big)
    db.close()
    file = tmp_path / "backups" / "a.tar"
    file.parent.mkdir()
    failed = bounded(on_sqlite.settings, 1_000_000, "backup", file)
    assert (failed.returncode, failed.stderr.startswith("Error: "), failed.stderr.count("\n")) == (1, True, 1)
    assert list(file.parent.iterdir()) == []
    assert lms(on_sqlite.settings, "backup", file).returncode == 0
    full = bounded(there.settings, 1_000_000, "restore", file)
    assert (full.returncode, full.stderr.startswith("Error: "), full.stderr.count("\n")) == (1, True, 1)
    assert there.files() == []
    assert lms(there.settings, "restore", file).returncode == 0


def test_a_database_in_use_is_not_replaced(lms: Lms, on_sqlite: Place, tmp_path: Path) -> None:
    file = tmp_path / "a.tar"
    lms(on_sqlite.settings, "backup", file)
    db = on_sqlite.open()
    with db.reading() as session:
        session.connection()
        refused = lms(on_sqlite.settings, "restore", file, "--replace")
    db.close()
    assert (refused.returncode, "still uses this database" in refused.stderr) == (1, True)


def test_a_file_that_is_missing_is_named_by_both(
    lms: Lms, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    gone = next(path for path in (on_sqlite.settings.data_dir / "blobs").glob("??/*"))
    gone.unlink()
    file, there = tmp_path / "a.tar", elsewhere()
    made = lms(on_sqlite.settings, "backup", file)
    assert (made.returncode, gone.name in made.stderr) == (1, True)
    refused = lms(there.settings, "restore", file)
    assert (refused.returncode, there.files()) == (1, [])
    assert "(1 of them were missing already when the backup was made)" in refused.stderr
    anyway = lms(there.settings, "restore", file, "--anyway")
    assert (anyway.returncode, "restored, but" in anyway.stderr) == (1, True)
    assert lms(there.settings, "audit", "verify").returncode == 0


def test_files_that_are_kept_elsewhere_are_listed_and_verified(
    lms: Lms, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    file, there = tmp_path / "a.tar", elsewhere()
    lms(on_sqlite.settings, "backup", file, "--no-blobs")
    assert "5 of 5 files of the database are missing" in lms(there.settings, "restore", file).stderr
    for path in (on_sqlite.settings.data_dir / "blobs").glob("??/*"):
        there.storage.put(path.read_bytes())
    assert lms(there.settings, "restore", file).returncode == 0


def test_altered_audit_events_are_not_restored_silently(
    lms: Lms, on_sqlite: Place, elsewhere: Callable[[], Place], tmp_path: Path
) -> None:
    db = on_sqlite.open()
    write(db, 1)
    with db.engine.connect() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit_event SET verb = 'test.altered' WHERE verb = 'test.written'")
        connection.commit()
    db.close()
    file, there = tmp_path / "a.tar", elsewhere()
    lms(on_sqlite.settings, "backup", file)
    refused = lms(there.settings, "restore", file)
    assert (refused.returncode, there.files()) == (1, [])
    assert "1 of 3 audit events are not what was recorded" in refused.stderr


def test_a_program_that_is_missing_is_asked_for() -> None:
    with pytest.raises(Refused, match=r"pg_dump of PostgreSQL 99 or newer is needed \(found: .*postgresql-client-99"):
        postgres.find("pg_dump", 99)


def test_following_postgresql_leads_to_the_guide(lms: Lms, elsewhere: Callable[[], Place], tmp_path: Path) -> None:
    there = replace(elsewhere().settings, database_url="postgresql+psycopg://nobody@127.0.0.1:1/none")
    done = lms(there, "backup", "--follow", tmp_path / "followed")
    assert (done.returncode, "docs/backup.md" in done.stderr) == (2, True)
