"""The flight recorder of a package's launch, as who answers for the evidence reads and downloads it."""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import pytest

from lms.core.clock import now
from lms.learning import service as learning
from tests.client import Client
from tests.packages import KEY
from tests.people import Someone, make_user
from tests.player.desk import Desk, alice_takes

RESULT = "=cmd|'/c calc'!A1"


@pytest.fixture
def desk(client: Client, tmp_path: Path) -> Desk:
    """Alice's page; she has initialised, set and ended."""
    alice_takes(client, tmp_path)
    desk = Desk(client).open()
    desk.send(desk.op("init"), *desk.sets(cmi__core__lesson_status="completed", cmi__core__lesson_location="p2"))
    calls = [
        [5, "LMSInitialize", "", "", "true", "0"],
        [7, "LMSGetValue", "cmi.core.student_name", "", RESULT, "0"],
        [9, "LMSSetValue", "cmi.core.lesson_status", "completed", "true", "0"],
        [11, "LMSSetValue", "cmi.core.lesson_location", "p2", "true", "0"],
    ]
    trace(desk, calls)
    return desk


def trace(desk: Desk, calls: list[list[object]]) -> None:
    assert desk.post("trace", {"calls": calls}).status_code == 204


@dataclass(frozen=True)
class Readers:
    dora: Someone
    ines: Someone


@pytest.fixture
def people(client: Client) -> Readers:
    with client.db.writing() as session:
        dora = make_user(session, "Dora", ("administrator",))
        return Readers(dora, make_user(session, "Ines", ("inspector",)))


def page(client: Client, people: Readers, more: str = "", who: str = "dora") -> str:
    client.sign_in(getattr(people, who).id)
    answer = client.get(f"/gradebook/{KEY}/1/launches{more}")
    assert answer.status_code == 200, answer.text
    return answer.text


def end(desk: Desk) -> None:
    desk.send(desk.op("end"))
    trace(desk, [[20, "LMSFinish", "", "", "true", "0"]])


def test_the_list_has_device_page_and_verdict(desk: Desk, client: Client, people: Readers) -> None:
    end(desk)
    text = page(client, people)
    assert 'data-fault="none"' in text and "5 calls, and all that was to be stored is stored." in text


def test_each_call_stands_with_its_answer_and_acknowledgement(desk: Desk, client: Client, people: Readers) -> None:
    end(desk)
    client.sign_in(people.dora.id)
    told = client.get(f"/gradebook/{KEY}/1/launches/1/recording.json").json
    assert [(one["method"], one.get("number"), one.get("outcome")) for one in told["calls"]] == [
        ("LMSInitialize", 1, "applied"),
        ("LMSGetValue", None, None),
        ("LMSSetValue", 2, "applied"),
        ("LMSSetValue", 3, "applied"),
        ("LMSFinish", 4, "applied"),
    ]
    assert told["verdict"]["fault"] == "none" and told["calls"][2]["value"] == "completed"


def test_an_operation_whose_call_was_not_recorded_stands_in_its_place(
    desk: Desk, client: Client, people: Readers
) -> None:
    desk.send(desk.op("commit"))
    end(desk)
    client.sign_in(people.dora.id)
    told = client.get(f"/gradebook/{KEY}/1/launches/1/recording.json").json
    assert [one["method"] for one in told["calls"]][-2:] == ["commit", "LMSFinish"]


def test_notes_of_the_page_are_no_calls_and_give_no_capability_away(
    desk: Desk, client: Client, people: Readers
) -> None:
    end(desk)
    trace(
        desk,
        [[30, "(delivered)", "wash", "/f/1-2.abcdef/wash.html?a=1", "1", ""], [31, "(saved)", "4", "", "16:55", ""]],
    )
    text = page(client, people, "/1")
    assert "/f/…/wash.html?a=1" in text and "abcdef" not in text
    assert "5 calls, and all that was to be stored is stored." in text


def test_a_wrong_value_is_the_contents_fault(desk: Desk, client: Client, people: Readers) -> None:
    trace(desk, [[12, "LMSSetValue", "cmi.core.score.raw", "very good", "false", "405"]])
    text = page(client, people, "/1")
    assert 'data-verdict="content"' in text and "LMSSetValue(cmi.core.score.raw) → 405" in text


def test_a_number_that_never_came_is_ours(desk: Desk, client: Client, people: Readers) -> None:
    desk.number += 1
    end(desk)
    assert 'data-verdict="platform"' in page(client, people, "/1")


def test_what_a_second_window_left_is_told(desk: Desk, client: Client, people: Readers) -> None:
    late = desk.batch(*desk.sets(cmi__core__lesson_location="p9"), desk.op("end"))
    Desk(client).open()
    assert desk.post("operations", late).json["older"] is True
    assert 'data-verdict="window"' in page(client, people, "/1")


def test_late_changes_stand_in_the_evidence_with_their_values(desk: Desk, client: Client, people: Readers) -> None:
    late = desk.batch(*desk.sets(cmi__core__lesson_location="p9"), desk.op("end"))
    Desk(client).open()
    desk.post("operations", late)
    client.sign_in(people.dora.id)
    text = client.get(f"/gradebook/{KEY}/1").text
    assert "2 changes of the older one" in text and 'data-late="set"' in text
    assert "cmi.core.lesson_location" in text and ">p9</code>" in text


def test_without_a_second_window_the_evidence_says_nothing_of_it(desk: Desk, client: Client, people: Readers) -> None:
    client.sign_in(people.dora.id)
    text = client.get(f"/gradebook/{KEY}/1").text
    assert 'id="late"' not in text and f"/gradebook/{KEY}/1/launches" in text


def test_no_cell_of_a_download_is_a_formula(desk: Desk, client: Client, people: Readers) -> None:
    client.sign_in(people.dora.id)
    data = client.get(f"/gradebook/{KEY}/1/launches/1/recording.csv").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    assert rows[1]["result"] == f"'{RESULT}" and rows[0]["number"] == "1"


def test_an_inspector_reads_and_does_not_export(desk: Desk, client: Client, people: Readers) -> None:
    assert "LMSInitialize" in page(client, people, "/1", who="ines")
    assert client.get(f"/gradebook/{KEY}/1/launches/1/recording.csv").status_code == 404


@pytest.mark.parametrize("address", ["/1/launches/99", "/99/launches", "/1/launches/1/recording.txt"])
def test_what_is_not_there_is_not_found(desk: Desk, client: Client, people: Readers, address: str) -> None:
    client.sign_in(people.dora.id)
    assert client.get(f"/gradebook/{KEY}{address}").status_code == 404


def test_a_start_that_never_reached_its_host_says_so(client: Client, tmp_path: Path, people: Readers) -> None:
    alice_takes(client, tmp_path)
    Desk(client).start()
    assert "the start did not reach its host" in page(client, people)


def test_a_launch_of_another_registration_is_not_shown(
    desk: Desk, client: Client, tmp_path: Path, people: Readers
) -> None:
    """Under the address of a registration only its own launches are."""
    with client.db.writing() as session:
        carol = make_user(session, "Carol")
        learning.join(session, carol.actor, carol.id, KEY, now(), origin="self")
    client.sign_in(people.dora.id)
    assert client.get(f"/gradebook/{KEY}/2/launches/1").status_code == 404
