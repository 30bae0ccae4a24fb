"""Faults by seed: nothing acknowledged is lost, nothing counts twice, and it goes on by itself. A few here, some more
among the long tests, hundreds with `python -m tests.faults`."""

from collections.abc import Iterator

import pytest

from tests import postgres
from tests.faults import clusters
from tests.faults.databases import Template
from tests.faults.kinds import KINDS
from tests.faults.outcome import Outcome

SHORT = {"sqlite": ("kill-web", "nginx-restarted"), "postgresql": ("kill-worker",)}
LONG = ("kill-web", "kill-web-anytime", "kill-worker", "nginx-restarted", "worker-dead-for-a-day")
OWN = ("postgres-restarted", "postgres-full", "postgres-failed-over")


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Template]]:
    made = {
        "sqlite": Template(tmp_path_factory.mktemp("sqlite")),
        "postgresql": Template(tmp_path_factory.mktemp("postgresql"), postgres.admin_url()),
    }
    yield made
    for one in made.values():
        one.close()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Template]:
    """On a PostgreSQL server that may be stopped."""
    with clusters.cluster() as server:
        made = Template(tmp_path_factory.mktemp("own"), server.admin, server)
        yield made
        made.close()


def _is_good(found: Outcome) -> None:
    assert found.good, found


@pytest.mark.parametrize(("kind", "database"), [(kind, name) for name, kinds in SHORT.items() for kind in kinds])
def test_one_seed(templates: dict[str, Template], kind: str, database: str) -> None:
    _is_good(KINDS[kind](14, templates[database]))


@pytest.mark.parametrize("kind", ["postgres-restarted"])
def test_one_seed_with_a_server_that_stops(own: Template, kind: str) -> None:
    _is_good(KINDS[kind](14, own))


@pytest.mark.verify
@pytest.mark.parametrize("seed", [37, 411, 1009])
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
@pytest.mark.parametrize("kind", LONG)
def test_seeds(templates: dict[str, Template], kind: str, database: str, seed: int) -> None:
    _is_good(KINDS[kind](seed, templates[database]))


@pytest.mark.verify
@pytest.mark.parametrize("seed", range(20, 24))
@pytest.mark.parametrize("kind", OWN)
def test_seeds_with_a_server_that_stops(own: Template, kind: str, seed: int) -> None:
    _is_good(KINDS[kind](seed, own))
