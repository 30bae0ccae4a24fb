"""The dialect: what is written, what is told, and where."""

import pytest

from lms.engines.source.markdown import Writer
from lms.engines.source.problem import Origin, Position, Problems
from lms.engines.source.surroundings import Directive, Link

from ..markup import dangers


class Echo:
    """Surroundings that have everything, and remember what they were asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Position]] = []
        self.directives: list[Directive] = []

    def link(self, href: str, at: Position) -> Link | None:
        self.asked.append((href, at))
        return Link({"href": "there"})

    def picture(self, src: str, alternative: str, at: Position, prefix: str) -> str:
        self.asked.append((src, at))
        return f'<img src="{prefix}{src}" alt="{alternative}">'

    def directive(self, directive: Directive) -> str:
        self.directives.append(directive)
        return f'<fieldset id="{directive.block_id}"></fieldset>'


class Page:
    def __init__(self, text: str, *, whole: bool = True, locale: str = "en", origin: Origin | None = None) -> None:
        self.around = Echo()
        self.problems = Problems()
        self.writer = Writer("l.md", self.problems, self.around, locale, whole=whole)
        self.html = self.writer.blocks(text, origin)

    @property
    def told(self) -> list[str]:
        return [str(problem) for problem in self.problems.sorted()]


WRITTEN = [
    ("*a* **b** ~~c~~ `d`", "<em>a</em> <strong>b</strong> <s>c</s> <code>d</code>"),
    ("## Head", '<h2 id="p1">Head</h2>'),
    ("- a\n- b", '<li id="p1">a</li>'),
    ("- a\n\n- b", '<p id="p1">a</p>'),
    ("> a", '<blockquote id="p1">\n<p id="p2">a</p>'),
    ("```sql\na < b\n```", '<pre id="p1"><code class="language-sql">a &lt; b\n</code></pre>'),
    ("$a<b$", "<mo>&lt;</mo>"),
    ("$$\nx\n$$", '<div class="math" id="p1"><math display="block"'),
    ("It costs $5 and $6.", "It costs $5 and $6."),
    ("| a |\n|--:|\n| 1 |", '<td class="align-right">1</td>'),
    (
        "| a |\n|---|\n| 1 |",
        '<div class="table-scroll" role="region" tabindex="0" aria-label="Table 1"><table id="p1">',
    ),
    ("![A b](x.svg)", '<figure id="p1" class="figure"><div class="drawing"><img src="f1-x.svg" alt="A b"></div>'),
    ('![A](x.svg "Cap *c*")', "<figcaption><strong>Figure 1.</strong> Cap <em>c</em></figcaption>"),
    ("a ![A](x.svg) b", '<p id="p1">a <img src="f1-x.svg" alt="A"> b</p>'),
    (
        ":::note\nx\n:::",
        '<aside class="callout note">\n<p class="callout-title"><strong>Note</strong></p>\n<p id="p1">x',
    ),
    (":::caution Mind *this*\nx\n:::", "<strong>Caution</strong> Mind <em>this</em>"),
    (":::inspector\nx\n:::", "<strong>What an inspector asks</strong>"),
    (":::check a\nb: c\n:::", '<fieldset id="p1"></fieldset>'),
    ("a[^1]\n\n[^1]: b", '<section class="footnotes"><h2>Footnotes</h2>\n<ol>\n<li id="fn1"><p>b'),
    ("## A b\n\n[x](#a-b)", '<a href="#p1">x</a>'),
    ("[x](#later)\n\n## Later", '<a href="#p2">x</a>'),
    ("1\\. x", '<p id="p1">1. x</p>'),
    ("<b>x</b>", "&lt;b&gt;x&lt;/b&gt;"),
]


@pytest.mark.parametrize(("text", "expected"), WRITTEN)
def test_the_dialect_is_written(text, expected):
    assert expected in Page(text).html


def test_a_description_belongs_to_the_figure_before_it():
    html = Page('![A](x.svg "C")\n\n:::describe\nRead *me*.\n:::').html
    assert '<summary>Read as text</summary>\n<p id="p2">Read <em>me</em>.</p>\n</details></figure>' in html


LABELS = [("ko", "그림 1."), ("fr", "Figure 1."), ("fr-CA", "Figure 1."), ("km", "Figure 1.")]


@pytest.mark.parametrize(("locale", "expected"), LABELS)
def test_labels_are_in_the_language_or_in_english(locale, expected):
    assert f"<strong>{expected}</strong>" in Page('![A](x.svg "C")', locale=locale).html


def test_figures_count_apart_from_pictures_in_the_text():
    assert "Figure 1." in Page("a ![A](x.svg)\n\n![B](y.svg)").html


def test_blocks_are_numbered_in_reading_order_but_not_footnotes():
    page = Page("a[^1]\n\n- b\n- c\n\n[^1]: d\n\ne")
    assert page.writer.outline.blocks == 4


def test_headings_of_the_second_level_are_the_contents():
    page = Page("## One `x`\n\n### Two\n\n## Three")
    assert page.writer.outline.headings == [("p1", "One x"), ("p3", "Three")]


TOLD = [
    ("a\n\n# Head", "3:1: error: the title stands in the front matter"),
    ("### Head", "1:1: error: ### skips a level; use ## here"),
    ("## A\n\n#### B", "3:1: error: #### skips a level; use ### here"),
    ("##", "1:1: error: the heading is empty"),
    ("a\n![](x.svg)", "2:1: error: the picture has no alternative text"),
    ("a [](x.md)", "1:3: error: the link has no words"),
    ("[x](#nowhere)", "1:1: error: no heading here is called #nowhere"),
    ("a\nb <b onclick=x>c", "2:3: warning: HTML is shown as text: <b onclick=x>"),
    ("<!-- c -->", "1:1: warning: HTML is shown as text: <!--"),
    ("a $\\foo$", "1:3: error: \\foo is not a known command"),
    ("a\n\n$$\n\\frac{\n$$", "3:1: error: the formula cannot be read"),
    ("a[^1]", "1:2: error: the footnote [^1] has no text"),
    ("a\n\n:::chek b\nc: d\n:::\n", "3:1: error: ::: chek is not known; did you mean :::check?"),
    ("a\n\n:::\n", "3:1: error: nothing is open here that ::: could close"),
    ("a\n\n:::note\nb", "3:1: error: :::note is never closed"),
    ("a\n\n:::check b\nc: d", "3:1: error: :::check is never closed"),
    ("a\n\n:::describe\nb\n:::", "3:1: error: :::describe must directly follow a figure"),
    (":::note T <script>\nx\n:::", "1:11: warning: HTML is shown as text: <script>"),
    ("| a |\n|---|\n| x <i> |", "3:5: warning: HTML is shown as text: <i>"),
    ("> - a\n>   b <i>", "2:7: warning: HTML is shown as text: <i>"),
]


@pytest.mark.parametrize(("text", "expected"), TOLD)
def test_a_mistake_is_told_at_its_place(text, expected):
    (told,) = Page(text).told
    assert told.startswith(f"l.md:{expected}")


PLACES = [
    ("a [b](c) d", (1, 3)),
    ("a\nlong **x [b](c)**", (2, 10)),
    ("- a\n  - x [b](c)", (2, 7)),
    ("| a |\n|---|\n| 1 [b](c) |", (3, 5)),
    ("> a\n> [b](c)", (2, 3)),
    ("## a [b](c)", (1, 6)),
    (":::note x [b](c)\na\n:::", (1, 11)),
    (":::note\n\na [b](c)\n:::", (3, 3)),
    ("a[^1]\n\n[^1]: x [b](c)", (3, 9)),
    ("x\n\ny ![b](c)", (3, 3)),
    ("<https://c>", (1, 1)),
]


@pytest.mark.parametrize(("text", "expected"), PLACES)
def test_links_and_pictures_are_asked_for_with_their_places(text, expected):
    assert Page(text).around.asked[0][1] == Position(*expected)


def test_two_links_in_one_row_have_two_places():
    asked = Page("| a | b |\n|---|---|\n| [x](c) | [x](c) |").around.asked
    assert [place for _, place in asked] == [Position(3, 3), Position(3, 12)]


def test_places_begin_where_the_text_stands_in_its_file():
    page = Page("a\n[b](c)", origin=Origin(Position(7, 3), 3))
    assert page.around.asked[0][1] == Position(8, 3)


BODIES = [
    (":::check a\nb: c\nd: e\n:::", "b: c\nd: e", (2, 1)),
    ("- x\n\n  :::check a\n  b: c\n  :::", "b: c", (4, 3)),
    ("> :::check a\n> b: c\n> d: e\n> :::", "b: c\nd: e", (2, 3)),
    (":::note\n:::check a\nb: c\n:::\n:::", "b: c", (3, 1)),
]


@pytest.mark.parametrize(("text", "body", "place"), BODIES)
def test_the_body_of_a_directive_comes_with_its_place(text, body, place):
    (directive,) = Page(text).around.directives
    assert (directive.body, directive.origin.at()) == (body, Position(*place))


def test_code_may_show_directives():
    page = Page(":::note\n```\n:::\n```\n:::")
    assert page.told == []
    assert "<code>:::\n</code>" in page.html


ONLY_LESSONS = [("## Head", "headings belong in lessons"), ("a[^1]\n\n[^1]: b", "footnotes belong in lessons")]


@pytest.mark.parametrize(("text", "words"), ONLY_LESSONS)
def test_short_texts_have_no_headings_or_footnotes(text, words):
    assert words in Page(text, whole=False).told[0]


def test_short_texts_have_no_places_to_keep():
    assert Page("a", whole=False).html == "<p>a</p>\n"


def test_a_line_has_no_blocks():
    page = Page("")
    assert page.writer.line("1. # x\n- *y*") == "1. # x\n- <em>y</em>"


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![<img src=x onerror=alert(1)>](x.svg)",
    '![a](x.svg "<script>alert(1)</script>")',
    "[a](x.md '\"onmouseover=alert(1)')",
    "`<script>alert(1)</script>`",
    "```<script>\n<script>alert(1)</script>\n```",
    "## <script>alert(1)</script>",
    "| <script>alert(1)</script> |\n|---|\n| <img onerror=x> |",
    ":::note <script>alert(1)</script>\n<script>alert(1)</script>\n:::",
    "$\\text{<img src=x onerror=alert(1)>}$",
    "$\\href{javascript:alert(1)}{x}$",
    "$$\n\\text{</math><script>alert(1)</script>}\n$$",
    "a[^1]\n\n[^1]: <script>alert(1)</script>",
    "a[^<img src=x onerror=alert(1)>]\n\n[^<img src=x onerror=alert(1)>]: b",
    "<https://a.b/<script>alert(1)</script>>",
    '<div data-slot="0"></div>',
    '<a href="javascript:alert(1)">x</a>',
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_no_corner_of_markdown_lets_anything_act(text):
    assert not dangers(Page(text).html)


BOMBS = ["[", "![", "[](", "[a](<", "*a ", "> ", "- ", "$", "<", "<!--", ":::note\n", "|", "`", "[^1", "{{", "&#"]


@pytest.mark.parametrize("piece", BOMBS)
def test_repeated_signs_end(piece):
    assert Page(piece * (50_000 // len(piece))).html is not None


def test_a_text_that_is_too_long_is_not_rendered():
    (told,) = Page("a" * 200_001).told
    assert "longer than 200 kB" in told
