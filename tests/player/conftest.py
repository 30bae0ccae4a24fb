import pytest

from tests.player.desk import Moving


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Moving:
    """The server's clock, which stands still until it is told to go on."""
    return Moving(monkeypatch)
