"""One server of two workers with four threads each, for all tests of a module; who is no good must not stop it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.core.db import Database
from tests.abuse import site
from tests.abuse.site import Site
from tests.people import make_people


@pytest.fixture(scope="module")
def here(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("abuse")
    path = folder / "lms.db"
    shutil.copy(sqlite_template, path)
    db = Database(f"sqlite:///{path}")
    with db.writing() as session:
        make_people(session)
    db.close()
    with site.running(folder, f"sqlite:///{path}") as running:
        yield running
