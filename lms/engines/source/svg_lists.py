"""What a drawing may hold."""

import re

_ELEMENTS = """
svg g path rect circle ellipse line polyline polygon text tspan title desc defs marker linearGradient radialGradient
stop clipPath mask pattern symbol use
"""
ELEMENTS = frozenset(_ELEMENTS.split())
FORBIDDEN = {
    "script": "pages run no script of authors; delete it",
    "foreignObject": "draw with SVG shapes and text instead",
    "style": "write attributes such as fill, or the drawing classes such as f-ink, instead",
    "a": "put the link into the text beside the drawing",
    "image": "use the picture file itself as a figure",
    "iframe": "delete it",
    "animate": "drawings stand still; delete it",
    "animateMotion": "drawings stand still; delete it",
    "animateTransform": "drawings stand still; delete it",
    "set": "drawings stand still; delete it",
    "handler": "delete it",
    "feImage": "delete it",
    "font": "letters come from the reader's device; delete it",
    "font-face": "letters come from the reader's device; delete it",
}
# Left behind by Inkscape, Sodipodi, Illustrator, Sketch and others; dropped without a word.
HARMLESS_NAMESPACES = frozenset(
    {
        "http://www.inkscape.org/namespaces/inkscape",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "http://creativecommons.org/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://www.bohemiancoding.com/sketch/ns",
    }
)
_ATTRIBUTES = """
id class d points x y x1 y1 x2 y2 cx cy r rx ry fx fy dx dy width height transform viewBox preserveAspectRatio fill
fill-opacity fill-rule stroke stroke-width stroke-opacity stroke-linecap stroke-linejoin stroke-miterlimit
stroke-dasharray stroke-dashoffset opacity clip-path clip-rule clipPathUnits mask maskUnits maskContentUnits
marker-start marker-mid marker-end markerWidth markerHeight markerUnits refX refY orient offset stop-color
stop-opacity gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform font-size
font-weight font-style text-anchor dominant-baseline alignment-baseline textLength lengthAdjust letter-spacing rotate
pathLength paint-order vector-effect visibility display color version lang direction text-decoration writing-mode
"""
ATTRIBUTES = frozenset(_ATTRIBUTES.split())
# Attributes whose value must have one form; all others may only not hold addresses.
SHAPE = {
    "id": re.compile(r"[A-Za-z][\w.-]{0,80}"),
    "class": re.compile(r"[A-Za-z0-9 _-]{0,200}"),
}
# The classes that the style sheet gives colours to; others could borrow the looks of the page around the drawing.
CLASS = re.compile(r"(f|s)-[a-z0-9]+")
