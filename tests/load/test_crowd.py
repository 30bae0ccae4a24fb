"""The client of the load runs behaves as the shipped pages do, towards a server that answers as it is told."""

import asyncio
import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from tests.load.afternoon.crowd import Ask, Crowd, Person, Story
from tests.load.afternoon.journal import Journal, Ledger, insist

OK = b'HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n{"acked": 1, "missing": [], "refused": []}'.replace(b"38", b"42")
BUSY = b"HTTP/1.1 503 Busy\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
CHUNKS = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n"
COOKIE = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/\r\nContent-Length: 0\r\n\r\n"


class Server:
    """`answers` in turn, whatever is asked; b"" closes the line without one. `asked` are heads, bodies and moments."""

    def __init__(self, *answers: bytes) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, bytes, float]] = []
        self.lines = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.lines += 1
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                size = head.lower().partition("content-length: ")[2].partition("\r\n")[0]
                body = await reader.readexactly(int(size or 0))
                self.asked.append((head, body, asyncio.get_running_loop().time()))
                answer = self.answers.pop(0)
                if not answer:
                    break
                writer.write(answer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def played(server: Server, told: Callable[[Ledger], Story], person: Person | None = None) -> tuple[Crowd, Ledger]:
    ledger = Ledger()

    async def play() -> Crowd:
        listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
        async with listening:
            crowd = Crowd(listening.sockets[0].getsockname()[:2], "localhost:1")
            crowd.add(0, person or Person(), told(ledger))
            await crowd.play()
        return crowd

    with ThreadPoolExecutor(1) as aside:  # a browser of other tests may have a loop in this thread
        return aside.submit(asyncio.run, play()).result(), ledger


def saving(ledger: Ledger) -> Story:
    journal = Journal(ledger, "save", "/operations", "load-1.signature", 3)
    yield from journal.post([("answer", {"question": "q", "response": None})], random.Random(1))


def test_a_busy_server_gets_the_same_numbers_again_when_it_has_asked_for_that() -> None:
    server = Server(BUSY, OK)
    crowd, ledger = played(server, saving)
    (_, first, before), (_, again, after) = server.asked
    assert json.loads(first) == json.loads(again)
    assert json.loads(again)["ops"][0]["n"] == 1
    assert after - before >= 1
    assert ledger.loads["load-1"].stored == {1}
    assert (crowd.tally.errors, crowd.tally.busy) == (1, 1)


def test_a_closed_line_is_an_error_and_what_was_sent_goes_again() -> None:
    server = Server(b"", OK)
    crowd, ledger = played(server, saving)
    assert server.asked[0][1] == server.asked[1][1]
    assert ledger.acknowledged == 1
    assert crowd.tally.errors == 1


def test_what_was_not_acknowledged_is_not_counted_as_stored() -> None:
    missing = b'{"acked": 0, "missing": [1], "refused": []}'
    _crowd, ledger = played(
        Server(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s" % (len(missing), missing)), saving
    )
    assert ledger.acknowledged == 0


def test_a_kept_line_that_was_closed_meanwhile_is_no_error() -> None:
    def twice(_ledger: Ledger) -> Story:
        for _turn in range(2):
            yield Ask("page", "/")

    server = Server(COOKIE, b"", COOKIE)
    crowd, _ledger = played(server, twice)
    assert (len(server.asked), server.lines) == (3, 2)
    assert (crowd.tally.errors, crowd.tally.resent) == (0, 1)


def test_who_thinks_comes_back_over_a_new_line_with_the_cookie_of_the_old_one() -> None:
    def thinking(_ledger: Ledger) -> Story:
        yield Ask("page", "/")
        yield Ask("page", "/", after=1.01)

    server = Server(COOKIE, COOKIE)
    played(server, thinking)
    assert server.lines == 2
    assert "Cookie: a=1\r\n" in server.asked[1][0]


def test_chunks_are_put_together() -> None:
    heard = []

    def exporting(_ledger: Ledger) -> Story:
        heard.append((yield Ask("export", "/")))

    played(Server(CHUNKS), exporting)
    assert heard[0].text() == "abcde"


def test_a_refusal_for_good_ends_the_story_as_an_error() -> None:
    def refused(_ledger: Ledger) -> Story:
        yield from insist(Ask("page", "/"), random.Random(1))

    crowd, _ledger = played(Server(b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"), refused)
    assert crowd.tally.errors == 2
    assert crowd.tally.examples[1] == "GaveUp: page /: 404"
