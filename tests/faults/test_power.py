"""A power cut while trainees work and packages are published: what was acknowledged is there, once and whole."""

from pathlib import Path

import pytest

from tests.faults.databases import Template
from tests.faults.disk.kinds import KINDS, WEAK

pytestmark = pytest.mark.verify
SEEDS = range(1, 6)


@pytest.mark.parametrize("kind", sorted(one for one in KINDS if one.startswith("power")))
def test_nothing_acknowledged_is_lost(tmp_path: Path, kind: str) -> None:
    template = Template(tmp_path)
    for seed in SEEDS:
        outcome = KINDS[kind](seed, template)
        assert outcome.good, (seed, outcome)
    template.close()


@pytest.mark.parametrize("kind", sorted(WEAK))
def test_the_cut_finds_what_a_weak_setting_loses(tmp_path: Path, kind: str) -> None:
    template = Template(tmp_path)
    assert any(WEAK[kind](seed, template).lost for seed in SEEDS)
    template.close()
