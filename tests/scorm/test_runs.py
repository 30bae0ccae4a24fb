"""Runs of packages on both databases."""

from pathlib import Path

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.core.errors import NotFound
from lms.enrolments import service as enrolments
from lms.learning import queries as learning
from lms.scorm import queries, service
from lms.scorm.models import LaunchTrace, LearnerGlobals, PackageRun
from lms.scorm.service.trace import MOST_STRETCHES
from tests.packages import KEY, manifest
from tests.people import make_user
from tests.scorm.run import NOON, Run, files, signed_in, takes

SHARES = "http://www.adlnet.org/xsd/adlcp_v1p3"


def test_a_whole_course(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("2004"))
    run = Run(session, alice)
    for key in ("sco-1", "sco-2"):
        assert run.at == key
        said = [run.op("init"), run.set("cmi.score.scaled", "0.5"), run.set("cmi.success_status", "passed")]
        run.send(*said, run.op("end", taken=True), run.op("nav", request="continue"))
    reg = learning.find_registration(session, alice.id, KEY)
    assert run.shown.ended and reg and reg.complete
    states = learning.states(session, reg.id)
    results = {key: (one.status, float(one.score or 0), one.evidence) for key, one in states.items()}
    assert results == dict.fromkeys(("package", "sco-1", "sco-2"), ("passed", 50.0, "reported"))


