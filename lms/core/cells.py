"""Cells that no spreadsheet runs as a formula, and the way back.

A cell that begins like a formula gets an apostrophe in front. So does one that begins with apostrophes before such a
beginning: then taking off exactly one gives every text back as it was.
"""

#: The wide ones are read as formulas where spreadsheets write East Asian scripts.
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")
#: Spaces and marks of direction, behind which a spreadsheet still sees the formula.
INVISIBLE = " \u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


def safe(text: str) -> str:
    return f"'{text}" if _is_like_formula(text) else text


def plain(cell: str) -> str:
    """What `safe` was given."""
    return cell[1:] if cell.startswith("'") and _is_like_formula(cell[1:]) else cell


def _is_like_formula(text: str) -> bool:
    return text.lstrip(INVISIBLE + "'").startswith(FORMULA_STARTS)
