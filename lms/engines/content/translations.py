"""Files beside an original that say the same in another language: `course.ko.yaml`, `lesson.ko.md`."""

import re
from collections.abc import Iterable

from lms.engines.content.model import Folder
from lms.engines.content.sheet import Sheet
from lms.engines.source.problem import Position, Problems

NAMED = re.compile(r"(?P<stem>.*[^/.])\.(?P<locale>[a-z]{2,3}(-[A-Za-z0-9]{2,8})*)\.(?P<kind>yaml|md)")


def translation_of(path: str, locale: str) -> str:
    stem, _, kind = path.rpartition(".")
    return f"{stem}.{locale}.{kind}"


def split_translation(path: str) -> tuple[str, str] | None:
    """The original's path and the language; None for an original."""
    found = NAMED.fullmatch(path)
    return (f"{found['stem']}.{found['kind']}", found["locale"]) if found else None


def warn_of_strays(folder: Folder, languages: Iterable[str], problems: Problems, expected: set[str]) -> None:
    """Texts that nothing reads: in a language that the course has not, or of no known original."""
    for path in folder.files:
        if not path.endswith((".yaml", ".yml", ".md")) or path in expected or _is_note(path):
            continue
        split = split_translation(path)
        if split and split[1] not in languages:
            message = (
                f'"{split[1]}" is not among the languages ({", ".join(languages)}); add it there or delete the file'
            )
        elif split:
            message = f'there is no "{split[0]}" that this could translate; delete it or correct its name'
        else:
            message = "nothing names this file; name it in course.yaml, or delete it"
        problems.warning(folder.full(path), Position(), message)


def is_current(sheet: Sheet, stamp: str, expected: str, where: tuple[str | int, ...] = ()) -> bool:
    """Whether the translation was made from the original as it is; warns when not."""
    if stamp == expected:
        return True
    if stamp:
        message = "the original has changed since this translation; bring it up to date, then run: lms content stamp"
        sheet.warning((*where, "source"), message)
    else:
        sheet.warning(where, "the translation does not say which original it was made from; run: lms content stamp")
    return False


def _is_note(path: str) -> bool:
    name = path.rpartition("/")[2]
    return name.startswith((".", "README")) or "/." in path
