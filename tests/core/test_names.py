"""Names of files from outside: of authored folders (`checked`) and of packages (`inside`)."""

import unicodedata

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


def test_a_name_without_end_is_not_normalised(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    with monkeypatch.context() as patched, pytest.raises(BadName):
        patched.setattr(unicodedata, "normalize", lambda _form, text: (seen.append(len(text)), text)[1])
        inside("a" + "\u0301\u0323" * 500_000)
    assert seen == []
