"""A listing of names and a way to read a file become a Package, or all that keeps it from being one."""

import posixpath
from collections.abc import Callable, Collection

from lms.engines.scorm.definition import Activity, Organization, Resource
from lms.engines.scorm.manifest.edition import standard_of
from lms.engines.scorm.manifest.metadata import locations, lom_in, loms, merged, read_lom
from lms.engines.scorm.manifest.names import Escape, Names, join
from lms.engines.scorm.manifest.organizations import FREE, Organizations, TooMany, default_of, edition_of
from lms.engines.scorm.manifest.package import File, Metadata, Package, Read
from lms.engines.scorm.manifest.resources import Resources, Scope
from lms.engines.scorm.manifest.xml import (
    MOST_BYTES,
    Element,
    Sheet,
    attribute,
    base_of,
    child,
    children,
    descendants,
    name_of,
    parse,
)
from lms.engines.source.problem import Position, Problems

MANIFEST = "imsmanifest.xml"
PAGES = (".html", ".htm", ".xhtml")
MOST_METADATA_FILES = 2_000
Reader = Callable[[str], bytes | None]


def find_manifest(names: Collection[str]) -> str:
    """At the root, or in the only folder one down that has one; "" if there is none."""
    found = [name for name in names if name.rpartition("/")[2].lower() == MANIFEST and "__MACOSX" not in name]
    root = [name for name in found if "/" not in name]
    below = [name for name in found if name.count("/") == 1]
    if root:
        return min(root, key=lambda name: name != MANIFEST)
    return below[0] if len(below) == 1 else ""


def read_package(names: Collection[str], read: Reader) -> Read:
    """`names` are all files, with "/" between folders; `read` gives a small file's bytes, None if it cannot.

    Only the manifest and the metadata files that it names are read.
    """
    problems = Problems()
    path = find_manifest(names)
    package = _Reader(names, read, Sheet(path, problems)).package() if path else None
    if not path:
        problems.error(MANIFEST, Position(), _no_manifest(names))
    return Read(None if problems.has_errors else package, problems.sorted())


def _no_manifest(names: Collection[str]) -> str:
    if not names:
        return "the package is empty; export it again from the tool it was made with"
    return f"there is no {MANIFEST} at the root of the package; pack the content's folder itself, not what is around it"


