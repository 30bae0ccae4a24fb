"""What one request of each kind costs: a few people do what all do, one request after the other.

Once against the running product, with the clocks of its processes read around each request, and once inside this
process, with the statements counted that each request sends to the database.
"""

import asyncio
import statistics
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from werkzeug.test import Client

from tests.load import usage
from tests.load.afternoon.crowd import Ask, Crowd, Person, Teller
from tests.load.afternoon.meter import Pids
from tests.load.afternoon.scenarios import Afternoon, administrator, lecture, rush
from tests.load.afternoon.wire import Line, Reply
from tests.statements import counted

#: What a request leaves to be done after its answer, such as giving a connection back, is done by then, in seconds.
AFTERWARDS = 0.004

Send = Callable[[Person, Ask], Awaitable[Reply]]


@dataclass(slots=True)
class Cost:
    """Of one kind, request by request: CPU in milliseconds, and statements."""

    web_ms: list[float] = field(default_factory=list)
    database_ms: list[float] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)

    def row(self) -> dict[str, float]:
        return {
            "measured": len(self.web_ms),
            "web_ms": round(_median(self.web_ms), 2),
            "database_ms": round(_median(self.database_ms), 2),
            "statements": round(_median(self.statements), 1),
        }


def _median(values: Iterable[float]) -> float:
    found = list(values)
    return statistics.median(found) if found else 0.0


def tellers(day: Afternoon, prefix: str, count: int, crowd: Crowd) -> list[Teller]:
    """A few of each scenario, under names of their own. Nobody waits: requests follow at once."""
    few = Afternoon(day.programme, count, day.number, day.ledger, prefix=prefix)
    for scenario in (lecture, administrator, rush):
        scenario(few, crowd)
    return crowd.take_all()


async def one_by_one(stories: Iterable[Teller], send: Send) -> None:
    for teller in stories:
        reply: Reply | None = None
        while True:
            try:
                ask = teller.story.send(reply)  # type: ignore[arg-type]
            except StopIteration:
                break
            reply = await send(teller.person, ask)
            teller.person.cookies.update({} if ask.host else dict(reply.cookies))
            if reply.status not in ask.expected:
                raise RuntimeError(f"{ask.kind} {ask.path}: {reply.status or reply.why} {reply.body[:300]!r}")


def of_product(stories: Iterable[Teller], crowd: Crowd, web: Pids, database: Pids, costs: dict[str, Cost]) -> None:
    lines: dict[str, Line] = {}

    async def send(person: Person, ask: Ask) -> Reply:
        loop = asyncio.get_running_loop()
        line = lines.get(ask.host)
        if line is None or not line.open:
            line = lines[ask.host] = Line(loop, crowd.address)
        await asyncio.sleep(AFTERWARDS)
        mine = web(), database()
        before = [usage.cpu_seconds(one) for one in mine]
        came: asyncio.Future[Reply] = loop.create_future()
        line.send(crowd.encoded(ask, person), came.set_result, ask.patience, discards=ask.discards)
        reply = await came
        await asyncio.sleep(AFTERWARDS)
        spent = [usage.cpu_seconds(pids) - was for pids, was in zip(mine, before, strict=True)]
        cost = costs.setdefault(ask.kind, Cost())
        cost.web_ms.append(spent[0] * 1000)
        cost.database_ms.append(spent[1] * 1000)
        return reply

    asyncio.run(one_by_one(stories, send))
    for line in lines.values():
        line.close()


def of_statements(stories: Iterable[Teller], day: Afternoon, host: str, costs: dict[str, Cost]) -> None:
    client = Client(day.programme.app, use_cookies=False)

    with counted(day.programme.db.engine) as statements:

        async def send(person: Person, ask: Ask) -> Reply:
            before = len(statements)
            reply = _asked(client, host, person, ask)
            costs.setdefault(ask.kind, Cost()).statements.append(len(statements) - before)
            return reply

        asyncio.run(one_by_one(stories, send))


def _asked(client: Client, host: str, person: Person, ask: Ask) -> Reply:
    own = ask.host or host
    headers = {"Host": own}
    if ask.body is not None:
        headers |= {"Origin": f"http://{own}"}
        headers["Content-Type"] = "application/x-www-form-urlencoded" if ask.form else "application/json"
    if ask.token:
        headers["Authorization"] = f"Bearer {ask.token}"
    if person.cookies and not ask.host:
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in person.cookies.items())
    method = "GET" if ask.body is None else "POST"
    answer = client.open(ask.path, method=method, data=ask.body, headers=headers, base_url=f"http://{own}")
    head = "".join(f"\r\n{name}: {value}" for name, value in answer.headers)
    reply = Reply(answer.status_code, head.encode("latin-1"), answer.get_data())
    answer.close()
    return reply
