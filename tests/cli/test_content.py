import zipfile
from pathlib import Path

import pytest

from lms.core.archive import Limits
from tests.cli.conftest import Run
from tests.cli.mistakes import FILES, wrong_lines

COURSE, BANK = "content/modules/tiny-course", "content/quizzes/tiny-bank"


def test_a_good_folder_has_one_known_warning(run: Run) -> None:
    done = run("check", "content")
    assert done.code == 0
    assert done.out == (
        "content/quizzes/tiny-bank/questions.yaml:54:7: warning: "
        'question "dry-hands" has no translation into fr; the original is shown\n'
    )
    assert done.err == "1 course, 1 bank checked, 0 errors, 1 warning\n"


@pytest.mark.parametrize(
    ("folder", "summary"),
    [
        ((), "1 course, 1 bank checked"),
        ((COURSE,), "1 course, 0 banks checked"),
        ((BANK,), "0 courses, 1 bank checked"),
        ((COURSE, BANK), "1 course, 1 bank checked"),
    ],
    ids=["setting", "course", "bank", "both"],
)
def test_what_is_checked(run: Run, folder: tuple[str, ...], summary: str) -> None:
    done = run("check", *folder)
    assert done.code == 0 and summary in done.err


def test_a_course_is_checked_from_inside_its_folder(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path / COURSE)
    _edit(tmp_path / COURSE / "course.yaml", "pass: 70", "pass: 170")
    assert "\ncourse.yaml:27:15: error: " in "\n" + run("check", ".").out


def test_strict_lets_no_warning_pass(run: Run) -> None:
    assert run("check", "--strict").code == 1


def test_fifty_mistakes_are_told_at_once_and_each_at_its_line(run: Run, tmp_path: Path) -> None:
    for name, text in FILES.items():
        (tmp_path / "bad" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "bad" / name).write_text(text)
    done = run("check", "bad")
    told = {":".join(line.removeprefix("bad/").split(":")[:2]) for line in done.out.splitlines()}
    assert done.code == 1 and len(told) > 50 and told == wrong_lines()


@pytest.mark.parametrize(
    ("encoding", "words"), [("cp949", "EUC-KR"), ("utf-16", "UTF-16"), ("utf-8-sig", "byte-order mark")]
)
def test_foreign_encodings_are_named(run: Run, tmp_path: Path, encoding: str, words: str) -> None:
    text = "id: tiny-bank\ntitle: 갱의와 청정실 행동, 사람이 오염원이다\nlanguages: [ko]\nobjectives: []\n"
    (tmp_path / BANK / "bank.yaml").write_bytes(text.encode(encoding))
    done = run("check", BANK)
    assert words in done.out and f"{BANK}/bank.yaml:" in done.out


def test_links_are_not_followed(run: Run, tmp_path: Path) -> None:
    (tmp_path / COURSE / "assets" / "secret.svg").symlink_to("/etc/passwd")
    (tmp_path / COURSE / "elsewhere").symlink_to("/etc")
    done = run("check", COURSE)
    assert done.code == 1
    assert f"{COURSE}/assets/secret.svg:1:1: error: a link; put the file itself here" in done.out
    assert f"{COURSE}/elsewhere:1:1: error: a link; put the file itself here" in done.out


def test_a_name_that_windows_cannot_have_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / COURSE / "assets" / "a:b.svg").write_text("<svg/>")
    assert "a:b.svg:1:1: error: the file's name is not good everywhere" in run("check", COURSE).out


def test_dot_files_do_not_matter(run: Run, tmp_path: Path) -> None:
    (tmp_path / COURSE / ".git").mkdir()
    (tmp_path / COURSE / ".git" / "config").write_bytes(b"\xff\xff")
    (tmp_path / COURSE / ".DS_Store").write_bytes(b"\0")
    assert run("check", COURSE).code == 0


def test_the_same_course_in_two_roots_is_a_problem(run: Run, tmp_path: Path, content: Path) -> None:
    (tmp_path / "other").mkdir()
    content.joinpath("modules").rename(tmp_path / "other" / "modules")
    (tmp_path / "content" / "modules").symlink_to(tmp_path / "other" / "modules")
    assert 'there is another course "tiny-course"' in run("check", "other", "content").out


