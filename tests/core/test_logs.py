import json
import logging

import pytest

from lms.core.logs import JsonFormatter, masked


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/reset/AbC123?x=1", "/reset/***?x=1"),
        ("/invite/AbC123", "/invite/***"),
        ("/courses/gxp?held=AbC", "/courses/gxp?held=***"),
        ("/courses/gxp", "/courses/gxp"),
    ],
)
def test_capabilities_are_masked(path: str, shown: str) -> None:
    assert masked(path) == shown


def test_a_line_is_json_with_the_facts() -> None:
    record = logging.LogRecord("lms", logging.INFO, "", 1, "request", None, None)
    record.facts = {"status": 200}
    assert json.loads(JsonFormatter().format(record))["status"] == 200
