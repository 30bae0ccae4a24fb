"""The disk and the clock fail while trainees work: what was acknowledged is there, once and whole. A few seeds of
each; `python -m tests.faults` plays as many as one likes."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.databases import Template
from tests.faults.disk.kinds import KINDS, WEAK

pytestmark = pytest.mark.verify
SEEDS = {"power-sqlite": range(1, 5), "power-postgresql": range(1, 3)}
#: A weak setting loses something in most runs.
MOST = 5


@pytest.fixture
def template() -> Iterator[Template]:
    with tempfile.TemporaryDirectory(prefix="lms-faults-") as folder:  # the user of PostgreSQL must reach it
        made = Template(Path(folder))
        yield made
        made.close()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_nothing_acknowledged_is_lost(template: Template, kind: str) -> None:
    for seed in SEEDS.get(kind, (1,)):
        outcome = KINDS[kind](seed, template)
        assert outcome.good, (seed, outcome)


@pytest.mark.parametrize("kind", sorted(WEAK))
def test_the_cut_finds_what_is_lost_without_a_sync(template: Template, kind: str) -> None:
    assert any(WEAK[kind](seed, template).lost for seed in range(1, MOST + 1))
