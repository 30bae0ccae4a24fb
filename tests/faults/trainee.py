"""A seeded trainee over HTTP: answers, reads, runs packages, sends, and remembers every acknowledgement.

`seats` of a scene become trainees with `Trainee(scene, seat, port, seed)`; `run` plays so many steps, `do` one act,
`finish` sends what is left. Several play at once, each in a thread of its own: `play` does that. What the database
then holds is judged by `tests.faults.record.compare`.
"""

import itertools
import re
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from random import Random
from typing import Any

from lms.learning import page_loads
from lms.scorm.service import scope
from tests.faults.journal import Journal, Seen
from tests.faults.line import Line, Reply
from tests.faults.package import Package
from tests.faults.scene import COURSE, LESSONS, PACKAGES, Scene, Seat

#: Beyond it, nothing recovers by itself: seconds after which a trainee gives up.
PATIENCE = 60.0
#: What a trainee does at a step, and how often.
ACTS = {"answer": 8, "flag": 2, "lesson": 2, "batch": 5, "navigate": 2, "look": 1, "again": 1, "launch": 0.3}
_TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Trainee:
    def __init__(self, scene: Scene, seat: Seat, port: int, seed: int) -> None:
        self.scene, self.seat, self.moments = scene, seat, Random(f"{seed}-{seat.user}")
        self.seen = Seen()
        self.line = Line(port, scene.host, f"{scene.cookie_name}={seat.cookie}")
        self.sent = False
        self.asked_for_mail = False
        self.recovered = False
        self.steps = 0
        self.packages = [self._package(course, port) for course in PACKAGES]
        attempt, lesson = f"attempt:{seat.attempt}", f"lesson:{LESSONS[0]}:en"
        self.attempt = self._journal(f"/attempts/{seat.attempt}/operations", seat.attempt, attempt, seat.lease)
        self.lesson = self._journal(f"/courses/{COURSE}/lessons/{LESSONS[0]}/operations", seat.registration, lesson)

    @property
    def journals(self) -> list[tuple[int, Journal]]:
        """With the registration whose record holds their acts."""
        packages = [(one.registration, journal) for one in self.packages for journal in one.journals]
        return [(self.seat.registration, self.attempt), (self.seat.registration, self.lesson), *packages]

    def _journal(self, url: str, about: int, what: str, lease: int | None = None) -> Journal:
        token = page_loads.issue(self.scene.secret, about, what, datetime.now(UTC))
        return Journal(self.line, url, token, lease, self.seen, self.moments)

    def _package(self, course: str, port: int) -> Package:
        page, registration = self.seat.pages[course], self.seat.registrations[course]
        assert page_loads.check(self.scene.secret, page.page_load, registration, scope(page.lease))
        line = Line(port, page.host)
        journal = Journal(line, "/x/operations", page.page_load, page.lease, self.seen, self.moments)
        journal.first, journal.token = page.number + 1, page.token
        return Package(course, line, journal, registration, PACKAGES[course])

    def run(self, steps: int) -> None:
        """So many acts of all kinds, in the order of the seed; what fails goes again with what comes next."""
        for _ in range(steps):
            self.do(self.moments.choices(list(ACTS), list(ACTS.values()))[0])

    def do(self, act: str) -> None:
        self.steps += 1
        doing: dict[str, Callable[[], object]] = {
            "answer": self._answer,
            "flag": self._flag,
            "lesson": self._read,
            "batch": self._values,
            "navigate": self._go,
            "look": self._look,
            "again": lambda: self.moments.choice(self.journals)[1].repeat(),
            "launch": lambda: self._launch(time.monotonic() + PATIENCE),
        }
        with self._named(act):
            doing[act]()

    @contextmanager
    def _named(self, act: str) -> Iterator[None]:
        """So that the server's process knows at what to die."""
        lines = (self.line, *(one.line for one in self.packages))
        before = self.line.act
        for line in lines:
            line.act = act
        yield
        for line in lines:
            line.act = before

    def finish(self, *, send: bool = True, patience: float = PATIENCE) -> None:
        """Until all is acknowledged; then `send` the quiz with the right answers, so that the course is complete."""
        until = time.monotonic() + patience
        done = self._flush(until)
        if send and done:
            for question, response in self.seat.right.items():
                self.attempt.add("answer", question=question, response=response)
            with self._named("send"):
                done = self.attempt.flush(until) and self._send(until)
        self.recovered = done
        self.close()

    def _flush(self, until: float) -> bool:
        done = [self.attempt.flush(until), self.lesson.flush(until)]
        for one in self.packages:
            done.append(one.journal.flush(until, one.hear))
            done.append(one.journal.flush(until, one.hear))  # what came to be shown has begun
        return all(done)

    def _answer(self) -> None:
        question = self.moments.choice(sorted(self.seat.right))
        response = self.seat.right[question] if self.moments.random() < 0.7 else None
        self.attempt.add("answer", question=question, response=response)
        self._send_batch(self.attempt)

    def _flag(self) -> None:
        question = self.moments.choice(sorted(self.seat.right))
        self.attempt.add("flag", question=question, flagged=self.moments.random() < 0.5)
        self._send_batch(self.attempt)

    def _read(self) -> None:
        self.lesson.add("place", block=self.moments.randint(1, 2))
        self._send_batch(self.lesson)

    def _values(self) -> None:
        package = self.moments.choice(self.packages)
        if package.ready:
            turns = range(self.moments.randint(0, 3))
            package.values(f"page-{self.steps}", [f"step={self.steps};turn={turn}" for turn in turns])
        self._send_batch(package.journal, package.hear)

    def _go(self) -> None:
        package = self.moments.choice(self.packages)
        if package.ready:
            package.go()
        self._send_batch(package.journal, package.hear)

    def _send_batch(self, journal: Journal, on_reply: Callable[[dict[str, Any]], None] | None = None) -> None:
        journal.send(on_reply, lost=self.moments.random() < 0.05)

    def _look(self) -> None:
        pages = ("/learning", f"/courses/{COURSE}", f"/attempts/{self.seat.attempt}/questions/1")
        path = self.moments.choice(pages)
        self.seen.hear(path, self.line.get(path), (200, 303))  # an attempt that is over leads to its result

    def _send(self, until: float) -> bool:
        """The button that sends; who hears nothing presses it again."""
        seat = self.seat.attempt
        while not self.sent:
            reply = self._press(f"/attempts/{seat}/check", f"/attempts/{seat}/send", until)
            if reply is None:
                return False
            self.sent = True  # 303 both from the button, and from its page when a press before has come through
        return True

    def _press(self, page: str, target: str, until: float) -> Reply | None:
        """A button on a page, until it leads somewhere."""
        for _ in itertools.count():
            shown = self.line.get(page)
            self.seen.hear(page, shown, (200, 303))
            if shown.status == 303:
                return shown
            if token := _TOKEN.search(shown.text):
                reply = self.line.form(target, csrf_token=token.group(1))
                self.seen.hear(target, reply, (303,))
                if reply.status == 303:
                    return reply
            if time.monotonic() > until:
                return None
            time.sleep(0.05)
        return None

    def _launch(self, until: float) -> None:
        """The package is opened anew; as the shell does it, what the old page still holds goes first."""
        package = self.moments.choice(self.packages)
        if not package.journal.flush(until, package.hear) or not package.journal.flush(until, package.hear):
            return
        while time.monotonic() < until:
            with self._named("start"):
                started = self._press(f"/courses/{package.course}", f"/courses/{package.course}/package", until)
            code = started.headers["location"].rpartition("#")[2] if started else ""
            token = str(self._insist(package, "exchange", {"code": code}, "", until).get("token", ""))
            if not token:
                continue  # the reply to the exchange was lost, and the code is good for one: back, and again
            taken = self._insist(package, "take", {}, token, until)
            if taken.get("delivery"):
                load, lease = taken["page_load"], taken["lease"]
                journal = Journal(package.line, "/x/operations", load, lease, self.seen, self.moments)
                journal.token = token
                package.opened(journal, taken)
                return

    def _insist(self, package: Package, what: str, given: dict[str, Any], token: str, until: float) -> dict[str, Any]:
        while time.monotonic() < until:
            package.takes += what == "take"
            with self._named(what):
                reply = package.line.post(f"/x/{what}", given, token)
            self.seen.hear(what, reply, (200, 401))
            if reply.status in (200, 401):
                return reply.body
            time.sleep(0.05)
        return {}

    def close(self) -> None:
        for line in (self.line, *(one.line for one in self.packages)):
            line.close()


def play(
    trainees: Sequence[Trainee], steps: int, *, send: bool = True, patience: float = PATIENCE
) -> list[threading.Thread]:
    """Start them all; join the threads to wait until each has finished or given up."""

    def one(trainee: Trainee) -> None:
        trainee.run(steps)
        trainee.finish(send=send, patience=patience)

    return started([lambda trainee=trainee: one(trainee) for trainee in trainees])


def started(works: Sequence[Callable[[], None]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=work, daemon=True) for work in works]
    for thread in threads:
        thread.start()
    return threads
