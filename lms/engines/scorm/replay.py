"""What a batch of a page's calls comes to on the server: the same model, and the server is right."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from lms.engines.scorm.runtime import FALSE, Session


@dataclass(frozen=True, slots=True)
class Refusal:
    """A call of a batch that the model refuses: it is recorded and changes nothing."""

    place: int
    code: str
    element: str = ""


def replay(session: Session, operations: Iterable[Mapping[str, Any]]) -> tuple[Refusal, ...]:
    """Apply the calls of a batch, each `{kind, e?, v?}`; kinds are init, set, commit and end."""
    refusals = []
    for place, operation in enumerate(operations):
        if _apply(session, operation) == FALSE:
            refusals.append(Refusal(place, session.error, str(operation.get("e", ""))))
    return tuple(refusals)


def _apply(session: Session, operation: Mapping[str, Any]) -> str:
    kind = operation.get("kind")
    if kind == "set":
        name, value = operation.get("e"), operation.get("v")
        if not isinstance(name, str) or not isinstance(value, str):
            return session.refuse("argument")
        return session.set(name, value)
    calls = {"init": session.initialize, "commit": session.commit, "end": session.terminate}
    return calls[kind]() if kind in calls else session.refuse("argument")
