import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.cli import main
from tests.courses import ROOT


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A copy of the tiny course that may be changed."""
    return Path(shutil.copytree(ROOT, tmp_path / "content"))


@pytest.fixture
def run(
    tmp_path: Path,
    content: Path,
    sqlite_template: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """`lms ARGUMENTS` with a database of its own, in a folder that holds `content`."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(sqlite_template, data / "lms.db")
    for name, value in {"LMS_MODE": "test", "LMS_DATA_DIR": str(data), "LMS_CONTENT_PATH": str(content)}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Done:
        code = 0
        try:
            main(list(arguments))
        except SystemExit as end:
            code = int(end.code or 0)
        return Done(code, *capsys.readouterr())

    return run
