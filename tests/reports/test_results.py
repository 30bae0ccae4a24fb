"""The results on the gradebook's page: what stands in the cells of different people, and where they lead."""

import re
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.storage import DiskStorage
from lms.learning import service as learning
from tests.client import Client
from tests.courses import publish_tiny
from tests.people import make_user

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
COURSE, QUIZ = "/gradebook/tiny-course", "tiny-quiz"
#: Name → status and score of the quiz.
RESULTS = {
    "Ana": ("passed", Decimal("87.5")),
    "Ben": ("passed", Decimal("87.5")),
    "Cho": ("failed", Decimal("33.39")),
    "Dia": ("in-progress", None),
    "Eva": None,
}


@pytest.fixture
def rows(settings: Settings, db: Database) -> dict[str, tuple[str, str]]:
    """Name → (number of the registration, what the page says of the quiz)."""
    client = Client(create_app(settings, db))
    with db.writing() as session:
        publish_tiny(session, DiskStorage(settings.data_dir / "blobs"))
        for name, result in RESULTS.items():
            someone = make_user(session, name)
            registration = learning.join(session, someone.actor, someone.id, "tiny-course", NOON, origin="self")
            if result:
                learning.set_state(
                    session, registration, QUIZ, status=result[0], score=result[1], now=NOON, locale="en"
                )
        bob = make_user(session, "Bob", ("instructor",))
    client.sign_in(bob.id)
    found = re.findall(r'<tr role="row" data-registration="(\d+)">(.*?)</tr>', client.get(COURSE).text, re.DOTALL)
    return {re.search(r"<bdi>(\w+)</bdi>", row)[1]: (number, _quiz(row)) for number, row in found}


def _quiz(row: str) -> str:
    """The last activity's cell: after the progress and the activities comes the last change."""
    return re.findall(r'<td role="cell" class="num" data-label="[^"]*">(.*?)</td>', row, re.DOTALL)[-2]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ana", "87.5\u202f%"),
        ("Cho", "33.3\u202f%"),
        ("Cho", 'aria-label="Not passed"'),
        ("Dia", 'aria-label="In progress"'),
    ],
)
def test_a_cell_says_the_result(rows: dict[str, tuple[str, str]], name: str, shown: str) -> None:
    assert shown in rows[name][1]


def test_who_has_not_begun_has_a_dash(rows: dict[str, tuple[str, str]]) -> None:
    assert rows["Eva"][1] == '<span class="muted">–</span>'


@pytest.mark.parametrize("name", ["Ana", "Ben"])
def test_the_same_result_leads_to_each_ones_own_evidence(rows: dict[str, tuple[str, str]], name: str) -> None:
    number, quiz = rows[name]
    assert f'href="{COURSE}/{number}#{QUIZ}"' in quiz
