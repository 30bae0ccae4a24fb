"""How many requests of all kinds are answered in a second when some are always under way, and what memory a web
worker holds after many of them. This one is closed: whoever has an answer asks at once for the next thing, over LINES
lines."""

from collections.abc import Generator

from tests.load.afternoon import package_visits, page, visits
from tests.load.afternoon.crowd import Ask, Crowd, Story
from tests.load.afternoon.journal import Journal, insist
from tests.load.afternoon.scenarios import Afternoon
from tests.load.afternoon.seed import Seat
from tests.load.afternoon.visits import Visit
from tests.load.afternoon.wire import Reply

#: Requests under way at once.
LINES = 16
#: How many people share the work at most; each does all of it, and the first request of a new person costs most.
PEOPLE = 500
#: Requests of one round: in the minutes after a lecture some answer and others go on with lessons and packages.
ROUND = 12


def fill(day: Afternoon, crowd: Crowd, requests: int) -> None:
    seats = day.readers()[:PEOPLE]
    for place, seat in enumerate(seats):
        visit = day.visit("sustained", place, seat)
        crowd.add(0, seat.person, _working(visit, seat, day, max(1, round(requests / len(seats) / ROUND))))


def _working(visit: Visit, seat: Seat, day: Afternoon, rounds: int) -> Story:
    """Four answers, three batches, two pages of lessons and what they save, and a page to see where one is."""
    made = day.programme
    attempt = yield from visits.starting(visit, made.course, made.quiz)
    player, lease = package_visits.opened(visit, seat), 0
    for turn in range(rounds):
        lease = yield from _question(visit, attempt, turn, lease)
        for _batch in range(3):
            yield from player.batch()
        for lesson in range(2):
            yield from visits.lesson(visit, made.course, made.lessons[(turn + lesson) % len(made.lessons)])
        yield from visit.get("course page", f"/courses/{made.course}")


def _question(visit: Visit, attempt: str, turn: int, lease: int) -> Generator[Ask, Reply, int]:
    """A page of a question, and three answers there, of which the last one stands."""
    shown = yield from visit.get("question", f"/attempts/{attempt}/questions/{turn % 12 + 1}")
    text = shown.text()
    data = page.data(text, "data-quiz ")
    if not lease:
        taken = yield from insist(Ask("take the pen", data["take-over"], b"{}"), visit.chance)
        lease = visits.lease_of(taken)
    journal = Journal(visit.ledger, "save an answer", data["url"], data["page-load"], lease)
    for _answer in range(3):
        given = {"question": data["question"], "response": page.answer(text, data["kind"], visit.chance)}
        yield from journal.post([("answer", given)], visit.chance)
    return lease
