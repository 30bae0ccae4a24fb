"""Many people at once, in one loop without a task for each: a story yields what is asked and is sent the reply.

It is open: requests come when they are due, however long the server takes. A person's requests that follow at once go
over one line, which is closed before the person thinks: longer than a second, and the server would have closed it
anyway. More than `most_lines` are never open; whoever waits for one waits in the server's time.
"""

import asyncio
import time
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field
from functools import partial

from tests.load.afternoon.tally import Tally
from tests.load.afternoon.wire import LATE, Line, Reply

MOST_LINES = 2_000
#: Who thinks longer, in a trainee's seconds, comes back over a new line.
SAME_LINE = 1.0
AGENT = (
    "User-Agent: Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile\r\n"
    "Accept-Encoding: gzip, deflate\r\nAccept-Language: en\r\n"
)


@dataclass(slots=True)
class Ask:
    """One request. `after` seconds of a trainee's time since the last reply, or `at` since the scenario began; `rest`
    are seconds as they are, of who waits because the server asked for it. `host`: where it is not the product's own.
    `patience`: seconds as they are until nobody waits for the reply any more."""

    kind: str
    path: str
    body: bytes | None = None
    form: bool = False
    host: str = ""
    token: str = ""
    expected: tuple[int, ...] = (200,)
    after: float = 0.0
    at: float | None = None
    rest: float = 0.0
    discards: bool = False
    headers: str = ""
    patience: float = 60.0


Story = Generator[Ask, Reply, None]


@dataclass(slots=True, eq=False)
class Person:
    """`cookies` are shared by all stories of one browser; `has` are the files that it has kept."""

    cookies: dict[str, str] = field(default_factory=dict)
    has: set[str] = field(default_factory=set)


@dataclass(slots=True, eq=False)
class Teller:
    """A story, and who lives it."""

    story: Story
    person: Person
    line: Line | None = None
    host: str = ""


class Crowd:
    """`host` is the product's own name with its port; `speed`: how many times faster than people everything goes.
    `closed`: who waits for a line is not late, and is asked nothing meanwhile."""

    def __init__(
        self,
        address: tuple[str, int],
        host: str,
        speed: float = 1.0,
        most_lines: int = MOST_LINES,
        *,
        closed: bool = False,
    ) -> None:
        self.address, self.host, self.speed, self.most_lines, self.closed = address, host, speed, most_lines, closed
        self.tally = Tally()
        self._open = 0
        self._waiting: deque[tuple[Teller, Ask, float]] = deque()
        self._stories: list[tuple[float, Teller]] = []
        self._left = 0

    def add(self, at: float, person: Person, story: Story) -> None:
        """The story begins `at` seconds of a trainee's time after the scenario does."""
        self._stories.append((at, Teller(story, person)))

    def take_all(self) -> list[Teller]:
        """The stories, in the order in which they begin, for who lets them be told otherwise."""
        taken, self._stories = sorted(self._stories, key=lambda one: one[0]), []
        return [teller for _at, teller in taken]

    async def play(self) -> float:
        """Until all stories have ended; returns how many seconds it took."""
        self._loop = asyncio.get_running_loop()
        self._over = asyncio.Event()
        self._begun = self._loop.time()
        self._left = len(self._stories)
        for at, teller in self._stories:
            self._loop.call_at(self._begun + at / self.speed, self._tell, teller, None)
        self._stories = []
        if self._left:
            await self._over.wait()
        return self._loop.time() - self._begun

    def _tell(self, teller: Teller, reply: Reply | None) -> None:
        try:
            ask = teller.story.send(reply)  # type: ignore[arg-type]
        except StopIteration:
            self._end(teller)
            return
        except Exception as error:
            self.tally.broken(f"{type(error).__name__}: {error}")
            self._end(teller)
            return
        now = self._loop.time()
        due = now + ask.after / self.speed + ask.rest
        if ask.at is not None:
            due = max(due, self._begun + ask.at / self.speed)
        if ask.after > SAME_LINE or ask.at is not None or ask.rest or ask.host != teller.host:
            self._hang_up(teller)
        if due > now:
            self._loop.call_at(due, self._start, teller, ask, due)
        else:
            self._loop.call_soon(self._start, teller, ask, now)

    def _end(self, teller: Teller) -> None:
        self._hang_up(teller)
        self._left -= 1
        if not self._left:
            self._over.set()

    def _hang_up(self, teller: Teller) -> None:
        if teller.line is not None:
            teller.line.close()
            teller.line = None
            self._open -= 1
            if self._waiting:
                self._start(*self._waiting.popleft())

    def _start(self, teller: Teller, ask: Ask, due: float) -> None:
        if teller.line is not None and not teller.line.open:
            self._hang_up(teller)
        if teller.line is None:
            if self._open >= self.most_lines:
                self._waiting.append((teller, ask, due))
                return
            self._dial(teller, ask.host)
        if self.closed:
            due = self._loop.time()
        assert teller.line is not None
        data = self.encoded(ask, teller.person)
        teller.line.send(data, partial(self._hear, teller, ask, due, data), ask.patience, discards=ask.discards)

    def _dial(self, teller: Teller, host: str) -> None:
        teller.line, teller.host = Line(self._loop, self.address), host
        self._open += 1
        self.tally.lines += 1
        self.tally.most_lines = max(self.tally.most_lines, self._open)

    def _hear(self, teller: Teller, ask: Ask, due: float, data: bytes, reply: Reply) -> None:
        line = teller.line
        if reply.status == 0 and not reply.bytes and line is not None and line.used > 1 and reply.why != LATE:
            self.tally.resent += 1  # the line had been closed before this was sent, and a browser takes another
            self._hang_up(teller)
            self._start(teller, ask, due)
            return
        now = self._loop.time()
        self.tally.add(ask.kind, reply, ask.expected, now - due, now - self._begun, len(data))
        if not ask.host:
            teller.person.cookies.update(reply.cookies)
        self._tell(teller, reply)

    def encoded(self, ask: Ask, person: Person) -> bytes:
        host = ask.host or self.host
        head = f"{'GET' if ask.body is None else 'POST'} {ask.path} HTTP/1.1\r\nHost: {host}\r\n{AGENT}{ask.headers}"
        if person.cookies and not ask.host:
            head += f"Cookie: {'; '.join(f'{name}={value}' for name, value in person.cookies.items())}\r\n"
        if ask.token:
            head += f"Authorization: Bearer {ask.token}\r\n"
        if ask.body is None:
            return f"{head}Accept: text/html,application/xhtml+xml\r\n\r\n".encode()
        kind = "x-www-form-urlencoded\r\nAccept: text/html" if ask.form else "json\r\nAccept: application/json"
        head += f"Origin: http://{host}\r\nContent-Type: application/{kind}\r\nContent-Length: {len(ask.body)}\r\n\r\n"
        return head.encode() + ask.body


@dataclass(frozen=True, slots=True)
class Played:
    """`cpu` is the client's own, in seconds."""

    tally: Tally
    seconds: float
    cpu: float


def play(crowd: Crowd) -> Played:
    before = time.process_time()
    seconds = asyncio.run(crowd.play())
    return Played(crowd.tally, seconds, time.process_time() - before)
