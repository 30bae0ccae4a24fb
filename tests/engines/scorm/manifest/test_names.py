"""Which file an address means, in the spellings that tools of the world write."""

import pytest

from lms.engines.scorm.manifest.names import Escape, Names, with_parameters
from tests.engines.scorm.manifest.builders import RESOURCE, leaf, manifest, package


@pytest.mark.parametrize(
    ("href", "name", "address"),
    [
        ("a.html", "a.html", "a.html"),
        ("./sub/../a.html", "a.html", "a.html"),
        ("a%20b.html", "a b.html", "a%20b.html"),
        ("a b.html", "a b.html", "a%20b.html"),
        ("a%20b.html", "a%20b.html", "a%2520b.html"),
        ("A.HTML", "a.html", "a.html"),
        ("sub\\a.html", "sub/a.html", "sub/a.html"),
        ("/a.html", "a.html", "a.html"),
        ("%EA%B0%80%EC%9A%B4.html", "가운.html", "%EA%B0%80%EC%9A%B4.html"),
        ("가운.html", "가운.html", "%EA%B0%80%EC%9A%B4.html"),
        ("%B0%A1%BF%EE.html", "가운.html", "%EA%B0%80%EC%9A%B4.html"),
        ("ملف.html", "ملف.html", "%D9%85%D9%84%D9%81.html"),
        ("te\u0301nue.html", "t\u00e9nue.html", "t%C3%A9nue.html"),
        ("t\u00e9nue.html", "te\u0301nue.html", "te%CC%81nue.html"),
        ("a.html?x=1&y=2#top", "a.html", "a.html?x=1&y=2#top"),
        ("a#b.html", "a#b.html", "a%23b.html"),
        ("a?b.html", "a?b.html", "a%3Fb.html"),
    ],
)
def test_found(href: str, name: str, address: str) -> None:
    place = Names([name]).locate("", "", href)
    assert (place.path, place.href, place.missing) == (name, address, "")


def test_the_exact_name_wins_over_another_case() -> None:
    assert Names(["A.html", "a.html"]).locate("", "", "a.html").path == "a.html"


@pytest.mark.parametrize(
    "href",
    ["../a.html", "a/../../b", "%2e%2e/b", "..\\b", "C:\\a.html", "c:/a.html", "\\\\host\\a", "javascript:x", "file:///a",
     "data:text/html,x"],
)  # fmt: skip
def test_out_of_the_package(href: str) -> None:
    with pytest.raises(Escape):
        Names(["a.html"]).locate("", "", href)


def test_up_and_down_again_inside_the_package() -> None:
    assert Names(["shared/a.html"]).locate("course", "", "../shared/a.html").path == "shared/a.html"


@pytest.mark.parametrize("href", ["https://example.org/a", "//example.org/a"])
def test_elsewhere(href: str) -> None:
    place = Names([]).locate("", "", href)
    assert place.elsewhere and place.href == "https://example.org/a" and not place.path


def test_missing() -> None:
    assert Names([]).locate("x", "", "a%20b.html").missing == "x/a b.html"


def test_bases_at_every_level() -> None:
    resource = RESOURCE.replace("<resource ", '<resource xml:base="c/" ').replace(
        "/>", '><file href="x.css"/></resource>'
    )
    text = manifest(resources=resource, resources_base=' xml:base="b/"').replace(
        "<manifest ", '<manifest xml:base="a" '
    )
    assert leaf(text, "a/b/c/a.html").resource.href == "a/b/c/a.html"  # type: ignore[union-attr]
    assert package(text, "a/b/c/a.html", "a/b/c/x.css").resources[0].files == ("a/b/c/x.css",)


@pytest.mark.parametrize(
    ("href", "parameters", "joined"),
    [
        ("a.html", "x=1", "a.html?x=1"),
        ("a.html", "?x=1", "a.html?x=1"),
        ("a.html", "?&?x=1", "a.html?x=1"),
        ("a.html?y=2", "?x=1", "a.html?y=2&x=1"),
        ("a.html?y=2", "&x=1", "a.html?y=2&x=1"),
        ("a.html", "#top", "a.html#top"),
        ("a.html?y=2", "#top", "a.html?y=2"),
        ("a.html#end", "#top", "a.html#end"),
        ("a.html#end", "x=1", "a.html?x=1#end"),
        ("a.html", "", "a.html"),
        ("a.html", "?", "a.html"),
    ],
)
def test_parameters_join_the_address(href: str, parameters: str, joined: str) -> None:
    assert with_parameters(href, parameters) == joined
