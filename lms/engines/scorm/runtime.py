"""One SCO's session with its data model: what the API answers.

A session is new, running or ended; everything it knows is in its JSON. Functions of the API return text, as the
standards want it, and leave their error in `session.error`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from lms.engines.scorm import model12, model2004
from lms.engines.scorm.evaluation import closing, current
from lms.engines.scorm.model import READ_ONLY, WRITE_ONLY, Element, Model, Place, locate
from lms.engines.scorm.types import MOST_TOTAL, Type, units, wrong

MODELS = {model.name: model for model in (model12.MODEL, model2004.MODEL)}
NEW, RUNNING, ENDED = "new", "running", "ended"
TRUE, FALSE = "true", "false"
VALID = "adl.nav.request_valid."
STORE = "adl.data.n.store"
Json = dict[str, Any]


@dataclass(slots=True)
class Session:
    """`values` are all elements that have one, the LMS's own among them; `counts` the lengths of lists. `stores` says
    for each record of adl.data whether the SCO may read ("r") and write ("w") it. `valid` answers request_valid:
    {"continue": "true", "choice": {"item": "true"}}; None means that nobody knows at present. `size` is the length of
    all values together."""

    model: Model
    values: dict[str, str] = field(default_factory=dict)
    phase: str = NEW
    error: str = "0"
    about: str = ""
    stores: tuple[str, ...] = ()
    valid: Mapping[str, Any] | None = None
    counts: dict[str, int] = field(default_factory=dict)
    size: int = 0

    def __post_init__(self) -> None:
        for name, value in self.values.items():
            self._counted(locate(self.model, name))
            self.size += units(value)

    def initialize(self, argument: str = "") -> str:
        if argument != "":
            return self.refuse("argument")
        if self.phase != NEW:
            return self.refuse("again" if self.phase == RUNNING else "ended")
        self.phase = RUNNING
        return self._done()

    def terminate(self, argument: str = "") -> str:
        """The attempt's time is added up, and SCORM 1.2's status decided. What comes next, the LMS decides."""
        if argument != "":
            return self.refuse("argument")
        if self.phase != RUNNING:
            return self.refuse("end_early" if self.phase == NEW else "end_late")
        self.close()
        return self._done()

    def commit(self, argument: str = "") -> str:
        if argument != "":
            return self.refuse("argument")
        if self.phase != RUNNING:
            return self.refuse("commit_early" if self.phase == NEW else "commit_late")
        return self._done()

    def get(self, name: str) -> str:
        if self.phase != RUNNING:
            return self._nothing("get_early" if self.phase == NEW else "get_late", name)
        if name == "":
            return self._nothing("get_general", name)
        if name.startswith(VALID) and self.model is model2004.MODEL:
            return self._request_valid(name)
        place = locate(self.model, name)
        element = self.model.elements.get(place.key)
        if element and element.access == WRITE_ONLY and not place.keyword:
            return self._nothing("write_only", name)
        if any(number >= self.counts.get(path, 0) for _, path, number in place.lists):
            return self._nothing("get_general" if self._known(place) else "unknown", name)
        return self._keyword(place, name) if place.keyword else self._value(place, element, name)

    def set(self, name: str, value: str) -> str:
        if self.phase != RUNNING:
            return self.refuse("set_early" if self.phase == NEW else "set_late", name)
        if name == "":
            return self.refuse("set_general", name)
        if name.startswith(VALID) and self.model is model2004.MODEL:
            return self.refuse("read_only" if _asked(name) else "unknown", name)
        place = locate(self.model, name)
        if reason := self._refusal(place, value):
            return self.refuse(reason, name)
        if self.size + units(value) - units(self.values.get(place.path, "")) > MOST_TOTAL:
            return self.refuse("set_general", name)
        self.keep(place.path, value)
        self._counted(place)
        return self._done()

    def close(self, *, finished: bool = True) -> None:
        """What the LMS does when a SCO has ended: by itself, or, not `finished`, by being taken away. Only a session
        that runs can be closed, so time is never added twice."""
        running, self.phase = self.phase == RUNNING, ENDED
        for name, value in closing(self.model, self.values, finished).items() if running else ():
            self.keep(name, value)

    def keep(self, path: str, value: str) -> None:
        """Without asking: what the LMS itself writes."""
        self.size += units(value) - units(self.values.get(path, ""))
        self.values[path] = value

    def last_error(self) -> str:
        return self.error

    def error_string(self, code: str) -> str:
        return self.model.texts.get(code, "")

    def diagnostic(self, code: str) -> str:
        """More than the code says: the element that the last error was about."""
        code = code or self.error
        text = self.error_string(code)
        return f"{text}: {self.about[:200]}" if text and code == self.error and self.about else text

    def _done(self) -> str:
        self.error, self.about = "0", ""
        return TRUE

    def refuse(self, reason: str, about: str = "") -> str:
        self.error, self.about = self.model.codes[reason], about
        return FALSE

    def _nothing(self, reason: str, about: str) -> str:
        self.refuse(reason, about)
        return ""

    def _answer(self, value: str) -> str:
        self._done()
        return value

    def _known(self, place: Place) -> bool:
        return place.key in self.model.elements or place.key in self.model.children or place.key in self.model.lists

    def _keyword(self, place: Place, name: str) -> str:
        if place.keyword == "_version":
            return self._answer(self.model.version) if place.key == "cmi" else self._nothing("unknown", name)
        if place.keyword == "_children":
            if place.key in self.model.children:
                return self._answer(self.model.children[place.key])
            return self._nothing("no_children" if self._known(place) else "unknown", name)
        if place.key in self.model.lists:
            return self._answer(str(self.counts.get(place.path, 0)))
        return self._nothing("no_count" if self._known(place) else "unknown", name)

    def _value(self, place: Place, element: Element | None, name: str) -> str:
        if element is None:
            return self._nothing("unknown", name)
        if place.key == STORE and "r" not in self.stores[place.lists[0][2]]:
            return self._nothing("write_only", name)
        value = current(self.values, place.path, element)
        if value is not None:
            return self._answer(value)
        return self._answer("") if self.model.blank else self._nothing("unset", name)

    def _request_valid(self, name: str) -> str:
        asked = _asked(name)
        if asked is None:
            return self._nothing("unknown", name)
        if self.valid is None:
            return self._answer("unknown")
        kind, target = asked
        answer = self.valid.get(kind, "unknown" if not target else {})
        return self._answer(str(answer.get(target, FALSE)) if isinstance(answer, Mapping) else str(answer))

    def _refusal(self, place: Place, value: str) -> str:
        """Why the value may not be set: the reason, or ""."""
        element = self.model.elements.get(place.key)
        if place.keyword:
            known = self._known(place) or (place.keyword == "_version" and place.key == "cmi")
            return "keyword" if known else "unknown"
        if element is None:
            return "unknown"
        if element.access == READ_ONLY or (place.key == STORE and not self._may_write(place)):
            return "read_only"
        if reason := self._index_refusal(place):
            return reason
        if any(f"{place.record}{name}" not in self.values for name in self._needs(place, element)):
            return "needs"
        kind = self._kind(place, element)
        return wrong(kind, value) or self._record_refusal(place, element, kind, value)

    def _may_write(self, place: Place) -> bool:
        number = place.lists[0][2]
        return number >= len(self.stores) or "w" in self.stores[number]

    def _index_refusal(self, place: Place) -> str:
        """Records are made one after the other; shared data stores are made by the LMS alone."""
        for table, path, number in place.lists:
            count = self.counts.get(path, 0)
            if number > count or number >= self.model.lists[table].most or (number == count and table == "adl.data"):
                return "set_general"
        return ""

    def _needs(self, place: Place, element: Element) -> tuple[str, ...]:
        key = self.model.lists[place.lists[0][0]].key if place.lists else ""
        own = place.path == f"{place.record}{key}"
        return (*((key,) if key and not own else ()), *element.needs)

    def _kind(self, place: Place, element: Element) -> Type:
        kind = element.kind
        return kind.of[self.values[f"{place.record}{kind.by}"]] if kind.by else kind

    def _record_refusal(self, place: Place, element: Element, kind: Type, value: str) -> str:
        """What one record may not hold because of itself or of the others of its list."""
        if not place.lists:
            return ""
        if element.once and self.values.get(place.path, value) != value:
            return "set_general"
        _, path, number = place.lists[-1]
        if kind.alone and number:
            return "set_general"
        rest = place.path[len(path) + len(str(number)) + 2 :]
        others = (f"{path}.{one}.{rest}" for one in range(self.counts.get(path, 0)) if one != number)
        return "set_general" if kind.differ and any(self.values.get(one) == value for one in others) else ""

    def _counted(self, place: Place) -> None:
        for _, path, number in place.lists:
            self.counts[path] = max(self.counts.get(path, 0), number + 1)


def _asked(name: str) -> tuple[str, str] | None:
    """Which request, and its target: `continue`, `choice.{target=item}`; None if it is neither."""
    kind, _, rest = name[len(VALID) :].partition(".")
    if kind in ("choice", "jump") and rest.startswith("{target=") and rest.endswith("}") and len(rest) > 9:
        return kind, rest[8:-1]
    return (kind, "") if kind in model2004.REQUESTS[:-1] and not rest else None


def to_json(session: Session) -> Json:
    return {
        "standard": session.model.name,
        "phase": session.phase,
        "error": session.error,
        "about": session.about,
        "values": dict(session.values),
        "stores": list(session.stores),
        "valid": session.valid,
    }


def from_json(data: Json) -> Session:
    return Session(
        MODELS[data["standard"]],
        dict(data["values"]),
        data.get("phase", NEW),
        data.get("error", "0"),
        data.get("about", ""),
        tuple(data.get("stores", ())),
        data.get("valid"),
    )


def as_json() -> Json:
    """The tables of both models for the browser's adapter."""
    return {name: model.as_json() for name, model in MODELS.items()}
