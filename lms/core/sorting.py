"""Sort keys that give the same order on both databases."""

import unicodedata

#: Normalising takes time that grows with the square of the length.
MOST_READ = 2_000


def sort_key(text: str) -> str:
    """Fold case, accents and width, so that 'Émile' sorts beside 'Emile'; at most 200 characters."""
    folded = unicodedata.normalize("NFKD", text[:MOST_READ]).casefold()
    return "".join(c for c in folded if not unicodedata.combining(c))[:200]
