"""What the holder, the staff and anybody else can see of a certificate."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.certificates import pdf as service_pdf
from lms.certificates import service
from tests.certificates.finished import NOON, complete_tiny
from tests.client import Client
from tests.people import People, make_people


@dataclass
class Scene:
    people: People
    number: str


@pytest.fixture
def scene(client: Client, tmp_path: Path) -> Scene:
    with client.db.writing() as session:
        people = make_people(session)
        number = service.issue(session, complete_tiny(session, people.alice, tmp_path / "blobs"), NOON)
    return Scene(people, number)


@pytest.mark.parametrize(
    ("who", "status"), [("alice", 200), ("dora", 200), ("quentin", 200), ("ines", 200), ("charlie", 404), ("bob", 404)]
)
@pytest.mark.parametrize("page", ["/certificates/{}", "/certificates/{}.pdf"])
def test_who_may_read_it(client: Client, scene: Scene, page: str, who: str, status: int) -> None:
    client.sign_in(getattr(scene.people, who).id)
    assert client.get(page.format(scene.number)).status_code == status


def test_the_pdf_is_a_pdf(client: Client, scene: Scene) -> None:
    client.sign_in(scene.people.alice.id)
    page = client.get(f"/certificates/{scene.number}.pdf")
    assert (page.mimetype, page.data[:5]) == ("application/pdf", b"%PDF-")


def test_anybody_can_check_it(client: Client, scene: Scene) -> None:
    page = client.get(f"/verify/{scene.number}").text
    assert "This certificate is valid" in page and "Alice" in page


@pytest.mark.parametrize("private", ["alice@example.org", "Issued to the wrong person"])
def test_the_check_page_shows_no_more_than_the_paper(client: Client, scene: Scene, private: str) -> None:
    client.sign_in(scene.people.dora.id)
    client.post(f"/certificates/{scene.number}/revoke", {"reason": "Issued to the wrong person"})
    assert private not in client.get(f"/verify/{scene.number}").text


def test_a_revoked_one_says_so(client: Client, scene: Scene) -> None:
    client.sign_in(scene.people.dora.id)
    client.post(f"/certificates/{scene.number}/revoke", {"reason": "Issued to the wrong person"})
    assert "This certificate is revoked" in client.get(f"/verify/{scene.number}").text


def test_revoking_without_a_reason_says_what_is_missing(client: Client, scene: Scene) -> None:
    client.sign_in(scene.people.dora.id)
    page = client.post(f"/certificates/{scene.number}/revoke", {"reason": ""})
    assert page.status_code == 422 and "Write why this certificate is revoked." in page.text


@pytest.mark.parametrize("number", ["AAAA-BBBB-CCCC-DDDD", "' OR 1=1 --", "<script>alert(1)</script>", "%00"])
def test_an_unknown_number_gets_a_page_that_helps(client: Client, number: str) -> None:
    page = client.get(f"/verify/{number.replace('/', '%2F')}")
    assert page.status_code == 404 and "<script>alert" not in page.text


def test_my_records_lists_it(client: Client, scene: Scene) -> None:
    client.sign_in(scene.people.alice.id)
    assert scene.number in client.get("/records").text


def test_without_fonts_the_page_is_offered_with_the_remedy(
    client: Client, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object) -> bytes:
        raise service_pdf.MissingFont(["Khmer"])

    from_pdf = "lms.certificates.views.pdf.render"
    monkeypatch.setattr(from_pdf, missing)
    client.sign_in(scene.people.alice.id)
    page = client.http.get(f"/certificates/{scene.number}.pdf", base_url="http://localhost:8000", follow_redirects=True)
    assert page.status_code == 200 and "make fonts" in page.text
