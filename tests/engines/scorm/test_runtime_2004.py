"""The data model of SCORM 2004 as a table: what each element takes, refuses and answers, in each phase of a session."""

from collections.abc import Iterable

import pytest

from lms.engines.scorm.definition import SharedData
from lms.engines.scorm.handover import Learner, begin
from lms.engines.scorm.model import READ_ONLY, READ_WRITE, WRITE_ONLY
from lms.engines.scorm.model2004 import ELEMENTS, MODEL
from lms.engines.scorm.report import Initial
from lms.engines.scorm.runtime import RUNNING, Session

ALICE = Learner("alice-7", "Kim, Alice")
STORES = (SharedData("both"), SharedData("read", writable=False), SharedData("write", readable=False))
INTERACTION, OBJECTIVE, COMMENT = "cmi.interactions.0.", "cmi.objectives.0.", "cmi.comments_from_learner.0."
NAMED = {f"{INTERACTION}id": "q1", f"{OBJECTIVE}id": "o1"}
REALS = (
    ["0", "-1.5", "3.1415926", "1.000099999887765544", ".5", "7."],
    ["", "x", "1e3", "+1", "1,5", "--1", "NaN", " 1"],
)
TIMES = (
    ["1970", "2038", "2026-11", "2026-11-21", "2026-11-21T09", "2026-11-21T09:30", "2026-11-21T09:30:15",
     "2026-11-21T09:30:15.5", "2026-11-21T09:30:15.25Z", "2026-11-21T09:30:15.2+09", "2026-11-21T09:30:15.2-03:30"],
    ["", "26", "1969", "2039", "2026-13", "2026-00", "2026-11-32", "2026-11-21T24", "2026-11-21T09:60",
     "2026-11-21T09:30:15.123", "2026-11-21T09:30:15Z", "2026-11-21 09:30", "2026-11-21T09:30:15.2+24"],
)  # fmt: skip
SPANS = (
    ["PT1S", "P1Y", "P1M", "P1D", "PT1H", "PT1M", "PT0.5S", "PT1.25S", "P1Y2M3DT4H5M6.78S", "PT01H059M020S", "P0D"],
    ["", "P", "PT", "P1DT", "1D", "PT1.123S", "P1S", "PT1D", "P1H", "-PT1S", "pt1s", "PT1.S", "P1W"],
)
TEXTS = (["", "x", "가운", "a\nb", "x" * 4_000], ["a\0b", "\ud800"])
LOCALIZED = (["", "x", "{lang=en}x", "{lang=en-GB}", "{lang=ko}가운"], ["{lang=}x", "{lang=1}x", "{lang=en"])
NAMES = (["a", "urn:adl:x", "http://e.org/a?b=c#d", "가", "x" * 4_000], ["", " ", "a b", "urn:", "urn:x", "urn:a b:c"])
SUCCESS = (["passed", "failed", "unknown"], ["", "Passed", "completed"])
COMPLETION = (["completed", "incomplete", "not attempted", "unknown"], ["", "passed", "not_attempted"])
Values = tuple[list[str], list[str]]
LEGAL_AND_ILLEGAL: dict[str, Values] = {
    f"{COMMENT}comment": LOCALIZED,
    f"{COMMENT}location": (TEXTS[0][:4], ["x" * 4_001, "\0"]),
    f"{COMMENT}timestamp": TIMES,
    "cmi.completion_status": COMPLETION,
    "cmi.exit": (["time-out", "suspend", "logout", "normal", ""], ["finished", "Suspend"]),
    f"{INTERACTION}id": NAMES,
    f"{INTERACTION}type": (
        ["true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert",
         "numeric", "other"],
        ["", "essay"],
    ),
    f"{INTERACTION}objectives.0.id": NAMES,
    f"{INTERACTION}timestamp": TIMES,
    f"{INTERACTION}weighting": REALS,
    f"{INTERACTION}result": (["correct", "incorrect", "unanticipated", "neutral", "0.5", "-1"], ["", "wrong", "1e3"]),
    f"{INTERACTION}latency": SPANS,
    f"{INTERACTION}description": LOCALIZED,
    "cmi.learner_preference.audio_level": (["0", "1", "100.5"], ["", "x"]),
    "cmi.learner_preference.language": (["", "en", "fr-CA", "i-klingon"], ["1", "english-", "e"]),
    "cmi.learner_preference.delivery_speed": (["0", "1.5"], ["", "fast"]),
    "cmi.learner_preference.audio_captioning": (["-1", "0", "1"], ["", "2", "0.0"]),
    "cmi.location": (["", "page 3", "x" * 16_000], ["x" * 16_001, "\0"]),
    f"{OBJECTIVE}score.raw": REALS,
    f"{OBJECTIVE}score.min": REALS,
    f"{OBJECTIVE}score.max": REALS,
    f"{OBJECTIVE}score.scaled": (["-1", "0", "1", "0.3333333"], ["", "x"]),
    f"{OBJECTIVE}success_status": SUCCESS,
    f"{OBJECTIVE}completion_status": COMPLETION,
    f"{OBJECTIVE}progress_measure": (["0", "1", "0.5"], ["", "x"]),
    f"{OBJECTIVE}description": LOCALIZED,
    "cmi.progress_measure": (["0", "1", "1.0"], ["", "half"]),
    "cmi.score.scaled": (["-1", "1.0000"], ["", "x"]),
    "cmi.score.raw": REALS,
    "cmi.score.min": REALS,
    "cmi.score.max": REALS,
    "cmi.session_time": SPANS,
    "cmi.success_status": SUCCESS,
    "cmi.suspend_data": (["", "가" * 1_000, "x" * 1_048_576], ["x" * 1_048_577, "\0", "\udfff"]),
    "adl.nav.request": (
        ["continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll", "_none_",
         "{target=a.b-1}choice", "{target=a}jump"],
        ["", "none", "choice", "{target=}choice", "{target=a}continue", "Continue"],
    ),
    "adl.data.0.store": (["", "x" * 64_000], ["x" * 1_048_577]),
}  # fmt: skip
OUT_OF_RANGE = {
    "cmi.score.scaled": ["-1.0000001", "1.0000001", "2", "-100"],
    f"{OBJECTIVE}score.scaled": ["-1.1", "1.1"],
    "cmi.progress_measure": ["-0.1", "1.1"],
    f"{OBJECTIVE}progress_measure": ["-0.1", "1.1"],
    "cmi.learner_preference.audio_level": ["-0.5"],
    "cmi.learner_preference.delivery_speed": ["-1"],
}
READ_ONLY_VALUES = {
    "cmi.completion_threshold": "0.8",
    "cmi.credit": "credit",
    "cmi.entry": "ab-initio",
    "cmi.launch_data": "level=2",
    "cmi.learner_id": "alice-7",
    "cmi.learner_name": "Kim, Alice",
    "cmi.max_time_allowed": "PT1H",
    "cmi.mode": "normal",
    "cmi.scaled_passing_score": "0.7",
    "cmi.time_limit_action": "exit,message",
    "cmi.total_time": "PT0H0M0S",
    "adl.data.0.id": "both",
    "cmi.comments_from_lms.0.comment": "Well begun",
    "cmi.comments_from_lms.0.location": "page 1",
    "cmi.comments_from_lms.0.timestamp": "2026",
}
GET_REFUSED = [
    ("", "301"),
    ("cmi", "401"),
    ("cmi.nothing", "401"),
    ("cmi.objectives", "401"),
    ("cmi.objectives.0", "401"),
    ("cmi.objectives.n.id", "401"),
    ("cmi.objectives.00.id", "401"),
    ("cmi.objectives.9.id", "301"),
    ("cmi.objectives.9.nothing", "401"),
    ("cmi.objectives.0.score", "401"),
    ("cmi.objectives.0.score.scaled", "403"),
    ("cmi.interactions.0.objectives.0.id", "301"),
    ("cmi.location._children", "301"),
    ("cmi.location._count", "301"),
    ("cmi.score._count", "301"),
    ("cmi.nothing._count", "401"),
    ("_children", "401"),
    ("cmi.location._version", "401"),
    ("cmi.core.lesson_status", "401"),
    ("adl.data.9.store", "301"),
    ("adl.nav.request_valid.start", "401"),
    ("adl.nav.request_valid.choice", "401"),
    ("adl.nav.request_valid.choice.{target=}", "401"),
]
SET_REFUSED = [
    ("", "351"),
    ("cmi", "401"),
    ("cmi.objectives", "401"),
    ("cmi._version", "404"),
    ("cmi.objectives._count", "404"),
    ("cmi.objectives._children", "404"),
    ("cmi.nothing._children", "401"),
    ("cmi.objectives.2.id", "351"),
    ("cmi.objectives.1.description", "408"),
    ("cmi.interactions.1.type", "408"),
    ("cmi.interactions.0.learner_response", "408"),
    ("cmi.interactions.0.correct_responses.0.pattern", "408"),
    ("cmi.interactions.0.objectives.1.id", "351"),
    ("cmi.comments_from_lms.0.comment", "404"),
    ("adl.data.1.store", "404"),
    ("adl.data.3.store", "351"),
    ("adl.data.0.id", "404"),
    ("adl.nav.request_valid.continue", "404"),
]
CHILDREN = [
    ("cmi.objectives", "id,score,success_status,completion_status,progress_measure,description"),
    ("cmi.objectives.0.score", "scaled,raw,min,max"),
    ("cmi.score", "scaled,raw,min,max"),
    ("cmi.comments_from_learner", "comment,location,timestamp"),
    ("cmi.comments_from_lms", "comment,location,timestamp"),
    ("cmi.learner_preference", "audio_level,language,delivery_speed,audio_captioning"),
    ("adl.data", "id,store"),
]


