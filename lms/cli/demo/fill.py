"""Filling a new demonstration: accounts, forty trainees, and what they did in the last three weeks.

The times lie in the past, which nobody but a demonstration may do; every row is marked as such (`is_demo`, origin
`demo`). All writes go through the same services as anybody's.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts import passwords, queries
from lms.accounts.demo import DEMO_ACCOUNTS
from lms.accounts.notices import latest
from lms.accounts.service import people, privacy
from lms.accounts.service.people import Person
from lms.catalogue import queries as catalogue
from lms.cli.demo.people import TRAINEES
from lms.core.actor import Actor, system
from lms.core.db import Database
from lms.engines.quiz import aliases, kinds
from lms.learning import queries as learning_queries
from lms.learning import service as learning
from lms.lessons import service as lessons
from lms.quizzes import queries as quiz_queries
from lms.quizzes import service as quizzes

COURSE = "biomanufacturing-gxp"
ACTOR = system("demo")
PAST = timedelta(days=21)


def fill(db: Database, say: Callable[[str], Any], now: datetime) -> None:
    """Make the demonstration once; a database that has its accounts is left as it is."""
    with db.reading() as session:
        if queries.existing(session, [DEMO_ACCOUNTS[0].user_name]):
            return
        course = catalogue.course_by_key(session, COURSE)
    hashes = {account.user_name: passwords.hash_password(account.password) for account in DEMO_ACCOUNTS}
    with db.writing() as session:
        for account in DEMO_ACCOUNTS:
            person = Person(account.user_name, account.name, roles=(account.role,)).tidy()
            user_id = people.add(
                session,
                ACTOR,
                person,
                now,
                assurance=people.INSTITUTION,
                password_hash=hashes[account.user_name],
                is_demo=True,
            )
            privacy.accept(session, user_id, latest("en"), now)
    say("Demonstration accounts (for this server only):")
    for account in DEMO_ACCOUNTS:
        say(f"  {account.role:14} user name {account.user_name:14} password {account.password}")
    if course is not None:
        _trainees(db, now)


def _trainees(db: Database, now: datetime) -> None:
    for number, entry in enumerate(TRAINEES):
        with db.writing() as session:
            Trainee(session, number, entry, now).live()


@dataclass
class Trainee:
    """One invented trainee. What they do follows from their number, so every demonstration is alike."""

    session: Session
    number: int
    entry: tuple[str, str, str, str, str]
    now: datetime

    def live(self) -> None:
        native, latin, country, institution, locale = self.entry
        began = self.now - PAST + timedelta(hours=9 * self.number)
        person = Person(f"demo.{self.number + 1:02}", native, "", latin, country, institution, "UTC", locale).tidy()
        user_id = people.add(self.session, ACTOR, person, began, assurance=people.INSTITUTION, is_demo=True)
        self.actor = Actor(user_id, native, frozenset({"trainee"}), locale=locale)
        due = self.now + timedelta(days=7) if self.number % 5 else self.now - timedelta(days=1)
        learning.join(self.session, ACTOR, user_id, COURSE, began, origin="demo", due_at=due)
        reg = learning_queries.find_registration(self.session, user_id, COURSE)
        assert reg is not None
        self.outline = catalogue.outline(self.session, reg.version_id)
        self.clock, self.locale = began, self.outline.locale(locale)
        self._learn()

    def _chance(self, *about: object) -> int:
        """0 to 99, the same in every demonstration."""
        text = "/".join(map(str, (self.number, *about)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4]) % 100

    def _learn(self) -> None:
        """Most finish, some stop on the way, a few have not begun."""
        steps = self.outline.order
        stop = len(steps) if self._chance("stop") < 62 else self._chance("where") * len(steps) // 100
        for key in steps[:stop]:
            self.clock += timedelta(hours=2 + self._chance(key, "pause") % 30)
            if self.clock > self.now:
                return
            if self.outline.activity(key)["kind"] == "lesson":
                self._read(key)
            elif not self._pass(key):
                return

    def _read(self, key: str) -> None:
        for check in self.outline.activity(key)["checks"]:
            self._act(key, {"kind": "check", "id": check, "answer": self._chance(key, check) % 2})
        self._act(key, {"kind": "declare"})

    def _act(self, key: str, operation: dict[str, Any]) -> None:
        self.clock += timedelta(minutes=3)
        lessons.act(self.session, self.actor, COURSE, key, operation, shown_locale=self.locale, now=self.clock)

    def _pass(self, key: str) -> bool:
        skill = 55 + self._chance(key, "skill") // 2
        for _attempt in range(2):
            if self._take(key, skill):
                return True
            skill += 25
            self.clock += timedelta(days=1)
            if self.clock > self.now:
                return False
        return False

    def _take(self, key: str, skill: int) -> bool:
        """One attempt: each question right with a chance of `skill` percent, saved as a page saves it."""
        number = quizzes.start(self.session, self.actor, COURSE, key, self.clock, self.locale)
        lease = quizzes.take_over(self.session, self.actor, number)
        attempt = quiz_queries.attempt(self.session, number)
        assert attempt is not None
        found = catalogue.questions(self.session, attempt.version_id, attempt.bank, attempt.keys)
        operations = [
            {"n": place, "kind": "answer", "question": one["key"], "response": self._answer(attempt, one, skill)}
            for place, one in enumerate(found, start=1)
        ]
        self.clock += timedelta(minutes=6 + self._chance(key, "time") % 10)
        quizzes.save_batch(self.session, self.actor, number, f"demo-{number}", lease, operations, self.clock)
        return bool(quizzes.send(self.session, self.actor, number, self.clock + timedelta(minutes=1)).passed)

    def _answer(self, attempt: Any, one: dict[str, Any], skill: int) -> Any:
        source, names = one["source"], aliases.aliases(attempt.seed, one["key"], one["source"])
        right = kinds.right_answer(source, attempt.locale)
        if self._chance(one["key"], attempt.number) < skill:
            return aliases.hidden(source, right, names)
        if source["kind"] in ("single", "multiple"):
            wrong = next(answer["id"] for answer in source["answers"] if not answer.get("right"))
            field = "choice" if source["kind"] == "single" else "choices"
            return {field: names[wrong] if field == "choice" else [names[wrong]]}
        return None
