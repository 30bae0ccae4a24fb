"""Names of files from outside: of authored folders (`checked`) and of packages (`inside`)."""

import pytest

from lms.core.names import BadName, checked, inside


@pytest.mark.parametrize(
    "path",
    ["../a", "a/../b", "/a", "C:/a", "c:a", "a//b", "a/./b", "", "a\x00b", "a\x1bb", "a" * 1_001, "\ud800"],
)
@pytest.mark.parametrize("rule", [checked, inside])
def test_what_leads_out_or_is_no_name_is_refused(rule: object, path: str) -> None:
    with pytest.raises(BadName):
        rule(path)  # type: ignore[operator]


@pytest.mark.parametrize("path", ["what?.html", "part 1: why.js", "d/" * 20 + "index.html", "a\u00a0b.html", "x" * 200])
def test_a_package_may_hold_names_that_an_author_may_not_choose(path: str) -> None:
    assert inside(path) == path
    with pytest.raises(BadName):
        checked(path)
