"""What the worker does with an uploaded package, and what its person then sees and decides."""

import io
import re
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms import worker
from lms.accounts.models import User
from lms.app import create_app
from lms.catalogue import parts, queries, uploads
from lms.catalogue.models import Blob, CourseVersion, PackageTree, PackageUpload
from lms.catalogue.service import uploads as service
from lms.catalogue.service.publish import NEWER
from lms.core import jobs
from lms.core.clock import now
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.errors import Conflict
from lms.core.jobs import Job
from lms.core.storage import DiskStorage
from lms.core.tools import Tools
from tests.catalogue.uploads import package_files, packed
from tests.client import Client
from tests.people import People, make_people


@pytest.fixture
def desk(settings: Settings, db: Database) -> Client:
    """Bob's browser, over each database."""
    client = Client(create_app(settings, db))
    with db.writing() as session:
        client.people = make_people(session)  # type: ignore[attr-defined]
    client.sign_in(client.people.bob.id)  # type: ignore[attr-defined]
    return client


def people(desk: Client) -> People:
    return desk.people  # type: ignore[attr-defined]


def work(desk: Client, at: timedelta = timedelta()) -> None:
    """Everything that is due."""
    context = desk.app.extensions["lms"]
    tools = Tools(context.settings, context.storage, context.mailer)
    while jobs.run_one(desk.db, worker.handlers(tools), lambda: now() + at):
        pass
    with desk.db.reading() as session:
        assert session.scalars(select(Job.error).where(Job.error.is_not(None))).all() == []


