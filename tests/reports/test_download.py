from pathlib import Path

import pytest

from lms.core.storage import DiskStorage
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import make_people


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_no_cache_on_the_way_keeps_grades(client: Client, tmp_path: Path, form: str) -> None:
    with client.db.writing() as session:
        publish_tiny(session, DiskStorage(tmp_path / "blobs"))
        dora = make_people(session).dora
    client.sign_in(dora.id)
    answer = client.get(f"/gradebook/tiny-course/export.{form}")
    assert (answer.status_code, answer.cache_control.private) == (200, True)
