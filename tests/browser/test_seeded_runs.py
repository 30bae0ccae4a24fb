"""What goes wrong on a device, on the line and on the server, chosen by seeds; see tests/browser/seeded.py.

With a journal that writes nothing on the device, runs fail.
"""

from collections.abc import Callable

import pytest

from tests.browser.conftest import Complaints
from tests.browser.people import Trainee
from tests.browser.seeded import COURSE, Run, publish_seeded
from tests.browser.server import Server

ALL = 200
SOME = 20


@pytest.fixture(scope="module")
def course(server: Server) -> str:
    publish_seeded(server)
    return COURSE


def _play(server: Server, trainee: Callable[..., Trainee], complaints: Complaints, seed: int) -> None:
    complaints.expect("Failed to load resource")  # what a browser says when a line is cut or a server is gone
    Run(server, trainee(course=COURSE), seed).play()


@pytest.mark.parametrize("seed", range(SOME))
def test_run(server: Server, course: str, trainee: Callable[..., Trainee], complaints: Complaints, seed: int) -> None:
    _play(server, trainee, complaints, seed)


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(ALL))
def test_every_run(
    server: Server, course: str, trainee: Callable[..., Trainee], complaints: Complaints, seed: int
) -> None:
    _play(server, trainee, complaints, seed)
