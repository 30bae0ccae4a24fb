import os
from pathlib import Path

import pytest

from lms.core import files


def test_a_file_is_there_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "grades.csv"
    with files.whole(target) as file:
        file.write(b"a,b\n")
        assert not target.exists()
    assert target.read_bytes() == b"a,b\n"
    assert [one.name for one in tmp_path.iterdir()] == ["grades.csv"]


def test_what_fails_leaves_the_former_file_and_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "grades.csv"
    target.write_bytes(b"former")
    with pytest.raises(ValueError, match="half way"), files.whole(target) as file:
        file.write(b"new")
        raise ValueError("half way")
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("grades.csv", b"former")]


def test_bytes_are_synced_before_the_name_and_the_name_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen, real = [], os.fsync
    target = tmp_path / "grades.csv"

    def fsync(handle: int) -> None:
        seen.append((Path(f"/proc/self/fd/{handle}").readlink().name, target.exists()))
        real(handle)

    monkeypatch.setattr("os.fsync", fsync)
    with files.whole(target) as file:
        file.write(b"x")
    (first, named), (second, there) = seen
    assert (first.endswith(".part"), named, second, there) == (True, False, tmp_path.name, True)


def test_a_folder_is_made_with_its_parents(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a" / "b")
    files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a" / "b").is_dir()
