"""How the site fares, on a page: the truth now, also when parts of it do not answer."""

from datetime import timedelta

import pytest
from lxml import html

from lms.admin.operation_words import FINDINGS
from lms.core import metrics, node
from lms.core.bounded import Bounded
from lms.core.clock import now
from lms.core.heartbeat import Heart
from lms.core.jobs import Job
from lms.core.pulse import SPAN, Pulse
from lms.operations.findings import CODES
from tests.client import Client
from tests.people import People

PAGE = "/admin/operations"
#: Codes that only the command can find; their words are in its own language.
OF_THE_COMMAND = {"setting-wrong", "blob-missing", "blob-size", "blob-altered", "site-away", "content-away"}
OF_THE_COMMAND |= {"fonts-missing", "audit-altered", "mail-away"}


def _states(client: Client) -> dict[str, str]:
    page = html.fromstring(client.get(PAGE).text)
    return {row.get("data-part"): row.xpath(".//@data-state")[0] for row in page.xpath("//*[@data-part]")}


def _findings(client: Client) -> set[str]:
    return set(html.fromstring(client.get(PAGE).text).xpath("//@data-finding"))


def test_a_worker_that_is_missed(client: Client, crowd: People) -> None:
    assert (_states(client)["worker"], "worker-missing" in _findings(client)) == ("failed", True)


def test_a_worker_that_lives(client: Client, crowd: People) -> None:
    Heart(client.db, now).beat()
    assert (_states(client)["worker"], "worker-missing" in _findings(client)) == ("complete", False)


def test_jobs_that_have_stopped_lead_to_their_page(client: Client, crowd: People) -> None:
    with client.db.writing() as session:
        session.add(Job(name="mail.send", payload={}, created_at=now(), run_after=now(), dead_at=now(), attempts=8))
    page = html.fromstring(client.get(PAGE).text)
    assert page.xpath("//*[@data-part='jobs']//@data-state") == ["due"]
    assert page.xpath("//*[@data-finding='jobs-dead']//a/@href") == ["/jobs"]


@pytest.mark.parametrize(("age", "state"), [(1, "complete"), (48, "due")])
def test_the_age_of_the_backup(client: Client, crowd: People, age: int, state: str) -> None:
    node.remember_backup(client.app.extensions["lms"].settings.data_dir, now() - timedelta(hours=age))
    assert _states(client)["backup"] == state


def test_what_does_not_answer_is_not_known(client: Client, crowd: People) -> None:
    """The page's own connection works, that of the questions does not."""
    client.app.extensions["lms"].extra["bounded"] = Bounded("postgresql+psycopg://nobody@127.0.0.1:1/none")
    states = _states(client)
    assert (states["database"], states["worker"], states["clock"]) == ("failed", "not-started", "not-started")
    assert states["disk"] == "complete"


def test_the_load_is_that_of_the_pulse(client: Client, crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = client.app.extensions["lms"].settings
    earlier = now().timestamp() - 2 * SPAN
    monkeypatch.setattr("lms.core.pulse.time.time", lambda: earlier)
    pulse = Pulse(metrics.folder_of(settings.data_dir, metrics.part_of(settings.bind)))
    for number in range(30):
        pulse.beat("save", 0.004, 503 if number < 3 else 200)
    page = html.fromstring(client.get(PAGE).text)
    cells = [cell.text_content().strip() for cell in page.xpath("//tr[@data-kind='save']/td")]
    assert cells[1:] == ["2", "4 ms", "5 ms", "10 %"]
    rows = page.xpath("//*[@data-load]//details//tbody/tr/td[1]/text()")
    assert rows.count("30") == 1 and len(rows) == 44


def test_every_finding_of_the_page_has_words() -> None:
    assert set(FINDINGS) == set(CODES) - OF_THE_COMMAND


def test_who_may_not_see_it_sees_nothing(client: Client, crowd: People) -> None:
    client.sign_in(crowd.quentin.id)
    assert client.get(PAGE).status_code == 404
