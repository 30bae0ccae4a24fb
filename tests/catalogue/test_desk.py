import io
import re
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from lms.audit.models import AuditEvent
from lms.catalogue import pull, queries
from lms.catalogue.models import Blob, CourseVersion, Draft
from tests.catalogue.uploads import course_file, packed, tiny_files
from tests.client import Client
from tests.courses import ROOT
from tests.people import People, make_people, make_user


@pytest.fixture
def people(client: Client) -> People:
    with client.db.writing() as session:
        return make_people(session)


@pytest.fixture
def desk(client: Client, people: People) -> Client:
    """Bob's browser."""
    client.sign_in(people.bob.id)
    return client


def upload(client: Client, source: io.BytesIO, name: str = "course.zip") -> TestResponse:
    return client.post("/desk/upload", {"file": (source, name)}, content_type="multipart/form-data")


def brought(client: Client, **changed: bytes) -> str:
    """The address of a new draft of the tiny course."""
    response = upload(client, packed(tiny_files(**changed)))
    assert response.status_code == 303, response.text
    return response.location


def publish(client: Client, address: str, **fields: str) -> TestResponse:
    page = client.get(address).text
    against = re.search(r'name="against"[^>]*value="(\d+)"', page)
    given = {"note": "Because", "level": "minor", "against": against[1] if against else ""}
    return client.post(f"{address}/publish", given | fields)


def count(client: Client, column: Any) -> int:
    with client.db.reading() as session:
        return session.scalar(select(func.count(column)))


def test_an_empty_desk_says_what_to_do(desk: Client) -> None:
    page = desk.get("/desk")
    assert page.status_code == 200 and "You have no drafts." in page.text and "No course is published yet." in page.text


@pytest.mark.parametrize("who", ["alice", "dora", "ines"])
def test_it_requires_an_instructor(client: Client, people: People, who: str) -> None:
    client.sign_in(getattr(people, who).id)
    assert client.get("/desk").status_code == 404
    assert upload(client, packed(tiny_files())).status_code == 404
    assert client.post("/desk/pull", {"address": "https://git.example/a.git"}).status_code == 404
    assert count(client, Draft.id) == 0


def test_a_good_course_goes_all_the_way(desk: Client) -> None:
    address = brought(desk)
    page = desk.get(address).text
    assert "Draft: Tiny course" in page and "1 warning" in page and "This course is new." in page
    assert count(desk, CourseVersion.id) == 0
    done = publish(desk, address)
    assert done.status_code == 303 and done.location == "/desk/courses/tiny-course"
    page = desk.get(done.location).text
    assert "Version 1 is published." in page and "Because" in page
    assert "This draft is published." in desk.get(address).text


def test_problems_are_shown_by_file_and_line_and_nothing_can_be_published(desk: Client) -> None:
    address = brought(desk, course=course_file("pass: 70", "pass: 170"))
    page = desk.get(address).text
    assert "modules/tiny-course/course.yaml:27:15" in page and "1 error, 2 warnings" in page
    assert "data-publish" not in page
    assert publish(desk, address).status_code == 200
    assert desk.get(f"{address}/preview").status_code == 404
    assert count(desk, CourseVersion.id) == 0


def test_a_change_is_told_and_a_person_decides(desk: Client) -> None:
    publish(desk, brought(desk))
    address = brought(desk, course=course_file("pass: 70", "pass: 80"))
    page = desk.get(address).text
    assert "Against version 1. It looks major; you decide." in page and 'data-change="threshold"' in page
    assert re.search(r'value="major"[^>]*checked|checked[^>]*value="major"', page)
    publish(desk, address, level="minor", note="It was too easy")
    with desk.db.reading() as session:
        row = queries.course_by_key(session, "tiny-course")
        assert row
        newest = queries.versions(session, row.id)[0]
        assert (newest.number, newest.change_level, newest.note) == (2, "minor", "It was too easy")
        new = session.scalars(select(AuditEvent.verb).order_by(AuditEvent.id.desc()).limit(1)).one()
        assert new == "course.published"


@pytest.mark.parametrize(
    ("fields", "words"),
    [({"note": ""}, "Say in one sentence what changed"), ({"level": ""}, "Choose how far-reaching")],
    ids=["no note", "no level"],
)
def test_publishing_needs_a_decision_and_a_reason(desk: Client, fields: dict[str, str], words: str) -> None:
    publish(desk, brought(desk))
    address = brought(desk, course=course_file("pass: 70", "pass: 80"))
    done = publish(desk, address, **fields)
    assert done.status_code == 422 and words in done.text
    assert count(desk, CourseVersion.id) == 1


