"""LaTeX becomes MathML; what cannot be shown is refused with a sentence."""

import pytest

from lms.engines.source.mathematics import BadFormula, mathml

SHOWN = [
    (r"10^{-6}", "<msup><mn>10</mn><mrow><mo>−</mo><mn>6</mn></mrow></msup>"),
    (r"a < b", "<mo>&lt;</mo>"),
    (r"\frac{h}{v}", "<mfrac><mrow><mi>h</mi></mrow><mrow><mi>v</mi></mrow></mfrac>"),
    (r"\text{무균}", "<mtext>무균</mtext>"),
    (r"\mu", "<mi>μ</mi>"),
    (r"R \& D", "<mi>&amp;</mi>"),
]


@pytest.mark.parametrize(("latex", "expected"), SHOWN)
def test_a_formula_is_shown(latex, expected):
    assert expected in mathml(latex)


def test_a_block_says_so():
    assert mathml("x", block=True).startswith('<math display="block" alttext="x">')


HOSTILE = [
    r"\text{<img src=x onerror=alert(1)>}",
    r"\text{<script>alert(1)</script>}",
    r"\text{&lt;script&gt;}",
    r"\mathrm{</math><script>alert(1)</script>}",
    r"\color{red\" onclick=\"x}{y}",
    r"\hspace{9999em}x",
]


@pytest.mark.parametrize("latex", HOSTILE)
def test_nothing_of_a_formula_is_a_tag_or_an_attribute_of_the_author(latex):
    try:
        markup = mathml(latex)
    except BadFormula:
        return
    for forbidden in ("<img", "<script", 'onclick="', '9999em">', "style=", "href="):
        assert forbidden not in markup.replace("alttext=", "")


REFUSED = [
    ("", "empty"),
    (r"\frac{1}{", "cannot be read"),
    (r"\foo{x}", r"\foo is not a known command"),
    (r"\href{javascript:alert(1)}{x}", r"\href is not allowed"),
    (r"\url{http://x}", r"\url is not allowed"),
    (r"\style{x:y}{z}", r"\style is not allowed"),
    (r"\newcommand{\a}{\b\b}", r"\newcommand is not allowed"),
    (r"\def\a{b}", r"\def is not allowed"),
    ("x" * 2_001, "longer than"),
    ("{" * 300 + "}" * 300, "nested too deeply"),
    (r"\sqrt " * 500 + "x", "longer than"),
    (r"\left(" * 50 + r"\right)" * 50, "nested too deeply"),
    ("_" * 1_000, "nested too deeply"),
    ("x^1^2", "cannot be read"),
]


@pytest.mark.parametrize(("latex", "reason"), REFUSED)
def test_what_cannot_be_shown_is_refused(latex, reason):
    with pytest.raises(BadFormula, match=reason.replace("\\", r"\\")):
        mathml(latex)
