"""A seeded trainee over HTTP: answers, reads, runs packages, sends, and remembers every acknowledgement.

`seats` of a scene become trainees with `Trainee(scene, seat, port, seed)`; `run` plays so many steps, `finish` sends
what is left. Several play at once, each in a thread of its own: `play` does that. What the database then holds is
judged by `tests.faults.record.compare`.
"""

import itertools
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

from lms.learning import page_loads
from lms.scorm.service import scope
from tests.faults.journal import Journal, Seen
from tests.faults.line import Line
from tests.faults.scene import COURSE, LESSONS, PACKAGES, Scene, Seat

#: Beyond it, nothing recovers by itself: seconds after which a trainee gives up.
PATIENCE = 60.0
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@dataclass(slots=True)
class Visit:
    """One session of a SCO, as its page knows it. `set` holds, by element, the numbers and values in their order."""

    key: str
    attempt: int
    set: list[tuple[int, str, str]] = field(default_factory=list)
    #: The number of the operation that begins it, and of the one that takes it away; 0 while there is none.
    begun: int = 0
    left: int = 0


class Package:
    """An open page of a package, with the SCO on it."""

    def __init__(self, line: Line, journal: Journal, registration: int, standard: str) -> None:
        self.line, self.journal, self.registration, self.standard = line, journal, registration, standard
        self.visits = [Visit("sco-1", 1, begun=1)]
        self.asked = 0

    @property
    def on_show(self) -> Visit:
        return self.visits[-1]

    def set(self, element: str, value: str) -> None:
        act = self.journal.add("set", k=self.on_show.key, a=self.on_show.attempt, e=element, v=value)
        self.on_show.set.append((act.number, element, value))

    def commit(self) -> None:
        self.journal.add("commit", k=self.on_show.key, a=self.on_show.attempt)

    def go(self) -> None:
        """To the other SCO. Nothing is done on this page until the server has said what comes."""
        request = "continue" if self.on_show.key.endswith("1") else "previous"
        self.journal.add("end", k=self.on_show.key, a=self.on_show.attempt, taken=True)
        self.asked = self.on_show.left = self.journal.add("nav", request=request).number

    def hear(self, reply: dict[str, Any]) -> None:
        delivery = reply.get("delivery")
        if not (self.asked and delivery):
            return
        self.asked = 0
        visit = Visit(delivery["key"], delivery["attempt"])
        visit.begun = self.journal.add("init", k=visit.key, a=visit.attempt).number
        self.visits.append(visit)


