"""What people do all day reads a bounded number of rows however much has been recorded.

The short tests ask whether there is an index for each statement; the long one fills PostgreSQL with a million events
and looks at what each statement really touched.
"""

from collections.abc import Iterator

import pytest

from tests.growth import fill, places, site
from tests.growth.acts import ACTS
from tests.growth.plans import Plan, Recorder
from tests.growth.site import Site

#: One process fills each database once.
pytestmark = pytest.mark.xdist_group("growth")
#: Tables that grow with people and with what they do.
GROWING = frozenset(
    {
        "activity_state",
        "audit_detail",
        "audit_event",
        "certificate",
        "completion",
        "enrolment",
        "job",
        "launch_trace",
        "learner_globals",
        "learning_event",
        "one_time_link",
        "package_launch",
        "package_run",
        "privacy_acceptance",
        "quiz_attempt",
        "quiz_response",
        "registration",
        "sco_attempt",
        "sign_in_throttle",
        "user_account",
        "user_session",
    }
)


def _scans(plans: list[Plan]) -> list[tuple[str, str]]:
    return [(table, one.statement[:2000]) for one in plans for table in one.scanned if table in GROWING]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def recording(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Site, Recorder]]:
    folder = tmp_path_factory.mktemp("growth")
    with places.empty(request.param, folder) as url:
        built = site.build(url, folder, 4)
        yield built, Recorder(built.db, never_scan=True)
        built.db.close()


@pytest.mark.parametrize("name", ACTS)
def test_there_is_an_index_for_everything(recording: tuple[Site, Recorder], name: str) -> None:
    built, recorder = recording
    with recorder.recorded() as plans:
        ACTS[name].do(built)
    assert plans and _scans(plans) == []


def test_a_statement_without_an_index_would_be_found(recording: tuple[Site, Recorder]) -> None:
    built, recorder = recording
    with recorder.recorded() as plans, built.db.reading() as session:
        session.connection().exec_driver_sql("SELECT count(*) FROM learning_event WHERE outcome = 'late'")
    assert [table for table, _statement in _scans(plans)] == ["learning_event"]


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, Recorder]]:
    folder = tmp_path_factory.mktemp("grown")
    with places.empty("postgresql", folder) as url:
        built = site.build(url, folder, 50)
        fill.fill(built.db, 1_000_000, len(built.pens))
        yield built, Recorder(built.db)
        built.db.close()


@pytest.mark.verify
@pytest.mark.parametrize("name", ACTS)
def test_at_a_million_events_little_is_touched(grown: tuple[Site, Recorder], name: str) -> None:
    built, recorder = grown
    act = ACTS[name]
    act.do(built)
    with recorder.recorded() as plans:
        act.do(built)
    heavy = [one for one in plans if one.rows > act.rows or one.blocks > act.blocks]
    assert plans and heavy == []  # a table that still fits into few blocks may be read from end to end
