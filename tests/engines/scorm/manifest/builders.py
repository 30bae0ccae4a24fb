"""Small manifests, told apart by what is put into them."""

from collections.abc import Mapping

from lms.engines.scorm.definition import Activity
from lms.engines.scorm.manifest.package import Package, Read
from lms.engines.scorm.manifest.read import read_package

NAMESPACES = {
    "1.2": 'xmlns="http://www.imsproject.org/xsd/imscp_rootv1p1p2" '
    'xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"',
    "2004": 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_v1p3" '
    'xmlns:imsss="http://www.imsglobal.org/xsd/imsss" xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3" '
    'xmlns:adlnav="http://www.adlnet.org/xsd/adlnav_v1p3"',
    "plain": 'xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"',
}
ITEM = '<item identifier="a" identifierref="r"><title>Gowning</title></item>'
RESOURCE = '<resource identifier="r" type="webcontent" adlcp:scormType="sco" href="a.html"/>'


def manifest(
    items: str = ITEM,
    resources: str = RESOURCE,
    *,
    version: str = "2004 4th Edition",
    family: str = "2004",
    organizations: str = "",
    extra: str = "",
    metadata: str = "",
    resources_base: str = "",
) -> str:
    schema = f"<schema>ADL SCORM</schema><schemaversion>{version}</schemaversion>" if version else ""
    tree = organizations or f'<organization identifier="org"><title>Course</title>{items}</organization>'
    default = "" if organizations.startswith("<organizations") else '<organizations default="org">'
    closing = "</organizations>" if default else ""
    return (
        f'<manifest identifier="m" {NAMESPACES[family]}><metadata>{schema}{metadata}</metadata>'
        f"{default}{tree}{closing}<resources{resources_base}>{resources}</resources>{extra}</manifest>"
    )


def read(data: str | bytes, *names: str, files: Mapping[str, bytes] | None = None, at: str = "imsmanifest.xml") -> Read:
    """With the page a.html unless other names are given."""
    held = dict(files or {}) | {at: data.encode() if isinstance(data, str) else data}
    return read_package([*held, *(names or ("a.html",))], held.get)


def package(data: str | bytes, *names: str, files: Mapping[str, bytes] | None = None) -> Package:
    found = read(data, *names, files=files)
    assert found.package, found.problems
    return found.package


def leaf(data: str | bytes, *names: str) -> Activity:
    """The first activity that can be launched."""
    return next(one for one in package(data, *names).organization.root.walk() if one.resource)


def messages(found: Read, severity: str) -> list[str]:
    return [one.message for one in found.problems if one.severity == severity]
