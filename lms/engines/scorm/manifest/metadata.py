"""Learning Object Metadata in both bindings (IMS 1.2 and IEEE): title, description, language, learning time."""

from lxml import etree

from lms.engines.scorm.manifest.package import Metadata
from lms.engines.scorm.manifest.xml import Element, attribute, child, children, name_of, text_of

TEXTS = ("langstring", "string")


def read_lom(lom: Element | None) -> Metadata:
    """`lom` is the element of that name, or the root of a file that holds nothing else."""
    general = child(lom, "general")
    time = child(lom, "educational", "typicallearningtime")
    return Metadata(
        _texts(child(general, "title")),
        _texts(child(general, "description")),
        text_of(child(general, "language")),
        _time(time),
    )


def _time(time: Element | None) -> str:
    """`duration` in the IEEE binding, `datetime` in the older one."""
    return text_of(child(time, "duration")) or text_of(child(time, "datetime")) or text_of(time)


def _texts(element: Element | None) -> dict[str, str]:
    """By language; a text without the element around it is taken as it stands."""
    if element is None:
        return {}
    found = [one for one in element if name_of(one) in TEXTS]
    if not found:
        text = text_of(element)
        return {"": text} if text else {}
    texts: dict[str, str] = {}
    for one in found:
        language = attribute(one, "lang") or attribute(one, "language") or ""
        if text := text_of(one):
            texts.setdefault(language, text)
    return texts


def loms(metadata: Element | None) -> list[Element]:
    return children(metadata, "lom")


def locations(metadata: Element | None) -> list[Element]:
    """adlcp:location: files that hold the metadata."""
    return children(metadata, "location")


def merged(first: Metadata, second: Metadata) -> Metadata:
    return Metadata(
        first.title or second.title,
        first.description or second.description,
        first.language or second.language,
        first.typical_learning_time or second.typical_learning_time,
    )


def lom_in(root: etree._Element) -> Element:
    """A metadata file's root is `lom`, or something that holds one."""
    if name_of(root) == "lom":
        return root
    return next((one for one in root.iter() if isinstance(one.tag, str) and name_of(one) == "lom"), root)
