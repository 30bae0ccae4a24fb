"""An open page of a package, as its shell keeps it: the SCO on show, what it has set, and the way to the next one."""

from dataclasses import dataclass, field
from typing import Any

from tests.faults.journal import Act, Journal
from tests.faults.line import Line


@dataclass(slots=True)
class Visit:
    """One session of a SCO, as its page knows it. `set` holds (act, element, value) in their order; `left`: it has
    ended by itself, with a second on its clock."""

    key: str
    attempt: int
    set: list[tuple[Act, str, str]] = field(default_factory=list)
    left: bool = False


class Package:
    """`takes` counts how often the pen was asked for: each time, what was on show may have been taken away."""

    def __init__(self, course: str, line: Line, journal: Journal, registration: int, standard: str) -> None:
        self.course, self.line, self.registration = course, line, registration
        self.old = standard == "1.2"
        self.journals = [journal]
        self.visits = [Visit("sco-1", 1)]
        self.takes = 0
        self._waiting = False

    @property
    def journal(self) -> Journal:
        return self.journals[-1]

    @property
    def on_show(self) -> Visit:
        return self.visits[-1]

    @property
    def ready(self) -> bool:
        """Nothing is done on this page until the server has said what comes."""
        return not self._waiting

    def set(self, element: str, value: str) -> None:
        act = self.journal.add("set", k=self.on_show.key, a=self.on_show.attempt, e=element, v=value)
        self.on_show.set.append((act, element, value))

    def values(self, place: str, data: list[str]) -> None:
        self.set("cmi.core.lesson_location" if self.old else "cmi.location", place)
        for one in data:
            self.set("cmi.suspend_data", one)
        self.journal.add("commit", k=self.on_show.key, a=self.on_show.attempt)

    def go(self) -> None:
        """To the other SCO."""
        if self.old:
            self.set("cmi.core.session_time", "00:00:01")
        else:
            self.set("cmi.session_time", "PT1S")
        self.journal.add("end", k=self.on_show.key, a=self.on_show.attempt, taken=True)
        self.journal.add("nav", request="continue" if self.on_show.key.endswith("1") else "previous")
        self.on_show.left = self._waiting = True

    def hear(self, reply: dict[str, Any]) -> None:
        """A reply to a batch: what comes, once."""
        if self._waiting and (delivery := reply.get("delivery")):
            self._waiting = False
            self._begin(delivery)

    def opened(self, journal: Journal, taken: dict[str, Any]) -> None:
        """A new page of the same package, which has taken the pen."""
        self.journals.append(journal)
        self._waiting = False
        self._begin(taken["delivery"])

    def _begin(self, delivery: dict[str, Any]) -> None:
        visit = Visit(delivery["key"], delivery["attempt"])
        self.journal.add("init", k=visit.key, a=visit.attempt)
        self.visits.append(visit)