def test_sending_again_changes_nothing(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    sent = [run.op("init"), run.set("cmi.suspend_data", "x"), run.set("cmi.suspend_data", "y")]
    assert [one.outcome for one in run.send(*sent).fates] == ["applied"] * 3
    assert [one.outcome for one in run.send(*sent).fates] == ["duplicate"] * 3
    assert [one.outcome for one in run.send(sent[1], run.op("commit")).fates] == ["duplicate", "applied"]


def test_who_was_taken_out_of_the_course_goes_on_nowhere(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    reg = learning.find_registration(session, alice.id, KEY)
    assert reg
    enrolments.withdraw(
        session, make_user(session, "Dora", ("administrator",)).actor, reg.enrolment_id, NOON, reason="left"
    )
    assert run.send(run.op("init")).acked == 1  # it was on its way
    with pytest.raises(NotFound):
        run.take()


@pytest.mark.parametrize("kind", ["postgresql"])
def test_a_result_is_written_under_the_lock_of_its_registration(session: Session, tmp_path: Path, kind: str) -> None:
    """Whoever enters a result by hand takes the two in the same order."""
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    order: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if "FOR NO KEY UPDATE OF registration" in statement or "INTO activity_state" in statement:
            order.append(statement.split()[0])

    engine = session.connection().engine
    event.listen(engine, "before_cursor_execute", note)
    run.send(run.op("init"), run.set("cmi.core.lesson_status", "completed"), run.op("end"))
    event.remove(engine, "before_cursor_execute", note)
    assert order[:2] == ["SELECT", "INSERT"]


def test_a_visit_that_is_over_stays_over_however_often_its_page_is_loaded_again(
    session: Session, tmp_path: Path
) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    run.nav("exitAll")
    assert [run.take().shown.ended for _ in range(3)] == [True] * 3
    assert not Run(session, alice).shown.ended


def test_what_no_page_of_ours_sends_is_kept_as_refused(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    received = run.send(run.op("k" * 41), run.op("é"), run.op("init", e="\0"), run.op("init", k="\ud800"))
    assert [one.reason for one in received.fates] == ["bad-kind", "unknown-kind", "not-text", "not-text"]
    assert (received.acked, received.missing) == (4, ())


@pytest.mark.parametrize("gap", [2, 3, 4])
def test_any_part_of_a_batch_may_come_last(session: Session, tmp_path: Path, gap: int) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("2004"))
    run = Run(session, alice)
    sent = [run.op("init"), run.set("cmi.location", "1"), run.set("cmi.location", "2"), run.op("end", taken=True)]
    sent.append(run.op("nav", request="continue"))
    missing = sent.pop(gap - 1)
    first = run.send(*sent)
    assert (first.acked, first.missing) == (gap - 1, (gap,))
    last = run.send(missing)
    assert (last.acked, run.at) == (5, "sco-2")
    run.nav("previous")
    assert run.shown.delivery and run.shown.delivery.attempt == 2
    kept = queries.run(session, run.sender.registration_id)
    assert kept and kept.waiting == {}


def test_two_batches_of_one_gap(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    begin, one, two, three = (
        run.op("init"),
        run.set("cmi.suspend_data", "1"),
        run.set("cmi.suspend_data", "2"),
        run.set("cmi.suspend_data", "3"),
    )
    run.send(three)
    run.send(two)
    run.send(two)  # sent again, for its answer was lost
    run.send(begin)
    assert run.send(one).acked == 4
    run.take()
    assert run.values["cmi.suspend_data"] == "3"


def test_objectives_follow_the_learner_from_course_to_course(session: Session, tmp_path: Path) -> None:
    """Global to the system: what one course has taught, another may skip."""
    alice = signed_in(session)
    skip = _objective("write", "")
    takes(session, tmp_path, alice, _with(skip), "first")
    reads = _objective(
        "read",
        "<imsss:sequencingRules><imsss:preConditionRule><imsss:ruleConditions><imsss:ruleCondition "
        'condition="satisfied"/></imsss:ruleConditions><imsss:ruleAction action="skip"/></imsss:preConditionRule>'
        "</imsss:sequencingRules>",
    )
    takes(session, tmp_path, alice, _with(reads, title="Second"), "second")
    run = Run(session, alice, "first")
    said = [run.op("init"), run.set("cmi.success_status", "passed"), run.op("end", taken=True)]
    run.send(*said, run.op("nav", request="exitAll"))
    assert session.scalars(select(LearnerGlobals.objectives)).one()["goal"]["satisfied"] is True
    assert Run(session, alice, "second").at == "sco-2"


def test_objectives_of_one_course_stay_in_it(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    local = _with(_objective("write", ""))
    name = "imsmanifest.xml"
    local[name] = local[name].replace(
        b'<organization identifier="o">',
        b'<organization identifier="o" adlseq:objectivesGlobalToSystem="false" '
        b'xmlns:adlseq="http://www.adlnet.org/xsd/adlseq_v1p3">',
    )
    takes(session, tmp_path, alice, local)
    run = Run(session, alice)
    said = [run.op("init"), run.set("cmi.success_status", "passed"), run.op("end", taken=True)]
    run.send(*said, run.op("nav", request="continue"))
    assert session.scalars(select(LearnerGlobals.objectives)).all() == []
    assert session.scalars(select(PackageRun.own)).one()["objectives"]["goal"]["satisfied"] is True


def test_shared_data_reach_the_next_activity(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, _sharing())
    run = Run(session, alice)
    run.send(run.op("init"), run.set("adl.data.0.store", "from the first"), run.op("end", taken=True))
    run.nav("continue")
    assert run.values["adl.data.0.store"] == "from the first"


def test_prerequisites_shut_what_comes_too_early(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    contents = files("1.2")
    contents["imsmanifest.xml"] = contents["imsmanifest.xml"].replace(
        b"<title>Dry</title>", b'<title>Dry</title><adlcp:prerequisites type="aicc_script">wash</adlcp:prerequisites>'
    )
    takes(session, tmp_path, alice, contents)
    run = Run(session, alice)
    choosable = {one.item: one.choosable for one in run.shown.outline}
    assert (choosable["dry"], run.shown.nav["continue"]) == (False, False)
    run.nav("choice", "dry")
    assert (run.at, run.shown.exception) == ("", "prerequisites")
    run.nav("choice", "wash")
    done = run.send(run.op("init"), run.set("cmi.core.lesson_status", "completed"), run.op("commit"))
    assert done.shown and done.shown.nav["continue"]
    run.nav("choice", "dry")
    assert run.at == "sco-2"


def test_the_outline_of_a_plain_package(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    run.send(run.op("init"), run.set("cmi.core.lesson_status", "passed"), run.op("end"))
    run.nav("continue")
    assert [(one.item, one.depth, one.status, one.current) for one in run.shown.outline] == [
        ("o", 0, "in-progress", False),
        ("wash", 1, "passed", False),
        ("dry", 1, "in-progress", True),
    ]


def test_another_registration_is_not_found_on_this_host(session: Session, tmp_path: Path) -> None:
    alice, bob = signed_in(session), signed_in(session, "Bob")
    takes(session, tmp_path, alice, files("1.2"))
    takes(session, tmp_path, bob, files("1.2"))
    run, other = Run(session, alice), Run(session, bob)
    run.sender = type(run.sender)(
        run.sender.launch_id, run.sender.registration_id, other.sender.label, run.sender.idle_minutes
    )
    with pytest.raises(NotFound):
        run.send(run.op("init"))


def test_a_launch_of_another_registration_writes_nothing(session: Session, tmp_path: Path) -> None:
    alice, bob = signed_in(session), signed_in(session, "Bob")
    takes(session, tmp_path, alice, files("1.2"))
    takes(session, tmp_path, bob, files("1.2"))
    run, other = Run(session, alice), Run(session, bob)
    forged = type(run.sender)(other.sender.launch_id, run.sender.registration_id, run.sender.label, 60)
    person, _received = service.receive(session, forged, run.page_load, run.taken.lease, [run.op("init")], NOON)
    assert person is None


def test_the_flight_recorder_keeps_calls_in_order(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    run = Run(session, alice)
    calls = [[1, "SetValue", "cmi.x", "v" * 500, "true", "0"], "nothing", [2, "Commit", "", "\0\ud800", "true", 0, 9]]
    service.trace(session, run.sender.launch_id, calls, NOON)
    service.trace(session, run.sender.launch_id, "nothing", NOON)
    assert session.scalars(select(LaunchTrace.calls)).all() == [
        [[1, "SetValue", "cmi.x", "v" * 200, "true", "0"], [2, "Commit", "", "", "true", 0]]
    ]


def test_the_flight_recorder_stops_before_it_fills_the_disk(session: Session, tmp_path: Path) -> None:
    alice = signed_in(session)
    takes(session, tmp_path, alice, files("1.2"))
    launch = Run(session, alice).sender.launch_id
    for number in range(MOST_STRETCHES + 1):
        service.trace(session, launch, [[number, "GetValue"]], NOON)
    assert len(session.scalars(select(LaunchTrace.id)).all()) == MOST_STRETCHES


def _objective(access: str, rules: str) -> str:
    status = f'{access}SatisfiedStatus="true"' + (' readSatisfiedStatus="false"' if access == "write" else "")
    goal = f'<imsss:mapInfo targetObjectiveID="goal" {status}/>'
    primary = f'<imsss:primaryObjective objectiveID="own">{goal}</imsss:primaryObjective>'
    return f"<imsss:sequencing>{rules}<imsss:objectives>{primary}</imsss:objectives></imsss:sequencing>"


def _with(sequencing: str, **about: str) -> dict[str, bytes]:
    """The first activity gets it."""
    made = manifest("2004", **about).decode()
    made = made.replace("<title>Wash</title>", f"<title>Wash</title>{sequencing}")
    return files("2004") | {"imsmanifest.xml": made.encode()}


def _sharing() -> dict[str, bytes]:
    store = '<adlcp:data><adlcp:map targetID="notes"/></adlcp:data>'
    made = manifest("2004").decode()
    for title in ("Wash", "Dry"):
        made = made.replace(f"<title>{title}</title>", f"<title>{title}</title>{store}")
    return files("2004") | {"imsmanifest.xml": made.encode()}
