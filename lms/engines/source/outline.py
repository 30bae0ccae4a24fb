"""One pass over the tokens of a page before it is written: places, numbers, headings, figures."""

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from markdown_it.token import Token

from lms.engines.source.problem import Origin, Position
from lms.engines.source.surroundings import Link

if TYPE_CHECKING:
    from lms.engines.source.markdown import Writer

NUMBERED = {"paragraph_open", "heading_open", "blockquote_open", "table_open", "fence", "code_block", "math_block"}
NUMBERED |= {"figure", "directive"}
ALIGNMENT = re.compile(r"text-align:(left|center|right)")


def plain(tokens: Sequence[Token] | None) -> str:
    """The words without their mark-up."""
    parts = []
    for token in tokens or ():
        if token.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        else:
            parts.append(plain(token.children) if token.children else token.content)
    return "".join(parts)


def slug(title: str) -> str:
    return re.sub(r"[^\w]+", "-", title.lower()).strip("-")


class Outline:
    """Blocks are p1, p2 … in reading order, so that a place can be kept to the paragraph."""

    def __init__(self, writer: "Writer") -> None:
        self.writer = writer
        self.blocks = 0
        self.headings: list[tuple[str, str]] = []  # of the second level: anchor and title
        self._anchors: dict[str, str] = {}
        self._level = 1

    def prepare(self, tokens: list[Token], text: str, origin: Origin) -> list[Token]:
        _Places(text, origin).note(tokens)
        made = list(self._figures(tokens))
        if self.writer.whole:
            self._number(made)
        for index, token in enumerate(made):
            if token.type == "heading_open":
                self._heading(token, made[index + 1])
            elif token.type in ("th_open", "td_open"):
                _align(token)
        return made

    def inside(self, href: str, at: Position) -> Link | None:
        """A link to a heading of the same page, by the words of the heading."""
        anchor = self._anchors.get(slug(href[1:]))
        if anchor is None:
            known = ", ".join(f"#{name}" for name in self._anchors) or "none"
            self.writer.error(at, f"no heading here is called {href}; known: {known}")
            return None
        return Link({"href": f"#{anchor}"})

    def footnote(self, at: Position) -> None:
        if not self.writer.whole:
            self.writer.error(at, "footnotes belong in lessons; write it into the text")

    def _figures(self, tokens: list[Token]) -> Iterator[Token]:
        """A picture alone in its paragraph, and the description that follows it, become one token."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if _is_figure(tokens, index):
                after = index + 3
                described: list[Token] = []
                if after < len(tokens) and tokens[after].type == "describe_open":
                    end = _end(tokens, after)
                    described, after = tokens[after + 1 : end], end + 1
                yield self._figure(tokens[index], tokens[index + 1], list(self._figures(described)))
                index = after
                continue
            if token.type == "describe_open":
                self.writer.error(token.meta["at"], ":::describe must directly follow a figure; move it there")
            if token.type not in ("describe_open", "describe_close"):
                yield token
            index += 1

    def _figure(self, paragraph: Token, inline: Token, described: list[Token]) -> Token:
        picture = inline.children[0]
        title = str(picture.attrGet("title") or "")
        caption = self.writer.caption(title, picture.meta["at"])
        meta = {"caption": caption, "describe": described, "at": picture.meta["at"]}
        return Token("figure", "figure", 0, map=paragraph.map, children=[picture], block=True, meta=meta)

    def _number(self, tokens: list[Token]) -> None:
        for index, token in enumerate(tokens):
            if token.type == "footnote_block_open":
                return
            tight = token.type == "list_item_open" and tokens[index + 1].type == "paragraph_open"
            if (token.type in NUMBERED and not token.hidden) or (tight and tokens[index + 1].hidden):
                self.blocks += 1
                token.attrSet("id", f"p{self.blocks}")
            if token.type == "figure":
                self._number(token.meta["describe"])

    def _heading(self, token: Token, inline: Token) -> None:
        level = int(token.tag[1])
        at = token.meta["at"]
        title = " ".join(plain(inline.children).split())
        if not self.writer.whole:
            self.writer.error(at, "headings belong in lessons; use **bold** here")
        elif not title:
            self.writer.error(at, "the heading is empty; write its words or delete it")
        elif level == 1:
            self.writer.error(at, "the title stands in the front matter; begin headings with ##")
        elif level > self._level + 1:
            here, right = "#" * level, "#" * (self._level + 1)
            self.writer.error(at, f"{here} skips a level; use {right} here")
        self._level = max(level, 2)
        anchor = str(token.attrGet("id") or "")
        self._anchors.setdefault(slug(title), anchor)
        if level == 2 and self.writer.whole:
            self.headings.append((anchor, title))


def _is_figure(tokens: list[Token], index: int) -> bool:
    token = tokens[index]
    if token.type != "paragraph_open" or token.hidden:
        return False
    return [child.type for child in tokens[index + 1].children or ()] == ["image"]


def _end(tokens: list[Token], start: int) -> int:
    """The index of the closing token at the same level."""
    level, kind = tokens[start].level, tokens[start].type.replace("_open", "_close")
    return next(i for i in range(start, len(tokens)) if tokens[i].type == kind and tokens[i].level == level)


def _align(token: Token) -> None:
    """Pages allow no style attributes."""
    if found := ALIGNMENT.fullmatch(str(token.attrs.pop("style", ""))):
        token.attrSet("class", f"align-{found.group(1)}")


class _Places:
    """Finds line and column of tokens, which know only the lines of their block and an offset in its joined text."""

    def __init__(self, text: str, origin: Origin) -> None:
        self.lines = text.split("\n")
        self.origin = origin
        self.searched: dict[int, int] = {}  # line → column up to which it is used: cells of a table share a line

    def note(self, tokens: list[Token]) -> None:
        for token in tokens:
            if token.map:
                token.meta["at"] = self._beginning(token.map[0])
            if token.type == "inline":
                self._children(token)

    def _beginning(self, line: int) -> Position:
        text = self.lines[line] if line < len(self.lines) else ""
        indent = len(text) - len(text.lstrip(" >\t"))
        return self.origin.at(line + 1, indent + 1)

    def _children(self, inline: Token) -> None:
        first = inline.map[0] if inline.map else 0
        starts = [self._start(first + index, part) for index, part in enumerate(inline.content.split("\n"))]
        for child in inline.children or ():
            before = inline.content[: child.meta.get("offset", 0)]
            line = before.count("\n")
            column = len(before) - (before.rfind("\n") + 1)
            child.meta["at"] = self.origin.at(first + line + 1, starts[line] + column + 1)

    def _start(self, line: int, part: str) -> int:
        text = self.lines[line] if line < len(self.lines) else ""
        used = self.searched.get(line, 0)
        found = text.find(part, used)
        if found < 0:
            return used
        self.searched[line] = found + len(part)
        return found
