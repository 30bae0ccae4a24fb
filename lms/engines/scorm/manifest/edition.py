"""Which standard a manifest follows: what it says (schemaversion), checked against what it uses, because it may lie."""

import re

from lms.engines.scorm.manifest.xml import Element, Sheet, child, descendants, space_of, text_of

PLAIN, V12 = "ims-cp", "scorm-1.2"
SAID = (
    (r"2004.*4th|2004.*4|cam\s*1\.3\.[34]", "scorm-2004-4"),
    (r"2004.*3rd|2004.*3", "scorm-2004-3"),
    (r"2004.*2nd|2004.*2|cam\s*1\.3|^1\.3$|^2004", "scorm-2004-2"),
    (r"^1\.[012]\b", V12),
)
# Elements that only the 4th edition has.
FOURTH = ("adlcp_v1p3}data", "adlseq_v1p3}objectives")


def standard_of(root: Element, sheet: Sheet) -> str:
    schema = text_of(child(root, "metadata", "schema")).lower()
    version = child(root, "metadata", "schemaversion")
    said = _said(text_of(version).lower()) if "ims content" not in schema else ""
    used = _used(root)
    if not said:
        return used or PLAIN
    if said == V12 and used.startswith("scorm-2004"):
        sheet.warn(version, "the manifest says SCORM 1.2 but uses SCORM 2004; it is read as SCORM 2004")
        return used
    if said != V12 and used == V12:
        sheet.warn(version, "the manifest says SCORM 2004 but uses SCORM 1.2; it is read as SCORM 1.2")
        return V12
    if used == "scorm-2004-4" and said != used:
        sheet.warn(version, f"the manifest says “{text_of(version)}” but uses the 4th edition's elements; read as such")
        return used
    if not used and "scorm" not in schema and not said.startswith("scorm-2004"):
        return PLAIN
    return said


def _said(text: str) -> str:
    return next((standard for pattern, standard in SAID if re.search(pattern, text)), "")


def _used(root: Element) -> str:
    """By the namespaces of elements and attributes; where those are missing, by the spelling of scormType."""
    spaces: set[str] = set()
    for one in descendants(root):
        name = one.tag
        if any(str(name).endswith(mark) for mark in FOURTH):
            return "scorm-2004-4"
        spaces.add(space_of(one).lower())
        spaces.update(_spaces(one))
    if any("adlcp_v1p3" in space or "imsss" in space or "adlseq" in space for space in spaces):
        return "scorm-2004-3"
    if any("adlcp_rootv1p" in space for space in spaces):
        return V12
    if "@scormType" in spaces:
        return "scorm-2004-3"
    return V12 if "@scormtype" in spaces else ""


def _spaces(element: Element) -> set[str]:
    found = set()
    for key in element.attrib:
        space, _, local = str(key).rpartition("}")
        found.add(space.lstrip("{").lower())
        if local.rpartition(":")[2] in ("scormType", "scormtype"):
            found.add("@" + local.rpartition(":")[2])
    return found