SINGLE = [name for name, one in ELEMENTS.items() if ".n." not in name and one.access != WRITE_ONLY]


def started(**values: str) -> Session:
    initial = Initial((), None, None, "", "", "", STORES)
    session = begin(ALICE, initial)
    session = Session(MODEL, session.values | NAMED | values, stores=session.stores)
    assert session.initialize() == "true"
    return session


def full() -> Session:
    """With all that an LMS can give."""
    initial = Initial((), 0.8, 0.7, "PT1H", "exit,message", "level=2", STORES)
    session = begin(ALICE, initial)
    comment = {name: value for name, value in READ_ONLY_VALUES.items() if "from_lms" in name}
    session = Session(MODEL, session.values | comment, stores=session.stores)
    session.initialize()
    return session


def cases(column: int) -> Iterable[tuple[str, str]]:
    return [(name, value) for name, values in LEGAL_AND_ILLEGAL.items() for value in values[column]]


def short(value: object) -> str:
    return repr(value)[:40]


def test_every_element_stands_in_a_table() -> None:
    concrete = {*LEGAL_AND_ILLEGAL, *READ_ONLY_VALUES, *NAMED, f"{INTERACTION}learner_response"}
    concrete.add(f"{INTERACTION}correct_responses.0.pattern")
    assert {".".join("n" if part == "0" else part for part in name.split(".")) for name in concrete} == set(ELEMENTS)


