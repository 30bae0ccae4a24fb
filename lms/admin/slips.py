"""QR codes as drawings in the page."""

import segno
from markupsafe import Markup


def qr(text: str) -> Markup:
    """Black on white with its quiet zone, whatever the theme: a camera must read it."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(scale=3, border=4, dark="#000", light="#fff", svgclass="qr", lineclass=None)
    return Markup(drawn)
