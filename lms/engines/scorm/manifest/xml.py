"""XML read without trust: no document type, no entities, no network; and looked at by local names, because prefixes
and namespaces of real manifests are odd, wrong or missing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from lms.engines.scorm.manifest.encoding import decode_xml
from lms.engines.source.problem import Position, Problems

MOST_BYTES = 20_000_000
PROLOG = re.compile(r"<!--.*?-->|<\?.*?\?>|(<!DOCTYPE)|<[A-Za-z_]", re.DOTALL | re.IGNORECASE)
Element: TypeAlias = etree._Element


@dataclass(frozen=True)
class Sheet:
    """One XML file while it is read: its path and the problems it gathers."""

    path: str
    problems: Problems

    def warn(self, element: Element | None, message: str) -> None:
        self.problems.warning(self.path, _place(element), message)

    def error(self, element: Element | None, message: str) -> None:
        self.problems.error(self.path, _place(element), message)


def _place(element: Element | None) -> Position:
    return Position(1 if element is None else element.sourceline or 1)


def parse(data: bytes, sheet: Sheet) -> Element | None:
    """The root, or None after an error."""
    if len(data) > MOST_BYTES:
        sheet.error(None, f"the file is larger than {MOST_BYTES // 1_000_000} MB; split the package")
        return None
    text, warning = decode_xml(data)
    if warning:
        sheet.warn(None, warning)
    if line := _doctype(text):
        message = "a document type (<!DOCTYPE>) or entities are not allowed; delete that declaration"
        sheet.problems.error(sheet.path, Position(line), message)
        return None
    return _parsed(text.strip("\0").encode("utf-8", "replace"), sheet)


def _doctype(text: str) -> int:
    """The line of a document type, which can only stand before the first element; 0 if there is none."""
    for found in PROLOG.finditer(text):
        if found.group(1):
            return text.count("\n", 0, found.start()) + 1
        if not found.group().startswith(("<!--", "<?")):
            return 0
    return 0


def _parser(recover: bool) -> etree.XMLParser:
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=recover,
    )


def _parsed(data: bytes, sheet: Sheet) -> Element | None:
    """A prefix that nobody declared is the one mistake that is mended: tools forget it, and names stay readable."""
    parser = _parser(False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        wrong = [entry for entry in parser.error_log if entry.domain_name != "NAMESPACE"]
        first = wrong[0] if wrong else None
        if parser.error_log and first is None:
            sheet.problems.warning(
                sheet.path, Position(parser.error_log[0].line or 1), "a prefix is used that no xmlns declares"
            )
            return etree.fromstring(data, _parser(True))
        line = (first.line if first else error.lineno) or 1
        said = first.message.strip() if first else str(error)
        sheet.problems.error(sheet.path, Position(line), f"the file is not well-formed XML ({said}); export it again")
        return None


def name_of(element: Element) -> str:
    """The local name in lower case: adlcp:scormType, scormtype and ADLCP:SCORMTYPE are one."""
    return _local(element.tag) if isinstance(element.tag, str) else ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def space_of(element: Element) -> str:
    """The namespace, or the prefix where that was never declared."""
    tag = element.tag if isinstance(element.tag, str) else ""
    return tag[1:].partition("}")[0] if tag.startswith("{") else tag.rpartition(":")[0]


def children(element: Element | None, name: str) -> list[Element]:
    return [] if element is None else [one for one in element if name_of(one) == name]


def child(element: Element | None, *path: str) -> Element | None:
    """The first child of that name, and of that its first of the next name, and so on."""
    for name in path:
        element = next(iter(children(element, name)), None)
    return element


def text_of(element: Element | None) -> str:
    return "" if element is None else " ".join((element.text or "").split())


def raw_text(element: Element | None) -> str:
    """With its inner white space: launch data may be laid out in lines."""
    return "" if element is None else (element.text or "").strip()


def attribute(element: Element | None, name: str) -> str | None:
    """By local name, so whatever the prefix; without white space around it."""
    if element is None:
        return None
    return next((value.strip() for key, value in element.attrib.items() if _local(key) == name), None)


def base_of(element: Element | None) -> str:
    return attribute(element, "base") or ""


def descendants(element: Element) -> Iterator[Element]:
    return (one for one in element.iter() if isinstance(one.tag, str))