def upload(desk: Client, files: dict[str, bytes], **fields: str) -> str:
    given = {"file": (packed(files), "gowning.zip"), "unscripted": "opened", **fields}
    answer = desk.post("/desk/packages/whole", given, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.location


def checked(desk: Client, files: dict[str, bytes], **fields: str) -> str:
    address = upload(desk, files, **fields)
    work(desk)
    return address


def publish(desk: Client, address: str, **fields: str) -> str:
    page = desk.get(address).text
    against = re.search(r'name="against"[^>]*value="(\d+)"', page)
    given = {"note": "Because", "level": "minor", "against": against[1] if against else ""}
    answer = desk.post(f"{address}/publish", given | fields)
    assert answer.status_code == 303, answer.text
    return desk.get(address).text


def row_of(desk: Client, address: str) -> uploads.UploadRow:
    with desk.db.reading() as session:
        found = uploads.any_upload(session, address.rpartition("/")[2])
    assert found
    return found


def bytes_of(desk: Client, address: str) -> Path:
    folder = parts.folder_of(desk.app.extensions["lms"].settings.data_dir)
    return parts.place(folder, address.rpartition("/")[2])


def count(desk: Client, column: object) -> int:
    with desk.db.reading() as session:
        return session.scalar(select(func.count(column)))


def test_a_good_package_goes_all_the_way(desk: Client) -> None:
    address = checked(desk, package_files())
    page = desk.get(address).text
    assert "Package: Gowning" in page and "SCORM 1.2" in page and "This course is new." in page
    assert count(desk, CourseVersion.id) == count(desk, Blob.hash) == 0
    assert "The package is being published." in publish(desk, address)
    work(desk)
    page = desk.get(address).text
    assert "This package is published." in page and "/desk/courses/gowning" in page
    assert desk.get("/desk/courses/gowning").status_code == 200
    with desk.db.reading() as session:
        version = session.scalars(select(CourseVersion)).one()
        assert (version.note, version.published_by) == ("Because", people(desk).bob.id)
        assert session.get(PackageTree, version.id).standard == "scorm-1.2"
    assert not bytes_of(desk, address).exists()


def test_checking_stores_nothing(desk: Client) -> None:
    checked(desk, package_files())
    root = desk.app.extensions["lms"].storage.root
    assert not root.exists() or not any(root.iterdir())


@pytest.mark.parametrize(
    ("files", "place"),
    [
        ({"index.html": b"x"}, "imsmanifest.xml:1:1"),
        ({"imsmanifest.xml": b"<manifest>\n<broken", "index.html": b"x"}, "imsmanifest.xml:2:"),
    ],
    ids=["no manifest", "broken XML"],
)
def test_problems_are_shown_by_file_and_line_and_nothing_can_be_published(
    desk: Client, files: dict[str, bytes], place: str
) -> None:
    address = checked(desk, files)
    page = desk.get(address).text
    assert place in page and "data-publish" not in page
    assert desk.post(f"{address}/publish", {"note": "x", "level": "minor"}).status_code == 200
    assert row_of(desk, address).state == "refused"


def test_a_name_that_no_database_stores_loses_what_it_cannot_keep(desk: Client) -> None:
    given = {"file": (packed(package_files()), "gow\0ning.zip"), "unscripted": "opened"}
    answer = desk.post("/desk/packages/whole", given, content_type="multipart/form-data")
    assert answer.status_code == 303
    assert row_of(desk, answer.location).name == "gowning.zip"


def test_what_is_no_zip_is_refused(desk: Client) -> None:
    given = {"file": (io.BytesIO(b"not a zip"), "gowning.zip"), "unscripted": "opened"}
    address = desk.post("/desk/packages/whole", given, content_type="multipart/form-data").location
    work(desk)
    page = desk.get(address).text
    assert "not a ZIP file" in page and "gowning.zip:1:1" in page


def test_a_change_is_told_and_a_person_decides(desk: Client) -> None:
    publish(desk, checked(desk, package_files()))
    work(desk)
    address = checked(desk, package_files(page=b"other"), course="gowning")
    page = desk.get(address).text
    assert "Against version 1. It looks minor; you decide." in page and "file index.html" in page
    publish(desk, address, level="major", note="It was wrong")
    work(desk)
    with desk.db.reading() as session:
        course = queries.course_by_key(session, "gowning")
        newest = queries.versions(session, course.id)[0]
    assert (newest.number, newest.change_level, newest.note) == (2, "major", "It was wrong")


def test_the_same_package_again_changes_nothing(desk: Client) -> None:
    publish(desk, checked(desk, package_files()))
    work(desk)
    page = desk.get(checked(desk, package_files())).text
    assert "Nothing: version 1 is the same." in page and "data-publish" not in page


def test_a_page_without_a_script_counts_as_the_form_says(desk: Client) -> None:
    address = checked(desk, package_files(), unscripted="marked")
    publish(desk, address)
    work(desk)
    with desk.db.reading() as session:
        assert session.scalars(select(CourseVersion.source)).one()["settings"] == {"unscripted": "marked"}


def test_who_decided_against_an_older_version_decides_again(desk: Client) -> None:
    """The second was looked at before the first was published."""
    first, second = checked(desk, package_files()), checked(desk, package_files(page=b"other"))
    publish(desk, first)
    publish(desk, second)
    work(desk)
    page = desk.get(second).text
    assert "Somebody has published this course since." in page and "Against version 1." in page
    assert row_of(desk, second).state == "checked"
    publish(desk, second)
    work(desk)
    assert row_of(desk, second).state == "published" and count(desk, CourseVersion.id) == 2


def test_who_may_no_longer_publish_does_not(desk: Client) -> None:
    address = checked(desk, package_files())
    publish(desk, address)
    with desk.db.writing() as session:
        session.get(User, people(desk).bob.id).roles = []
    work(desk)
    assert row_of(desk, address).result["notice"] == "NotAllowed" and count(desk, CourseVersion.id) == 0


def test_publishing_is_asked_for_once(desk: Client) -> None:
    address = checked(desk, package_files())
    publish(desk, address)
    assert desk.post(f"{address}/publish", {"note": "x", "level": "minor"}).status_code == 409
    assert desk.post(f"{address}/discard").status_code == 303
    work(desk)
    assert count(desk, CourseVersion.id) == 0


@pytest.mark.parametrize("kind", ["postgresql"])
def test_an_upload_is_held_while_it_is_published(desk: Client, kind: str) -> None:
    """A second worker waits, and then finds it done; who discards it comes too late."""
    upload_id = checked(desk, package_files()).rpartition("/")[2]
    free = select(PackageUpload.id).with_for_update(skip_locked=True)
    with desk.db.writing() as session:
        assert uploads.any_upload(session, upload_id, lock=True)
        with desk.db.writing() as other:
            assert other.scalars(free).all() == []


def test_what_became_published_meanwhile_does_not_go_back(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    address = checked(desk, package_files())
    publish(desk, address)

    def overtaken(session: Session, *_args: object, **_more: object) -> None:
        """Another worker has published it between the rollback and what follows."""
        monkeypatch.setattr(
            session, "rollback", lambda: session.execute(update(PackageUpload).values(state="published"))
        )
        raise Conflict(NEWER)

    monkeypatch.setattr(service, "publish_package", overtaken)
    work(desk)
    assert row_of(desk, address).state == "published"


def test_publishing_needs_a_reason(desk: Client) -> None:
    answer = desk.post(f"{checked(desk, package_files())}/publish", {"note": ""})
    assert answer.status_code == 422 and "Say in one sentence" in answer.text


def test_what_nobody_goes_on_with_is_removed_and_blobs_of_a_version_are_not(desk: Client) -> None:
    publish(desk, checked(desk, package_files()))
    work(desk)
    left = checked(desk, package_files(page=b"other"))
    work(desk, service.KEPT + timedelta(hours=1))
    assert desk.get(left).status_code == 404 and not bytes_of(desk, left).exists()
    storage: DiskStorage = desk.app.extensions["lms"].storage
    with desk.db.reading() as session:
        assert all(storage.path(one) for one in session.scalars(select(Blob.hash)))


def test_an_upload_that_was_discarded_is_no_work(desk: Client) -> None:
    address = upload(desk, package_files())
    desk.post(f"{address}/discard")
    work(desk)
    assert count(desk, CourseVersion.id) == 0


def test_a_course_in_files_cannot_be_replaced_by_a_package(desk: Client) -> None:
    """Its name is not among those that the form offers."""
    given = {"file": (packed(package_files()), "gowning.zip"), "unscripted": "opened", "course": "tiny-course"}
    assert desk.post("/desk/packages/whole", given, content_type="multipart/form-data").status_code == 422
