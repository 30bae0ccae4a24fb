"""A node that is told to end is first taken out of service, and goes on answering meanwhile."""

import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests import serving
from tests.cli.test_serve import LMS, PATIENCE

#: Longer than any machine needs to ask twice; a second signal ends it.
DRAIN = "300"


@pytest.fixture
def node(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """A web server alone, and its address."""
    (tmp_path / "content").mkdir()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LMS_")}
    with serving.hold_port() as held:
        address = f"127.0.0.1:{serving.number(held)}"
        environment = kept | {
            "LMS_DATA_DIR": str(tmp_path / "data"),
            "LMS_CONTENT_PATH": str(tmp_path / "content"),
            "LMS_WEB_WORKERS": "1",
            "LMS_DRAIN_SECONDS": DRAIN,
            "LMS_LOG_LEVEL": "ERROR",
        }
        command = [LMS, "serve", "--demo", "--only", "web", "--bind", address]
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            assert serving.wait_for(f"http://{address}/readyz", process)
            yield f"http://{address}", process
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
                process.wait(PATIENCE)


def _status(address: str) -> int:
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(address, timeout=PATIENCE) as answer:
            return answer.status
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code


def _wait_for_drain(address: str) -> None:
    until = time.monotonic() + PATIENCE
    while _status(f"{address}/readyz") == 200 and time.monotonic() < until:
        time.sleep(0.05)


def test_a_node_that_is_told_to_end_says_so_and_goes_on(node: tuple[str, subprocess.Popen[bytes]]) -> None:
    address, process = node
    process.send_signal(signal.SIGTERM)
    _wait_for_drain(address)
    assert (_status(f"{address}/readyz"), _status(f"{address}/sign-in")) == (503, 200)
    process.send_signal(signal.SIGTERM)
    assert process.wait(PATIENCE) == 0


def test_connections_end_with_their_next_answer(node: tuple[str, subprocess.Popen[bytes]]) -> None:
    """Else a proxy goes on using them until they are cut under a request."""
    address, process = node
    connection = HTTPConnection(address.removeprefix("http://"), timeout=PATIENCE)
    connection.request("GET", "/healthz")
    before = connection.getresponse()
    before.read()
    process.send_signal(signal.SIGTERM)
    _wait_for_drain(address)
    connection.request("GET", "/healthz")
    after = connection.getresponse()
    assert (before.status, before.will_close, after.status, after.will_close) == (200, False, 200, True)
    connection.close()