@pytest.mark.parametrize(("name", "value"), cases(0), ids=short)
def test_legal_values_are_set_and_come_back(name: str, value: str) -> None:
    session = started()
    assert (session.set(name, value), session.error) == ("true", "0")
    if name in ("cmi.exit", "cmi.session_time"):
        assert (session.get(name), session.error) == ("", "405")
    else:
        assert (session.get(name), session.error) == (value, "0")


@pytest.mark.parametrize(("name", "value"), cases(1), ids=short)
def test_illegal_values_are_refused_and_change_nothing(name: str, value: str) -> None:
    session = started()
    before = dict(session.values)
    assert (session.set(name, value), session.error) == ("false", "406")
    assert session.values == before


@pytest.mark.parametrize(("name", "value"), [(name, one) for name, all_ in OUT_OF_RANGE.items() for one in all_])
def test_numbers_out_of_range(name: str, value: str) -> None:
    session = started()
    assert (session.set(name, value), session.error) == ("false", "407")


@pytest.mark.parametrize(("name", "value"), READ_ONLY_VALUES.items())
def test_what_only_the_lms_sets(name: str, value: str) -> None:
    session = full()
    assert (session.get(name), session.error) == (value, "0")
    assert (session.set(name, value), session.error) == ("false", "404")
    assert session.get(name) == value