def test_who_looked_at_an_older_version_must_look_again(desk: Client) -> None:
    publish(desk, brought(desk))
    address = brought(desk, course=course_file("pass: 70", "pass: 80"))
    page = desk.get(address).text
    against = re.search(r'name="against"[^>]*value="(\d+)"', page)
    assert against
    publish(desk, brought(desk, course=course_file("pass: 70", "pass: 90")))
    done = desk.post(f"{address}/publish", {"note": "n", "level": "minor", "against": against[1]})
    assert done.status_code == 409 and count(desk, CourseVersion.id) == 2


def test_a_draft_is_published_once(desk: Client) -> None:
    address = brought(desk)
    publish(desk, address)
    assert publish(desk, address).status_code in (200, 409)
    assert count(desk, CourseVersion.id) == 1


def test_the_same_content_offers_nothing_to_publish(desk: Client) -> None:
    publish(desk, brought(desk))
    page = desk.get(brought(desk)).text
    assert "Nothing: version 1 is the same." in page and "data-publish" not in page


def test_a_course_alone_uses_the_bank_it_was_published_with(desk: Client) -> None:
    bank = tiny_files()["quizzes/tiny-bank/questions.yaml"].replace(b"How many doors has", b"Count the doors of")
    publish(desk, brought(desk, questions=bank))
    alone = {path: data for path, data in tiny_files().items() if path.startswith("modules/")}
    response = upload(desk, packed(alone))
    assert "Count the doors of" in desk.get(f"{response.location}/preview/tiny-quiz").text


def test_a_course_alone_without_its_bank_is_told(desk: Client) -> None:
    alone = {path: data for path, data in tiny_files().items() if path.startswith("modules/")}
    page = desk.get(upload(desk, packed(alone)).location).text
    assert "there is no bank &#34;tiny-bank&#34;" in page


def test_several_courses_become_several_drafts(desk: Client) -> None:
    other = {
        path.replace("tiny-course", "other-course"): data.replace(b"id: tiny-course", b"id: other-course")
        for path, data in tiny_files().items()
        if path.startswith("modules/")
    }
    response = upload(desk, packed(tiny_files() | other))
    assert response.location == "/desk" and "2 courses were brought." in desk.get("/desk").text
    assert count(desk, Draft.id) == 2


def test_a_zip_of_a_repository_is_understood(desk: Client) -> None:
    response = upload(desk, packed(tiny_files(), inside="course-main/"))
    assert "Draft: Tiny course" in desk.get(response.location).text


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (io.BytesIO(b"no archive"), "This is not a ZIP file"),
        (packed({"README.md": b"words"}), "The upload holds no course."),
        (packed({"quizzes/q/bank.yaml": b"id: q"}), "but no course"),
        (packed({"../course.yaml": b"id: a"}), "leads out of the folder"),
        (packed({"course.yaml": b"\0" * 3_000_000}), "ZIP bomb"),
    ],
    ids=["no archive", "no course", "only a bank", "leads out", "bomb"],
)
def test_what_cannot_be_taken_is_told_at_the_field(desk: Client, source: io.BytesIO, words: str) -> None:
    source.seek(0)
    response = upload(desk, source)
    assert response.status_code == 422 and words in response.text and "There is a problem" in response.text
    assert count(desk, Draft.id) == 0


def test_no_file_was_chosen(desk: Client) -> None:
    response = desk.post("/desk/upload", {}, content_type="multipart/form-data")
    assert response.status_code == 422 and "Choose a ZIP file." in response.text


def test_drafts_of_others_do_not_exist(desk: Client, people: People) -> None:
    address = brought(desk)
    with desk.db.writing() as session:
        carol = make_user(session, "Carol", roles=("instructor",))
    desk.sign_in(carol.id)
    for path in ("", "/preview", "/preview/doors"):
        assert desk.get(address + path).status_code == 404
    assert publish(desk, address).status_code == 404
    assert desk.post(f"{address}/discard").status_code == 404
    assert "You have no drafts." in desk.get("/desk").text


def test_a_draft_is_discarded(desk: Client) -> None:
    address = brought(desk)
    assert desk.post(f"{address}/discard").status_code == 303
    assert desk.get(address).status_code == 404 and count(desk, Draft.id) == 0


def test_a_published_draft_is_not_discarded(desk: Client) -> None:
    address = brought(desk)
    publish(desk, address)
    assert desk.post(f"{address}/discard").status_code == 404 and count(desk, Draft.id) == 1


