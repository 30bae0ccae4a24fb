"""docs/settings.md lists the settings that exist, with the defaults and sentences of the code."""

import re

from lms.core.config import SETTINGS
from tests.docs.papers import PAPERS, paper

GUIDE = "docs/settings.md"
ROW = re.compile(r"^\| `(LMS_\w+)` \| (.+?) \| (.+?) \|$", re.MULTILINE)


def test_the_table_is_that_of_the_code() -> None:
    table = {name: (default.strip("`"), about) for name, default, about in ROW.findall(paper(GUIDE))}
    assert table == {one.variable: (one.default or "(empty)", one.about) for one in SETTINGS.values()}


def test_no_paper_names_a_setting_that_does_not_exist() -> None:
    known = {one.variable for one in SETTINGS.values()}
    named = set(re.findall(r"\bLMS_[A-Z_]+\b", "".join(map(paper, ALL))))
    assert {name.rstrip("_") for name in named} - {"LMS"} <= known


ALL = ("README.md", "SECURITY.md", *(f"docs/{path.name}" for path in PAPERS if path.parent.name == "docs"))
