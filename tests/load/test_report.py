"""The report of a load run says what was measured."""

import json
from dataclasses import replace

import pytest

from tests.load.afternoon import html, report
from tests.load.afternoon.crowd import Played
from tests.load.afternoon.meter import Used
from tests.load.afternoon.run import Plan, Result
from tests.load.afternoon.scenarios import SCENARIOS
from tests.load.afternoon.tally import Tally, percentile
from tests.load.afternoon.verdict import Verdict
from tests.load.afternoon.wire import Reply
from tests.load.measure import Compared, Cost

USED = Used({"web": 2.0, "worker": 0.1, "proxy": 0.0, "database": 1.0}, {"before": 90.0, "after": 95.5, "most": 99.0})
COST = Cost(requests=10, rate=100, p50=1, p95=2, p99=3, web_ms=2.5, database_ms=0.5)


@pytest.mark.parametrize(("part", "expected"), [(0.5, 50), (0.95, 95), (0.99, 99), (1.0, 100), (0.001, 1)], ids=str)
def test_a_percentile_is_the_smallest_value_that_so_many_do_not_exceed(part: float, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), part) == expected


def test_a_percentile_of_nothing_is_nothing() -> None:
    assert percentile([], 0.95) == 0


def result(database: str = "postgresql", **lost: list[str]) -> Result:
    """A hundred saves of 10 to 1000 ms, of which one failed; staff have waited for long."""
    tally = Tally()
    for number in range(1, 101):
        reply = Reply(503 if number == 100 else 200, body=b"", size=500)
        tally.add("save an answer", reply, (200,), number / 100, number / 10, 300)
    tally.add("export csv", Reply(200, size=10), (200,), 9.0, 9.0, 10)
    plan = Plan(people=40, speed=60, only=(), number=1, alone=0, requests=0, ratios=0)
    made = Result(database, "durable", plan)
    made.played["lecture"] = SCENARIOS[2], Played(tally, 10.0, 0.5), USED
    made.ratios = [
        (name, Compared(COST, COST, web, web + 0.5)) for name, web in (("lesson", 2.0), ("save an answer", 2.6))
    ]
    made.verdict = Verdict(99, **lost)
    return made


def test_the_summary_holds_what_happened() -> None:
    told = report.summary([result(), result("sqlite", lost=["one"], doubled=["two", "three"])])
    assert told["errors"] == 2
    assert (told["lost"], told["doubled"], told["acknowledged"]) == (1, 2, 198)
    assert (told["p95_ms"], told["p99_ms"]) == (950.0, 990.0)
    assert (told["ratio_save"], told["ratio_view"], told["ratio_launch"]) == (3.1, 2.5, None)
    assert told["requests_per_s"] == 10


def test_a_launch_is_measured_by_its_posts() -> None:
    made = result()
    bare = replace(COST, web_ms=0.5, database_ms=0.5)
    made.ratios += [
        (name, Compared(COST, bare, 1.0, 1.0)) for name in ("launch: start", "launch: take", "launch: file")
    ]
    assert report.summary([made])["ratio_launch"] == 3.0


def test_the_keys_that_others_read_are_there() -> None:
    wanted = {"errors", "lost", "doubled", "p95_ms", "p99_ms", "ratio_save", "ratio_view", "requests_per_s"}
    assert wanted <= report.summary([result()]).keys()


def test_a_scenario_says_what_a_request_took() -> None:
    told = report.whole([result()], "command")["databases"][0]["scenarios"][0]
    assert (told["requests"], told["errors"], told["busy"]) == (101, 1, 1)
    assert (told["web_ms"], told["database_ms"]) == (19.8, 9.9)
    assert told["kinds"]["save an answer"]["said"] == {"200": 99, "503": 1}
    assert told["kinds"]["save an answer"]["received_bytes"] == 500
    assert sum(one["rate"] for one in told["series"]) == 101


def test_the_page_says_the_same_and_needs_nothing_else() -> None:
    told = report.whole([result(lost=["page load <x>"])], "python -m <here>")
    text = html.page(json.loads(json.dumps(told)))
    assert '<b class="bad">1 lost</b>' in text
    assert "page load &lt;x&gt;" in text
    assert "python -m &lt;here&gt;" in text
    assert "<td>save an answer</td><td>100</td><td>500.0</td><td>950.0</td>" in text
    assert "http" not in text.replace("http-equiv", "")
