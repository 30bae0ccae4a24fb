"""docs/monitoring.md lists the metrics and the findings of the code, in its words."""

import re

from lms.core import ready
from lms.core.metrics import METRICS
from lms.operations.findings import CODES
from tests.docs.papers import paper

GUIDE = "docs/monitoring.md"


def test_the_table_of_metrics_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `(lms_\w+)` \| (\w+) \| (.+?) \| (.+?) \|$", paper(GUIDE), re.MULTILINE)
    told = {name: (kind, tuple(re.findall(r"`(\w+)`", labels)), about) for name, kind, labels, about in rows}
    assert told == {name: (one.kind, one.labels, one.about) for name, one in METRICS.items()}


def test_the_table_of_findings_is_that_of_the_code() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| (problem|warning) \| (.+?) \| (.+?) \|$", paper(GUIDE), re.MULTILINE)
    assert {code: tuple(words) for code, *words in rows} == {
        code: (one.level, one.about, one.do) for code, one in CODES.items()
    }


def test_the_parts_of_health_are_those_of_the_code() -> None:
    assert tuple(re.findall(r"^\| `(\w+)` \| .*`slow` \|", paper(GUIDE), re.MULTILINE)) == ready.PARTS
