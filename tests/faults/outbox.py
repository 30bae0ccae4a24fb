"""What the worker owes: certificates, attempts that are closed when their time is over, and mail."""

from collections import Counter
from collections.abc import Iterable, Iterator
from email import message_from_bytes

from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.core.db import Database
from lms.quizzes.models import QuizAttempt
from tests.faults.databases import Place
from tests.faults.scene import mail_of
from tests.faults.trainee import Trainee


def ask_for_mail(one: Trainee) -> None:
    reply = one.line.form("/reset", name=mail_of(one.seat))
    one.seen.hear("/reset", reply, (303,))
    one.asked_for_mail = reply.status == 303
    one.close()


def undone(db: Database, place: Place, people: Iterable[Trainee]) -> Iterator[str]:
    mails = _mails(place)
    with db.reading() as session:
        for one in people:
            mine = select(Certificate.id).where(Certificate.registration_id == one.seat.registration)
            if one.sent and session.scalar(mine) is None:
                yield f"trainee {one.seat.user} has no certificate"
            attempt = session.get_one(QuizAttempt, one.seat.attempt)
            if attempt.state == "open":
                yield f"the attempt of trainee {one.seat.user} is open after its time"
            if one.asked_for_mail and not mails[mail_of(one.seat)]:
                yield f"trainee {one.seat.user} got no mail"


def twice(place: Place, people: Iterable[Trainee]) -> Iterator[str]:
    """Mail cannot be sent exactly once by a process that dies in between: ask only where none did."""
    mails = _mails(place)
    yield from (
        f"{mail_of(one.seat)} got {mails[mail_of(one.seat)]} mails" for one in people if mails[mail_of(one.seat)] > 1
    )


def _mails(place: Place) -> Counter[str]:
    found = (message_from_bytes(path.read_bytes()) for path in (place.folder / "mail").glob("*.eml"))
    return Counter(str(one["To"]) for one in found)
