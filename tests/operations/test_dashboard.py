"""The dashboard and the alerts speak of metrics that exist, with labels that they have."""

import json
import re
import shutil
import subprocess
from typing import Any

import pytest
import yaml

from lms.core.metrics import METRICS
from tests.docs.papers import ROOT, paper

DEPLOY = ROOT / "deploy"
DASHBOARD: dict[str, Any] = json.loads((DEPLOY / "grafana" / "cleanroom.json").read_text(encoding="utf-8"))
RULES = yaml.safe_load((DEPLOY / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))["groups"][0]["rules"]
SCRAPE = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text(encoding="utf-8"))
PANELS = [one for one in DASHBOARD["panels"] if one["type"] != "row"]
EXPRESSIONS = [target["expr"] for panel in PANELS for target in panel["targets"]] + [rule["expr"] for rule in RULES]
NAME = re.compile(r"\blms_\w+")
OF_PROMETHEUS = {"instance", "job", "le"}


def _metric(name: str) -> str:
    """A histogram is read by its parts."""
    return name if name in METRICS else re.sub(r"_(bucket|sum|count)$", "", name)


@pytest.mark.parametrize("expression", sorted(set(EXPRESSIONS)))
def test_an_expression_speaks_of_what_exists(expression: str) -> None:
    names = {_metric(name) for name in NAME.findall(expression)}
    assert names <= set(METRICS)
    known = OF_PROMETHEUS | {label for name in names for label in METRICS[name].labels}
    used = re.findall(r"[{,](\w+)(?:=~|!=|=)", expression)
    used += [one.strip() for group in re.findall(r"\bby \(([^)]*)\)", expression) for one in group.split(",")]
    assert set(used) <= known


def test_every_metric_is_on_the_dashboard() -> None:
    shown = {_metric(name) for panel in PANELS for target in panel["targets"] for name in NAME.findall(target["expr"])}
    assert shown == set(METRICS)


def test_a_histogram_is_read_by_its_buckets_and_a_counter_by_its_rate() -> None:
    for expression in EXPRESSIONS:
        for name in NAME.findall(expression):
            kind = METRICS[_metric(name)].kind
            assert (name != _metric(name)) == (kind == "histogram"), expression
            if kind == "counter":
                assert re.search(rf"(rate|increase)\({name}", expression), expression


def test_panels_lie_beside_one_another() -> None:
    places = [panel["gridPos"] for panel in DASHBOARD["panels"]]
    cells = [
        (x, y)
        for one in places
        for x in range(one["x"], one["x"] + one["w"])
        for y in range(one["y"], one["y"] + one["h"])
    ]
    assert len(cells) == len(set(cells)) and max(x for x, _y in cells) < 24
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])


def test_every_panel_says_what_it_shows_and_asks_the_chosen_source() -> None:
    for panel in PANELS:
        assert panel["description"] and panel["fieldConfig"]["defaults"]["unit"]
        assert {one["datasource"]["uid"] for one in [panel, *panel["targets"]]} == {"${source}"}
    assert [one["name"] for one in DASHBOARD["templating"]["list"]] == ["source", "instance"]


def test_every_alert_is_explained_and_none_besides() -> None:
    explained = re.findall(r"^\| `([A-Z]\w+)` \|", paper("docs/monitoring.md"), re.MULTILINE)
    assert explained == [rule["alert"] for rule in RULES]


def test_every_alert_says_what_is_seen_and_how_bad_it_is() -> None:
    assert [one["alert"] for one in RULES if not one["annotations"]["summary"]] == []
    assert {one["labels"]["severity"] for one in RULES} == {"page", "ticket"}


def test_prometheus_asks_where_the_metrics_are() -> None:
    (job,) = SCRAPE["scrape_configs"]
    assert (job["metrics_path"], job["authorization"]["type"]) == ("/metrics", "Bearer")
    assert SCRAPE["rule_files"] == ["alerts.yml"]


PROMTOOL = shutil.which("promtool")


@pytest.mark.parametrize(
    "words", [["rules", "alerts.yml"], ["config", "--syntax-only", "prometheus.yml"]] * bool(PROMTOOL)
)
def test_prometheus_itself_takes_the_files(words: list[str]) -> None:
    """Where it is installed; the checks above need nothing."""
    done = subprocess.run(
        [str(PROMTOOL), "check", *words], cwd=DEPLOY / "prometheus", capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
