"""Resources of a manifest and of the manifests inside it, and what an item's reference means."""

from dataclasses import dataclass, field

from lms.engines.scorm.manifest.edition import PLAIN
from lms.engines.scorm.manifest.names import Escape, Names, Place, join
from lms.engines.scorm.manifest.package import File
from lms.engines.scorm.manifest.xml import Element, Sheet, attribute, base_of, child, children

MOST_MISSING = 20
DEEPEST = 10


@dataclass(eq=False)
class Scope:
    """One manifest: references look here first, then in the manifests inside it."""

    element: Element
    base: str
    resources: dict[str, File] = field(default_factory=dict)
    inner: dict[str, "Scope"] = field(default_factory=dict)
    collection: dict[str, Element] = field(default_factory=dict)

    def find(self, reference: str) -> "File | Scope | None":
        if reference in self.resources:
            return self.resources[reference]
        if reference in self.inner:
            return self.inner[reference]
        found = (scope.find(reference) for scope in self.inner.values())
        return next((one for one in found if one is not None), None)

    def all_resources(self) -> list[File]:
        below = [one for scope in self.inner.values() for one in scope.all_resources()]
        return [*self.resources.values(), *below]


class Resources:
    """Reads the resources of all manifests of one file, and says once what is missing."""

    def __init__(self, sheet: Sheet, names: Names, folder: str, standard: str) -> None:
        self.sheet = sheet
        self.names = names
        self.folder = folder
        self.standard = standard
        self.missing = 0

    def scope(self, manifest: Element, base: str = "", depth: int = 0) -> Scope:
        scope = Scope(manifest, join(base, base_of(manifest)))
        self._collect_sequencing(scope)
        section = child(manifest, "resources")
        inside = join(scope.base, base_of(section))
        for element in children(section, "resource"):
            self._add(scope, element, inside)
        for element in children(manifest, "manifest"):
            if depth == DEEPEST:
                self.sheet.error(element, f"manifests stand in one another more than {DEEPEST} deep; flatten them")
                break
            scope.inner[attribute(element, "identifier") or ""] = self.scope(element, scope.base, depth + 1)
        self._check_dependencies(scope)
        if depth == 0 and self.missing > MOST_MISSING:
            self.sheet.warn(section, f"{self.missing - MOST_MISSING} more listed files are not in the package")
        return scope

    def _collect_sequencing(self, scope: Scope) -> None:
        for section in children(scope.element, "sequencingcollection"):
            for one in children(section, "sequencing"):
                scope.collection.setdefault(attribute(one, "id") or "", one)

    def _add(self, scope: Scope, element: Element, base: str) -> None:
        identifier = attribute(element, "identifier") or ""
        if identifier in scope.resources:
            self.sheet.warn(element, f"two resources have the identifier “{identifier}”; the first is used")
            return
        base = join(base, base_of(element))
        href = attribute(element, "href") or ""
        place = self.locate(element, base, href) if href else Place()
        if place.missing:
            self.say_missing(element, place.missing)
        scope.resources[identifier] = File(
            identifier,
            attribute(element, "type") or "",
            self._kind(element, identifier),
            "" if place.missing else place.href,
            place.path,
            self._files(element, base),
            tuple(attribute(one, "identifierref") or "" for one in children(element, "dependency")),
        )

    def _kind(self, element: Element, identifier: str) -> str:
        kind = (attribute(element, "scormtype") or "").lower()
        if kind in ("sco", "asset"):
            return kind
        if self.standard != PLAIN and attribute(element, "href"):
            said = f"has the scormType “{kind}”" if kind else "has no scormType"
            self.sheet.warn(element, f"the resource “{identifier}” {said}; it is taken for an asset (or write sco)")
        return "asset"

    def _files(self, resource: Element, base: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        for element in children(resource, "file"):
            place = self.locate(element, join(base, base_of(element)), attribute(element, "href") or "")
            if place.path:
                found[place.path] = None
            elif place.missing:
                self.say_missing(element, place.missing)
        return tuple(found)

    def locate(self, element: Element, base: str, href: str) -> Place:
        if not href:
            return Place()
        try:
            return self.names.locate(self.folder, base, href)
        except Escape:
            self.sheet.error(element, f"“{join(base, href)}” leads out of the package; name a file inside it")
            return Place()

    def say_missing(self, element: Element, path: str) -> None:
        """A package that forgot its list of pictures should not drown what matters."""
        self.missing += 1
        if self.missing <= MOST_MISSING:
            self.sheet.warn(element, f"“{path}” is listed but not in the package; add the file or take it off the list")

    def _check_dependencies(self, scope: Scope) -> None:
        section = child(scope.element, "resources")
        for element in children(section, "resource"):
            for one in children(element, "dependency"):
                reference = attribute(one, "identifierref") or ""
                if not isinstance(scope.find(reference), File):
                    self.sheet.warn(one, f"the dependency “{reference}” is no resource of this manifest")
