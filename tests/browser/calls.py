"""Sequences of API calls from a seed, biased to what breaks run-times: real elements, indices at the edge of a list,
values at the edge of a type, names that JavaScript knows, and sessions that begin or end in the middle."""

from collections.abc import Callable
from random import Random
from typing import Any

from lms.engines.scorm.model import READ_ONLY, Model
from lms.engines.scorm.runtime import MODELS, NEW
from tests.browser.adapter import Call, Play
from tests.engines.scorm import test_runtime_12 as table12
from tests.engines.scorm import test_runtime_2004 as table2004

LISTS = {"1.2": table12.LEGAL_AND_ILLEGAL, "2004": table2004.LEGAL_AND_ILLEGAL}
RESPONSES = [
    value
    for table in (table2004.PATTERNS, table2004.RESPONSES)
    for legal, illegal in table.values()
    for value in (*legal, *illegal)
]
PIECES = [
    "a", "b", "1", "0", "-", "+", ".", ":", " ", "\n", "[,]", "[.]", "[:]", "{lang=en}", "{lang=",
    "{case_matters=true}", "{order_matters=false}", "가", "é", "🙂", "\ud800", "\udc00", "\0", "\u00a0", "\u2028",
    "urn:", "x:y", "P", "T", "1S", "true", "passed", "e1", "_", "$", "^", "\\", "{", "}", "[", "]", "٣",
]  # fmt: skip
NUMBERS = [
    "0", "-0", "1", "-1", "1.0", "0.5", "1.0000001", "-1.0000001", "100", "100.0", "100.01", "99.999999", "7.", ".5",
    "-.5", "1e1", "0x1", "Infinity", "NaN", "00012", "0" * 40, "9" * 40, "9" * 41, "0.1" + "0" * 38 + "1", "+5", "-100",
    "-101", "",
]  # fmt: skip
INDICES = ["n", "-1", "01", "1.5", "", "249", "250", "2499", "2500", "999999", "1000000", "1e1", "１"]
ODD = [
    "", ".", "cmi", "cmi.", "cmi..", "_count", "_children", "cmi._version", "cmi._children", "constructor", "__proto__",
    "cmi.__proto__", "cmi.constructor", "toString._count", "hasOwnProperty", "cmi.objectives.__proto__.id", "adl.nav",
    "cmi.objectives.0.__proto__", "cmi.interactions.0.correct_responses.0", "cmi.core", "cmi.core._count", "\ud800",
    "가",
    "cmi.location\0", "CMI.location", " cmi.location", "cmi.objectives.n.id", "🙂" * 300,
]  # fmt: skip
ASKED = ["continue", "previous", "exit", "suspendAll", "choice", "jump", "start", "_none_", "continue.", "choice.", ""]
TARGETS = [
    "{target=a}",
    "{target=}",
    "{target=toString}",
    "{target=__proto__}",
    "{target=a.b}",
    "a",
    "{target=a",
    "{target=}}",
]
VALID = {
    "continue": "true",
    "previous": "false",
    "exit": "true",
    "choice": {"a": "true", "a.b": "true", "}": "true"},
    "jump": {},
}
STORES = [["rw", "r", "w"], ["rw"], []]


def play(seed: int) -> Play:
    random = Random(seed)
    name = random.choice(["1.2", "2004", "2004"])
    return Play(_session(random, name), _calls(random, MODELS[name]))


def _session(random: Random, name: str) -> dict[str, Any]:
    stores = random.choice(STORES) if name == "2004" else []
    values = {f"adl.data.{place}.id": f"store{place}" for place in range(len(stores))}
    given = table12.READ_ONLY_VALUES if name == "1.2" else table2004.READ_ONLY_VALUES
    values |= {one: value for one, value in given.items() if not one.startswith("adl") and random.random() < 0.6}
    if random.random() < 0.5:
        values |= _resumed(random, name)
    phase = NEW if random.random() < 0.1 else "running"
    valid = random.choice([None, VALID, {}])
    return {"standard": name, "phase": phase, "values": values, "stores": stores, "valid": valid}


def _resumed(random: Random, name: str) -> dict[str, str]:
    values = {"cmi.suspend_data": "x" * random.choice([0, 1, 5_000])}
    for place in range(random.randrange(3)):
        values |= {f"cmi.objectives.{place}.id": f"o{place}", f"cmi.interactions.{place}.id": f"q{place}"}
        values[f"cmi.interactions.{place}.type"] = random.choice(
            table12.LEGAL_AND_ILLEGAL[f"{table12.INTERACTION}type"][0]
        )
    total = {"1.2": ("cmi.core.total_time", "9999:59:59.98"), "2004": ("cmi.total_time", f"PT{'9' * 20}H0.07S")}
    return values | ({total[name][0]: total[name][1]} if random.random() < 0.3 else {})


