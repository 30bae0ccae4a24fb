"""The data model of SCORM 1.2 as a table: what each element takes, refuses and answers."""

import pytest

from lms.engines.scorm.definition import Activity
from lms.engines.scorm.handover import Learner, begin_12
from lms.engines.scorm.model import READ_ONLY, WRITE_ONLY
from lms.engines.scorm.model12 import ELEMENTS, MODEL
from lms.engines.scorm.runtime import Session

ALICE = Learner("alice-7", "Kim, Alice")
ACTIVITY = Activity(
    "a", data_from_lms="level=2", mastery_score="80", max_time_allowed="01:00:00", time_limit_action="exit,no message"
)
INTERACTION, OBJECTIVE = "cmi.interactions.0.", "cmi.objectives.0."
CORE = (
    "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,session_time"
)
INTERACTIONS = "id,objectives,time,type,correct_responses,weighting,student_response,result,latency"
SCORES = (["", "0", "100", "99.5", "50."], ["-1", "100.01", "x", "1e1", "50%"])
SPANS = (["00:00:00", "0000:00:00.00", "9999:59:59.99", "12:30:15.5"], ["", "1:00:00", "00:00", "PT1S", "00:00:00.123"])
IDENTIFIERS = (["a", "Q_1-b.c", "x" * 255], ["", "a b", "a\n"])
LEGAL_AND_ILLEGAL = {
    "cmi.core.lesson_location": (["", "page 3", "x" * 255], ["x" * 4_001, "\0"]),
    "cmi.core.lesson_status": (
        ["passed", "completed", "failed", "incomplete", "browsed"],
        ["", "not attempted", "Passed", "unknown"],
    ),
    "cmi.core.score.raw": SCORES,
    "cmi.core.score.min": SCORES,
    "cmi.core.score.max": SCORES,
    "cmi.core.exit": (["time-out", "suspend", "logout", ""], ["normal", "x"]),
    "cmi.core.session_time": SPANS,
    "cmi.suspend_data": (["", "x" * 4_096, "x" * 1_048_576], ["x" * 1_048_577]),
    "cmi.comments": (["", "좋아요", "x" * 4_096], ["x" * 65_537]),
    f"{OBJECTIVE}id": IDENTIFIERS,
    f"{OBJECTIVE}score.raw": SCORES,
    f"{OBJECTIVE}score.min": SCORES,
    f"{OBJECTIVE}score.max": SCORES,
    f"{OBJECTIVE}status": (
        ["passed", "completed", "failed", "incomplete", "browsed", "not attempted"],
        ["", "unknown"],
    ),
    "cmi.student_preference.audio": (["-1", "0", "100"], ["", "-2", "101", "1.5"]),
    "cmi.student_preference.language": (["", "English"], ["x" * 4_001]),
    "cmi.student_preference.speed": (["-100", "100"], ["-101", "101", "x"]),
    "cmi.student_preference.text": (["-1", "0", "1"], ["-2", "2", ""]),
    f"{INTERACTION}id": IDENTIFIERS,
    f"{INTERACTION}objectives.0.id": IDENTIFIERS,
    f"{INTERACTION}time": (["00:00:00", "23:59:59.9"], ["", "24:00:00", "1:00:00", "12:60:00"]),
    f"{INTERACTION}type": (
        ["true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric"],
        ["", "other", "long-fill-in"],
    ),
    f"{INTERACTION}correct_responses.0.pattern": (["", "a,b", "1.a,2.b"], ["x" * 16_001]),
    f"{INTERACTION}weighting": (["1", "-0.5"], ["", "x"]),
    f"{INTERACTION}student_response": (["", "t", "a,b", "한 단어"], ["\0"]),
    f"{INTERACTION}result": (["correct", "wrong", "unanticipated", "neutral", "0.5"], ["", "incorrect"]),
    f"{INTERACTION}latency": SPANS,
}
READ_ONLY_VALUES = {
    "cmi.core.student_id": "alice-7",
    "cmi.core.student_name": "Kim, Alice",
    "cmi.core.credit": "credit",
    "cmi.core.entry": "ab-initio",
    "cmi.core.total_time": "0000:00:00.00",
    "cmi.core.lesson_mode": "normal",
    "cmi.launch_data": "level=2",
    "cmi.comments_from_lms": "",
    "cmi.student_data.mastery_score": "80",
    "cmi.student_data.max_time_allowed": "01:00:00",
    "cmi.student_data.time_limit_action": "exit,no message",
}
DEFAULTS = [
    ("cmi.core.lesson_location", ""),
    ("cmi.core.lesson_status", "not attempted"),
    ("cmi.core.score.raw", ""),
    ("cmi.suspend_data", ""),
    ("cmi.comments", ""),
    ("cmi.student_preference.audio", "0"),
    ("cmi.objectives._count", "0"),
    ("cmi.interactions._count", "0"),
    ("cmi._version", "3.4"),
    ("cmi.core._children", CORE),
    ("cmi.core.score._children", "raw,min,max"),
    ("cmi.objectives._children", "id,score,status"),
    ("cmi.student_data._children", "mastery_score,max_time_allowed,time_limit_action"),
    ("cmi.student_preference._children", "audio,language,speed,text"),
    ("cmi.interactions._children", INTERACTIONS),
]
GET_REFUSED = [
    ("", "201"),
    ("cmi.core", "401"),
    ("cmi.nothing", "401"),
    ("cmi.completion_status", "401"),
    ("cmi.core.lesson_status._children", "202"),
    ("cmi.core.lesson_status._count", "203"),
    ("cmi.core._count", "203"),
    ("cmi.objectives.0.id", "201"),
    ("cmi.objectives.0.score._children", "201"),
    ("cmi.interactions.7.id", "404"),
    ("cmi.interactions.7.objectives._count", "201"),
    ("xyz.score.result", "401"),
    ("cmi.core.exit", "404"),
    ("cmi.core.session_time", "404"),
]
SET_REFUSED = [
    ("", "201"),
    ("cmi.nothing", "401"),
    ("cmi.core", "401"),
    ("cmi.core._children", "402"),
    ("cmi.objectives._count", "402"),
    ("cmi._version", "402"),
    ("cmi.objectives.1.id", "201"),
    ("cmi.interactions.0.objectives.1.id", "201"),
    ("cmi.interactions.2500.id", "201"),
]


