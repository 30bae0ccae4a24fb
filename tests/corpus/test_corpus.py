"""Every package either comes in and out again whole, or is refused with file and line; docs/packages.md says which."""

import json
import zipfile
from pathlib import Path

import pytest

from tests.cli.conftest import Run, content, run
from tests.corpus import PACKAGES, WHY_NOT
from tests.corpus.table import in_paper, row

__all__ = ["content", "run"]
pytestmark = pytest.mark.skipif(not PACKAGES, reason=WHY_NOT)


def entries(path: Path) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        return sorted((one.filename, archive.read(one)) for one in archive.infolist())


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.stem)
def test_it_comes_back_whole_or_is_refused(run: Run, tmp_path: Path, package: Path) -> None:
    done = run("import", str(package), "--json")
    found = json.loads(done.out)
    if not found["imported"]:
        errors = [one for one in found["problems"] if one["severity"] == "error"]
        assert done.code == 1 and errors
        assert all(one["path"].startswith(package.as_posix()) and one["line"] >= 1 for one in errors)
        return
    assert done.code == 0 and found["activities"]
    assert run("export", found["course"], str(tmp_path / "out.zip")).code == 0
    assert entries(tmp_path / "out.zip") == entries(package)


@pytest.mark.parametrize("package", PACKAGES, ids=lambda path: path.stem)
def test_the_paper_says_what_becomes_of_it(package: Path) -> None:
    assert row(package) in in_paper()


def test_the_paper_tells_of_no_other() -> None:
    assert len(in_paper().splitlines()) == len(PACKAGES) + 2