@pytest.mark.parametrize(
    "name", [name for name, one in ELEMENTS.items() if ".n." not in name and one.access != WRITE_ONLY]
)
def test_what_nobody_set_reads_as_its_default_or_as_an_error(name: str) -> None:
    given = {"cmi.learner_id", "cmi.learner_name"}
    session, initial = started(), ELEMENTS[name].initial
    expected = (initial, "0") if initial is not None else ("", "403")
    assert name in given or (session.get(name), session.error) == expected


@pytest.mark.parametrize(("name", "code"), GET_REFUSED)
def test_get_refuses(name: str, code: str) -> None:
    session = started()
    assert (session.get(name), session.last_error()) == ("", code)


@pytest.mark.parametrize(("name", "code"), SET_REFUSED)
def test_set_refuses(name: str, code: str) -> None:
    session = started()
    assert (session.set(name, "x"), session.last_error()) == ("false", code)


@pytest.mark.parametrize(("name", "children"), CHILDREN)
def test_children(name: str, children: str) -> None:
    session = started()
    assert (session.get(f"{name}._children"), session.error) == (children, "0")


def test_counts_grow_one_by_one() -> None:
    session = started()
    assert session.get("cmi.interactions.0.objectives._count") == "0"
    for place in range(3):
        assert session.set(f"cmi.interactions.0.objectives.{place}.id", f"o{place}") == "true"
        assert session.get("cmi.interactions.0.objectives._count") == str(place + 1)
    assert session.get("cmi.interactions._count") == "1"
    assert session.get("cmi._version") == "1.0"


def test_objectives_are_told_apart_by_identifiers_that_stay() -> None:
    session = started()
    assert (session.set("cmi.objectives.1.id", "o1"), session.error) == ("false", "351")
    assert (session.set(f"{OBJECTIVE}id", "other"), session.error) == ("false", "351")
    assert (session.set(f"{OBJECTIVE}id", "o1"), session.error) == ("true", "0")


def test_shared_data_obeys_the_manifest() -> None:
    session = started()
    assert session.get("adl.data._count") == "3"
    assert (session.get("adl.data.0.store"), session.error) == ("", "403")
    assert (session.set("adl.data.2.store", "x"), session.error) == ("true", "0")
    assert (session.get("adl.data.2.store"), session.error) == ("", "405")
    assert session.get("adl.data.2.id") == "write"