def started() -> Session:
    session = begin_12(ALICE, ACTIVITY)
    assert session.initialize() == "true"
    return session


def short(value: object) -> str:
    return repr(value)[:40]


def test_every_element_stands_in_a_table() -> None:
    concrete = {*LEGAL_AND_ILLEGAL, *READ_ONLY_VALUES}
    assert {".".join("n" if part == "0" else part for part in name.split(".")) for name in concrete} == set(ELEMENTS)


def access_of(name: str) -> str:
    return ELEMENTS[".".join("n" if part == "0" else part for part in name.split("."))].access


@pytest.mark.parametrize(
    ("name", "value"), [(name, one) for name, both in LEGAL_AND_ILLEGAL.items() for one in both[0]], ids=short
)
def test_legal_values_are_set_and_come_back(name: str, value: str) -> None:
    session = started()
    assert (session.set(name, value), session.error) == ("true", "0")
    expected = ("", "404") if access_of(name) == WRITE_ONLY else (value, "0")
    assert (session.get(name), session.error) == expected


@pytest.mark.parametrize(
    ("name", "value"), [(name, one) for name, both in LEGAL_AND_ILLEGAL.items() for one in both[1]], ids=short
)
def test_illegal_values_are_refused_and_change_nothing(name: str, value: str) -> None:
    session = started()
    before = dict(session.values)
    assert (session.set(name, value), session.error) == ("false", "405")
    assert session.values == before


@pytest.mark.parametrize(("name", "value"), READ_ONLY_VALUES.items())
def test_what_only_the_lms_sets(name: str, value: str) -> None:
    session = started()
    assert access_of(name) == READ_ONLY
    assert (session.get(name), session.error) == (value, "0")
    assert (session.set(name, value), session.error) == ("false", "403")


@pytest.mark.parametrize(("name", "value"), DEFAULTS)
def test_what_nobody_set_reads_as_its_default(name: str, value: str) -> None:
    session = started()
    assert (session.get(name), session.error) == (value, "0")


@pytest.mark.parametrize(("name", "code"), GET_REFUSED)
def test_get_refuses(name: str, code: str) -> None:
    session = started()
    assert (session.get(name), session.last_error()) == ("", code)


@pytest.mark.parametrize(("name", "code"), SET_REFUSED)
def test_set_refuses(name: str, code: str) -> None:
    session = started()
    assert (session.set(name, "x"), session.last_error()) == ("false", code)


def test_scorm_12_needs_no_identifier_first() -> None:
    session = started()
    assert session.set("cmi.objectives.0.score.raw", "50") == "true"
    assert session.get("cmi.objectives._count") == "1"
    assert session.get("cmi.objectives.0.id") == ""
    assert session.set("cmi.objectives.0.id", "a") == session.set("cmi.objectives.0.id", "b") == "true"


def test_the_model_names_itself() -> None:
    assert (MODEL.name, MODEL.version) == ("1.2", "3.4")