def test_a_folder_without_content(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    done = run("check", "empty")
    assert done.code == 1 and "No course and no bank was found" in done.err


def test_sync_publishes_once(run: Run) -> None:
    assert "tiny-course: version 1 published.\n" in run("sync").out
    assert "tiny-course: version 1, nothing to do.\n" in run("sync").out


def test_sync_tells_what_changed_and_how_far_reaching_it_looks(run: Run, content: Path) -> None:
    run("sync")
    _edit(content / "modules/tiny-course/course.yaml", "pass: 70", "pass: 80")
    planned = run("sync", "--dry-run")
    change = "  major: quiz tiny-quiz, pass: 70 → 80 [threshold]\n"
    assert "tiny-course: proposed: major.\n" in planned.out and change in planned.out
    done = run("sync", "--note", "Harder")
    assert "tiny-course: version 2 published (major).\n" in done.out and change in done.out


def test_a_folder_that_lies_behind_turns_nothing_back(run: Run, content: Path) -> None:
    run("sync")
    course = content / "modules/tiny-course/course.yaml"
    before = course.read_text()
    _edit(course, "pass: 70", "pass: 80")
    run("sync")
    course.write_text(before)
    assert "this is version 1; a newer one is current. Nothing was done." in run("sync").out


def test_a_course_with_an_error_is_left_alone_and_the_others_are_published(run: Run, content: Path) -> None:
    bad = content / "modules" / "bad-course"
    bad.mkdir()
    (bad / "course.yaml").write_text("id: bad-course\n")
    done = run("sync")
    assert done.code == 1
    assert "bad-course: not published, because of the errors above." in done.out
    assert "tiny-course: version 1 published." in done.out


def test_sync_warns_of_certificates_that_rest_on_public_answers(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_MODE", "production")
    monkeypatch.setenv("LMS_ALLOW_HTTP", "yes")
    monkeypatch.setenv("LMS_SECRET_KEY", "abcdefgh" * 5)
    assert "rests on a practice bank" in run("sync").out


def test_sync_needs_an_up_to_date_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "lms.db").unlink()
    done = run("sync")
    assert done.code == 2 and "lms db upgrade" in done.err


def test_stamping_makes_a_changed_original_current_again(run: Run, content: Path) -> None:
    _edit(content / "modules/tiny-course/basics/doors.md", "never open at the same time", "never both open")
    assert "the original has changed since this translation" in run("check", COURSE).out
    done = run("content", "stamp", COURSE)
    assert done.out == f"stamped {COURSE}/basics/doors.fr.md\n"
    assert "has changed" not in run("check", COURSE).out
    assert "All stamps are right already." in run("content", "stamp", COURSE).err


def test_limits_of_uploads_and_of_folders_agree() -> None:
    """What a folder on disk may be, an upload of it may be."""
    limits = Limits()
    assert (limits.files, limits.bytes, limits.file_bytes) == (5_000, 300_000_000, 200_000_000)


def _edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_a_course_is_retired_and_reopened(run: Run) -> None:
    run("sync")
    assert run("content", "retire", "tiny-course", "--reason", "Replaced").out == (
        "tiny-course: retired. It takes nobody new.\n"
    )
    again = run("content", "retire", "tiny-course", "--reason", "Replaced")
    assert again.code == 1 and "tiny-course: This course is retired already." in again.err
    assert run("content", "reopen", "tiny-course", "--reason", "Asked for").out == "tiny-course: open again.\n"


def test_retiring_names_the_courses_there_are(run: Run) -> None:
    run("sync")
    done = run("content", "retire", "tiny", "--reason", "Replaced")
    assert done.code == 1 and done.err == "Error: There is no course 'tiny'. Courses: tiny-course.\n"


def test_a_package_is_checked_beside_courses(run: Run, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "hands.zip", "w") as archive:
        archive.writestr("index.html", "<p>Wash</p>")
    done = run("check", COURSE, "hands.zip")
    assert (done.code, done.err) == (1, "1 course, 1 package, 0 banks checked, 1 error, 1 warning\n")
    assert "\nhands.zip/imsmanifest.xml:1:1: error: there is no imsmanifest.xml" in done.out
