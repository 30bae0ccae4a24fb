"""A server that is killed again and again while a trainee answers: what was acknowledged is there, nothing counts
twice, and in the end everything has arrived."""

import random
import threading
import time
from itertools import cycle

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Complaints
from tests.browser.people import Trainee
from tests.browser.quiz import begin, choose, door, kept, says, until
from tests.browser.server import Server

pytestmark = pytest.mark.verify
KILLS = 20
#: Pieces of a second after an answer within which the server is killed: before, while and after it is stored.
SPAN = 0.6
GIVEN_UP = 10.0


@pytest.mark.parametrize("seed", [20261121])
def test_twenty_kills_lose_nothing(server: Server, alice: Trainee, complaints: Complaints, seed: int) -> None:
    """Fails when an answer is acknowledged before its commit, or when one that is sent again counts again."""
    complaints.expect("Failed to load resource")
    moments = random.Random(seed)
    page = alice.page()
    attempt = begin(page)
    choose(page, "three")
    until(lambda: door(server, attempt) == "three")
    answers = cycle(("one", "two", "three"))
    for kills in range(1, KILLS + 1):
        given = next(answers)
        choose(page, given)
        threading.Event().wait(moments.uniform(0, SPAN))
        server.kill()
        acknowledged = _acknowledged(page)
        assert len(kept(server, attempt).acts) >= acknowledged
        server.start()
        until(lambda wanted=given: door(server, attempt) == wanted)
        assert len(kept(server, attempt).acts) == kills + 1
    says(page, "saved")
    assert _acknowledged(page) == KILLS + 1


def _acknowledged(page: Page) -> int:
    """How many answers of this page the server has acknowledged, by what is no longer on the device."""
    given, waiting = page.evaluate(
        """() => [
            Math.max(0, ...Object.keys(sessionStorage).filter((key) => /^cr\\|[0-9a-f]+-/.test(key))
                .map((key) => Number(sessionStorage[key]))),
            Object.keys(localStorage).filter((key) => /^cr\\|.*\\|attempt:/.test(key)).length,
        ]"""
    )
    return given - waiting


def test_a_database_that_is_gone_for_long_is_waited_for(server: Server, alice: Trainee, complaints: Complaints) -> None:
    """Longer than the server itself waits for it: the page hears 503 and keeps the answer."""
    complaints.expect("Failed to load resource")
    page = alice.page()
    attempt = begin(page)
    with server.busy():
        choose(page, "two")
        says(page, "kept")
    says(page, "saved")
    assert (door(server, attempt), len(kept(server, attempt).acts)) == ("two", 1)


def test_a_server_that_does_not_answer_is_given_up_and_tried_again(
    server: Server, alice: Trainee, complaints: Complaints
) -> None:
    complaints.expect("Failed to load resource")
    page = alice.page()
    attempt = begin(page)
    choose(page, "one")
    until(lambda: door(server, attempt) == "one")
    with server.away():
        began = time.monotonic()
        choose(page, "two")
        says(page, "kept")
        assert time.monotonic() - began > GIVEN_UP
    says(page, "saved")
    assert (door(server, attempt), len(kept(server, attempt).acts)) == ("two", 2)
