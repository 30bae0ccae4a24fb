"""New lines in an authored course.yaml, at the right place and with its indentation; nothing else changes."""

from typing import Any

from lms.engines.source.encoding import normalise_lines
from lms.engines.source.problem import Problems
from lms.engines.source.yaml import Document, Path, read


class NoPlace(ValueError):
    """The file is not laid out so that something can be added; the text says what to do."""


def add_module(text: str, name: str, lesson: str, entry: str) -> tuple[str, str]:
    """The text with the module (its lines indented by two) at the end of the list; and an objective for its lesson."""
    document = _read(text)
    modules = _list(document.value, "modules", "course.yaml has no list of modules; write one first.")
    if any(isinstance(one, dict) and one.get("id") == name for one in modules):
        raise NoPlace(f'The course has a module "{name}" already.')
    _refuse_taken(modules, lesson)
    indent = _dash(text, document, ("modules", len(modules) - 1))
    lines = [" " * indent + line.removeprefix("  ") for line in entry.split("\n")]
    return _inserted(text, document, ("modules",), ["", *lines]), _objective(document)


def add_lesson(text: str, module: str, name: str, path: str) -> tuple[str, str]:
    document = _read(text)
    modules = _list(document.value, "modules", "course.yaml has no list of modules; write one first.")
    index = next((i for i, one in enumerate(modules) if isinstance(one, dict) and one.get("id") == module), None)
    if index is None:
        known = ", ".join(str(one.get("id")) for one in modules if isinstance(one, dict))
        raise NoPlace(f'The course has no module "{module}". It has: {known}.')
    activities = _list(modules[index], "activities", f'The module "{module}" has no list of activities; write one.')
    _refuse_taken(modules, name)
    where = ("modules", index, "activities")
    indent = _dash(text, document, (*where, len(activities) - 1))
    return _inserted(text, document, where, [f"{' ' * indent}- lesson: {path}"]), _objective(document)


def _refuse_taken(modules: list[Any], lesson: str) -> None:
    """Ids are unique in a course, not only in a module."""
    activities = [one for module in modules if isinstance(module, dict) for one in module.get("activities") or ()]
    paths = [str(one.get("lesson", "")) for one in activities if isinstance(one, dict)]
    if any(path.rpartition("/")[2] == f"{lesson}.md" for path in paths):
        raise NoPlace(f'The course has a lesson "{lesson}" already. Choose another name.')


def _read(text: str) -> Document:
    document = read(normalise_lines(text.removeprefix("\ufeff")), "course.yaml", Problems())
    if document is None or not isinstance(document.value, dict):
        raise NoPlace("course.yaml cannot be read. Run: lms check")
    return document


def _list(value: Any, key: str, missing: str) -> list[Any]:
    found = value.get(key) if isinstance(value, dict) else None
    if not isinstance(found, list) or not found:
        raise NoPlace(missing)
    return found


def _dash(text: str, document: Document, item: Path) -> int:
    """How far the dash of a list's item is indented."""
    at = document.nodes[item]
    line = normalise_lines(text).split("\n")[at.line - 1]
    if not line.lstrip().startswith("- "):
        raise NoPlace("The list is written in brackets. Write each entry on a line of its own, beginning with a dash.")
    return len(line) - len(line.lstrip())


def _inserted(text: str, document: Document, where: Path, lines: list[str]) -> str:
    """After the last line of what stands below `where`; blank lines and comments that follow stay below."""
    ending = "\r\n" if "\r\n" in text else "\n"
    old = text.split(ending)
    inside = {path: at for path, at in document.nodes.items() if path[: len(where)] == where and path != where}
    last = max(at.line for at in inside.values())
    least = min(at.column for at in inside.values()) - 1
    # A text over several lines begins on the last known line and goes on, indented, perhaps after blank lines.
    for number, line in enumerate(old[last:], last + 1):
        if line.strip() and _indent(line) < least:
            break
        last = number if line.strip() else last
    return ending.join([*old[:last], *lines, *old[last:]])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _objective(document: Document) -> str:
    objectives = document.value.get("objectives")
    first = objectives[0] if isinstance(objectives, list) and objectives else {}
    return str(first.get("id", "")) if isinstance(first, dict) else ""
