"""Items become the activity tree: references resolved, parameters joined, what cannot be launched left out."""

from dataclasses import dataclass, field

from lms.engines.scorm.definition import Activity, ControlMode, Organization, Resource, Sequencing, SharedData
from lms.engines.scorm.manifest.edition import PLAIN, V12
from lms.engines.scorm.manifest.names import with_parameters
from lms.engines.scorm.manifest.package import File
from lms.engines.scorm.manifest.resources import Scope
from lms.engines.scorm.manifest.sequencing import read_sequencing
from lms.engines.scorm.manifest.values import flag, number
from lms.engines.scorm.manifest.xml import Element, Sheet, attribute, child, children, raw_text, text_of
from lms.engines.scorm.prerequisites import parse as parse_prerequisites

MOST_ACTIVITIES = 20_000
CONTROLS = ("previous", "continue", "exit", "exitAll", "abandon", "abandonAll", "suspendAll")
TIME_LIMIT_ACTIONS = ("exit,message", "exit,no message", "continue,message", "continue,no message")
# Earlier editions name no sequencing: everything may be chosen, and one follows the other.
FREE = Sequencing(control=ControlMode(flow=True))


class TooMany(Exception):
    """The tree is larger than any course; manifests that refer to manifests can multiply."""


@dataclass
class Organizations:
    """Reads the organizations of one package; `made` counts activities over all of them."""

    sheet: Sheet
    standard: str
    made: int = 0
    elements: dict[str, Element] = field(default_factory=dict)
    _used: set[str] = field(default_factory=set)

    def read(self, scope: Scope, element: Element) -> Organization | None:
        """None if nothing in it can be launched."""
        self._used = set()
        identifier = self._identifier(element, "organization")
        children_ = self._items(scope, element)
        if not children_:
            return None
        root = Activity(
            identifier,
            text_of(child(element, "title")) or identifier,
            children=children_,
            sequencing=self._sequencing(scope, element),
            hidden_controls=self._hidden(element),
        )
        return Organization(
            root,
            edition_of(self.standard),
            flag(self.sheet, element, "objectivesGlobalToSystem", True),
            flag(self.sheet, element, "sharedDataGlobalToSystem", True),
        )

    def _items(self, scope: Scope, parent: Element) -> tuple[Activity, ...]:
        """Bottom up, because a cluster holds its children; without recursion, because manifests may be deep."""
        order, waiting = [], children(parent, "item")[::-1]
        while waiting:
            element = waiting.pop()
            order.append(element)
            waiting.extend(children(element, "item")[::-1])
        names = {element: self._identifier(element, "item") for element in order}
        made: dict[Element, Activity | None] = {}
        for element in reversed(order):
            below = tuple(one for each in children(element, "item") if (one := made[each]))
            made[element] = self._item(scope, element, names[element], below)
        return tuple(one for each in children(parent, "item") if (one := made[each]))

    def _item(self, scope: Scope, element: Element, identifier: str, below: tuple[Activity, ...]) -> Activity | None:
        self.made += 1
        if self.made > MOST_ACTIVITIES:
            self.sheet.error(element, f"the package has more than {MOST_ACTIVITIES:,} items; split it")
            raise TooMany
        title = text_of(child(element, "title")) or identifier
        target = self._target(scope, element, title)
        if isinstance(target, Scope):
            below = (*below, *self._inner(target, element))
        resource = self._resource(element, target, title) if isinstance(target, File) else None
        if not resource and not below:
            if target is None and attribute(element, "identifierref") is None:
                self.sheet.warn(element, f"the item “{title}” has nothing to launch and is left out")
            return None
        if resource and below:
            below = (self._own_content(identifier, title, resource), *below)
            resource = None
        return self._activity(scope, element, identifier, title, resource, below)

    def _activity(
        self,
        scope: Scope,
        element: Element,
        identifier: str,
        title: str,
        resource: Resource | None,
        below: tuple[Activity, ...],
    ) -> Activity:
        return Activity(
            identifier,
            title,
            resource,
            flag(self.sheet, element, "isvisible", True),
            below,
            self._sequencing(scope, element),
            self._hidden(element),
            self._shared(element),
            raw_text(child(element, "datafromlms")),
            self._time_limit_action(element),
            self._mastery(element),
            text_of(child(element, "maxtimeallowed")),
            self._prerequisites(element),
        )

    def _identifier(self, element: Element, kind: str) -> str:
        """States hang on identifiers, so they must be there and be unique within the tree."""
        written = attribute(element, "identifier") or ""
        base = written or f"{kind}-{len(self._used) + 1}"
        name, number_ = base, 1
        while name in self._used:
            number_ += 1
            name = f"{base}-{number_}"
        if written and name != written:
            self.sheet.warn(element, f"the identifier “{written}” is used twice; the second is called “{name}”")
        self._used.add(name)
        self.elements.setdefault(name, element)
        return name

    def _target(self, scope: Scope, element: Element, title: str) -> File | Scope | None:
        reference = attribute(element, "identifierref")
        if not reference:
            return None
        target = scope.find(reference)
        if target is None:
            self.sheet.warn(element, f"the item “{title}” names “{reference}”, which is no resource; it is left out")
        return target

    def _resource(self, element: Element, file: File, title: str) -> Resource | None:
        if not file.href:
            self.sheet.warn(element, f"the item “{title}” cannot be launched: “{file.identifier}” has no file to open")
            return None
        if file.type.lower().startswith(("ims", "associatedcontent")):
            self.sheet.warn(element, f"the item “{title}” is left out: “{file.type}” is nothing that a browser opens")
            return None
        if not file.path:
            self.sheet.warn(element, f"the item “{title}” opens {file.href}, which is not in the package")
        return Resource(file.identifier, with_parameters(file.href, attribute(element, "parameters") or ""), file.kind)

    def _own_content(self, identifier: str, title: str, resource: Resource) -> Activity:
        """An item with both content and items below: its content becomes the first of them."""
        name = f"{identifier}-content"
        while name in self._used:
            name += "-"
        self._used.add(name)
        sequencing = FREE if self.standard in (PLAIN, V12) else Sequencing()
        return Activity(name, title, resource, sequencing=sequencing)

    def _inner(self, scope: Scope, element: Element) -> tuple[Activity, ...]:
        """The items of the default organization of a manifest inside this one."""
        organization = default_of(scope.element)
        if organization is None:
            self.sheet.warn(element, "the manifest that this item names has no organization; it is left out")
            return ()
        return self._items(scope, organization)

    def _sequencing(self, scope: Scope, element: Element) -> Sequencing:
        if self.standard in (PLAIN, V12):
            return FREE
        return read_sequencing(element, scope.collection, self.sheet)

    def _hidden(self, element: Element) -> tuple[str, ...]:
        interface = child(element, "presentation", "navigationinterface")
        written = [raw_text(one) for one in children(interface, "hidelmsui")]
        known = {one.lower(): one for one in CONTROLS}
        for text in written:
            if text.lower() not in known:
                self.sheet.warn(interface, f"hideLMSUI “{text}” is none of: {', '.join(CONTROLS)}; it is left out")
        return tuple(dict.fromkeys(known[text.lower()] for text in written if text.lower() in known))

    def _shared(self, element: Element) -> tuple[SharedData, ...]:
        maps = (one for section in children(element, "data") for one in children(section, "map"))
        shared = {
            target: SharedData(
                target, flag(self.sheet, one, "readSharedData", True), flag(self.sheet, one, "writeSharedData", True)
            )
            for one in maps
            if (target := attribute(one, "targetid"))
        }
        return tuple(shared.values())

    def _time_limit_action(self, element: Element) -> str:
        found = child(element, "timelimitaction")
        text = ",".join(part.strip() for part in text_of(found).split(",")).lower()
        if not text or text in TIME_LIMIT_ACTIONS:
            return text
        self.sheet.warn(found, f"timeLimitAction “{text}” is none of: {'; '.join(TIME_LIMIT_ACTIONS)}; it is left out")
        return ""

    def _mastery(self, element: Element) -> str:
        found = child(element, "masteryscore")
        text = text_of(found)
        return text if number(self.sheet, found, "masteryscore", text, 0, 100) is not None else ""

    def _prerequisites(self, element: Element) -> str:
        found = child(element, "prerequisites")
        text = text_of(found)
        if text and parse_prerequisites(text) is None:
            self.sheet.warn(found, f"the prerequisites “{text}” are not in AICC script; they are not enforced")
        return text


def edition_of(standard: str) -> str:
    """As the tree names it; a plain content package is run like SCORM 1.2, without any rules."""
    return standard.removeprefix("scorm-") if standard != PLAIN else "1.2"


def default_of(manifest: Element) -> Element | None:
    section = child(manifest, "organizations")
    all_ = children(section, "organization")
    wanted = attribute(section, "default")
    return next((one for one in all_ if attribute(one, "identifier") == wanted), all_[0] if all_ else None)