class _Reader:
    def __init__(self, names: Collection[str], read: Reader, sheet: Sheet) -> None:
        self.names = Names(names)
        self.read = read
        self.sheet = sheet
        self.folder = posixpath.dirname(sheet.path)
        self.metadata_files = 0

    def package(self) -> Package | None:
        data = self.read(self.sheet.path)
        root = parse(data, self.sheet) if data is not None else None
        if data is None:
            self.sheet.error(None, "the manifest cannot be read; export the package again")
        if root is None:
            return None
        if name_of(root) != "manifest":
            self.sheet.error(root, f"the file begins with <{name_of(root)}>, not with <manifest>; it is no manifest")
            return None
        return self._package(root)

    def _package(self, root: Element) -> Package | None:
        standard = standard_of(root, self.sheet)
        scope = Resources(self.sheet, self.names, self.folder, standard).scope(root)
        reader = Organizations(self.sheet, standard)
        try:
            organizations = self._organizations(reader, scope)
        except TooMany:
            return None
        if not organizations:
            self.sheet.error(child(root, "organizations"), "nothing here can be launched; give an item a page")
            return None
        default = self._default(root, organizations)
        described = self._described(root, scope, organizations, reader)
        return Package(
            self.sheet.path,
            attribute(root, "identifier") or "",
            standard,
            tuple(organizations),
            default,
            tuple(scope.all_resources()),
            attribute(root, "version") or "",
            merged(self._metadata(child(root, "metadata"), scope.base), described.get(default, Metadata())),
            described,
        )

    def _organizations(self, reader: Organizations, scope: Scope) -> list[Organization]:
        section = child(scope.element, "organizations")
        made, taken = [], set()
        for element in children(section, "organization"):
            organization = reader.read(scope, element)
            if organization is None:
                name = attribute(element, "identifier") or ""
                self.sheet.warn(element, f"nothing in the organization “{name}” can be launched; it is left out")
            elif organization.root.identifier in taken:
                self.sheet.warn(
                    element, f"two organizations are called “{organization.root.identifier}”; see the first"
                )
            else:
                taken.add(organization.root.identifier)
                made.append(organization)
        return made or self._from_resources(scope, reader.standard)

    def _from_resources(self, scope: Scope, standard: str) -> list[Organization]:
        """Without any usable organization: what is plainly there to be opened, one after the other."""
        if any(True for _ in self._items(scope.element)):
            return []
        files = [one for one in scope.all_resources() if one.path and (one.kind == "sco" or _is_page(one))]
        chosen = [one for one in files if one.kind == "sco"] or files
        if not chosen:
            return []
        section = child(scope.element, "organizations")
        self.sheet.warn(section, "the manifest orders nothing; its resources are offered in the order of the list")
        leaves = tuple(
            Activity(one.identifier, one.identifier, Resource(one.identifier, one.href, one.kind), sequencing=FREE)
            for one in chosen
        )
        name = attribute(scope.element, "identifier") or "package"
        return [Organization(Activity(f"{name}-all", name, children=leaves, sequencing=FREE), edition_of(standard))]

    def _items(self, root: Element) -> list[Element]:
        return [one for one in descendants(root) if name_of(one) == "item"]

    def _default(self, root: Element, organizations: list[Organization]) -> str:
        section = child(root, "organizations")
        wanted = attribute(section, "default")
        names = [one.root.identifier for one in organizations]
        if wanted in names:
            return wanted
        first = default_of(root)
        fallback = attribute(first, "identifier") if first is not None else None
        chosen = fallback if fallback in names else names[0]
        if wanted or len(names) > 1:
            said = f"default=“{wanted}” names no organization that can be launched" if wanted else "no default is named"
            self.sheet.warn(section, f"{said}; “{chosen}” is launched")
        return chosen or names[0]

    def _described(
        self, root: Element, scope: Scope, organizations: list[Organization], reader: Organizations
    ) -> dict[str, Metadata]:
        """Metadata of whatever has some, by identifier."""
        elements = dict(reader.elements)
        for one in children(child(root, "resources"), "resource"):
            elements.setdefault(attribute(one, "identifier") or "", one)
        found = {}
        for name, element in elements.items():
            if metadata := self._metadata(child(element, "metadata"), scope.base):
                found[name] = metadata
        return found

    def _metadata(self, element: Element | None, base: str) -> Metadata:
        """What stands in the manifest, completed by the files that it names."""
        metadata = Metadata()
        for lom in loms(element):
            metadata = merged(metadata, read_lom(lom))
        inside = join(base, base_of(element))
        for location in locations(element):
            metadata = merged(metadata, self._external(location, inside))
        return metadata

    def _external(self, location: Element, base: str) -> Metadata:
        """A metadata file that is missing or wrong costs a warning: nobody learns from it."""
        text = (location.text or "").strip()
        self.metadata_files += 1
        if not text or self.metadata_files > MOST_METADATA_FILES:
            return Metadata()
        try:
            place = self.names.locate(self.folder, base, text)
        except Escape:
            self.sheet.error(location, f"the metadata “{text}” leads out of the package; name a file inside it")
            return Metadata()
        data = self.read(place.path) if place.path else None
        if data is None:
            self.sheet.warn(location, f"the metadata file “{text}” is not in the package; add it or delete the line")
            return Metadata()
        return self._from_file(place.path, data)

    def _from_file(self, path: str, data: bytes) -> Metadata:
        problems = Problems()
        root = parse(data[: MOST_BYTES + 1], Sheet(path, problems))
        self.sheet.problems.extend_as_warnings(problems.sorted())
        return Metadata() if root is None else read_lom(lom_in(root))


def _is_page(file: File) -> bool:
    return file.path.lower().endswith(PAGES)
