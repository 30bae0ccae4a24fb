import socket
import threading
from types import SimpleNamespace
from typing import Any

import pytest

from lms.core.outgoing import Budget, GuardedPool, Refused, checked_url, is_public

PUBLIC = "93.184.216.34"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        (PUBLIC, True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("127.8.8.8", False),
        ("0.0.0.0", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("169.254.169.254", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("240.0.0.1", False),
        ("192.0.2.1", False),
        ("::1", False),
        ("::", False),
        ("fe80::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:169.254.169.254", False),
        (f"::ffff:{PUBLIC}", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", False),
        ("localhost", False),
        ("", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    "url",
    [
        "http://host/a",
        "ftp://host/a",
        "file:///etc/passwd",
        "git://host/a",
        "ssh://git@host/a",
        "git@host:a/b.git",
        "https://",
        "https:///a",
        "https://user:word@host/a",
        "https://token@host/a",
        "https://host:port/a",
        "https://[::1/a",
        "https://host/a b",
        "https://host/a\nb",
        "",
    ],
)
def test_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(Refused):
        checked_url(url)


def test_a_refusal_never_repeats_a_password() -> None:
    with pytest.raises(Refused) as refused:
        checked_url("https://user:hunter2@host/a")
    assert "hunter2" not in str(refused.value)


def _open(addresses: list[str]) -> tuple[str, int]:
    asked: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], timeout: float) -> Any:
        asked.append(address)
        return SimpleNamespace()

    GuardedPool.open(lambda _host, _port: addresses, connect, "host", 443, 5)
    return asked[0]


def test_it_connects_to_the_address_that_was_judged() -> None:
    assert _open([PUBLIC]) == (PUBLIC, 443)


@pytest.mark.parametrize("addresses", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], []], ids=["private", "one private", "none"])
def test_it_does_not_connect_to_others(addresses: list[str]) -> None:
    with pytest.raises(Refused, match="public internet"):
        _open(addresses)


def test_a_name_is_resolved_once_so_a_second_answer_changes_nothing() -> None:
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    asked: list[str] = []

    def connect(address: tuple[str, int], timeout: float) -> Any:
        asked.append(address[0])
        raise OSError

    with Budget(60, 1000) as budget, pytest.raises(Refused, match="does not answer"):
        GuardedPool(budget, lambda _h, _p: next(answers), connect).request("GET", "https://rebinding.example/")
    assert asked == [PUBLIC]


def test_a_name_of_loopback_is_refused_by_the_whole_pool() -> None:
    with Budget(60, 1000) as budget, pytest.raises(Refused, match="public internet"):
        GuardedPool(budget).request("GET", "https://localhost/a")


class Scripted(GuardedPool):
    """A pool whose answers are given."""

    def __init__(self, budget: Budget, answers: list[Any]) -> None:
        super().__init__(budget)
        self.answers = answers
        self.asked: list[str] = []

    def send(self, method: str, url: str, *args: Any, **kwargs: Any) -> Any:
        self.asked.append(url)
        return self.answers.pop(0)


def _answer(status: int = 200, location: str = "", body: bytes = b"") -> Any:
    parts = [body[start : start + 7] for start in range(0, len(body), 7)]
    return SimpleNamespace(
        status=status,
        headers={"Location": location} if location else {},
        close=lambda: None,
        read=lambda _amount: parts.pop(0) if parts else b"",
    )


def test_it_follows_to_another_https_address() -> None:
    with Budget(60, 1000) as budget:
        pool = Scripted(budget, [_answer(301, "/b"), _answer(302, "https://other/c"), _answer(body=b"text")])
        response = pool.request("GET", "https://host/a")
        assert response.geturl() == "https://other/c" and response.read() == b"text"
    assert pool.asked == ["https://host/a", "https://host/b", "https://other/c"]


@pytest.mark.parametrize("location", ["http://host/b", "file:///etc/passwd", "https://a:b@host/c"])
def test_it_does_not_follow_to_what_it_would_not_begin_with(location: str) -> None:
    with Budget(60, 1000) as budget, pytest.raises(Refused):
        Scripted(budget, [_answer(302, location), _answer()]).request("GET", "https://host/a")


def test_it_does_not_follow_for_ever() -> None:
    with Budget(60, 1000) as budget, pytest.raises(Refused, match="without end"):
        Scripted(budget, [_answer(302, "/again") for _ in range(9)]).request("GET", "https://host/a")


def test_it_reads_no_more_than_allowed() -> None:
    with Budget(60, 20) as budget:
        response = Scripted(budget, [_answer(body=b"1234567" * 9)]).request("GET", "https://host/a")
        with pytest.raises(Refused, match="larger"):
            response.read()


def test_a_connection_that_trickles_is_cut_when_the_time_is_over() -> None:
    ours, theirs = socket.socketpair()
    cut = threading.Event()
    threading.Thread(target=lambda: (theirs.recv(1), cut.set())).start()
    with Budget(1.5, 1000) as budget:  # not over before it watches, on a machine that stumbles
        budget.watch(ours)
        assert ours.recv(1) == b"" and cut.wait(60)
        with pytest.raises(Refused, match="longer"):
            budget.check()
    ours.close()
    theirs.close()
