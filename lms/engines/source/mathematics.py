"""LaTeX becomes MathML, which browsers draw without script. Only listed elements and attributes come out."""

import html
import re
from xml.etree.ElementTree import Element, tostring

from latex2mathml.converter import Converter

MOST_CHARACTERS = 2_000
DEEPEST = 40
_ELEMENTS = """
math mrow mi mn mo mtext mspace msub msup msubsup munder mover munderover mfrac msqrt mroot mtable mtr mtd mstyle
mpadded menclose mphantom mmultiscripts mprescripts
"""
ELEMENTS = frozenset(_ELEMENTS.split())
_SWITCHES = "displaystyle stretchy fence separator accent accentunder movablelimits largeop symmetric"
_LENGTHS = "width height depth lspace rspace voffset minsize maxsize linethickness rowspacing columnspacing"
ATTRIBUTES = {
    "display": re.compile(r"inline|block"),
    "mathvariant": re.compile(r"[a-z-]{1,24}"),
    "form": re.compile(r"prefix|infix|postfix"),
    "notation": re.compile(r"[a-z ]{1,40}"),
    "columnalign": re.compile(r"(left|center|right|\s)+"),
    "rowlines": re.compile(r"(none|solid|dashed|\s)+"),
    "columnlines": re.compile(r"(none|solid|dashed|\s)+"),
    "scriptlevel": re.compile(r"[-+]?[0-3]"),
} | dict.fromkeys(_SWITCHES.split(), re.compile(r"true|false"))
# Bounded, so that a formula cannot push or cover what stands around it.
LENGTH = re.compile(r"[-+]?[0-9]?[0-9]?(\.[0-9]+)?(em|ex|pt|mu|%)?")
LENGTHS = frozenset(_LENGTHS.split())
# Macros could double themselves without end; the others would reach outside the formula.
REFUSED = re.compile(
    r"\\(newcommand|renewcommand|providecommand|def|let|require|href|url|style|class|cssId|includegraphics)\b"
)
COMMAND = re.compile(r"\\[A-Za-z]+")


class BadFormula(ValueError):
    """Carries the sentence for the author."""


def mathml(latex: str, *, block: bool = False) -> str:
    """Raise BadFormula for what cannot be shown; so are unknown commands, since a reader would see their names."""
    _refuse(latex)
    try:
        tree = Converter(display="block" if block else "inline").convert_to_element(latex)
    except RecursionError:
        raise BadFormula("the formula is nested too deeply") from None
    except Exception as error:  # the library raises many kinds, some bare, for malformed LaTeX
        raise BadFormula(
            f"the formula cannot be read ({type(error).__name__}); check its braces and commands"
        ) from None
    math = _copy(tree)
    math.set("alttext", " ".join(latex.split()))
    return tostring(math, encoding="unicode", short_empty_elements=False)


def _refuse(latex: str) -> None:
    if not latex.strip():
        raise BadFormula("the formula is empty")
    if len(latex) > MOST_CHARACTERS:
        raise BadFormula(f"the formula is longer than {MOST_CHARACTERS:,} characters; split it")
    if found := REFUSED.search(latex):
        raise BadFormula(f"{found.group()} is not allowed in a formula")
    if _depth(latex) > DEEPEST:
        raise BadFormula("the formula is nested too deeply")


def _depth(latex: str) -> int:
    depth = deepest = 0
    for part in re.findall(r"\\left|\\right|\\begin|\\end|\\.|[{}]", latex):
        depth += {"{": 1, "\\left": 1, "\\begin": 1, "}": -1, "\\right": -1, "\\end": -1}.get(part, 0)
        deepest = max(deepest, depth)
    # Chains such as \sqrt\sqrt\sqrt nest without braces.
    return max(deepest, len(COMMAND.findall(latex)) // 10)


def _copy(node: Element) -> Element:
    """A new tree of what is listed; the library leaves character references in texts, and this resolves them."""
    text = html.unescape(node.text or "")
    if node.tag in ("mi", "mo") and COMMAND.fullmatch(text):
        raise BadFormula(f"{text} is not a known command")
    made = Element(node.tag if node.tag in ELEMENTS else "mrow", _attributes(node))
    made.text = text or None
    for child in node:
        made.append(_copy(child))
    return made


def _attributes(node: Element) -> dict[str, str]:
    return {name: value for name, value in node.attrib.items() if is_allowed(name, value)}


def is_allowed(name: str, value: str) -> bool:
    """Whether an attribute of MathML may stand, with this value."""
    if name in LENGTHS:
        return bool(LENGTH.fullmatch(value))
    return name in ATTRIBUTES and bool(ATTRIBUTES[name].fullmatch(value))
