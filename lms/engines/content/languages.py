"""The languages of a course or bank; the first is the original."""

from collections.abc import Sequence

from lms.engines.content.sheet import Sheet
from lms.engines.source.yaml import Path

FALLBACK = "en"


def check_languages(sheet: Sheet, languages: Sequence[str], where: Path) -> tuple[str, ...]:
    """Never empty, so that reading can go on."""
    seen: dict[str, None] = {}
    for index, language in enumerate(languages):
        if language and language in seen:
            sheet.error((*where, index), f'the language "{language}" is here twice; delete one of them')
        elif language:
            seen[language] = None
    return tuple(seen) or (FALLBACK,)
