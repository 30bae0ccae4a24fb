"""Packages in `modules/` are checked and published by the commands that check and publish courses."""

from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.packages import files, unpacked


@pytest.fixture
def folder(content: Path) -> Path:
    return unpacked(content / "modules" / "hands-first", files())


def test_a_package_is_published_under_the_name_of_its_folder(run: Run, folder: Path) -> None:
    assert "hands-first: version 1 published.\n" in run("sync").out
    assert "hands-first: version 1, nothing to do.\n" in run("sync").out


def test_what_would_change_is_told_first(run: Run, folder: Path) -> None:
    assert "hands-first: new: it would be published as version 1.\n" in run("sync", "--dry-run").out
    run("sync")
    (folder / "wash.html").write_bytes(b"<p>New")
    assert "hands-first: proposed: minor.\n  minor: file wash.html, content: " in run("sync", "--dry-run").out
    assert "hands-first: version 2 published (minor).\n" in run("sync").out


def test_a_folder_that_lies_behind_turns_nothing_back(run: Run, folder: Path) -> None:
    run("sync")
    before = (folder / "wash.html").read_bytes()
    (folder / "wash.html").write_bytes(b"<p>New")
    run("sync")
    (folder / "wash.html").write_bytes(before)
    assert "hands-first: this is version 1; a newer one is current. Nothing was done." in run("sync").out


def test_a_setting_of_the_course_stays(run: Run, folder: Path) -> None:
    run("import", str(folder), "--course", "hands-first", "--marked")
    assert "nothing has changed" in run("sync", "--dry-run").out
    assert "hands-first: version 1, nothing to do.\n" in run("sync").out


def test_a_broken_package_leaves_the_rest_alone(run: Run, folder: Path) -> None:
    (folder / "imsmanifest.xml").write_bytes(b"<manifest>")
    done = run("sync")
    assert done.code == 1
    assert "content/modules/hands-first/imsmanifest.xml:1:" in done.out
    assert "hands-first: not published, because of the errors above.\n" in done.out
    assert "tiny-course: version 1 published." in done.out


def test_a_folder_that_cannot_name_a_course(run: Run, folder: Path) -> None:
    folder.rename(folder.parent / "Hands First")
    done = run("sync")
    assert done.code == 1 and 'Hands First: "Hands First" cannot name a course.' in done.out


@pytest.mark.parametrize(
    ("paths", "summary"),
    [
        ((), "1 course, 1 package, 1 bank checked"),
        (("content",), "1 course, 1 package, 1 bank checked"),
        (("content/modules/hands-first",), "0 courses, 1 package, 0 banks checked"),
    ],
)
def test_check_finds_it(run: Run, folder: Path, paths: tuple[str, ...], summary: str) -> None:
    done = run("check", *paths)
    assert done.code == 0 and summary in done.err


def test_check_tells_its_problems(run: Run, folder: Path) -> None:
    (folder / "film.mp4").unlink()
    assert "content/modules/hands-first/imsmanifest.xml:9:1: warning: " in run("check").out


def test_a_course_and_a_package_do_not_share_a_name(run: Run, folder: Path, tmp_path: Path) -> None:
    unpacked(tmp_path / "other" / "modules" / "tiny-course", files())
    done = run("check", "content", "other")
    assert done.code == 1 and 'there is another course "tiny-course"' in done.out


def test_what_the_system_leaves_in_a_folder_is_no_content(run: Run, folder: Path) -> None:
    run("sync")
    (folder / ".DS_Store").write_bytes(b"\0")
    assert "hands-first: version 1, nothing to do.\n" in run("sync").out
