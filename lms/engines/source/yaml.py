"""YAML with the position of every key and value; no anchors, no tags, no duplicate keys, no surprises."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from lms.engines.source.problem import Origin, Position, Problems
from lms.engines.source.scalars import resolve

Path = tuple[str | int, ...]
MOST_BYTES = 1_000_000
DEEPEST = 24
SYNTAX = (  # a part of libyaml's wording → ours
    (
        "mapping values are not allowed",
        "a colon with a space may not stand in unquoted text; quote it, or indent evenly",
    ),
    ("unexpected end of stream", "a quotation mark is opened here and never closed"),
    ("expected '-' indicator", 'expected the next "- " of the list here; check the indentation'),
    ("expected ',' or ']'", 'a list in [ ] is not closed: a comma or "]" is missing'),
    ("expected ',' or '}'", 'a group in { } is not closed: a comma or "}" is missing'),
    ("expected node content", "a list or group is not finished here"),
    ("could not find expected ':'", 'expected "key: value" here; a colon is missing, or the indentation is wrong'),
    ("did not find expected key", 'expected "key: value" here; check quotes and indentation'),
    ("unknown escape character", "a backslash in double quotes begins an escape; use single quotes instead"),
    ("alphabetic or numeric character", "text that begins with * or & must be in quotes"),
    ("expected <document start>", "the file holds something after its end; keep one document a file"),
)


class _Stop(Exception):
    """The rest cannot be read: the problem has been collected."""


@dataclass
class Document:
    """A value with positions. A path is the keys and indexes that lead to a node, as pydantic names them."""

    value: Any = None
    nodes: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    raw: dict[Path, str] = field(default_factory=dict)
    origins: dict[Path, Origin] = field(default_factory=dict)

    def at(self, path: Path) -> Position:
        """Of a value, or of the nearest thing around it that exists."""
        while path and path not in self.nodes:
            path = path[:-1]
        return self.nodes.get(path, Position())

    def key_at(self, path: Path) -> Position:
        return self.keys.get(path) or self.at(path)

    def origin(self, path: Path) -> Origin:
        """For places inside a text that is itself Markdown."""
        return self.origins.get(path) or Origin(self.at(path), None)


def read(text: str, path: str, problems: Problems, origin: Origin | None = None) -> Document | None:
    """None when the YAML cannot be parsed to its end; all else that is wrong is collected and reading goes on."""
    reader = _Reader(text, path, problems, origin or Origin())
    try:
        return reader.read()
    except _Stop:
        return None


class _Reader:
    def __init__(self, text: str, path: str, problems: Problems, origin: Origin) -> None:
        self.lines = text.split("\n")
        self.path = path
        self.problems = problems
        self.origin = origin
        self.document = Document()
        self.events: Iterator[Any] = iter(yaml.parse(text, Loader=yaml.CSafeLoader))

    def read(self) -> Document:
        self._next()  # stream start
        first = self._next()
        if isinstance(first, yaml.StreamEndEvent):
            self._error(first.start_mark, "there is nothing in it")
            raise _Stop
        self.document.value = self._node(self._next(), (), 0)
        self._next()  # document end
        if not isinstance(extra := self._next(), yaml.StreamEndEvent):
            self._error(extra.start_mark, "a second document begins here; keep one document a file")
        return self.document

    def _next(self) -> Any:
        try:
            return next(self.events)
        except yaml.YAMLError as error:
            self._syntax(error)
            raise _Stop from None

    def _node(self, event: Any, path: Path, depth: int) -> Any:
        self.document.nodes[path] = self._position(event.start_mark)
        if depth > DEEPEST:
            self._error(event.start_mark, f"nested more than {DEEPEST} levels deep; make it flatter")
            raise _Stop
        if isinstance(event, yaml.AliasEvent):
            self._error(event.start_mark, "aliases (*name) are not used here; write it out, or quote a text with *")
            return None
        self._refuse_extras(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _refuse_extras(self, event: Any) -> None:
        if event.anchor:
            self._error(event.start_mark, "anchors (&name) are not used here; write it out, or quote a text with &")
        if event.tag:
            self._error(event.start_mark, "tags (!name) are not used here; quote a text that begins with !")

    def _scalar(self, event: Any, path: Path) -> Any:
        self.document.raw[path] = event.value
        self.document.origins[path] = self._text_origin(event)
        if event.style:
            return event.value
        value, trap = resolve(event.value)
        if trap:
            self._error(event.start_mark, trap)
        return value

    def _sequence(self, path: Path, depth: int) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            values.append(self._node(event, (*path, len(values)), depth + 1))
        return values

    def _mapping(self, path: Path, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            key = self._key(event, path, depth)
            inner = (*path, key)
            if key in values:
                first = self.document.keys[inner].line
                self._error(event.start_mark, f'"{key}" is here twice (first on line {first}); delete one of them')
                self._skip(depth)
                continue
            self.document.keys[inner] = self._position(event.start_mark)
            values[key] = self._node(self._next(), inner, depth + 1)
        return values

    def _key(self, event: Any, path: Path, depth: int) -> str:
        if isinstance(event, yaml.ScalarEvent):
            return event.value
        self._error(event.start_mark, "a key is a single word here; quote a text that begins with [ or {")
        raise _Stop

    def _skip(self, depth: int) -> None:
        """Reads a value for its own problems only."""
        kept = self.document
        self.document = Document()
        self._node(self._next(), (), depth + 1)
        self.document = kept

    def _text_origin(self, event: Any) -> Origin:
        start, end = event.start_mark, event.end_mark
        if event.style == "|":
            for line in range(start.line + 1, len(self.lines)):
                if self.lines[line].strip():
                    indent = len(self.lines[line]) - len(self.lines[line].lstrip(" "))
                    return self._literal(start.line, indent)
        quote = 1 if event.style in ("'", '"') else 0
        if start.line == end.line and end.column - start.column == len(event.value) + 2 * quote:
            first = self.origin.at(start.line + 1, start.column + 1 + quote)
            return Origin(first, first.column)
        return Origin(self._position(start), None)

    def _literal(self, header: int, indent: int) -> Origin:
        first = self.origin.at(header + 2, indent + 1)
        return Origin(first, None if self.origin.rest is None else first.column)

    def _position(self, mark: Any) -> Position:
        return self.origin.at(mark.line + 1, mark.column + 1)

    def _error(self, mark: Any, message: str) -> None:
        self.problems.error(self.path, self._position(mark), message)

    def _syntax(self, error: Any) -> None:
        problem = str(getattr(error, "problem", "") or error)
        mark = getattr(error, "problem_mark", None)
        if "unexpected end of stream" in problem:
            mark = error.context_mark or mark
        at = self._position(mark) if mark else self.origin.at()
        self.problems.error(self.path, at, self._wording(problem, mark))

    def _wording(self, problem: str, mark: Any) -> str:
        line = self.lines[mark.line] if mark and mark.line < len(self.lines) else ""
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return "a tab in the indentation; use spaces"
        if "cannot start any token" in problem:
            return f"text may not begin with {line[mark.column : mark.column + 1]}; put it in quotes"
        for part, ours in SYNTAX:
            if part in problem:
                return ours
        return f"this is not YAML: {problem}"
