import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from lms.preview import create_preview


@pytest.fixture
def course(content: Path) -> Path:
    return content / "modules" / "tiny-course"


@pytest.fixture
def page(course: Path) -> FlaskClient:
    return create_preview(course).test_client()


def edit(path: Path, old: str, new: str) -> None:
    """As an editor saves: with a later time, even where the clock of the file system is coarse."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    facts = path.stat()
    os.utime(path, ns=(facts.st_atime_ns, facts.st_mtime_ns + 1_000_000))


def test_the_course_comes_with_its_problems_first(page: FlaskClient) -> None:
    text = page.get("/").text
    assert "1 warning" in text and "content/quizzes/tiny-bank/questions.yaml:54:7" in text
    assert text.index("data-problems") < text.index("Name the doors of an airlock")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/doors", "An <a"),
        ("/hands", "Dirt protects microbes."),
        ("/hands?in=fr", "La saleté protège les microbes."),
        ("/hands?in=km", "Clean hands"),
        ("/tiny-quiz", "Then nothing would hold the pressure."),
        ("/tiny-quiz?in=fr", "Combien de portes"),
    ],
)
def test_every_page_is_rendered(page: FlaskClient, address: str, words: str) -> None:
    response = page.get(address)
    assert response.status_code == 200 and words in response.text


@pytest.mark.parametrize("address", ["/windows", "/files/0/a.svg", "/static/../preview.py", "/static/nothing.css"])
def test_other_addresses(page: FlaskClient, address: str) -> None:
    assert page.get(address).status_code == 404


def test_links_keep_the_language(page: FlaskClient) -> None:
    assert 'href="/hands?in=fr"' in page.get("/doors?in=fr").text


def test_static_files_are_those_of_the_product(page: FlaskClient) -> None:
    found = re.findall(r'(?:href|src)="(/static/[^"#]+)', page.get("/").text)
    assert len(found) >= 3
    for address in found:
        with page.get(address) as response:
            assert response.status_code == 200


def test_it_follows_a_change(page: FlaskClient, course: Path) -> None:
    before = page.get("/mark").text
    assert "Two doors" in page.get("/doors").text
    edit(course / "basics" / "doors.md", "Two doors\n", "Both doors\n")
    assert page.get("/mark").text != before and "Both doors" in page.get("/doors").text


def test_it_follows_a_change_of_the_bank(page: FlaskClient, content: Path) -> None:
    page.get("/tiny-quiz")
    edit(content / "quizzes" / "tiny-bank" / "questions.yaml", "How many doors has an airlock?", "Count the doors.")
    assert "Count the doors." in page.get("/tiny-quiz").text


def test_an_error_is_told_and_the_last_good_course_stays_in_view(page: FlaskClient, course: Path) -> None:
    page.get("/")
    edit(course / "course.yaml", "pass: 70", "pass: 170")
    text = page.get("/doors").text
    assert "1 error" in text and "course.yaml:27:15" in text and "The doors are never open" in text


def test_a_folder_that_begins_with_an_error(content: Path, course: Path) -> None:
    edit(course / "course.yaml", "pass: 70", "pass: 170")
    text = create_preview(course).test_client().get("/").text
    assert "cannot be shown yet" in text and "course.yaml:27:15" in text


def test_files_are_shown(course: Path) -> None:
    drawing = course / "assets" / "doors.svg"
    drawing.write_text(drawing.read_text().replace("Airlock", "A" * 13_000))
    page = create_preview(course).test_client()
    found = re.search(r'src="(/files/[0-9a-f]{64}/doors.svg)"', page.get("/doors").text)
    assert found
    response = page.get(found[1], buffered=True)
    assert response.mimetype == "image/svg+xml" and response.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(
    ("host", "status"),
    [("localhost", 200), ("localhost:8100", 200), ("evil.example", 421), ("localhost.evil.example:8100", 421)],
)
def test_other_names_are_not_answered(page: FlaskClient, host: str, status: int) -> None:
    """A page of another site must not read a draft through a name that it points at this machine."""
    assert page.get("/", headers={"Host": host}).status_code == status


def test_nothing_is_stored(page: FlaskClient, content: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in content.rglob("*")}
    for address in ("/", "/doors", "/tiny-quiz"):
        response = page.get(address)
        assert "Set-Cookie" not in response.headers
    assert {path: path.stat().st_mtime_ns for path in content.rglob("*")} == before


def test_the_command_serves_loopback_only(course: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from lms.cli import main; main()", "preview", str(course), "--port", "0"]
    environment: dict[str, Any] = {**os.environ, "LMS_CONTENT_PATH": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as server:
        try:
            assert server.stdout
            found = re.search(r"http://localhost:(\d+)/", server.stdout.readline())
            assert found
            with urllib.request.urlopen(f"http://127.0.0.1:{found[1]}/mark", timeout=30) as answer:
                assert len(answer.read()) == 16
            listening = Path("/proc/net/tcp").read_text().upper()
            assert f"0100007F:{int(found[1]):04X}" in listening and f"00000000:{int(found[1]):04X}" not in listening
        finally:
            server.terminate()
