"""Each thing that `lms doctor` finds, made so for real on a site that was well."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.core import config, migrate, node
from lms.core.clock import now
from lms.core.db import Database
from lms.core.heartbeat import Heart
from lms.core.storage import DiskStorage
from lms.operations import doctor
from lms.operations.findings import CODES
from lms.operations.subject import Subject
from tests.operations.postgres_provoked import OF_POSTGRESQL
from tests.operations.provoked import PROVOKED, Scene
from tests.people import make_people

#: Of one database alone; what is found in a full disk of one is found in that of the other.
OF_SQLITE = {code for code in PROVOKED if code.startswith("sqlite")}
OF_BOTH = {
    "schema-old",
    "schema-newer",
    "trigger-missing",
    "worker-missing",
    "jobs-late",
    "audit-altered",
    "check-failed",
}
#: Made so by the test of the command, which reads the settings, and by a standby that is stopped.
ELSEWHERE = {"setting-wrong", "postgres-standby-late", "postgres-standby-hidden"}


@pytest.fixture
def scene(db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    settings = config.load(
        {},
        mode="test",
        data_dir=str(data),
        secret_key="tests only: 0123456789 abcdefghijklmnop",
        database_url=db.engine.url.render_as_string(hide_password=False),
    )
    with db.writing() as session:
        make_people(session)
    Heart(db, now).beat()
    node.remember_backup(data, now())
    made = Scene(Subject(settings, db, DiskStorage(data / "blobs")), monkeypatch, tmp_path)
    yield made
    shutil.rmtree(made.shared.parent, ignore_errors=True)


def found(subject: Subject, area: str) -> set[str]:
    return {one.code for part in doctor.examine(subject) if part.area.name == area for one in part.findings}


@pytest.mark.parametrize(
    ("code", "kind"), [(code, "sqlite") for code in PROVOKED] + [(code, "postgresql") for code in sorted(OF_BOTH)]
)
def test_what_is_wrong_is_found(scene: Scene, code: str) -> None:
    area, make_so = PROVOKED[code]
    make_so(scene)
    assert code in found(scene.subject, area)


#: What a site of the tests cannot have: a mail server, and an address that leads to it.
NOT_HERE = {"mail-files", "site-away"}


def test_a_site_that_is_well_has_no_findings(scene: Scene) -> None:
    """Of the server, which others may have set up, another test tells."""
    examined = list(doctor.examine(scene.subject))
    findings = [one for part in examined if part.area.name != "postgresql" for one in part.findings]
    assert {one.code for one in findings} - NOT_HERE == set()
    assert not doctor.has_problem([part for part in examined if part.area.name != "postgresql"])


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_database_that_is_away_hides_nothing_else(scene: Scene) -> None:
    PROVOKED["database-away"][1](scene)
    names = [part.area.name for part in doctor.examine(scene.subject)]
    assert "room" in names and "guards" not in names


@pytest.mark.parametrize("kind", ["sqlite"])
def test_a_page_asks_no_other_machine(scene: Scene) -> None:
    names = {part.area.name for part in doctor.examine(scene.subject, quick=True)}
    assert names.isdisjoint({"mail", "addresses", "files", "fonts", "audit"})


def test_every_code_is_provoked() -> None:
    assert set(PROVOKED) | set(OF_POSTGRESQL) | ELSEWHERE == set(CODES)


def test_the_guards_can_be_made_anew(scene: Scene) -> None:
    PROVOKED["trigger-missing"][1](scene)
    migrate.make_guards(scene.subject.db)
    assert found(scene.subject, "guards") == set()