def _calls(random: Random, model: Model) -> list[Call]:
    counts: dict[str, int] = {}
    made: list[Call] = []
    for _ in range(random.randint(4, 24)):
        made += random.choices(MAKERS, WEIGHTS)[0](random, model, counts)
    return made


def _set(random: Random, model: Model, counts: dict[str, int]) -> list[Call]:
    name = _name(random, model, counts)
    return [("SetValue", name, _value(random, model, name))]


def _set_and_get(random: Random, model: Model, counts: dict[str, int]) -> list[Call]:
    [call] = _set(random, model, counts)
    return [call, ("GetValue", call[1])]


def _record(random: Random, model: Model, counts: dict[str, int]) -> list[Call]:
    """What opens a record, so that others of its elements can follow."""
    table = random.choice(["cmi.objectives", "cmi.interactions"])
    place = counts.get(table, 0) if random.random() < 0.7 else random.randrange(4)
    counts[table] = max(counts.get(table, 0), place + 1)
    made = [("SetValue", f"{table}.{place}.id", random.choice(["o0", "o1", f"id{place}", "a b"]))]
    if table == "cmi.interactions":
        kinds = table2004.LEGAL_AND_ILLEGAL[f"{table2004.INTERACTION}type"][0]
        made.append(("SetValue", f"{table}.{place}.type", random.choice(kinds)))
        name = random.choice(
            ["learner_response", "student_response", "correct_responses.0.pattern", "correct_responses.1.pattern"]
        )
        made.append(("SetValue", f"{table}.{place}.{name}", _response(random)))
    return made


def _get(random: Random, model: Model, counts: dict[str, int]) -> list[Call]:
    return [("GetValue", _name(random, model, counts))]


def _ask(random: Random, _model: Model, _counts: dict[str, int]) -> list[Call]:
    name = f"adl.nav.request_valid.{random.choice(ASKED)}"
    name += random.choice(["", f".{random.choice(TARGETS)}"])
    return [random.choice([("GetValue", name), ("SetValue", name, "true")])]


def _explain(random: Random, model: Model, _counts: dict[str, int]) -> list[Call]:
    code = random.choice([*model.texts, "", "99", "constructor", "0 "])
    return [(random.choice(["GetErrorString", "GetDiagnostic"]), code)]


def _boundary(random: Random, _model: Model, _counts: dict[str, int]) -> list[Call]:
    method = random.choices(["Commit", "Terminate", "Initialize"], [6, 1, 1])[0]
    return [(method, "" if random.random() < 0.8 else "x")]


Maker = Callable[[Random, Model, dict[str, int]], list[Call]]
MAKERS: list[Maker] = [_set_and_get, _set, _record, _get, _ask, _explain, _boundary]
WEIGHTS = [8, 4, 4, 4, 1, 1, 1]


def _name(random: Random, model: Model, counts: dict[str, int]) -> str:
    if random.random() < 0.08:
        return random.choice(ODD)
    writable = [name for name, element in model.elements.items() if element.access != READ_ONLY]
    name = random.choice([*writable, *writable, *writable, *model.elements, *model.children, *model.lists])
    parts = name.split(".")
    for place, part in enumerate(parts):
        if part == "n":
            parts[place] = _index(random, counts.get(".".join(parts[:place]), 0))
    if random.random() < 0.15:
        parts.append(random.choice(["_count", "_children", "_version", "x", "0"]))
    return ".".join(parts)


def _index(random: Random, count: int) -> str:
    if random.random() < 0.06:
        return random.choice(INDICES)
    return str(random.choice([0, 0, 0, max(count - 1, 0), count, count + 1]))


def _value(random: Random, model: Model, name: str) -> str:
    kind = random.random()
    if kind < 0.06:
        return _pieces(random, 6)
    table = LISTS[model.name]
    same = [one for one in table if one.rsplit(".", 1)[-1] == name.rsplit(".", 1)[-1]]
    if same and kind < 0.75:
        legal, illegal = table[random.choice(same)]
        return random.choice(legal if random.random() < 0.7 else illegal)
    if kind < 0.85:
        return random.choice(NUMBERS)
    if kind < 0.87:
        return random.choice("x가") * random.choice([250, 255, 4_000, 4_001, 16_000, 64_000, 64_001, 65_536, 65_537])
    return random.choice(random.choice(random.choice(list(table.values()))))


def _response(random: Random) -> str:
    if random.random() < 0.7:
        return random.choice(RESPONSES)
    return _pieces(random, 8)


def _pieces(random: Random, most: int) -> str:
    """Two halves side by side become the one character that they are on the line."""
    text = "".join(random.choices(PIECES, k=random.randrange(most)))
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")
