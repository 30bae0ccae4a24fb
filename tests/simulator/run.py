"""Runs stories in one page of Chromium, many side by side, and answers what they ask with the real engine.

A story is what a seed makes of people, pages, devices, lines and a server (story.js). The journal in its pages is the
shipped one; the page around it is simulated (page.js, device.js), so that time is virtual and every loss can be told.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.simulator import judge
from tests.simulator.server import Server

HERE = Path(__file__).parent
JOURNAL = HERE.parents[1] / "lms" / "static" / "journal.js"
SCRIPTS = ("world.js", "device.js", "page.js", "server.js", "tab.js", "story.js", "simulator.js")
#: Stories at once: each turn between Python and the browser serves them all.
ABREAST = 300


@dataclass(frozen=True, slots=True)
class Ended:
    seed: int
    mode: str
    problems: list[str]
    acts: int
    story: list[str]


def play(
    page: Page, seeds: Iterable[int], *, journal: str | None = None, abreast: int = ABREAST, tracing: bool = False
) -> Iterator[Ended]:
    """Each seed's end, as it comes. `journal`: another text than the shipped one."""
    _prepare(page, journal or JOURNAL.read_text(encoding="utf-8"))
    left = iter(seeds)
    servers: dict[int, Server] = {}
    answers: list[tuple[int, str]] = []
    while True:
        begun = [seed for _place, seed in zip(range(abreast - len(servers)), left, strict=False)]
        servers |= {seed: Server() for seed in begun}
        if not servers:
            return
        turn = page.evaluate(
            "([seeds, answers, tracing]) => simulator.step(seeds, answers, tracing)", [begun, answers, tracing]
        )
        answers = [(number, _answer(servers[seed], asked)) for number, seed, asked in turn["asked"]]
        for seed, end in turn["told"]:
            server = servers.pop(seed)
            yield Ended(seed, end.get("mode", ""), judge.problems(server, end), len(server.record), end["story"] or [])


def _prepare(page: Page, journal: str) -> None:
    page.goto("about:blank")
    scripts = "\n".join((HERE / name).read_text(encoding="utf-8") for name in SCRIPTS)
    page.evaluate(f"text => {{ {scripts}\nself.simulator = new Simulator(programOf(text)); }}", journal)


def _answer(server: Server, asked: dict[str, Any]) -> str:
    return json.dumps(server.receive(json.loads(asked["body"]), asked))
