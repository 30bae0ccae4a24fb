"""What goes over a poor line with the first page, as it goes: the gzip copies that are served."""

import pytest

from lms.web import assets

#: Bytes. A page has one of the scripts, none of which may weigh more than 9.5 kB; the player's has its own limit.
BUDGETS = {
    "learning-page.js": 7_500,
    "lesson-page.js": 8_500,
    "quiz-page.js": 9_700,
    "player-page.js": 20_000,
    "scorm-models.js": 3_500,
    "ui.js": 2_700,
    "preview.js": 600,
    "check.js": 2_600,
    "upload.js": 2_600,
    "style.css": 12_000,
    "player-page.css": 5_000,
    "icons.svg": 4_000,
    "favicon.svg": 400,
}
#: They go out within bundles only.
PARTS = {part for parts in assets.BUNDLES.values() for part in parts} - BUDGETS.keys() | {"player.css"}
#: What a browser that has nothing of a package's host yet fetches of ours, besides the page and its state.
PLAYER = ("player-page.js", "scorm-models.js", "player-page.css", "icons.svg", "favicon.svg")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    target = tmp_path_factory.mktemp("static")
    return {name: (target / f"{hashed}.gz").stat().st_size for name, hashed in assets.build(target).items()}


@pytest.mark.parametrize("name", BUDGETS)
def test_it_keeps_its_budget(weights: dict[str, int], name: str) -> None:
    assert weights[name] <= BUDGETS[name]


def test_every_file_has_a_budget(weights: dict[str, int]) -> None:
    assert weights.keys() - PARTS == BUDGETS.keys()


def test_the_player_starts_cold_within_its_budget(weights: dict[str, int]) -> None:
    """40 kB in all; the page and the state of 30 activities may take 10 kB of them."""
    assert sum(weights[name] for name in PLAYER) <= 30_000
