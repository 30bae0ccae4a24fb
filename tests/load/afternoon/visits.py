"""What people do at their browsers, request by request, as the shipped pages and their scripts do it."""

import json
import random
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from tests.load.afternoon import page
from tests.load.afternoon.crowd import Ask, Person, Story
from tests.load.afternoon.journal import Journal, Ledger, insist
from tests.load.afternoon.wire import Reply
from tests.people import PASSWORD

#: Seconds that people take: to type who they are, to read what a quiz is, over one question, before they send.
TYPING, READING, QUESTION, CHECKING = 8.0, 10.0, 45.0, 15.0
#: A journal waits so long for more before it sends (lms/static/journal.js).
SOON = 0.2


@dataclass(slots=True)
class Visit:
    """Who does it, with their own luck, and where it is written down."""

    person: Person
    chance: random.Random
    ledger: Ledger

    def get(
        self, kind: str, path: str, *, host: str = "", after: float = 0.0, at: float | None = None,
        expected: tuple[int, ...] = (200,),
    ) -> Generator[Ask, Reply, Reply]:  # fmt: skip
        return (yield from insist(Ask(kind, path, host=host, after=after, at=at, expected=expected), self.chance))

    def form(self, kind: str, path: str, fields: dict[str, str], *, after: float = 0.0) -> Generator[Ask, Reply, Reply]:
        """A button of a page, which leads on to another."""
        body = urlencode(fields).encode()
        return (yield from insist(Ask(kind, path, body, form=True, after=after, expected=(302, 303)), self.chance))

    def first_visit(self, text: str, host: str = "") -> Generator[Ask, Reply, None]:
        """What the browser has not kept from an earlier page."""
        for path in page.files(text):
            if f"{host}{path}" not in self.person.has:
                self.person.has.add(f"{host}{path}")
                yield from insist(Ask("static file", path, host=host, discards=True), self.chance)


def pace(chance: random.Random, usual: float) -> float:
    """Some are quick and some take long; the mean is what is usual."""
    return min(4 * usual, chance.lognormvariate(-0.125, 0.5) * usual)


def signing_in(visit: Visit, name: str) -> Generator[Ask, Reply, None]:
    shown = yield from visit.get("sign-in page", "/sign-in")
    yield from visit.first_visit(shown.text())
    fields = {"name": name, "password": PASSWORD}
    yield from visit.form("sign in", "/sign-in", fields, after=pace(visit.chance, TYPING))
    yield from visit.get("start page", "/", expected=(302,))
    mine = yield from visit.get("my learning", "/learning")
    yield from visit.first_visit(mine.text())


def lecture(visit: Visit, name: str, course: str, quiz: str, begins: float) -> Story:
    """Signs in when the lecture is nearly over, waits on the course's page, and takes the quiz."""
    yield from signing_in(visit, name)
    shown = yield from visit.get("course page", f"/courses/{course}", after=pace(visit.chance, 4))
    yield from visit.first_visit(shown.text())
    attempt = yield from starting(visit, course, quiz, at=begins)
    yield from _answering(visit, attempt)
    checked = yield from visit.get("check page", f"/attempts/{attempt}/check")
    fields = {"csrf_token": page.token(checked.text())}
    yield from visit.form("send the quiz", f"/attempts/{attempt}/send", fields, after=pace(visit.chance, CHECKING))
    visit.ledger.sent.add(int(attempt))
    yield from visit.get("review", f"/attempts/{attempt}/review")


def starting(visit: Visit, course: str, quiz: str, at: float | None = None) -> Generator[Ask, Reply, str]:
    """Returns the number of the attempt, as it stands in its addresses."""
    address = f"/courses/{course}/quizzes/{quiz}"
    shown = yield from visit.get("quiz page", address, at=at)
    fields = {"csrf_token": page.token(shown.text())}
    led = yield from visit.form("start the quiz", f"{address}/start", fields, after=pace(visit.chance, READING))
    attempt = led.header(b"location").split("/attempts/")[1].partition("/")[0]
    visit.ledger.started.add(int(attempt))
    return attempt


def _answering(visit: Visit, attempt: str) -> Generator[Ask, Reply, None]:
    lease, number, total = 0, 1, 1
    while number <= total:
        shown = yield from visit.get("question", f"/attempts/{attempt}/questions/{number}")
        text = shown.text()
        yield from visit.first_visit(text)
        data = page.data(text, "data-quiz ")
        total = int(data["total"])
        if not lease:
            ask = Ask("take the pen", data["take-over"], b"{}")
            taken = yield from insist(ask, visit.chance)
            lease = lease_of(taken)
        journal = Journal(visit.ledger, "save an answer", data["url"], data["page-load"], lease)
        given = {"question": data["question"], "response": page.answer(text, data["kind"], visit.chance)}
        yield from journal.post([("answer", given)], visit.chance, after=pace(visit.chance, QUESTION) + SOON)
        number += 1


def lease_of(taken: Reply) -> int:
    return int(json.loads(taken.text())["lease"])


def reading(visit: Visit, course: str, lessons: list[str], times: Sequence[float]) -> Story:
    """A page of a lesson at each of the times."""
    for turn, at in enumerate(times):
        yield from lesson(visit, course, lessons[turn % len(lessons)], at=at, after=20.0)


def lesson(
    visit: Visit, course: str, key: str, *, at: float | None = None, after: float = 0.0
) -> Generator[Ask, Reply, None]:
    """A page, and what its script keeps of place and time."""
    shown = yield from visit.get("lesson", f"/courses/{course}/lessons/{key}", at=at)
    text = shown.text()
    yield from visit.first_visit(text)
    data = page.data(text, "data-lesson=")
    journal = Journal(visit.ledger, "save a lesson", data["operations"], data["page-load"])
    acts = [("place", {"block": visit.chance.randint(2, 9)}), ("time", {"seconds": visit.chance.randint(10, 30)})]
    yield from journal.post(acts, visit.chance, after=after)
