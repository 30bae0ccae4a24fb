"""docs/administrator.md lists the columns of an export, each with its sentence."""

import pytest

from lms.reports.export.rows import FIXED, PER_ACTIVITY
from tests.docs.papers import paper

COLUMNS = FIXED | PER_ACTIVITY


@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_is_documented(column: str) -> None:
    assert f"| `{column}` | {COLUMNS[column]} |" in paper("docs/administrator.md")
