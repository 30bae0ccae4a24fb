"""A session from its first call to its last, what the LMS makes of it, and what a server makes of its calls."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.engines.scorm.definition import Activity, SharedData
from lms.engines.scorm.handover import (
    Learner,
    begin,
    begin_12,
    number,
    reported,
    shared_values,
    valid_table,
)
from lms.engines.scorm.replay import Refusal, replay
from lms.engines.scorm.report import Initial, Result, StartingObjective
from lms.engines.scorm.runtime import MODELS, Session, from_json, to_json
from lms.engines.scorm.validity import Validity

ALICE = Learner("alice-7", "Kim, Alice")
CODES = {  # by model: again, ended, then before Initialize and after Terminate of Terminate, Get, Set, Commit
    "2004": ("103", "104", ("112", "122", "132", "142"), ("113", "123", "133", "143")),
    "1.2": ("101", "101", ("301", "301", "301", "301"), ("301", "301", "301", "301")),
}


def initial(
    objectives: tuple[StartingObjective, ...] = (),
    threshold: float | None = None,
    passing: float | None = None,
    stores: tuple[SharedData, ...] = (),
) -> Initial:
    return Initial(objectives, threshold, passing, "", "", "", stores)


def running(standard: str = "2004", **values: str) -> Session:
    session = begin(ALICE, initial()) if standard == "2004" else begin_12(ALICE, Activity("a"))
    session = Session(session.model, session.values | values)
    session.initialize()
    return session


def all_calls(session: Session) -> tuple[str, ...]:
    location = "cmi.location" if session.model.name == "2004" else "cmi.core.lesson_location"
    codes = []
    for call in (
        session.terminate,
        lambda: session.get(location),
        lambda: session.set(location, "x"),
        session.commit,
    ):
        assert call() in ("", "false")
        codes.append(session.last_error())
    return tuple(codes)


@pytest.mark.parametrize("standard", CODES)
def test_calls_out_of_their_time(standard: str) -> None:
    again, ended, early, late = CODES[standard]
    session = Session(MODELS[standard])
    assert all_calls(session) == early
    assert (session.initialize(), session.last_error()) == ("true", "0")
    assert (session.initialize(), session.last_error()) == ("false", again)
    assert (session.commit(), session.terminate()) == ("true", "true")
    assert (session.initialize(), session.last_error()) == ("false", ended)
    assert all_calls(session) == late


@pytest.mark.parametrize("standard", CODES)
def test_arguments_must_be_empty(standard: str) -> None:
    session = Session(MODELS[standard])
    for call in (session.initialize, session.commit, session.terminate):
        assert (call("x"), session.last_error()) == ("false", "201")


@pytest.mark.parametrize("standard", CODES)
def test_errors_have_short_texts(standard: str) -> None:
    session = running(standard)
    model = session.model
    assert set(model.codes.values()) <= set(model.texts)
    assert all(0 < len(session.error_string(code)) < 255 for code in model.texts)
    assert session.error_string("9999") == session.error_string("") == session.diagnostic("9999") == ""
    session.get("cmi.nothing")
    assert session.diagnostic("") == session.diagnostic("401") == f"{session.error_string('401')}: cmi.nothing"
    assert session.last_error() == "401"


@pytest.mark.parametrize("standard", CODES)
def test_state_is_plain_json(standard: str) -> None:
    session = running(standard)
    session.set("cmi.interactions.0.id", "q")
    session.set("cmi.interactions.0.objectives.0.id", "o")
    session.get("cmi.nothing")
    again = from_json(json.loads(json.dumps(to_json(session))))
    assert again == session


@pytest.mark.parametrize(
    ("valid", "name", "answer"),
    [
        (None, "continue", "unknown"),
        (None, "choice.{target=b}", "unknown"),
        ({"continue": "true"}, "continue", "true"),
        ({"continue": "true"}, "previous", "unknown"),
        ({"choice": {"b.1": "true"}}, "choice.{target=b.1}", "true"),
        ({"choice": {"b.1": "true"}}, "choice.{target=c}", "false"),
        ({"choice": {}}, "jump.{target=c}", "false"),
    ],
)
def test_which_requests_are_valid_is_answered_from_a_table(valid: dict[str, object], name: str, answer: str) -> None:
    session = running()
    session.valid = valid
    assert (session.get(f"adl.nav.request_valid.{name}"), session.error) == (answer, "0")


def test_the_table_comes_from_sequencing() -> None:
    table = valid_table(Validity(frozenset({"continue"}), frozenset({"b"}), frozenset({"c"}), ()))
    assert (table["continue"], table["previous"], table["choice"], table["jump"]) == (
        "true",
        "false",
        {"b": "true"},
        {"c": "true"},
    )


@pytest.mark.parametrize(
    ("threshold", "progress", "said", "status"),
    [
        (0.6, "0.6", "incomplete", "completed"),
        (0.6, "0.59", "completed", "incomplete"),
        (0.6, "", "completed", "unknown"),
        (None, "1", "incomplete", "incomplete"),
        (None, "1", "", "unknown"),
        (0.0, "0", "", "completed"),
    ],
)
def test_completion_is_decided_by_the_threshold(threshold: float | None, progress: str, said: str, status: str) -> None:
    session = begin(ALICE, initial(threshold=threshold))
    session.initialize()
    for name, value in (("cmi.progress_measure", progress), ("cmi.completion_status", said)):
        assert not value or session.set(name, value) == "true"
    assert session.get("cmi.completion_status") == status
    assert reported(session).own.completion == ("" if status == "unknown" else status)


@pytest.mark.parametrize(
    ("passing", "scaled", "said", "status"),
    [
        (-0.5, "-0.5", "failed", "passed"),
        (-0.5, "-0.6", "passed", "failed"),
        (0.7, "", "passed", "unknown"),
        (None, "1", "failed", "failed"),
    ],
)
def test_success_is_decided_by_the_passing_score(passing: float | None, scaled: str, said: str, status: str) -> None:
    session = begin(ALICE, initial(passing=passing))
    session.initialize()
    for name, value in (("cmi.score.scaled", scaled), ("cmi.success_status", said)):
        assert not value or session.set(name, value) == "true"
    assert session.get("cmi.success_status") == status


def test_an_unknown_that_was_set_is_reported_as_said() -> None:
    session = running()
    assert reported(session).own == Result()
    session.set("cmi.completion_status", "unknown")
    assert reported(session).own.completion == "unknown"


def test_a_session_of_scorm_2004_is_resumed() -> None:
    first = begin(ALICE, initial((StartingObjective("o1", "passed", scaled=0.5),)))
    first.initialize()
    assert (first.get("cmi.entry"), first.get("cmi.objectives.0.success_status")) == ("ab-initio", "passed")
    first.set("cmi.objectives.1.id", "own")
    for name, value in (
        ("cmi.suspend_data", "page=3"),
        ("cmi.session_time", "PT1H59M20.5S"),
        ("cmi.exit", "suspend"),
        ("adl.nav.request", "exit"),
    ):
        assert first.set(name, value) == "true"
    assert reported(first).seconds == 0
    first.terminate()
    report = reported(first)
    assert (report.suspend, report.seconds) == (True, 7160.5)
    second = begin(ALICE, initial((StartingObjective("o1", "failed"),)), from_json(to_json(first)))
    second.initialize()
    expected = {
        "cmi.entry": "resume",
        "cmi.suspend_data": "page=3",
        "cmi.total_time": "PT1H59M20.50S",
        "adl.nav.request": "_none_",
        "cmi.objectives._count": "2",
        "cmi.objectives.0.success_status": "failed",
        "cmi.objectives.0.score.scaled": "0.5",
        "cmi.objectives.1.id": "own",
    }
    assert {name: second.get(name) for name in expected} == expected
    second.terminate()
    assert second.values["cmi.total_time"] == "PT1H59M20.50S"


def test_what_objectives_say_is_reported() -> None:
    session = running()
    for name, value in (("id", "o1"), ("success_status", "failed"), ("score.raw", "7"), ("progress_measure", "0.5")):
        session.set(f"cmi.objectives.0.{name}", value)
    assert reported(session).objectives == {"o1": Result("failed", raw=7.0, progress=0.5)}


def test_suspend_all_suspends() -> None:
    session = running()
    session.set("adl.nav.request", "suspendAll")
    assert reported(session).suspend


def test_stores_are_handed_over_and_back() -> None:
    stores = (SharedData("s"), SharedData("r", writable=False))
    session = begin(ALICE, initial(stores=stores), shared={"s": "old", "r": "kept", "else": "x"})
    session.initialize()
    assert [session.get(f"adl.data.{place}.store") for place in (0, 1)] == ["old", "kept"]
    session.set("adl.data.0.store", "new")
    assert shared_values(session) == {"s": "new"}


@pytest.mark.parametrize(
    ("mode", "credit", "mastery", "score", "said", "status"),
    [
        ("normal", "credit", "", "", "", "completed"),
        ("browse", "no-credit", "", "", "", "browsed"),
        ("normal", "credit", "80", "80", "failed", "passed"),
        ("normal", "credit", "80", "79.9", "completed", "failed"),
        ("normal", "credit", "80", "100", "", "passed"),
        ("normal", "credit", "80", "", "incomplete", "incomplete"),
        ("normal", "credit", "80", "90", "incomplete", "incomplete"),
        ("normal", "credit", "80", "", "", "completed"),
        ("normal", "credit", "", "10", "passed", "passed"),
        ("normal", "no-credit", "80", "10", "passed", "passed"),
        ("review", "no-credit", "80", "10", "passed", "passed"),
    ],
)
def test_the_status_of_scorm_12(mode: str, credit: str, mastery: str, score: str, said: str, status: str) -> None:
    session = begin_12(Learner("a", "A", mode, credit), Activity("a", mastery_score=mastery))
    session.initialize()
    for name, value in (("cmi.core.score.raw", score), ("cmi.core.lesson_status", said)):
        assert not value or session.set(name, value) == "true"
    session.terminate()
    assert session.values["cmi.core.lesson_status"] == status


def test_a_session_of_scorm_12_is_resumed() -> None:
    first = running("1.2")
    for name, value in (("session_time", "0001:30:00.50"), ("exit", "suspend"), ("lesson_location", "3")):
        first.set(f"cmi.core.{name}", value)
    first.terminate()
    second = begin_12(ALICE, Activity("a"), first)
    second.initialize()
    assert (second.get("cmi.core.entry"), second.get("cmi.core.lesson_location")) == ("resume", "3")
    assert second.get("cmi.core.total_time") == "0001:30:00.50"
    second.terminate()
    third = begin_12(ALICE, Activity("a"), second)
    third.initialize()
    assert third.get("cmi.core.entry") == ""


def test_a_sco_that_is_cut_off_is_closed_once() -> None:
    session = running("1.2")
    session.set("cmi.core.session_time", "00:10:00")
    session.close(finished=False)
    session.close()
    assert session.values["cmi.core.lesson_status"] == "incomplete"
    assert session.values["cmi.core.total_time"] == "0000:10:00.00"


def test_a_sco_that_never_began_has_no_status() -> None:
    session = begin_12(ALICE, Activity("a"))
    session.close()
    assert "cmi.core.lesson_status" not in session.values


@pytest.mark.parametrize(("value", "text"), [(None, ""), (0.8, "0.8"), (1.0, "1"), (0.0, "0"), (1e-7, "0.0000001")])
def test_numbers_are_written_plainly(value: float | None, text: str) -> None:
    assert number(value) == text


def test_a_batch_is_replayed_and_refusals_are_named() -> None:
    session = begin(ALICE, initial())
    batch = [
        {"kind": "set", "e": "cmi.location", "v": "1"},
        {"kind": "init"},
        {"kind": "set", "e": "cmi.location", "v": "2"},
        {"kind": "set", "e": "cmi.mode", "v": "review"},
        {"kind": "set", "e": "cmi.location", "v": 3},
        {"kind": "commit"},
        {"kind": "end"},
        {"kind": "set", "e": "cmi.location", "v": "4"},
        {"kind": "else"},
    ]
    assert replay(session, batch) == (
        Refusal(0, "132", "cmi.location"),
        Refusal(3, "404", "cmi.mode"),
        Refusal(4, "201", "cmi.location"),
        Refusal(7, "133", "cmi.location"),
        Refusal(8, "201"),
    )
    assert session.values["cmi.location"] == "2"


NAMES = st.sampled_from(
    [name.replace(".n.", f".{place}.") for model in MODELS.values() for name in model.elements for place in (0, 1)]
    + ["", "cmi", "cmi._version", "cmi.objectives._count", "adl.nav.request_valid.choice.{target=a}", "x.0"]
)
TEXTS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["passed", "completed", "suspend", "0.5", "1", "PT1S", "00:00:01", "choice", "a[,]b", "q1"]),
)
CALLS = st.one_of(
    st.tuples(st.just("set"), NAMES, TEXTS),
    st.tuples(st.just("get"), NAMES, st.just("")),
    st.tuples(st.sampled_from(["init", "commit", "end"]), st.just(""), st.just("")),
)


def played(standard: str, calls: list[tuple[str, str, str]], stored: bool) -> tuple[Session, list[str]]:
    """`stored` sends the session through its JSON between any two calls."""
    session, codes = running(standard), []
    for kind, name, value in calls:
        if kind == "get":
            session.get(name)
        else:
            replay(session, [{"kind": kind, "e": name, "v": value}])
        codes.append(session.error)
        session = from_json(json.loads(json.dumps(to_json(session)))) if stored else session
    return session, codes


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(sorted(MODELS)), st.lists(CALLS, max_size=25))
def test_any_calls_have_codes_and_survive_storage(standard: str, calls: list[tuple[str, str, str]]) -> None:
    session, codes = played(standard, calls, stored=False)
    assert (session, codes) == played(standard, calls, stored=True)
    assert set(codes) <= set(session.model.texts)
