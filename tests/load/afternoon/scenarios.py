"""When people come and how long they stay: seeded, in seconds of a trainee's time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.load.afternoon import package_visits, seed, staff, visits
from tests.load.afternoon.crowd import Crowd
from tests.load.afternoon.journal import Ledger
from tests.load.afternoon.seed import Programme, Seat
from tests.load.afternoon.visits import Visit

SIGN_IN, START = 600.0, 300.0
STEADY, LESSON_EVERY, BATCH_EVERY = 600.0, 180.0, 30.0
RUSH = 300.0
#: Of all people so many open the large package.
RUSHING = 2 / 7


@dataclass(slots=True)
class Afternoon:
    """What the scenarios share: so many `people`, their luck from `number`, and all that was acknowledged to them.
    `prefix` makes their names other people's."""

    programme: Programme
    people: int
    number: int
    ledger: Ledger
    seats: dict[str, list[Seat]] = field(default_factory=dict)
    prefix: str = ""

    def visit(self, scenario: str, place: int, seat: Seat) -> Visit:
        return Visit(seat.person, self.chance(scenario, place), self.ledger)

    def chance(self, scenario: str, place: int) -> random.Random:
        return random.Random(f"{self.number}-{scenario}-{place}")

    def readers(self) -> list[Seat]:
        """Those of the steady day, whose pages stay open."""
        if "steady" not in self.seats:
            self.seats["steady"] = seed.people(self.programme, f"{self.prefix}Steady", self.people)
            seed.sign_in(self.programme, self.seats["steady"])
            seed.open_packages(self.programme, self.seats["steady"])
        return self.seats["steady"]


def lecture(day: Afternoon, crowd: Crowd) -> None:
    made = day.programme
    for place, seat in enumerate(seed.people(made, f"{day.prefix}Lecture", day.people)):
        visit = day.visit("lecture", place, seat)
        arrives, begins = visit.chance.uniform(0, SIGN_IN), SIGN_IN + visit.chance.uniform(0, START)
        story = visits.lecture(visit, seat.someone.user_name, made.course, made.quiz, begins)
        crowd.add(arrives, seat.person, story)


def steady(day: Afternoon, crowd: Crowd, lasts: float = STEADY) -> None:
    made = day.programme
    for place, seat in enumerate(day.readers()):
        visit = day.visit("steady", place, seat)
        first = visit.chance.uniform(0, LESSON_EVERY)
        story = visits.reading(visit, made.course, made.lessons, _every(first, LESSON_EVERY, lasts))
        crowd.add(0, seat.person, story)
        first = visit.chance.uniform(0, BATCH_EVERY)
        player = package_visits.opened(visit, seat)
        crowd.add(0, seat.person, package_visits.saving(player, _every(first, BATCH_EVERY, lasts)))


def _every(first: float, step: float, lasts: float) -> list[float]:
    return [first + step * turn for turn in range(int((lasts - first) // step) + 1)] if first <= lasts else []


def rush(day: Afternoon, crowd: Crowd) -> None:
    made = day.programme
    seats = seed.people(made, f"{day.prefix}Rush", max(1, round(day.people * RUSHING)))
    seed.sign_in(made, seats)
    seed.join_rush(made, seats)
    for place, seat in enumerate(seats):
        visit = day.visit("rush", place, seat)
        arrives = visit.chance.uniform(0, RUSH)
        crowd.add(arrives, seat.person, package_visits.launching(visit, seed.RUSH, made.rush))


def administrator(day: Afternoon, crowd: Crowd) -> None:
    """Half a steady day, and people in the middle of it who look at everybody."""
    steady(day, crowd, STEADY / 2)
    for place, (role, seat) in enumerate(sorted(day.programme.staff.items())):
        visit = day.visit("administrator", place, seat)
        story = staff.working(visit, role, day.programme.course, STEADY / 2, crowd.speed)
        crowd.add(place * 3.0, seat.person, story)


@dataclass(frozen=True, slots=True)
class Scenario:
    name: str
    title: str
    about: str
    people: Callable[[Afternoon, Crowd], None]


SCENARIOS = (
    Scenario(
        "steady",
        "Steady day",
        "everybody opens a page of a lesson every 3 minutes, and a package sends a batch every 30 seconds",
        steady,
    ),
    Scenario(
        "administrator",
        "Administrator in the middle",
        "the same for half the time, while staff page through lists and download exports",
        administrator,
    ),
    Scenario(
        "lecture",
        "Lecture ends",
        "everybody signs in within 10 minutes, starts one quiz within the 5 after that, answers all of it and sends it",
        lecture,
    ),
    Scenario("rush", "Package rush", "two of seven open a package of 20 MB within 5 minutes and go through it", rush),
)
