"""What a page sends is stored once, applied in its order, and acknowledged; navigation is an operation like others."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from lms.learning.models import ActivityState, LearningEvent, Registration
from lms.scorm.models import PackageRun, ScoAttempt
from tests.client import Client
from tests.player.desk import Desk, Json, Moving, alice_takes
from tests.statements import counted

Opened = Callable[..., Desk]
LONG = "가나다" * 1_000


@pytest.fixture
def opened(client: Client, tmp_path: Path, clock: Moving) -> Opened:
    def opened(standard: str = "1.2", **about: str) -> Desk:
        alice_takes(client, tmp_path, standard, **about)
        return Desk(client).open()

    return opened


def values(desk: Desk, key: str = "sco-1", number: int = 1) -> dict[str, str]:
    with desk.client.db.reading() as session:
        wanted = select(ScoAttempt.data).where(ScoAttempt.activity_key == key, ScoAttempt.number == number)
        return session.scalars(wanted).one()["values"]


def events(desk: Desk) -> list[tuple[str, str, str]]:
    with desk.client.db.reading() as session:
        columns = (LearningEvent.kind, LearningEvent.outcome, LearningEvent.reason)
        rows = session.execute(select(*columns).where(LearningEvent.activity_key != "", LearningEvent.number > 0))
        return [tuple(row) for row in rows]


def status(desk: Desk, key: str) -> tuple[str, float | None] | None:
    with desk.client.db.reading() as session:
        columns = (ActivityState.status, ActivityState.score)
        row = session.execute(select(*columns).where(ActivityState.activity_key == key)).first()
        return (row.status, None if row.score is None else float(row.score)) if row else None


def course_status(desk: Desk) -> str:
    with desk.client.db.reading() as session:
        return session.scalars(select(Registration.status)).one()


def test_values_are_stored_and_acknowledged(opened: Opened) -> None:
    desk = opened()
    reply = desk.send(desk.op("init"), *desk.sets(cmi__core__lesson_location="page 7", cmi__suspend_data=LONG))
    assert (reply["acked"], reply["missing"], reply["late"], reply["refused"]) == (3, [], [], [])
    assert reply["saved_at_text"]
    assert values(desk)["cmi.core.lesson_location"] == "page 7"
    assert values(desk)["cmi.suspend_data"] == LONG


def test_a_long_value_stands_in_the_history_by_its_hash(opened: Opened) -> None:
    desk = opened()
    desk.send(desk.op("init"), *desk.sets(cmi__suspend_data=LONG))
    with desk.client.db.reading() as session:
        body = session.scalars(select(LearningEvent.body).where(LearningEvent.kind == "set")).one()
    assert (body["length"], len(body["sha256"]), "v" in body) == (3_000, 64, False)


def test_the_end_leaves_a_whole_snapshot(opened: Opened) -> None:
    desk = opened()
    desk.send(desk.op("init"), *desk.sets(cmi__suspend_data=LONG), desk.op("end"))
    with desk.client.db.reading() as session:
        body = session.scalars(select(LearningEvent.body).where(LearningEvent.kind == "snapshot")).one()
    assert body["values"]["cmi.suspend_data"] == LONG


def test_sending_twice_counts_once(opened: Opened) -> None:
    desk = opened("2004")
    first = desk.batch(desk.op("init"), *desk.sets(cmi__session_time="PT10M"), desk.op("end"))
    for _time in range(3):
        assert desk.post("operations", first).json["acked"] == 3
    assert values(desk)["cmi.total_time"] == "PT0H10M0S"
    assert len(events(desk)) == 3


def test_the_same_number_with_another_body_is_an_error(opened: Opened) -> None:
    desk = opened()
    desk.send(desk.op("init"), *desk.sets(cmi__core__lesson_location="page 7"))
    desk.number = 1
    reply = desk.send(*desk.sets(cmi__core__lesson_location="page 9"))
    assert [one["reason"] for one in reply["refused"]] == ["other-body"]
    assert values(desk)["cmi.core.lesson_location"] == "page 7"


@pytest.mark.parametrize(
    ("standard", "element", "value", "code"),
    [
        ("1.2", "cmi.core.lesson_status", "brilliant", "405"),
        ("1.2", "cmi.core.student_id", "somebody else", "403"),
        ("2004", "cmi.score.scaled", "7", "407"),
        ("2004", "cmi.learner_id", "somebody else", "404"),
        ("2004", "cmi.nothing", "x", "401"),
    ],
)
def test_what_the_model_refuses_is_recorded_and_not_stored(
    opened: Opened, standard: str, element: str, value: str, code: str
) -> None:
    desk = opened(standard)
    before = values(desk).get(element)
    reply = desk.send(desk.op("init"), desk.op("set", e=element, v=value))
    assert [(one["n"], one["reason"]) for one in reply["refused"]] == [(2, code)]
    assert reply["acked"] == 2
    assert values(desk).get(element) == before
    assert events(desk)[-1] == ("set", "refused", code)


@pytest.mark.parametrize(
    "body",
    [
        {"k": "sco-9", "a": 1, "e": "cmi.location", "v": "x"},
        {"k": "sco-1", "a": 9, "e": "cmi.location", "v": "x"},
        {"k": "sco-1", "a": "1", "e": "cmi.location", "v": "x"},
        {"k": 1, "a": 1},
        {"k": "x" * 5_000, "a": 1},
        {"k": "활동", "a": 1},
        {"a": 2**70, "k": "sco-1"},
        {},
    ],
)
def test_an_operation_about_nothing_is_refused(opened: Opened, body: Json) -> None:
    desk = opened("2004")
    sent = {"n": 1, "kind": "set", "at": "yesterday", "body": body}
    reply = desk.send(sent)
    assert (reply["acked"], [one["reason"] for one in reply["refused"]]) == (1, ["no-attempt"])


@pytest.mark.parametrize("body", [[], [1], {"ops": 1}, {"lease": "1"}, {"lease": -1}, {"page_load": None}, {"ops": {}}])
def test_what_is_no_batch(opened: Opened, body: Any) -> None:
    desk = opened()
    sent = {**desk.batch(desk.op("init")), **body} if isinstance(body, dict) else body
    assert desk.post("operations", sent).status_code in (400, 403, 422)


class TestOrder:
    """Browsers may let the last batch of a closing page overtake the one before it."""

    def test_what_comes_too_early_is_stored_and_waits(self, opened: Opened) -> None:
        desk = opened()
        first, *rest = desk.op("init"), *desk.sets(cmi__core__lesson_location="7"), desk.op("end")
        reply = desk.send(*rest)
        assert (reply["acked"], reply["missing"], reply["late"], reply["refused"]) == (0, [1], [], [])
        assert "cmi.core.lesson_location" not in values(desk)
        reply = desk.send(first)
        assert (reply["acked"], reply["missing"]) == (3, [])
        assert values(desk)["cmi.core.lesson_location"] == "7"

    def test_a_navigation_waits_too_and_its_answer_comes_with_what_was_missing(self, opened: Opened) -> None:
        desk = opened("2004")
        begin = desk.op("init")
        assert "delivery" not in desk.send(desk.op("end", taken=True), desk.op("nav", request="continue"))
        assert desk.send(begin)["delivery"]["key"] == "sco-2"

    def test_the_older_of_two_values_never_replaces_the_newer(self, opened: Opened) -> None:
        desk = opened()
        desk.send(desk.op("init"))
        older, newer = desk.sets(cmi__core__lesson_location="3"), desk.sets(cmi__core__lesson_location="4")
        desk.send(*newer)
        desk.send(*older)
        assert values(desk)["cmi.core.lesson_location"] == "4"

    def test_the_next_page_does_not_wait_for_what_is_lost(self, opened: Opened) -> None:
        desk = opened()
        desk.send(desk.op("init"))
        desk.number += 1  # gone with its device
        desk.send(*desk.sets(cmi__core__lesson_location="4"))
        desk.start().exchange().take()
        assert desk.delivery["session"]["values"]["cmi.core.lesson_location"] == "4"

    def test_an_open_page_waits_for_a_while(self, opened: Opened, clock: Moving) -> None:
        desk = opened()
        desk.send(desk.op("init"))
        lost = desk.op("commit")
        desk.send(*desk.sets(cmi__core__lesson_location="4"))
        clock.on(seconds=19)
        desk.send(*desk.sets(cmi__core__lesson_location="5"))
        assert "cmi.core.lesson_location" not in values(desk)
        clock.on(seconds=2)
        desk.send(*desk.sets(cmi__core__lesson_location="6"))
        assert values(desk)["cmi.core.lesson_location"] == "6"
        reply = desk.send(lost)
        assert [one["reason"] for one in reply["refused"]] == ["overtaken"]
        assert desk.send(*desk.sets(cmi__core__lesson_location="7"))["missing"] == []
        assert values(desk)["cmi.core.lesson_location"] == "7"

    def test_what_is_refused_as_it_comes_fills_its_place(self, opened: Opened) -> None:
        desk = opened()
        begin = desk.op("init")
        odd = {"n": 2, "kind": "dance", "at": None, "body": {}}
        desk.number += 1
        desk.send(odd, *desk.sets(cmi__core__lesson_location="4"))
        desk.send(begin)
        assert values(desk)["cmi.core.lesson_location"] == "4"

    def test_a_call_that_the_model_refuses_late_stands_so_in_the_history(self, opened: Opened) -> None:
        desk = opened()
        begin = desk.op("init")
        desk.send(desk.op("init"), *desk.sets(cmi__core__lesson_location="4"))
        desk.send(begin)
        with desk.client.db.reading() as session:
            kept = session.scalars(select(LearningEvent.reason).where(LearningEvent.kind == "refused")).all()
        assert kept == ["101"]


class TestFence:
    def test_an_older_window_is_kept_aside(self, opened: Opened) -> None:
        older = opened()
        older.send(older.op("init"))
        newer = Desk(older.client).open()
        newer.send(newer.op("init"), *newer.sets(cmi__core__lesson_location="new"))
        reply = older.send(*older.sets(cmi__core__lesson_location="old"))
        assert (reply["older"], reply["late"], reply["acked"]) == (True, [2], 2)
        assert values(older)["cmi.core.lesson_location"] == "new"
        assert ("set", "late", "fenced") in events(older)

    def test_it_can_not_navigate(self, opened: Opened) -> None:
        older = opened()
        newer = Desk(older.client).open()
        reply = older.nav("continue")
        assert reply["late"] == [1]
        assert "delivery" not in reply
        newer.nav("continue")
        assert newer.delivery["key"] == "sco-2"

    def test_it_can_not_borrow_the_newer_lease(self, opened: Opened) -> None:
        older = opened()
        newer = Desk(older.client).open()
        answer = older.post("operations", older.batch(older.op("init"), lease=newer.lease))
        assert answer.status_code == 403

    def test_it_learns_of_it_without_sending_anything(self, opened: Opened) -> None:
        older = opened()
        assert older.send()["older"] is False
        Desk(older.client).open()
        assert older.send()["older"] is True

    def test_what_the_device_kept_is_sent_before_the_pen_is_taken(self, opened: Opened) -> None:
        """A page that was killed: the next one sends under its page load and lease, then takes the lease."""
        killed = opened()
        killed.send(killed.op("init"))
        kept = killed.batch(*killed.sets(cmi__core__lesson_location="unsent"))
        fresh = Desk(killed.client).start().exchange()
        assert fresh.post("operations", kept).json["acked"] == 2
        fresh.take()
        assert fresh.delivery["session"]["values"]["cmi.core.lesson_location"] == "unsent"

    def test_the_course_page_says_what_is_kept_aside(self, opened: Opened) -> None:
        older = opened()
        Desk(older.client).open()
        older.send(*older.sets(cmi__core__lesson_location="old"))
        assert 'data-package-late="1"' in older.client.get(f"/courses/{older.course}").text


class TestNavigation:
    def test_the_last_batch_the_end_and_the_next_delivery_travel_together(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.send(desk.op("init"))
        reply = desk.send(
            *desk.sets(cmi__completion_status="completed"),
            desk.op("end", taken=True),
            desk.op("nav", request="continue"),
        )
        assert (reply["acked"], reply["delivery"]["key"]) == (4, "sco-2")
        assert status(desk, "sco-1") == ("passed", None)

    def test_asking_twice_is_answered_twice_and_done_once(self, opened: Opened) -> None:
        desk = opened("2004")
        sent = desk.batch(desk.op("nav", request="continue"))
        first, second = desk.post("operations", sent).json, desk.post("operations", sent).json
        changes = ("stored_at",)
        assert {k: v for k, v in first.items() if k not in changes} == {
            k: v for k, v in second.items() if k not in changes
        }
        assert first["delivery"]["key"] == "sco-2"

    def test_an_answer_of_long_ago_is_not_given_again(self, opened: Opened) -> None:
        desk = opened("2004")
        sent = desk.batch(desk.op("nav", request="continue"))
        desk.post("operations", sent)
        desk.nav("previous")
        assert "delivery" not in desk.post("operations", sent).json

    def test_what_the_content_asked_for_is_done_when_it_ends(self, opened: Opened) -> None:
        desk = opened("2004")
        reply = desk.send(desk.op("init"), *desk.sets(adl__nav__request="continue"), desk.op("end"))
        assert reply["delivery"]["key"] == "sco-2"

    def test_the_own_navigation_beats_what_the_content_asked_for(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.nav("continue")
        reply = desk.send(
            desk.op("init"),
            *desk.sets(adl__nav__request="exitAll"),
            desk.op("end", taken=True),
            desk.op("nav", request="previous"),
        )
        assert (reply["delivery"]["key"], reply["ended"]) == ("sco-1", False)

    def test_ending_without_a_request_goes_nowhere(self, opened: Opened) -> None:
        desk = opened("2004")
        reply = desk.send(desk.op("init"), desk.op("end"))
        assert "delivery" not in reply
        assert reply["valid"]["continue"] == "true"

    def test_a_sco_that_never_ended_is_closed(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.send(desk.op("init"), *desk.sets(cmi__session_time="PT5M", cmi__success_status="failed"))
        desk.nav("continue")
        assert values(desk)["cmi.total_time"] == "PT0H5M0S"
        assert status(desk, "sco-1") == ("failed", None)

    def test_an_abandoned_sco_counts_for_nothing(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.send(desk.op("init"), *desk.sets(cmi__success_status="failed"))
        desk.nav("abandonAll")
        assert desk.shown["ended"]
        assert status(desk, "sco-1") == ("in-progress", None)

    @pytest.mark.parametrize(
        ("request_", "target"), [("choice", "nowhere"), ("choice", "o/../x"), ("choice", ""), ("previous", "")]
    )
    def test_what_is_not_valid_is_said_in_words(self, opened: Opened, request_: str, target: str) -> None:
        desk = opened("2004")
        reply = desk.nav(request_, target)
        assert (reply["delivery"], reply["ended"]) == (None, False)
        assert reply["exception"] and reply["message"]

    @pytest.mark.parametrize("body", [{"request": "jump"}, {"request": 1}, {}, {"request": "start"}])
    def test_what_is_no_request_is_refused(self, opened: Opened, body: Json) -> None:
        desk = opened("2004")
        reply = desk.send(desk.op("nav", **body))
        assert [one["reason"] for one in reply["refused"]] == ["no-request"]

    def test_nothing_goes_on_after_the_end(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.nav("exitAll")
        assert not any(desk.shown["nav"].values())
        assert not any(one["choosable"] for one in desk.shown["outline"])
        desk.shown["delivery"] = None
        assert [one["reason"] for one in desk.nav("continue")["refused"]] == ["session-over"]

    def test_reloading_after_the_end_does_not_begin_again(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.nav("exitAll")
        assert (desk.take()["ended"], desk.shown["delivery"]) == (True, None)
        assert desk.open().delivery["key"] == "sco-1"

    def test_an_end_that_arrives_with_the_next_start_does_not_end_that_too(self, opened: Opened) -> None:
        """Pressed while there was no line: the device has kept it, and the next page sends it first."""
        gone = opened("2004")
        kept = gone.batch(gone.op("nav", request="exitAll"))
        fresh = Desk(gone.client).start().exchange()
        assert fresh.post("operations", kept).json["ended"]
        assert (fresh.take()["ended"], fresh.delivery["attempt"]) == (False, 2)


class TestLeaving:
    def test_a_closed_window_is_resumed_where_it_was(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.nav("continue")
        desk.send(desk.op("init"), *desk.sets(cmi__location="page 3", cmi__success_status="passed"))
        desk.open()
        assert desk.delivery["key"] == "sco-2"
        session = desk.delivery["session"]
        assert (desk.delivery["attempt"], session["phase"], session["values"]["cmi.entry"]) == (1, "new", "resume")
        assert session["values"]["cmi.location"] == "page 3"
        assert status(desk, "sco-2") == ("passed", None)

    def test_suspending_all_and_coming_back(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.nav("continue")
        assert desk.nav("suspendAll")["ended"]
        assert desk.open().delivery["key"] == "sco-2"

    def test_exiting_all_and_coming_back_begins_a_new_attempt(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.send(desk.op("init"), *desk.sets(cmi__location="page 3"))
        desk.nav("exitAll")
        desk.open()
        assert (desk.delivery["key"], desk.delivery["attempt"]) == ("sco-1", 2)
        assert "cmi.location" not in desk.delivery["session"]["values"]
        assert values(desk)["cmi.location"] == "page 3"

    def test_a_plain_package_goes_on_where_it_was_left(self, opened: Opened) -> None:
        desk = opened()
        desk.nav("continue")
        desk.send(desk.op("init"), *desk.sets(cmi__suspend_data="half way", cmi__core__exit="suspend"))
        desk.open()
        kept = desk.delivery["session"]["values"]
        assert (desk.delivery["key"], kept["cmi.suspend_data"], kept["cmi.core.entry"]) == (
            "sco-2",
            "half way",
            "resume",
        )


class TestResults:
    def test_the_mastery_score_decides_when_the_sco_has_ended(
        self, client: Client, tmp_path: Path, clock: Moving
    ) -> None:
        mastery = "<adlcp:masteryscore>80</adlcp:masteryscore>"
        mastery = f'<item identifier="test" identifierref="r1"><title>Test</title>{mastery}</item>'
        alice_takes(client, tmp_path, extra=mastery)
        desk = Desk(client).open()
        desk.nav("choice", "test")
        desk.send(desk.op("init"), *desk.sets(cmi__core__lesson_status="completed"), desk.op("commit"))
        assert status(desk, "sco-3") == ("in-progress", None)
        desk.send(*desk.sets(cmi__core__score__raw="79"), desk.op("end"))
        assert status(desk, "sco-3") == ("failed", 79)

    def test_a_score_stands_between_its_limits(self, opened: Opened) -> None:
        desk = opened()
        scores = {"cmi__core__score__min": "0", "cmi__core__score__max": "40", "cmi__core__score__raw": "30"}
        desk.send(desk.op("init"), *desk.sets(**scores, cmi__core__lesson_status="passed"), desk.op("commit"))
        assert status(desk, "sco-1") == ("passed", 75)

    def test_what_was_passed_stays_passed(self, opened: Opened) -> None:
        desk = opened()
        desk.send(
            desk.op("init"), *desk.sets(cmi__core__lesson_status="passed", cmi__core__score__raw="90"), desk.op("end")
        )
        desk.open()
        desk.send(
            desk.op("init"), *desk.sets(cmi__core__lesson_status="failed", cmi__core__score__raw="10"), desk.op("end")
        )
        assert status(desk, "sco-1") == ("passed", 90)

    def test_a_package_of_pages_completes_by_opening_them(self, opened: Opened) -> None:
        desk = opened("ims")
        desk.send(desk.op("opened"))
        assert (status(desk, "sco-1"), course_status(desk)) == (("completed", None), "in-progress")
        desk.nav("continue")
        desk.send(desk.op("opened"))
        assert course_status(desk) == "complete"

    def test_a_silent_sco_counts_when_it_is_left(self, opened: Opened) -> None:
        desk = opened()
        desk.send(desk.op("opened"))
        assert status(desk, "sco-1") == ("in-progress", None)
        desk.send(desk.op("opened", quiet=True), desk.op("nav", request="continue"))
        assert status(desk, "sco-1") == ("completed", None)

    def test_a_sco_that_spoke_is_not_completed_by_opening(self, opened: Opened) -> None:
        desk = opened()
        desk.send(desk.op("init"), desk.op("opened", quiet=True))
        assert status(desk, "sco-1") == ("in-progress", None)

    def test_the_rules_of_the_package_complete_the_course(self, opened: Opened) -> None:
        desk = opened("2004")
        for key in ("sco-1", "sco-2"):
            assert desk.delivery["key"] == key
            desk.send(desk.op("init"), *desk.sets(cmi__completion_status="completed", cmi__success_status="passed"))
            desk.send(desk.op("end", taken=True), desk.op("nav", request="continue"))
        assert desk.shown["ended"]
        assert (status(desk, "package"), course_status(desk)) == (("passed", None), "complete")

    def test_it_is_complete_also_for_who_closes_the_last_window(self, opened: Opened) -> None:
        """Many learners never press anything after the last page."""
        desk = opened("2004")
        said = {"cmi__completion_status": "completed", "cmi__success_status": "passed", "cmi__score__scaled": "0.9"}
        desk.send(desk.op("init"), *desk.sets(**said), desk.op("end", taken=True), desk.op("nav", request="continue"))
        desk.send(desk.op("init"), *desk.sets(**said), desk.op("commit"))
        assert status(desk, "package") == ("passed", 90)
        assert course_status(desk) == "complete"

    def test_the_newest_of_what_is_said_before_a_commit_counts(self, opened: Opened) -> None:
        desk = opened("2004")
        desk.send(desk.op("init"), *desk.sets(cmi__completion_status="completed"))
        desk.send(*desk.sets(cmi__success_status="failed"), desk.op("commit"))
        assert status(desk, "sco-1") == ("failed", None)


def test_a_batch_of_eight_values_takes_five_statements(opened: Opened) -> None:
    desk = opened()
    desk.send(
        desk.op("init"),
        *desk.sets(cmi__core__lesson_status="incomplete", cmi__core__score__raw="10"),
        desk.op("commit"),
    )
    for turn in range(3):
        eight = {f"cmi__interactions__{turn}__id": "q", "cmi__core__lesson_status": "incomplete"}
        eight |= {
            "cmi__core__score__raw": f"{turn}",
            "cmi__core__lesson_location": f"{turn}",
            "cmi__suspend_data": f"{turn}" * 900,
        }
        eight |= {f"cmi__interactions__{turn}__{name}": "x" for name in ("student_response",)}
        eight |= {"cmi__core__session_time": "00:10:00", "cmi__core__exit": "suspend"}
        with counted(desk.client.db.engine) as sent:
            reply = desk.send(*desk.sets(**eight))
        assert (len(eight), reply["refused"], len(sent)) == (8, [], 5), sent


def test_the_run_keeps_when_it_was_saved(opened: Opened, clock: Moving) -> None:
    desk = opened()
    clock.on(minutes=3)
    desk.send(desk.op("init"))
    with desk.client.db.reading() as session:
        assert session.scalars(select(PackageRun.saved_at)).one() == clock.now
