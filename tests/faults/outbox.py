"""What the worker owes: certificates, attempts that are closed when their time is over, and mail."""

from collections import Counter
from collections.abc import Iterable, Iterator
from email import message_from_bytes

from sqlalchemy import select

from lms.certificates.models import Certificate
from lms.core.db import Database
from lms.core.jobs import Job
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
    """More than one mail for one request."""
    mails = _mails(place)
    counted = ((mail_of(one.seat), mails[mail_of(one.seat)]) for one in people)
    yield from (f"{address} got {times} mails" for address, times in counted if times > 1)


def more_than_tried(db: Database, place: Place) -> Iterator[str]:
    """Who dies after a mail and before it is noted sends it again: never more of them than the job was begun."""
    with db.reading() as session:
        jobs = session.execute(select(Job.payload, Job.attempts).where(Job.name == "account.reset")).all()
    tried = {payload["name"]: attempts for payload, attempts in jobs}
    for address, times in _mails(place).items():
        if times > tried.get(address, 0):
            yield f"{address} got {times} mails by {tried.get(address, 0)} tries"


def _mails(place: Place) -> Counter[str]:
    found = (message_from_bytes(path.read_bytes()) for path in (place.folder / "mail").glob("*.eml"))
    return Counter(str(one["To"]) for one in found)
