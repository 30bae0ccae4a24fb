"""What a page of a package sends: its launch, its files, its batches, and what its flight recorder keeps."""

import json
import math
import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.load.afternoon import page
from tests.load.afternoon.crowd import Ask, Story
from tests.load.afternoon.journal import Journal, insist
from tests.load.afternoon.seed import Seat
from tests.load.afternoon.visits import Visit, pace
from tests.load.afternoon.wire import Reply

_RECORDER = (Path(__file__).parents[3] / "lms" / "static" / "recorder.js").read_text()
_PACE = re.search(r"const PACE = (\d+)", _RECORDER)
#: So long after a call the flight recorder sends what it holds, in seconds.
TRACE_AFTER = int(_PACE.group(1)) / 1000 if _PACE else 10.0
#: Seconds between two pages of a package.
PAGE = 25.0
KEY, ATTEMPT = "sco-1", 1


@dataclass(slots=True)
class Player:
    """An open page of a package that writes."""

    visit: Visit
    journal: Journal
    turn: int = 0

    def batch(self, after: float = 0.0, at: float | None = None) -> Generator[Ask, Reply, None]:
        """Eight elements that a SCO sets at each of its pages, the score among them."""
        self.turn += 1
        label, known = self.journal.host.partition(".")[0], self.visit.ledger.values
        values = values_of(self.turn)
        acts = [("set", {"k": KEY, "a": ATTEMPT, "e": name, "v": value}) for name, value in values.items()]
        known.pop(label, None)
        yield from self.journal.post(acts, self.visit.chance, after=after, at=at)
        known[label] = values

    def trace(self, after: float = TRACE_AFTER) -> Generator[Ask, Reply, None]:
        """No record of learning: what does not arrive is not sent again."""
        body = _calls(self.turn)
        yield Ask(
            "flight recorder", "/x/trace", body, host=self.journal.host, token=self.journal.own.token,
            expected=(204,), after=after,
        )  # fmt: skip


def opened(visit: Visit, seat: Seat) -> Player:
    """The page that was open before the scenario began."""
    page = seat.page
    assert page
    journal = Journal(
        visit.ledger,
        "save a batch",
        "/x/operations",
        page.page_load,
        page.lease,
        page.host,
        page.token,
        page.number + 1,
    )
    return Player(visit, journal, turn=len(journal.own.hashes))


def values_of(turn: int) -> dict[str, str]:
    return {
        "cmi.core.lesson_location": f"page-{turn}",
        "cmi.core.session_time": f"00:{turn // 60 % 60:02}:{turn % 60:02}",
        "cmi.suspend_data": f"turn={turn};" + "answers=abcdefgh;" * 30,
        "cmi.core.score.raw": "60",
        "cmi.core.lesson_status": "incomplete",
        "cmi.interactions.0.id": "question-1",
        "cmi.interactions.0.type": "choice",
        "cmi.interactions.0.student_response": "abcd"[turn % 4],
    }


def _calls(turn: int) -> bytes:
    """As the page has seen them, each with when, what, about what, the answer and the error."""
    rows = [
        [turn * 30_000 + n, "LMSSetValue", name, value[:200], "true", "0"]
        for n, (name, value) in enumerate(values_of(turn).items())
    ]
    rows += [
        [turn * 30_000 + 9, "LMSCommit", "", "", "true", "0"],
        [turn * 30_000 + 300, "(saved)", "8", "", "14:02", ""],
    ]
    return json.dumps({"calls": rows}).encode()


def saving(player: Player, times: Sequence[float]) -> Story:
    """A batch at each of the times, and what the recorder has kept of them."""
    step = times[1] - times[0] if len(times) > 1 else TRACE_AFTER
    every = max(1, math.ceil(TRACE_AFTER / step))
    for turn, at in enumerate(times, 1):
        yield from player.batch(at=at)
        if turn % every == 0:
            yield from player.trace(TRACE_AFTER - (every - 1) * step)


def launching(visit: Visit, course: str, files: Sequence[Sequence[str]]) -> Story:
    """From the page of the course through the whole package; `files` by page of it, as a browser loads them."""
    shown = yield from visit.get("course page", f"/courses/{course}")
    yield from visit.first_visit(shown.text())
    fields = {"csrf_token": page.token(shown.text())}
    led = yield from visit.form("launch: start", f"/courses/{course}/package", fields, after=pace(visit.chance, 3))
    host, _, code = led.header(b"location").partition("://")[2].partition("/#")
    shell = yield from visit.get("launch: page", "/", host=host)
    yield from visit.first_visit(shell.text(), host)
    told = yield from _asked(visit, "launch: exchange", "/x/exchange", {"code": code}, host)
    token = told["token"]
    told = yield from _asked(visit, "launch: take", "/x/take", {}, host, token)
    delivery = told["delivery"]
    journal = Journal(visit.ledger, "save a batch", "/x/operations", told["page_load"], told["lease"], host, token)
    base = delivery["href"].rpartition("/")[0]
    yield from _load(visit, host, base, files[0])
    begin = ("init", {"k": delivery["key"], "a": delivery["attempt"]})
    yield from journal.post([begin], visit.chance, after=0.5)
    player = Player(visit, journal)
    for names in files[1:]:
        yield from player.batch(after=pace(visit.chance, PAGE))
        yield from _load(visit, host, base, names)
        yield from player.trace()


def _asked(
    visit: Visit, kind: str, path: str, given: dict[str, Any], host: str, token: str = ""
) -> Generator[Ask, Reply, dict[str, Any]]:
    reply = yield from insist(Ask(kind, path, json.dumps(given).encode(), host=host, token=token), visit.chance)
    found: dict[str, Any] = json.loads(reply.text())
    return found


def _load(visit: Visit, host: str, base: str, names: Sequence[str]) -> Generator[Ask, Reply, None]:
    for name in names:
        film = name.endswith(".mp4")
        ask = Ask(
            "package film" if film else "package file", f"{base}/{name}", host=host, discards=True,
            expected=(200, 206), headers="Range: bytes=0-\r\n" if film else "",
        )  # fmt: skip
        yield from insist(ask, visit.chance)
