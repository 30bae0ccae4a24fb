"""What follows from a new name."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import User
from lms.learning.jobs import renamed
from lms.learning.models import Registration
from tests.learning.conftest import NOW
from tests.people import People


def test_the_gradebook_sorts_by_the_name_of_now(session: Session, people: People, joined: int) -> None:
    session.get_one(User, people.alice.id).sort_name = "zoe"
    session.flush()
    renamed(session, {"user_id": people.alice.id}, NOW)
    assert session.scalar(select(Registration.sort_name).where(Registration.id == joined)) == "zoe"