class Trainee:
    """`journals` are by what they are about: attempt, lesson or the key of a package."""

    def __init__(self, scene: Scene, seat: Seat, port: int, seed: int, *, host: str = "") -> None:
        self.scene, self.seat, self.moments = scene, seat, Random(f"{seed}-{seat.user}")
        self.seen = Seen()
        self.line = Line(port, host or scene.host, f"{scene.cookie_name}={seat.cookie}")
        self.given: dict[str, list[tuple[int, Any]]] = {}
        self.sent = False
        self.recovered = False
        self.steps = 0
        self.launches = 0
        self.packages = {course: self._package(course, port) for course in PACKAGES}
        self.attempt = self._journal(
            f"/attempts/{seat.attempt}/operations", seat.attempt, f"attempt:{seat.attempt}", seat.lease
        )
        self.lesson = self._journal(
            f"/courses/{COURSE}/lessons/{LESSONS[0]}/operations", seat.registration, f"lesson:{LESSONS[0]}:en", None
        )

    @property
    def journals(self) -> list[tuple[int, Journal]]:
        """With the registration whose record holds their acts."""
        own = self.seat.registration
        return [
            (own, self.attempt),
            (own, self.lesson),
            *((one.registration, one.journal) for one in self.packages.values()),
        ]

    def _journal(self, url: str, about: int, what: str, lease: int | None, line: Line | None = None) -> Journal:
        token = page_loads.issue(self.scene.secret, about, what, datetime.now(UTC))
        name = page_loads.check(self.scene.secret, token, about, what)
        assert name
        return Journal(line or self.line, url, (token, name), lease, self.seen, self.moments)

    def _package(self, course: str, port: int) -> Package:
        page, registration = self.seat.pages[course], self.seat.registrations[course]
        name = page_loads.check(self.scene.secret, page.page_load, registration, scope(page.lease))
        assert name
        line = Line(port, page.host)
        journal = Journal(line, "/x/operations", (page.page_load, name), page.lease, self.seen, self.moments)
        journal.first = page.number + 1
        journal.token = page.token
        return Package(line, journal, registration, PACKAGES[course])

    def run(self, steps: int) -> None:
        """So many acts of all kinds, in the order of the seed; what fails goes again with what comes next."""
        for _ in range(steps):
            self.steps += 1
            act: Callable[[], None] = self.moments.choices(
                (self._answer, self._flag, self._read, self._values, self._go, self._look, self._again),
                (8, 2, 2, 5, 2, 1, 1),
            )[0]
            act()

    def finish(self, *, send: bool = True, patience: float = PATIENCE) -> None:
        """Until all is acknowledged; then `send` the quiz with the right answers, so that the course is complete."""
        until = time.monotonic() + patience
        flushed = [self._flush(until)]
        if send and all(flushed):
            for question, response in self.seat.right.items():
                self._give(question, response)
            flushed.append(self.attempt.flush(until))
            flushed.append(self._send(until))
        self.recovered = all(flushed)
        self.close()

    def _flush(self, until: float) -> bool:
        done = [self.attempt.flush(until), self.lesson.flush(until)]
        for one in self.packages.values():
            done.append(one.journal.flush(until, one.hear))
            done.append(one.journal.flush(until, one.hear))  # what came to be shown has begun
        return all(done)

    def _answer(self) -> None:
        question = self.moments.choice(sorted(self.seat.right))
        response = self.seat.right[question] if self.moments.random() < 0.7 else None
        self._give(question, response)
        self._send_batch(self.attempt)

    def _give(self, question: str, response: Any) -> None:
        act = self.attempt.add("answer", question=question, response=response)
        self.given.setdefault(question, []).append((act.number, response))

    def _flag(self) -> None:
        question = self.moments.choice(sorted(self.seat.right))
        self.attempt.add("flag", question=question, flagged=self.moments.random() < 0.5)
        self._send_batch(self.attempt)

    def _read(self) -> None:
        self.lesson.add("place", block=self.moments.randint(1, 2))
        self._send_batch(self.lesson)

    def _values(self) -> None:
        package = self.moments.choice(list(self.packages.values()))
        if not package.asked:
            old = package.standard == "1.2"
            place, data = (
                ("cmi.core.lesson_location", "cmi.suspend_data") if old else ("cmi.location", "cmi.suspend_data")
            )
            package.set(place, f"page-{self.steps}")
            for turn in range(self.moments.randint(0, 3)):
                package.set("cmi.suspend_data", f"step={self.steps};turn={turn}")
            package.commit()
        self._send_batch(package.journal, package.hear)

    def _go(self) -> None:
        package = self.moments.choice(list(self.packages.values()))
        if not package.asked:
            old = package.standard == "1.2"
            package.set("cmi.core.session_time" if old else "cmi.session_time", "00:00:01" if old else "PT1S")
            package.go()
        self._send_batch(package.journal, package.hear)

    def _send_batch(self, journal: Journal, on_reply: Callable[[dict[str, Any]], None] | None = None) -> None:
        journal.send(on_reply, lost=self.moments.random() < 0.05)

    def _look(self) -> None:
        pages = ("/learning", f"/courses/{COURSE}", f"/attempts/{self.seat.attempt}/questions/1")
        path = self.moments.choice(pages)
        self.seen.hear(path, self.line.get(path), (200,))

    def _again(self) -> None:
        self.moments.choice(self.journals)[1].repeat()

    def _send(self, until: float) -> bool:
        """The button that sends; who hears nothing presses it again."""
        for _ in itertools.count():
            page = self.line.get(f"/attempts/{self.seat.attempt}/check")
            self.seen.hear("check", page, (200, 303))
            if page.status == 303:  # sent already, by a press whose reply was lost
                self.sent = True
                return True
            if token := _TOKEN.search(page.text):
                reply = self.line.form(f"/attempts/{self.seat.attempt}/send", csrf_token=token.group(1))
                self.seen.hear("send", reply, (303,))
                if reply.status == 303:
                    self.sent = True
                    return True
            if time.monotonic() > until:
                return False
            time.sleep(0.05)
        return False

    def close(self) -> None:
        for line in (self.line, *(one.line for one in self.packages.values())):
            line.close()


def play(
    trainees: Sequence[Trainee], steps: int, *, send: bool = True, patience: float = PATIENCE
) -> list[threading.Thread]:
    """Start them all; join the threads to wait until each has finished or given up."""

    def one(trainee: Trainee) -> None:
        trainee.run(steps)
        trainee.finish(send=send, patience=patience)

    threads = [threading.Thread(target=one, args=(trainee,), daemon=True) for trainee in trainees]
    for thread in threads:
        thread.start()
    return threads
