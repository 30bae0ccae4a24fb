"""The tables of both data models as plays: a session, calls, and what the last call must answer. The engine's own tests
read the tables directly; the browser's adapter is played these."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lms.engines.scorm.handover import begin_12
from lms.engines.scorm.model import WRITE_ONLY, Model
from lms.engines.scorm.runtime import NEW, to_json
from tests.engines.scorm import test_runtime_12 as table12
from tests.engines.scorm import test_runtime_2004 as table2004

Call = tuple[str, ...]


@dataclass(frozen=True)
class Case:
    """`expected` is the last call's answer and the error after it."""

    session: dict[str, Any]
    calls: tuple[Call, ...]
    expected: tuple[str, str]


def cases_12() -> Iterator[Case]:
    """Every element × legal, illegal, boundary × get, set, before Initialize and after Finish."""
    running = to_json(table12.started())
    yield from _legal(running, table12.LEGAL_AND_ILLEGAL, table12.MODEL, ("", "404"))
    yield from _refused(running, table12.LEGAL_AND_ILLEGAL, 1, "405")
    yield from _read_only(running, table12.READ_ONLY_VALUES, "403")
    yield from (Case(running, (("GetValue", name),), (value, "0")) for name, value in table12.DEFAULTS)
    yield from _codes(running, table12.GET_REFUSED, table12.SET_REFUSED)
    new = to_json(begin_12(table12.ALICE, table12.ACTIVITY))
    names = [*table12.LEGAL_AND_ILLEGAL, *table12.READ_ONLY_VALUES]
    yield from _outside(new, names, ("301", "301"), ("301", "301"))


def cases_2004() -> Iterator[Case]:
    running, full = to_json(table2004.started()), to_json(table2004.full())
    yield from _legal(running, table2004.LEGAL_AND_ILLEGAL, table2004.MODEL, ("", "405"))
    yield from _refused(running, table2004.LEGAL_AND_ILLEGAL, 1, "406")
    yield from _refused(running, {name: ([], values) for name, values in table2004.OUT_OF_RANGE.items()}, 1, "407")
    yield from _read_only(full, table2004.READ_ONLY_VALUES, "404")
    yield from _codes(running, table2004.GET_REFUSED, table2004.SET_REFUSED)
    for name, children in table2004.CHILDREN:
        yield Case(running, (("GetValue", f"{name}._children"),), (children, "0"))
    tables = (("correct_responses.0.pattern", table2004.PATTERNS), ("learner_response", table2004.RESPONSES))
    for name, table in tables:
        for kind, (legal, illegal) in table.items():
            typed = ("SetValue", f"{table2004.INTERACTION}type", kind)
            setting = [(value, ("true", "0")) for value in legal] + [(value, ("false", "406")) for value in illegal]
            for value, expected in setting:
                yield Case(running, (typed, ("SetValue", f"{table2004.INTERACTION}{name}", value)), expected)
    names = [*table2004.LEGAL_AND_ILLEGAL, *table2004.READ_ONLY_VALUES]
    yield from _outside(running | {"phase": NEW}, names, ("122", "132"), ("123", "133"))


def _access(model: Model, name: str) -> str:
    return model.elements[".".join("n" if part == "0" else part for part in name.split("."))].access


def _legal(session: dict[str, Any], table: dict[str, Any], model: Model, hidden: tuple[str, str]) -> Iterator[Case]:
    for name, (values, _) in table.items():
        for value in values:
            setting = ("SetValue", name, value)
            yield Case(session, (setting,), ("true", "0"))
            back = hidden if _access(model, name) == WRITE_ONLY else (value, "0")
            yield Case(session, (setting, ("GetValue", name)), back)


def _refused(session: dict[str, Any], table: dict[str, Any], column: int, code: str) -> Iterator[Case]:
    for name, values in table.items():
        for value in values[column]:
            yield Case(session, (("SetValue", name, value),), ("false", code))


def _read_only(session: dict[str, Any], table: dict[str, str], code: str) -> Iterator[Case]:
    for name, value in table.items():
        yield Case(session, (("GetValue", name),), (value, "0"))
        yield Case(session, (("SetValue", name, value),), ("false", code))


def _codes(session: dict[str, Any], getting: Any, setting: Any) -> Iterator[Case]:
    yield from (Case(session, (("GetValue", name),), ("", code)) for name, code in getting)
    yield from (Case(session, (("SetValue", name, "x"),), ("false", code)) for name, code in setting)


def _outside(new: dict[str, Any], names: list[str], before: tuple[str, str], after: tuple[str, str]) -> Iterator[Case]:
    """Before the session and after it no element is there, whatever it is."""
    ended = (("Initialize", ""), ("Terminate", ""))
    for calls, (get, set_) in (((), before), (ended, after)):
        for name in names:
            yield Case(new, (*calls, ("GetValue", name)), ("", get))
            yield Case(new, (*calls, ("SetValue", name, "x")), ("false", set_))
