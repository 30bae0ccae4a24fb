"""Drawings: what may stand, what is refused and where."""

import pytest

from lms.engines.source.problem import Problems
from lms.engines.source.svg import inline, read_svg

from ..markup import dangers

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 640 300">'


def read(inner: str, head: str = HEAD):
    problems = Problems()
    drawing = read_svg(f"{head}\n{inner}\n</svg>".encode(), "a.svg", problems)
    return drawing, [str(problem) for problem in problems.sorted()]


KEPT = [
    '<path class="f-line" d="M0,0 L5 5e-3" stroke-dasharray="5 6"/>',
    '<defs><marker id="a"><path d="M0 0"/></marker></defs><path marker-end="url(#a)"/>',
    '<text font-size="20">A &lt; B &amp; <tspan>x</tspan></text>',
    '<rect fill="rgb(1,2,3)" transform="translate(1 2) scale(3)"/>',
    "<title>A</title>",
    '<g id="x"><rect/></g><use href="#x"/>',
]


@pytest.mark.parametrize("inner", KEPT)
def test_drawing_is_kept(inner):
    drawing, told = read(inner)
    assert not told
    assert inner in drawing.markup


REFUSED = [
    ("<script>alert(1)</script>", "2:1", "may not hold <script>"),
    ("<g><script/></g>", "2:4", "may not hold <script>"),
    ('<g onclick="x"/>', "2:1", 'handler "onclick"'),
    ('<rect\n onload="x"/>', "2:1", 'handler "onload"'),
    ('<foreignObject><p xmlns="http://www.w3.org/1999/xhtml"/></foreignObject>', "2:1", "may not hold <foreignObject>"),
    ("\n  <style>a{}</style>", "3:3", "may not hold <style>"),
    ('<rect style="fill:red"/>', "2:1", 'style="…" does not work'),
    ('<use href="http://x/y#a"/>', "2:1", "leaves the drawing"),
    ('<use xlink:href="data:x"/>', "2:1", "leaves the drawing"),
    ('<a xlink:href="javascript:x"><text>q</text></a>', "2:1", "may not hold <a>"),
    ('<image xlink:href="x.png"/>', "2:1", "may not hold <image>"),
    ('<rect fill="url(http://e/x)"/>', "2:1", "no addresses"),
    ('<rect fill="u\\72l(x)"/>', "2:1", "no addresses"),
    ('<rect fill="expression(alert(1))"/>', "2:1", "no addresses"),
    ('<set attributeName="href"/>', "2:1", "drawings stand still"),
    ('<animate attributeName="href" values="javascript:x"/>', "2:1", "drawings stand still"),
    ('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>', "1:1", "holds <use> itself"),
    ("<g>" * 100 + "</g>" * 100, "2:181", "60 levels"),
    ("<rect", "3:1", "not XML"),
    ("<rect></text>", "2:14", "not XML"),
    ("&nbsp;", "2:7", "not XML"),
]


@pytest.mark.parametrize(("inner", "place", "words"), REFUSED)
def test_what_could_act_is_refused_at_its_place(inner, place, words):
    drawing, told = read(inner)
    assert drawing is None
    assert told[0].startswith(f"a.svg:{place}: error: ")
    assert words in told[0]


WHOLE = [
    (b'<!DOCTYPE svg [<!ENTITY a "b">]>\n<svg/>', "DOCTYPE"),
    (b'<?xml version="1.0"?>\n<!doctype svg>\n<svg/>', "DOCTYPE"),
    ('<?xml version="1.0" encoding="utf-16"?><!DOCTYPE svg><svg/>'.encode("utf-16"), "DOCTYPE"),
    (b"<html/>", "must begin with <svg"),
    (b"<svg/>", "must begin with <svg"),
    (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "needs viewBox"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 0 5"/>', "more than 0"),
    (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 nan 5"/>', "needs viewBox"),
    (b"", "not XML"),
    (b"\xff\xfe", "not XML"),
    (b" " * 300_001, "larger than 300 kB"),
]


@pytest.mark.parametrize(("data", "words"), WHOLE)
def test_a_file_that_is_no_drawing_is_refused(data, words):
    problems = Problems()
    assert read_svg(data, "a.svg", problems) is None
    assert words in str(problems.sorted()[0])


LEFT_OUT = [
    ("<metadata>z</metadata>", "<metadata> is left out"),
    ('<rect data-x="1"/>', '"data-x" is left out'),
    ('<text font-size="20" font-family="Arial">x</text>', '"font-family" is left out'),
    ('<rect class="callout f-ink"/>', "names that have no meaning here"),
    ('<text font-size="8">q</text>', "too small for a phone; use 20"),
    ('<x:y xmlns:x="http://www.w3.org/1999/xhtml"/>', "<y> is left out"),
]


@pytest.mark.parametrize(("inner", "words"), LEFT_OUT)
def test_what_drawing_programs_leave_is_dropped_with_a_warning(inner, words):
    drawing, (told,) = read(inner)
    assert drawing is not None
    assert told.startswith("a.svg:2:1: warning: ")
    assert words in told


def test_a_wide_drawing_is_warned_of():
    _, (told,) = read("<rect/>", HEAD.replace("640", "900"))
    assert "900 units wide; 640 is the most" in told


def test_lettering_is_judged_by_the_width():
    assert read('<text font-size="15">x</text>', HEAD.replace("640", "480"))[1] == []


def test_ids_of_two_drawings_cannot_meet():
    drawing, _ = read('<defs><marker id="a"/></defs><path marker-end="url(#a)"/><use href="#a"/>')
    markup = inline(drawing, "f1-", 'Say "x" <y>')
    assert 'id="f1-a"' in markup
    assert 'marker-end="url(#f1-a)"' in markup
    assert 'href="#f1-a"' in markup
    assert 'role="img" aria-label="Say &quot;x&quot; &lt;y&gt;"' in markup


def test_texts_of_a_drawing_stay_texts():
    drawing, _ = read('<title>&lt;script&gt;x</title><text font-size="20"><![CDATA[<img onerror=1>]]></text>')
    assert not dangers(inline(drawing, "f1-", "x"))


def test_comments_and_instructions_are_dropped():
    drawing, _ = read('<?xml-stylesheet href="x"?><!-- <script> --><rect/>')
    assert drawing.markup.endswith("\n<rect/>\n</svg>")
