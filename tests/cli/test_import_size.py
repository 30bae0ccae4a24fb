"""Large packages: a tree of 2,000 activities comes in in seconds, and memory does not grow with the files."""

import json
import random
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.load import imports
from tests.packages import files, zipped


def test_a_tree_of_2000_activities(run: Run, tmp_path: Path) -> None:
    imports.make_tree(tmp_path / "tree.zip")
    began = time.process_time()
    done = run("import", "tree.zip", "--json")
    took = time.process_time() - began
    assert json.loads(done.out)["activities"] == 2_000
    assert took < 10


def test_memory_is_bounded(tmp_path: Path) -> None:
    """A tenth of 1 GiB in 6,000 files; `python -m tests.load --import --full` takes the whole."""
    took = imports.measured(tmp_path, full=False)["bulk"]
    assert took["bytes"] > 100_000_000
    assert took["peak_mb"] < 200


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("LMS_PACKAGE_MAX_FILES", "3", "more than 3"),
        ("LMS_PACKAGE_MAX_MB", "1", "is larger than 1 MB"),
        ("LMS_PACKAGE_MAX_RATIO", "2", "It is refused as a ZIP bomb"),
    ],
)
@pytest.mark.parametrize("kind", ["import", "check"])
def test_limits_are_settings(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str, value: str, words: str
) -> None:
    digits = "".join(random.Random(1).choices("0123456789", k=1_500_000))  # packs to less than half
    zipped(tmp_path / "hands.zip", files() | {"film.mp4": digits.encode()})
    assert words not in run(kind, "hands.zip").out
    monkeypatch.setenv(name, value)
    done = run(kind, "hands.zip")
    assert done.code == 1 and words in done.out
