"""What the page of the operator shows: this node and its database as they are now, asked in bounded time."""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from lms.accounts import permissions
from lms.core import metrics, node, pulse, ready
from lms.core.actor import Actor
from lms.core.bounded import Answers, Bounded
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.pulse import KINDS, SPAN, Load
from lms.core.storage import Storage
from lms.operations import doctor
from lms.operations.doctor import Examined
from lms.operations.findings import PROBLEM, Finding
from lms.operations.subject import Subject

#: Seconds for everything that may hang; the page then says what is not known.
PATIENCE = 4.0
#: Part of the page → areas of the doctor that judge it.
JUDGED_BY = {
    "database": ("database", "postgresql", "sqlite", "guards"),
    "schema": ("schema",),
    "disk": ("room", "folder"),
    "storage": ("storage",),
    "worker": ("worker",),
    "jobs": ("jobs",),
    "mail": (),
    "backup": ("backups",),
    "clock": ("clocks",),
}


@dataclass(frozen=True, slots=True)
class Node:
    """What is asked."""

    settings: Settings
    db: Database
    storage: Storage
    bounded: Bounded


@dataclass(frozen=True, slots=True)
class Part:
    """`state`: ok, warning, problem or unknown. `facts`: what its sentence is made of."""

    name: str
    state: str
    facts: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One count of the load: when it began, and each kind."""

    began: datetime
    loads: Mapping[str, Load]

    @property
    def all(self) -> Load:
        return total(self.loads.values())


@dataclass(frozen=True, slots=True)
class Shown:
    host: str
    release: str
    dialect: str
    parts: tuple[Part, ...]
    findings: tuple[Finding, ...]
    stretches: tuple[Stretch, ...]
    #: Kind → the load of the whole time.
    loads: Mapping[str, Load]

    @property
    def problems(self) -> int:
        return sum(one.level == PROBLEM for one in self.findings) + sum(part.state == "unknown" for part in self.parts)

    @property
    def warnings(self) -> int:
        return sum(one.level != PROBLEM for one in self.findings)


def total(loads: object) -> Load:
    made = Load()
    for one in loads:  # type: ignore[attr-defined]
        made.add(one)
    return made


def look(actor: Actor, here: Node, now: datetime) -> Shown:
    """Never raises for what is not well; that is what it is for. Needs the permission `operations.read`."""
    permissions.require(actor, "operations.read")
    health = ready.look(here.bounded, here.settings.data_dir, here.storage)
    found = here.bounded.ask(lambda db, answers: _ask(here, db, answers), PATIENCE)
    examined: Sequence[Examined] = found.get("examined", ())
    data_dir = here.settings.data_dir
    folders = [metrics.folder_of(data_dir, metrics.part_of(here.settings.bind)), metrics.folder_of(data_dir, "worker")]
    stretches = _stretches(pulse.spans(folders[:1], now.timestamp()), now)
    return Shown(
        host=socket.gethostname(),
        release=node.RELEASE,
        dialect=here.db.dialect,
        parts=tuple(_part(name, here, health.parts, found, now) for name in JUDGED_BY),
        findings=_sorted([*(one for part in examined for one in part.findings), *_of_settings(here.settings)]),
        stretches=stretches,
        loads={kind: total(one.loads[kind] for one in stretches) for kind in KINDS},
    )


def _sorted(findings: list[Finding]) -> tuple[Finding, ...]:
    return tuple(sorted(findings, key=lambda one: one.level))


def _of_settings(settings: Settings) -> list[Finding]:
    """Of the mail server only what the settings say: a page asks no other machine."""
    return [] if settings.mail_url else [Finding("mail-files")]


def _ask(here: Node, db: Database, found: Answers) -> None:
    node.ask(db, found)
    found["examined"] = list(doctor.examine(Subject(here.settings, db, here.storage, quick=True), quick=True))


def _stretches(spans: Sequence[Mapping[str, Load]], now: datetime) -> tuple[Stretch, ...]:
    newest = datetime.fromtimestamp(now.timestamp() // SPAN * SPAN - SPAN, UTC)
    first = newest - timedelta(seconds=SPAN * (len(spans) - 1))
    return tuple(Stretch(first + timedelta(seconds=SPAN * number), loads) for number, loads in enumerate(spans))


def _part(name: str, here: Node, health: Mapping[str, str], found: Answers, now: datetime) -> Part:
    levels = {
        one.level for part in found.get("examined", ()) if part.area.name in JUDGED_BY[name] for one in part.findings
    }
    state = "problem" if PROBLEM in levels else "warning" if levels else "ok"
    word = health.get(name, ready.OK)
    if word in (ready.SLOW, "unknown"):
        state = "unknown"
    elif word != ready.OK:
        state = "problem"
    needs = {"worker": "workers", "jobs": "jobs", "clock": "ahead", "backup": "examined"}.get(name)
    if needs and needs not in found:
        return Part(name, "unknown", {})
    return _with_facts(name, state, here, found, now)


def _with_facts(name: str, state: str, here: Node, found: Answers, now: datetime) -> Part:
    settings = here.settings
    if name == "database":
        return Part(name, state, {"dialect": here.db.dialect})
    if name == "disk":
        free, size = node.disk(settings.data_dir)
        return Part(name, state, {"free": free, "size": size})
    if name == "worker":
        alive = [one for one in found["workers"] if one.alive(now)]
        seen = node.seen_seconds(found["workers"], now)
        return Part(
            name, state, {"alive": len(alive), "seen": seen, "doing": [one.doing for one in alive if one.doing]}
        )
    if name == "jobs":
        jobs = found["jobs"]
        return Part(name, state, {"due": jobs.due, "oldest": jobs.oldest, "dead": jobs.dead})
    if name == "mail":
        server = urlsplit(settings.mail_url).hostname
        return Part(name, state if server else "warning", {"server": server})
    if name == "backup":
        return Part(
            name, state, {"at": node.last_backup(settings.data_dir), "follow": node.following(settings.data_dir)}
        )
    if name == "clock":
        return Part(name, state, {"ahead": found["ahead"]})
    return Part(name, state, {})
