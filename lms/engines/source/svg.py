"""Drawings: an allow-list copy of an SVG file, safe to stand inside a page or to be served by itself.

What could act or reach outside (script, handlers, foreign content, styles, links, entities) is an error, so that the
author learns that it will never work. What drawing programs leave behind is dropped with a warning.
"""

import re
from dataclasses import dataclass

from lxml import etree

from lms.engines.source.problem import Position, Problems
from lms.engines.source.svg_lists import ATTRIBUTES, CLASS, ELEMENTS, FORBIDDEN, HARMLESS_NAMESPACES, SHAPE

SVG = "http://www.w3.org/2000/svg"
XLINK = "{http://www.w3.org/1999/xlink}href"
MOST_BYTES = 300_000
MOST_INLINE_BYTES = 12_000
MOST_ELEMENTS = 4_000
DEEPEST = 60
WIDEST = 640
# 20 units of 640 are 11 px on the narrowest phone.
SMALLEST_LETTERS = 20 / 640
NO_DOCTYPE = "a drawing may not hold <!DOCTYPE> or <!ENTITY>; delete that line"
REFERENCE = re.compile(r"url\(\s*['\"]?#([A-Za-z][\w.-]*)['\"]?\s*\)")
TAG = re.compile(r"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<([A-Za-z_][\w:.-]*)", re.DOTALL)
NUMBER = re.compile(r"\s*(-?[0-9]*\.?[0-9]+)(px)?\s*")


@dataclass(frozen=True)
class Drawing:
    """`markup` is a whole <svg> element; `width` and `height` are those of its view box."""

    markup: str
    width: float
    height: float


def read_svg(data: bytes, path: str, problems: Problems) -> Drawing | None:
    """None when an error was found (collected in `problems`)."""
    return _Reader(data, path, problems).read()


def inline(drawing: Drawing, prefix: str, alternative: str) -> str:
    """The drawing as part of a page: ids get a prefix, since two drawings may use the same."""
    root = etree.fromstring(drawing.markup.encode(), _parser())
    for node in root.iter():
        for name, value in list(node.attrib.items()):
            node.set(name, _prefixed(name, value, prefix))
    root.set("role", "img")
    root.set("aria-label", alternative)
    return _serialise(root)


def _prefixed(name: str, value: str, prefix: str) -> str:
    if name == "id":
        return prefix + value
    if name == "href":
        return f"#{prefix}{value[1:]}"
    return REFERENCE.sub(lambda found: f"url(#{prefix}{found.group(1)})", value)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )


def _serialise(root: etree._Element) -> str:
    return etree.tostring(root, encoding="unicode")


