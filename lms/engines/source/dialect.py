"""What markdown-it is told: CommonMark without raw HTML, plus tables, footnotes, formulas and `:::` directives.

Every token that a person may have to be told about carries its place: `meta["offset"]` in the text of its block.
"""

import re
from collections.abc import Callable
from difflib import get_close_matches

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.footnote import footnote_plugin

CALLOUTS = ("note", "caution", "inspector")
DATA_DIRECTIVES = ("check", "video", "audio")  # their body is YAML
DIRECTIVES = (*CALLOUTS, "describe", *DATA_DIRECTIVES)
PLACED = ("link", "image", "autolink", "footnote_ref", "math_inline")
OPENING = re.compile(r":::[ \t]*(?P<name>[A-Za-z][\w-]*)[ \t]*(?P<argument>.*?)[ \t]*$")
CLOSING = re.compile(r":::+[ \t]*$")
FENCE = re.compile(r"`{3,}|~{3,}")
TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?=[\s/>])[^<>]{0,500}>|<!--|<!DOCTYPE", re.IGNORECASE)
FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,60}\](?!:)")


def build() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(footnote_plugin, inline=False)
    parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False, double_inline=True)
    # Addresses are judged where they are used, with a message; here they would silently turn into text.
    parser.validateLink = lambda url: True  # type: ignore[method-assign]
    parser.normalizeLink = lambda url: url  # type: ignore[method-assign]
    parser.block.ruler.before(
        "fence", "directive", _directive, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    parser.inline.ruler.at("html_inline", _tag)
    parser.inline.ruler.after("footnote_ref", "footnote_missing", _footnote_missing)
    rules = {rule.name: rule.fn for rule in parser.inline.ruler.__rules__}
    for name in PLACED:
        parser.inline.ruler.at(name, _placed(rules[name]))
    return parser


def _placed(rule: Callable[[StateInline, bool], bool]) -> Callable[[StateInline, bool], bool]:
    """The rule, which also notes where in the block its tokens began."""

    def placed(state: StateInline, silent: bool) -> bool:
        start, count = state.pos, len(state.tokens)
        if not rule(state, silent):
            return False
        for token in state.tokens[count:]:
            token.meta.setdefault("offset", start)
        return True

    return placed


def _stray(state: StateInline, text: str, severity: str, message: str) -> None:
    """A text that stays as it is, with something to say about it."""
    token = state.push("stray", "", 0)
    token.content = text
    token.meta = {"offset": state.pos, "severity": severity, "message": message}


def _tag(state: StateInline, silent: bool) -> bool:
    found = TAG.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        message = f"HTML is shown as text: {found.group()[:30]}; use Markdown, or put it in `code`"
        _stray(state, found.group(), "warning", message)
    state.pos = found.end()
    return True


def _footnote_missing(state: StateInline, silent: bool) -> bool:
    found = FOOTNOTE.match(state.src, state.pos, state.posMax)
    if not found:
        return False
    if not silent:
        label = found.group()
        _stray(state, label, "error", f'the footnote {label} has no text; add a line "{label}: …"')
    state.pos = found.end()
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _column(state: StateBlock, line: int) -> int:
    """Counted from 0 in the line of the file, which a list or a quotation may begin with other signs."""
    start = state.bMarks[line] + state.tShift[line]
    return start - (state.src.rfind("\n", 0, start) + 1)


def _directive(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    text = _line(state, start)
    if not text.startswith(":::") or state.is_code_block(start):
        return False
    if silent:
        return True
    found = OPENING.fullmatch(text)
    if not found:
        reason = "nothing is open here that ::: could close; delete it" if CLOSING.fullmatch(text) else _unknown("")
        return _fault(state, start, start + 1, reason)
    name = found["name"]
    if name not in DIRECTIVES:
        return _fault(state, start, (_closing(state, start, end) or start) + 1, _unknown(name))
    closing = _closing(state, start, end)
    if closing is None:
        return _fault(state, start, start + 1, f":::{name} is never closed; add a line ::: at its end")
    (_data if name in DATA_DIRECTIVES else _text)(state, start, closing, found)
    state.line = closing + 1
    return True


def _unknown(name: str) -> str:
    close = get_close_matches(name, DIRECTIVES, 1)
    return f"::: {name} is not known; " + (
        f"did you mean :::{close[0]}?" if close else f"known are {', '.join(DIRECTIVES)}"
    )


def _fault(state: StateBlock, start: int, after: int, message: str) -> bool:
    """Skips what cannot be understood, up to the line `after`."""
    token = state.push("fault", "", 0)
    token.map = [start, start + 1]
    token.meta = {"message": message}
    state.line = after
    return True


def _closing(state: StateBlock, start: int, end: int) -> int | None:
    """The line of the matching `:::`, if it stands in the same list item or quotation."""
    if "closings" not in state.env:
        state.env["closings"] = _closings(state.src.split("\n"))
    closing = state.env["closings"].get(start)
    if closing is None or closing >= end:
        return None
    within = all(state.sCount[line] >= state.blkIndent or state.isEmpty(line) for line in range(start, closing + 1))
    return closing if within else None


def _closings(lines: list[str]) -> dict[int, int]:
    """All pairs in one pass, because looking ahead from each opening takes the square of their number."""
    closings: dict[int, int] = {}
    opened: list[tuple[int, str]] = []
    fence = ""
    for number, line in enumerate(lines):
        text = line.lstrip(" >\t")
        if fence:
            fence = "" if text.startswith(fence) else fence
        elif found := FENCE.match(text):
            fence = found.group()
        elif found := OPENING.fullmatch(text):
            if opened and opened[-1][1] in DATA_DIRECTIVES:
                opened.pop()  # no YAML begins like this: its end was forgotten
            opened.append((number, found["name"]))
        elif CLOSING.fullmatch(text) and opened:
            closings[opened.pop()[0]] = number
    return closings


def _data(state: StateBlock, start: int, closing: int, found: re.Match[str]) -> None:
    token = state.push("directive", "", 0)
    token.content = state.getLines(start + 1, closing, state.sCount[start], False)
    _describe(token, state, start, closing, found)


def _text(state: StateBlock, start: int, closing: int, found: re.Match[str]) -> None:
    kind = "describe" if found["name"] == "describe" else "callout"
    opening = state.push(f"{kind}_open", "aside", 1)
    _describe(opening, state, start, closing, found)
    parent, most = state.parentType, state.lineMax
    state.parentType, state.lineMax = "directive", closing
    state.md.block.tokenize(state, start + 1, closing)
    state.parentType, state.lineMax = parent, most
    state.push(f"{kind}_close", "aside", -1)


def _describe(token, state: StateBlock, start: int, closing: int, found: re.Match[str]) -> None:
    token.block = True
    token.map = [start, closing + 1]
    column = _column(state, start)
    token.meta = {
        "name": found["name"],
        "argument": found["argument"],
        "column": column,
        "argument_column": column + found.start("argument"),
    }
