"""Plays calls of the run-time's API in Chromium, on the shipped adapter, and in the engine, in the same words."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from lms.engines.scorm.runtime import from_json
from lms.web.assets import SOURCE, scorm_models

#: A long value of one character goes to the browser as ["x", 1048576].
LONG = 300
PLAY = """text => {
    const whole = (given) => (typeof given === 'string' ? given : given[0].repeat(given[1]));
    const cut = (value) => (value.length > 500 ? `${value.length} ${value.slice(0, 40)} ${value.slice(-40)}` : value);
    return JSON.stringify(JSON.parse(text).map(({ session: data, calls }) => {
        Object.keys(data.values).forEach((name) => { data.values[name] = whole(data.values[name]); });
        const session = new Cleanroom.scorm.Session(data);
        const prefix = session.is2004 ? '' : 'LMS';
        const heard = [];
        const api = Cleanroom.scorm.adapter(session, (...act) => heard.push(act.map(cut)));
        const method = (name) => `${prefix}${prefix && name === 'Terminate' ? 'Finish' : name}`;
        const answers = calls.map(([name, ...given]) => {
            const answer = api[method(name)](...given.map(whole));
            return [answer, api[method('GetLastError')](), api[method('GetDiagnostic')]('')].map(cut);
        });
        const { phase, values, counts, size } = session;
        const kept = [...values].map(([name, value]) => [name, cut(value)]).sort();
        return { answers, heard, phase, size, values: kept, counts: [...counts].sort() };
    }));
}"""
METHODS = {
    "Initialize": "initialize",
    "Terminate": "terminate",
    "GetValue": "get",
    "SetValue": "set",
    "Commit": "commit",
    "GetErrorString": "error_string",
    "GetDiagnostic": "diagnostic",
}
KINDS = {"Initialize": "init", "Terminate": "end", "SetValue": "set", "Commit": "commit"}
Call = tuple[str, ...]


@dataclass(frozen=True)
class Play:
    """A session as JSON and the calls made on it, each a method's name in SCORM 2004 and its arguments."""

    session: dict[str, Any]
    calls: list[Call]


def open_adapter(page: Page) -> None:
    page.add_script_tag(content="window.Cleanroom = {};")
    page.add_script_tag(content=scorm_models().decode())
    for name in ("values.js", "scorm.js"):
        page.add_script_tag(content=(SOURCE / name).read_text("utf-8"))


def in_browser(page: Page, plays: Iterable[Play]) -> list[dict[str, Any]]:
    """The text is ASCII, so that halves of surrogate pairs arrive as they are."""
    given = [{"session": _packed(play.session), "calls": [_short(call) for call in play.calls]} for play in plays]
    return json.loads(page.evaluate(PLAY, json.dumps(given)))


def _packed(session: dict[str, Any]) -> dict[str, Any]:
    return session | {"values": {name: _pack(value) for name, value in session["values"].items()}}


def _short(call: Call) -> list[Any]:
    return [call[0], *(_pack(one) for one in call[1:])]


def _pack(value: str) -> str | list[Any]:
    return [value[0], len(value)] if len(value) > LONG and len(set(value)) == 1 else value


def in_engine(play: Play) -> dict[str, Any]:
    session = from_json(play.session)
    answers, heard = [], []
    for name, *given in play.calls:
        answer = getattr(session, METHODS[name])(*given)
        answers.append([_cut(one) for one in (answer, session.last_error(), session.diagnostic(""))])
        if name in KINDS and answer == "true":
            first, second = [*given, "", ""][:2]
            heard.append([_cut(one) for one in (KINDS[name], first, second)])
    return {
        "answers": answers,
        "heard": heard,
        "phase": session.phase,
        "size": session.size,
        "values": sorted([name, _cut(value)] for name, value in session.values.items()),
        "counts": sorted([name, count] for name, count in session.counts.items()),
    }


def _cut(value: str) -> str:
    """As PLAY cuts it: in UTF-16 units."""
    data = value.encode("utf-16-le", "surrogatepass")
    if len(data) <= 1000:
        return value
    first, last = (part.decode("utf-16-le", "surrogatepass") for part in (data[:80], data[-80:]))
    return f"{len(data) // 2} {first} {last}"