class _Reader:
    def __init__(self, data: bytes, path: str, problems: Problems) -> None:
        self.data = data
        self.text = ""
        self.starts: dict[etree._Element, int] = {}
        self.path = path
        self.problems = problems
        self.failed = False
        self.count = 0

    def read(self) -> Drawing | None:
        if len(self.data) > MOST_BYTES:
            self._error(None, f"the drawing is larger than {MOST_BYTES // 1000} kB; simplify it")
            return None
        root = self._parse()
        if root is None:
            return None
        self.text = self.data.decode("utf-8", "replace")
        self.starts = _starts(root, self.text)
        if root.tag != f"{{{SVG}}}svg":
            self._error(root, f'the file must begin with <svg xmlns="{SVG}">')
            return None
        made = self._copy(root, 0)
        size = self._size(root)
        if self.failed or made is None or size is None:
            return None
        made.set("viewBox", " ".join(f"{number:g}" for number in size))
        self._letters(root, size[2], 16.0)
        self._uses(made)
        return None if self.failed else Drawing(_serialise(made), size[2], size[3])

    def _parse(self) -> etree._Element | None:
        found = re.search(rb"<!(DOCTYPE|ENTITY)", self.data, re.IGNORECASE)
        if found:
            line = self.data.count(b"\n", 0, found.start()) + 1
            self._error_at(line, NO_DOCTYPE)
            return None
        try:
            root = etree.fromstring(self.data, _parser())
        except (etree.XMLSyntaxError, ValueError) as error:
            line, column = getattr(error, "position", (1, 1))
            reason = str(error).split(", line")[0]
            self.problems.error(self.path, Position(max(line, 1), max(column, 1)), f"the drawing is not XML: {reason}")
            return None
        if root.getroottree().docinfo.doctype:  # hidden from the search above by another encoding
            self._error_at(1, NO_DOCTYPE)
            return None
        return root

    def _copy(self, node: etree._Element, depth: int) -> etree._Element | None:
        self.count += 1
        if depth > DEEPEST or self.count > MOST_ELEMENTS:
            if not self.failed:
                self._error(node, f"the drawing has more than {MOST_ELEMENTS:,} parts or {DEEPEST} levels; simplify it")
            return None
        name = self._element_name(node)
        if name is None:
            return None
        made = etree.Element(f"{{{SVG}}}{name}", nsmap={None: SVG})
        for key, value in node.attrib.items():
            self._attribute(node, made, key, value)
        made.text, made.tail = node.text, node.tail
        self._children(node, made, depth)
        return made

    def _children(self, node: etree._Element, made: etree._Element, depth: int) -> None:
        for child in node:
            if isinstance(child.tag, str) and (copied := self._copy(child, depth + 1)) is not None:
                made.append(copied)

    def _element_name(self, node: etree._Element) -> str | None:
        space, _, name = node.tag[1:].rpartition("}") if node.tag.startswith("{") else ("", "", node.tag)
        if name in FORBIDDEN:
            self._error(node, f"a drawing may not hold <{name}>: {FORBIDDEN[name]}")
            return None
        if space == SVG and name in ELEMENTS:
            return name
        if space not in HARMLESS_NAMESPACES:
            self._warn(node, f"<{name}> is left out of the drawing; delete it")
        return None

    def _attribute(self, node: etree._Element, made: etree._Element, key: str, value: str) -> None:
        name = "href" if key == XLINK else key
        if name.startswith("{"):
            return  # of a drawing program, or xml:space
        if name.lower().startswith("on"):
            self._error(node, f'the handler "{name}" is not allowed in a drawing; delete it')
        elif name == "style":
            self._error(node, 'style="…" does not work here; write attributes such as fill="…" instead')
        elif name == "href":
            self._href(node, made, value)
        elif name not in ATTRIBUTES:
            self._warn(node, f'the attribute "{name}" is left out of the drawing; delete it')
        elif name == "class":
            self._class(node, made, value)
        elif self._harmless(name, value):
            made.set(name, value)
        else:
            self._error(node, f'{name}="{value[:40]}" is not allowed: no addresses, only url(#id) of this drawing')

    def _href(self, node: etree._Element, made: etree._Element, value: str) -> None:
        if re.fullmatch(r"#[A-Za-z][\w.-]*", value):
            made.set("href", value)
        else:
            self._error(node, f'href="{value[:40]}" leaves the drawing; only #id of this drawing is allowed')

    def _class(self, node: etree._Element, made: etree._Element, value: str) -> None:
        known = [word for word in value.split() if CLASS.fullmatch(word)]
        if len(known) < len(value.split()):
            self._warn(
                node, f'class="{value[:40]}" holds names that have no meaning here; use f-ink, f-line and their like'
            )
        if known:
            made.set("class", " ".join(known))

    @staticmethod
    def _harmless(name: str, value: str) -> bool:
        if name in SHAPE:
            return SHAPE[name].fullmatch(value) is not None
        bare = REFERENCE.sub("", value)
        return not re.search(
            r"[(:\\&<>]", re.sub(r"\b(rgba?|hsla?|matrix|translate|scale|rotate|skew[XY])\(", "", bare)
        )

    def _size(self, root: etree._Element) -> tuple[float, ...] | None:
        box = re.split(r"[\s,]+", root.get("viewBox", "").strip())
        if len(box) == 4 and all(NUMBER.fullmatch(part) for part in box):
            size = tuple(float(part) for part in box)
        else:
            sides = [NUMBER.fullmatch(root.get(side, "")) for side in ("width", "height")]
            if not all(sides):
                self._error(root, 'the drawing needs viewBox="0 0 WIDTH HEIGHT"')
                return None
            size = (0.0, 0.0, *(float(side.group(1)) for side in sides if side))
        if not (0 < size[2] <= 10_000 and 0 < size[3] <= 10_000):
            self._error(root, "the drawing's width and height must be more than 0")
            return None
        if size[2] > WIDEST:
            self._warn(root, f"the drawing is {size[2]:g} units wide; {WIDEST} is the most that can be read on a phone")
        return size

    def _letters(self, node: etree._Element, width: float, inherited: float) -> None:
        stated = NUMBER.fullmatch(node.get("font-size", ""))
        size = float(stated.group(1)) if stated else inherited
        least = width * SMALLEST_LETTERS
        if node.tag == f"{{{SVG}}}text" and size < least and not any(child.get("font-size") for child in node):
            self._warn(node, f"lettering of {size:g} units is too small for a phone; use {least:g} or more")
        for child in node:
            self._letters(child, width, size)

    def _uses(self, root: etree._Element) -> None:
        """<use> of what holds <use> can draw millions of shapes from a few lines."""
        with_use = {node.getparent() for node in root.iter(f"{{{SVG}}}use")}
        holders = {ancestor.get("id") for node in with_use for ancestor in (node, *node.iterancestors())}
        for node in root.iter(f"{{{SVG}}}use"):
            target = node.get("href", "#")[1:]
            if target in holders or target in {other.get("id") for other in root.iter(f"{{{SVG}}}use")}:
                self.failed = True
                self._error_at(1, f"<use> of #{target}, which holds <use> itself, is not allowed")

    def _error(self, node: etree._Element | None, message: str) -> None:
        self.failed = True
        self.problems.error(self.path, self._position(node), message)

    def _error_at(self, line: int, message: str) -> None:
        self.failed = True
        self.problems.error(self.path, Position(line, 1), message)

    def _warn(self, node: etree._Element, message: str) -> None:
        self.problems.warning(self.path, self._position(node), message)

    def _position(self, node: etree._Element | None) -> Position:
        start = self.starts.get(node, 0) if node is not None else 0
        return Position(self.text.count("\n", 0, start) + 1, start - self.text.rfind("\n", 0, start))


def _starts(root: etree._Element, text: str) -> dict[etree._Element, int]:
    """The library knows only the line on which a tag ends. Tags stand in the file in the order of the tree."""
    starts = (found.start() for found in TAG.finditer(text) if found.group(1))
    return dict(zip((node for node in root.iter() if isinstance(node.tag, str)), starts, strict=False))
