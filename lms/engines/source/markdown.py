"""Authored Markdown becomes safe HTML, with every mistake told at its line and column."""

import re
from html import escape

from markdown_it.token import Token

from lms.engines.source.dialect import build
from lms.engines.source.html import Html
from lms.engines.source.labels import label
from lms.engines.source.outline import Outline, plain
from lms.engines.source.problem import Origin, Position, Problems
from lms.engines.source.sanitise import sanitize
from lms.engines.source.surroundings import Directive, Surroundings

MOST_TEXT = 200_000
SLOT = re.compile(r'<(div|span) data-slot="([0-9]+)"></\1>')
PARSER = build()
PARSER.renderer = Html(PARSER)


class Writer:
    """Renders the texts of one page in one language; figures, blocks and headings are numbered through the page.

    `whole` is a lesson: it has headings, footnotes and places to keep. A question or a glossary entry has not.
    """

    def __init__(
        self, path: str, problems: Problems, around: Surroundings, locale: str, *, whole: bool = False, prefix: str = ""
    ) -> None:
        self.path = path
        self.problems = problems
        self.around = around
        self.locale = locale
        self.whole = whole
        self.prefix = prefix
        self.figures = 0
        self.pictures = 0
        self.tables = 0
        self.outline = Outline(self)
        self._slots: list[str] = []
        self._origin = Origin()

    def blocks(self, text: str, origin: Origin | None = None) -> str:
        """Paragraphs, lists, figures and all else of the dialect."""
        return self._write(text, origin or Origin(), PARSER.parse)

    def line(self, text: str, origin: Origin | None = None) -> str:
        """For labels, titles and answers: no blocks, so that "1." stays "1."."""
        return self._write(text, origin or Origin(), PARSER.parseInline).strip()

    def label(self, name: str) -> str:
        return escape(label(self.locale, name))

    def error(self, at: Position, message: str) -> None:
        self.problems.error(self.path, at, message)

    def warning(self, at: Position, message: str) -> None:
        self.problems.warning(self.path, at, message)

    def _write(self, text: str, origin: Origin, parse) -> str:
        outer, self._origin = self._origin, origin
        if len(text) > MOST_TEXT:
            self.error(origin.at(), f"the text is longer than {MOST_TEXT // 1000} kB; split it")
            text = ""
        env = {"writer": self}
        tokens = self.outline.prepare(parse(text, env), text, origin)
        html = self._finish(PARSER.renderer.render(tokens, PARSER.options, env))
        self._origin = outer
        return html

    def _finish(self, html: str) -> str:
        """What the engine built goes in after sanitising, because no allow-list for authors lets it through."""
        return SLOT.sub(lambda found: self._slots[int(found.group(2))], sanitize(html))

    # Asked by the renderer of tokens:

    def slot(self, markup: str, tag: str = "div") -> str:
        self._slots.append(markup)
        return f'<{tag} data-slot="{len(self._slots) - 1}"></{tag}>'

    def nested(self, tokens: list[Token]) -> str:
        """Already prepared tokens inside something the engine builds."""
        return self._finish(PARSER.renderer.render(tokens, PARSER.options, {"writer": self}))

    def picture(self, token: Token) -> str:
        alternative = " ".join(plain(token.children).split())
        at = token.meta["at"]
        if not alternative:
            self.error(at, "the picture has no alternative text; say between the [ ] what it shows")
        self.pictures += 1
        prefix = f"{self.prefix}f{self.pictures}-"
        return self.around.picture(str(token.attrGet("src") or ""), alternative, at, prefix)

    def directive(self, token: Token) -> str:
        line = token.map[0] + 1
        column = token.meta["column"]
        return self.around.directive(
            Directive(
                token.meta["name"],
                token.meta["argument"],
                token.content,
                str(token.attrGet("id") or ""),
                self._origin.at(line, column + 1),
                self._origin.at(line, token.meta["argument_column"] + 1),
                self._origin.inner(line + 1, column),
            )
        )

    def argument(self, token: Token) -> str:
        """The title of a call-out, itself Markdown."""
        at = self._origin.at(token.map[0] + 1, token.meta["argument_column"] + 1)
        tokens = self._line_tokens(token.meta["argument"], Origin(at, at.column))
        return PARSER.renderer.render(tokens, PARSER.options, {"writer": self})

    def caption(self, text: str, at: Position) -> list[Token]:
        """Of a figure; the title of a Markdown image has no place of its own."""
        return self._line_tokens(text, Origin(at, None))

    def _line_tokens(self, text: str, origin: Origin) -> list[Token]:
        return self.outline.prepare(PARSER.parseInline(text, {"writer": self}), text, origin)
