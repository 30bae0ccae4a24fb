"""From the button of the course page to the end of the course, in each standard."""

from pathlib import Path

import pytest

from tests.client import Client
from tests.player.desk import Desk, alice_takes


@pytest.mark.parametrize("standard", ["1.2", "2004", "ims"])
def test_from_start_to_the_end(client: Client, tmp_path: Path, standard: str) -> None:
    alice_takes(client, tmp_path, standard)
    desk = Desk(client).open()
    assert desk.delivery["key"] == "sco-1"
    assert desk.get(desk.delivery["href"]).text == "<!doctype html><title>Wash</title><p>Wash"
    desk.send(desk.op("init"), desk.op("end"))
    desk.nav("continue")
    assert desk.delivery["key"] == "sco-2"
    ended = desk.nav("exitAll")
    assert (ended["ended"], ended["delivery"]) == (True, None)