PATTERNS: dict[str, Values] = {
    "true-false": (["true", "false"], ["", "t", "True"]),
    "choice": (["", "a", "a[,]b", "urn:x:y"], ["a b", "a[,]a", "a[,]", "[,]", "a,[,]b,[,]a,"]),
    "fill-in": (
        ["", "x", "{lang=en}x[,]{lang=ko}가", "{case_matters=true}x", "{order_matters=false}{case_matters=false}x[,]y"],
        ["{lang=}x", "{case_matters=maybe}x", "{case_matters=true}{case_matters=true}x"],
    ),
    "long-fill-in": (["", "x\ny", "{case_matters=true}{lang=en}x"], ["{case_matters=1}x", "{lang=}x"]),
    "matching": (["a[.]1", "a[.]1[,]b[.]2"], ["a", "a[.]", "[.]b", "a[.]1[,]"]),
    "performance": (
        ["a[.]x", "[.]x", "a[.]", "{order_matters=false}a[.]x y[,]b[.]1[:]3"],
        ["", "a", "[.]", "{order_matters=x}a[.]b", "a b[.]x"],
    ),
    "sequencing": (["a", "a[,]b[,]a"], ["", "a[,]", "a b"]),
    "likert": (["a", "urn:x:y"], ["", "a b"]),
    "numeric": (["1", "1[:]2", "[:]2", "1[:]", "[:]"], ["", "x", "1[:]2[:]3", "1[,]2"]),
    "other": (["", "anything {at} all"], ["x" * 64_001]),
}
RESPONSES: dict[str, Values] = {
    "true-false": (["true", "false"], ["", "0"]),
    "choice": (["", "a[,]b"], ["a[,]a", "a b"]),
    "fill-in": (["", "x[,]y", "{lang=en}x"], ["{lang=}x"]),
    "long-fill-in": (["", "x", "x" * 4_000], ["{lang=}x"]),
    "matching": (["", "a[.]1"], ["a"]),
    "performance": (["", "a[.]x", "[.]1.5"], ["a", "[.]"]),
    "sequencing": (["", "a[,]b"], ["a b"]),
    "likert": (["a"], ["", "a[,]b"]),
    "numeric": (["1", "-2.5"], ["", "x", "1[:]2"]),
    "other": (["", "x"], ["x" * 64_001]),
}


def answered(kind: str, name: str, value: str) -> tuple[str, str]:
    session = started()
    session.set(f"{INTERACTION}type", kind)
    return session.set(f"{INTERACTION}{name}", value), session.error


@pytest.mark.parametrize(
    ("name", "table"), [("correct_responses.0.pattern", PATTERNS), ("learner_response", RESPONSES)]
)
@pytest.mark.parametrize("kind", PATTERNS)
def test_responses_are_of_the_interactions_type(kind: str, name: str, table: dict[str, Values]) -> None:
    assert {one: answered(kind, name, one) for one in table[kind][0]} == dict.fromkeys(table[kind][0], ("true", "0"))
    assert {one: answered(kind, name, one) for one in table[kind][1]} == dict.fromkeys(table[kind][1], ("false", "406"))


@pytest.mark.parametrize(("kind", "value"), [("true-false", "true"), ("likert", "b"), ("numeric", "2"), ("other", "b")])
def test_some_types_have_one_pattern_only(kind: str, value: str) -> None:
    session = started()
    session.set(f"{INTERACTION}type", kind)
    session.set(f"{INTERACTION}correct_responses.0.pattern", value)
    assert (session.set(f"{INTERACTION}correct_responses.1.pattern", value), session.error) == ("false", "351")


@pytest.mark.parametrize("kind", ["choice", "sequencing"])
def test_patterns_of_choices_differ(kind: str) -> None:
    session = started()
    session.set(f"{INTERACTION}type", kind)
    session.set(f"{INTERACTION}correct_responses.0.pattern", "a[,]b")
    assert (session.set(f"{INTERACTION}correct_responses.1.pattern", "a[,]b"), session.error) == ("false", "351")
    assert session.set(f"{INTERACTION}correct_responses.1.pattern", "b[,]c") == "true"


def test_all_values_together_have_a_most() -> None:
    session = started()
    session.set(f"{INTERACTION}type", "performance")
    big = "a[.]" + "x" * 255_000
    answers = [session.set(f"{INTERACTION}correct_responses.{place}.pattern", big) for place in range(40)]
    assert answers[:20] == ["true"] * 20 and answers[-1] == "false" and session.error == "351"


def test_the_table_says_who_may_do_what() -> None:
    assert {one.access for one in ELEMENTS.values()} == {READ_ONLY, READ_WRITE, WRITE_ONLY}
    assert started().phase == RUNNING
