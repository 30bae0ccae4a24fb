"""Which fonts a text needs, and whether they are here: a missing glyph must never print as a box."""

import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache

import typst
from fontTools import unicodedata as scripts
from fontTools.ttLib import TTFont

BASE = "Noto Sans"
#: Families tried for a script before the rule "Noto Sans <Script>".
FAMILIES = {
    "Hang": ("Noto Sans CJK KR", "Noto Sans KR"),
    "Hani": (
        "Noto Sans CJK KR",
        "Noto Sans CJK JP",
        "Noto Sans CJK SC",
        "Noto Sans KR",
        "Noto Sans JP",
        "Noto Sans SC",
    ),
    "Hira": ("Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans JP"),
    "Kana": ("Noto Sans CJK JP", "Noto Sans CJK KR", "Noto Sans JP"),
    "Arab": ("Noto Sans Arabic", "Noto Naskh Arabic"),
}


@dataclass(frozen=True)
class Library:
    """The fonts of one folder, or of the system."""

    fonts: typst.Fonts
    #: family → (path, index) of its regular face.
    faces: dict[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Choice:
    """Families in the order of fallback, and the characters that none of them can draw."""

    families: tuple[str, ...]
    missing: frozenset[str]

    @property
    def scripts(self) -> list[str]:
        """Names of the scripts that lack a font, for the sentence that names the remedy."""
        names = {scripts.script_name(scripts.script(c)).replace("_", " ") for c in self.missing}
        return sorted(names - {"Common", "Inherited"}) or ["Common"]


@cache
def library(folder: str) -> Library:
    """Read the fonts once a process. An empty `folder` means the system's."""
    fonts = typst.Fonts(
        include_system_fonts=not folder, include_embedded_fonts=True, font_paths=[folder] if folder else []
    )
    faces = {
        info.family: (info.path, info.index)
        for info in fonts.fonts()
        if info.path and info.weight == 400 and info.style == "normal" and info.stretch == 1.0
    }
    return Library(fonts, faces)


def choose(text: str, have: Library) -> Choice:
    """Pick the families that draw every character of the text."""
    chosen = [BASE] if BASE in have.faces else []
    missing = set()
    for character in sorted({c for c in text if not _invisible(c)}):
        if any(_draws(have, family, character) for family in chosen):
            continue
        found = next((family for family in _candidates(have, character) if _draws(have, family, character)), None)
        if found:
            chosen.append(found)
        else:
            missing.add(character)
    return Choice(tuple(chosen), frozenset(missing))


def _invisible(character: str) -> bool:
    """Spaces and marks of direction need no glyph."""
    return unicodedata.category(character) in ("Zs", "Cf", "Cc")


def _candidates(have: Library, character: str) -> list[str]:
    code = scripts.script(character)
    named = (*FAMILIES.get(code, ()), f"Noto Sans {scripts.script_name(code).replace('_', ' ')}")
    others = sorted(family for family in have.faces if "Sans" in family and family not in named)
    return [family for family in (*named, *others) if family in have.faces]


def _draws(have: Library, family: str, character: str) -> bool:
    return ord(character) in _covered(*have.faces[family])


@lru_cache(maxsize=64)
def _covered(path: str, index: int) -> frozenset[int]:
    with TTFont(path, fontNumber=index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())