def test_the_preview_shows_lessons_and_answers_and_records_nothing(desk: Client) -> None:
    address = brought(desk)
    before = count(desk, AuditEvent.id)
    course = desk.get(f"{address}/preview").text
    assert "Tiny course" in course and f"{address}/preview/doors?in=en" in course
    lesson = desk.get(f"{address}/preview/hands?in=fr").text
    assert "Mains propres" in lesson and "Le désinfectant ne traverse pas la saleté" in lesson
    assert 'name="check"' not in lesson
    quiz = desk.get(f"{address}/preview/tiny-quiz?in=en").text
    assert quiz.count("data-question=") == 6 and "Then nothing would hold the pressure." in quiz
    french = desk.get(f"{address}/preview/tiny-quiz?in=fr").text
    assert "Combien de portes" in french and french.count("Not translated") == 1
    assert desk.get(f"{address}/preview/windows").status_code == 404
    assert count(desk, AuditEvent.id) == before


def test_files_of_a_draft_are_shown_to_its_owner_only(desk: Client, people: People) -> None:
    # Too large to be part of the page.
    drawing = (ROOT / "modules/tiny-course/assets/doors.svg").read_bytes().replace(b"Airlock", b"A" * 13_000)
    files = tiny_files() | {"modules/tiny-course/assets/doors.svg": drawing}
    address = upload(desk, packed(files)).location
    found = re.search(rf'src="({address}/files/[0-9a-f]{{64}}/doors.svg)"', desk.get(f"{address}/preview/doors").text)
    assert found
    response = desk.get(found[1])
    assert response.status_code == 200 and response.mimetype == "image/svg+xml"
    desk.sign_in(people.alice.id)
    assert desk.get(found[1]).status_code == 404


def test_a_repository_is_pulled(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "pull", lambda _address: packed(tiny_files()).getvalue())
    response = desk.post("/desk/pull", {"address": "https://git.example/academy/course.git"})
    assert response.status_code == 303 and "https://git.example/academy/course.git" in desk.get(response.location).text


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("", "Enter an address"),
        ("http://git.example/a.git", "begin with https://"),
        ("https://bob:hunter2@git.example/a.git", "Leave the name and password out"),
        ("https://localhost/a.git", "not on the public internet"),
        ("https://169.254.169.254/latest/meta-data", "not on the public internet"),
    ],
)
def test_addresses_that_are_not_asked(desk: Client, address: str, words: str) -> None:
    response = desk.post("/desk/pull", {"address": address})
    assert response.status_code == 422 and words in response.text
    assert count(desk, Draft.id) == 0


def test_nothing_is_written_to_the_database_before_the_draft(desk: Client) -> None:
    brought(desk)
    assert count(desk, Blob.hash) == 0 and count(desk, CourseVersion.id) == 0


def test_an_unknown_course_has_no_page(desk: Client) -> None:
    assert desk.get("/desk/courses/windows").status_code == 404


def _retired(client: Client) -> bool:
    with client.db.reading() as session:
        row = queries.course_by_key(session, "tiny-course")
        assert row
        return row.retired_at is not None


def test_a_course_is_retired_with_a_reason_and_reopened(desk: Client) -> None:
    publish(desk, brought(desk))
    page = desk.get("/desk/courses/tiny-course").text
    assert "/desk/courses/tiny-course/retire" in page and "Who has begun goes on and finishes" in page
    done = desk.post("/desk/courses/tiny-course/retire", {"reason": "Replaced"})
    assert done.status_code == 303 and _retired(desk)
    page = desk.get(done.location).text
    assert "It takes nobody new; who has begun goes on" in page and "/desk/courses/tiny-course/reopen" in page
    assert desk.post("/desk/courses/tiny-course/reopen", {"reason": "Asked for"}).status_code == 303
    assert not _retired(desk)


def test_retiring_asks_first_and_needs_a_reason(desk: Client) -> None:
    publish(desk, brought(desk))
    assert "all records stay" in desk.get("/desk/courses/tiny-course/retire").text
    done = desk.post("/desk/courses/tiny-course/retire", {"reason": " "})
    assert done.status_code == 422 and "Say why" in done.text and not _retired(desk)


def test_publishing_says_that_a_retired_course_stays_retired(desk: Client) -> None:
    publish(desk, brought(desk))
    desk.post("/desk/courses/tiny-course/retire", {"reason": "Replaced"})
    done = publish(desk, brought(desk, course=course_file("pass: 70", "pass: 80")))
    assert "The course stays retired until you reopen it." in desk.get(done.location).text and _retired(desk)


@pytest.mark.parametrize("against", ["9" * 5_000, "9" * 30, "²", "-1", "", "x", "0"])
def test_who_does_not_say_what_was_compared_with_must_look_again(desk: Client, against: str) -> None:
    publish(desk, brought(desk))
    address = brought(desk, course=course_file("pass: 70", "pass: 80"))
    assert publish(desk, address, against=against).status_code == 409
    assert count(desk, CourseVersion.id) == 1
