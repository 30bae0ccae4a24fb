"""What a list would do, and what is wrong in which line."""

import pytest
from sqlalchemy.orm import Session

from lms.accounts.service.people import Person
from lms.admin import service
from lms.admin.people_file.plan import Plan
from lms.admin.people_file.reading import read
from lms.core.actor import Actor
from lms.core.errors import NotAllowed
from tests.people import People, make_user

DEFAULTS = Person(user_name="", native_name="", timezone="Africa/Kigali", locale="fr")


def _plan(session: Session, people: People, text: str) -> Plan:
    return service.plan_people(session, people.dora.actor, read(text.encode()), DEFAULTS)


def test_a_new_person_gets_what_the_row_says_and_the_rest_by_default(session: Session, people: People) -> None:
    plan = _plan(session, people, "name,user,email,country,roles\n김민수,Kim,KIM@Example.org,대한민국,강사\n")
    assert plan.new == [Person("kim", "김민수", "kim@example.org", "", "KR", "", "Asia/Seoul", "fr", ("instructor",))]


def test_without_a_user_name_the_address_makes_one_and_always_the_same(session: Session, people: People) -> None:
    first, second = (_plan(session, people, "name,email\nKim,min.su@example.org\n") for _ in range(2))
    assert first.new[0].user_name.startswith("min.su-")
    assert first.fingerprint() == second.fingerprint()


def test_a_name_in_two_columns_becomes_one(session: Session, people: People) -> None:
    plan = _plan(session, people, "Nom,Prénom,Identifiant\nLefèvre,Éloïse,eloise\n김,민수,kim\n")
    assert [person.native_name for person in plan.new] == ["Éloïse Lefèvre", "김민수"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("first,second\na,b\n", ["user_name", "native_name"]),
        ("name\nKim\n", ["user_name"]),
        ("email\nkim@example.org\n", ["native_name"]),
    ],
)
def test_missing_columns_are_named(session: Session, people: People, text: str, missing: list[str]) -> None:
    plan = _plan(session, people, text)
    assert (plan.missing, plan.ready, plan.wrong) == (missing, 0, [])


def test_columns_that_mean_nothing_are_named(session: Session, people: People) -> None:
    assert _plan(session, people, "name,user,Shoe size,state\nKim,kim,44,active\n").ignored == ["Shoe size"]


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("Kim,kim,kim@x.org,Kora,,", (2, "country", "unknown", "Kora")),
        ("Kim,kim,kim at x,,,", (2, "email", "email", "kim at x")),
        ("Kim,k i m,,,,", (2, "user_name", "user-name", "k i m")),
        ("Kim,kim,,,king,", (2, "roles", "unknown", "king")),
        ("Kim,kim,,,,Moon/Base", (2, "timezone", "unknown", "Moon/Base")),
        (",kim,,,,", (2, "native_name", "name", "")),
        ("Kim,,,,,", (2, "user_name", "nobody-named", "")),
        ("Bob,bob,alice@example.org,,,", (2, "email", "taken", "alice@example.org")),
        ("Kim,kim,alice@example.org,,,", (2, "user_name", "other-name", "kim")),
        ("Alice,alice,,,administrator,", (2, "roles", "roles-differ", "administrator")),
    ],
)
def test_what_is_wrong_in_which_line(session: Session, people: People, row: str, wrong: tuple[object, ...]) -> None:
    plan = _plan(session, people, f"name,user,email,country,roles,timezone\n{row}\n")
    assert [(one.line, one.column, one.code, one.value) for one in plan.wrong] == [wrong]
    assert plan.ready == 0


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ("Kim,kim,\nLee,KIM,\n", ("user_name", "2")),
        ("Kim,kim,k@x.org\nLee,lee,K@X.org\n", ("email", "2")),
        ("Alice,alice,\nAlice,,alice@example.org\n", ("user_name", "2")),
    ],
)
def test_nobody_stands_in_the_list_twice(session: Session, people: People, rows: str, wrong: tuple[str, str]) -> None:
    plan = _plan(session, people, f"name,user,email\n{rows}")
    assert [(one.line, one.column, one.code, one.value) for one in plan.wrong] == [(3, wrong[0], "twice", wrong[1])]


def test_a_new_person_gets_the_identifier_of_the_row(session: Session, people: People) -> None:
    [person] = _plan(session, people, "id,name,user\nHR-42,Kim,kim\n").new
    assert person.public_id == "HR-42"


def test_an_identifier_alone_names_a_known_person(session: Session, people: People) -> None:
    known = make_user(session, "Known", public_id="HR-42")
    plan = _plan(session, people, "id,name,email\nHR-42,New Name,new@example.org\n")
    [change] = plan.changes
    assert (change.user_id, change.new["native_name"], change.new["email"]) == (
        known.id,
        "New Name",
        "new@example.org",
    )
    assert "public_id" not in change.new


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("HR-43,Known,known", "id-differs"),
        ("HR-42,Alice,alice", "taken"),
        ("HR-42,Kim,kim", "taken"),
        ("a\u202eb,Kim,kim", "public-id"),
        (f"{'x' * 81},Kim,kim", "public-id"),
    ],
)
def test_an_identifier_that_cannot_be(session: Session, people: People, row: str, code: str) -> None:
    make_user(session, "Known", public_id="HR-42")
    [wrong] = _plan(session, people, f"id,name,user\n{row}\n").wrong
    assert (wrong.line, wrong.column, wrong.code, wrong.value) == (2, "public_id", code, row.partition(",")[0])


def test_an_identifier_that_nobody_has_names_nobody(session: Session, people: People) -> None:
    [wrong] = _plan(session, people, "id,name\nHR-42,Kim\n").wrong
    assert (wrong.line, wrong.column, wrong.code) == (2, "user_name", "nobody-named")


def test_the_same_identifier_and_name_is_no_change(session: Session, people: People) -> None:
    make_user(session, "Known", public_id="HR-42")
    assert _plan(session, people, "id,name,user\nHR-42,Known,known\n").same == 1


def test_an_identifier_stands_in_the_list_once(session: Session, people: People) -> None:
    [wrong] = _plan(session, people, "id,name,user\nHR-42,Kim,kim\nHR-42,Lee,lee\n").wrong
    assert (wrong.line, wrong.column, wrong.code, wrong.value) == (3, "public_id", "twice", "2")


def test_a_known_person_is_changed_and_an_empty_cell_leaves_what_there_is(session: Session, people: People) -> None:
    plan = _plan(session, people, "name,email,institution,country\nAlice Achieng,ALICE@example.org,,Kenya\n")
    [change] = plan.changes
    assert (change.user_id, change.old, change.new) == (
        people.alice.id,
        {"native_name": "Alice", "country": "", "sort_name": "alice"},
        {"native_name": "Alice Achieng", "country": "KE", "sort_name": "alice achieng"},
    )


def test_a_row_that_changes_nothing_is_counted(session: Session, people: People) -> None:
    plan = _plan(session, people, "name,user\nAlice,Alice\nBob,bob\n")
    assert (plan.same, plan.changes, plan.known) == (2, [], [people.alice.id, people.bob.id])


def test_wrong_rows_do_not_stop_the_right_ones(session: Session, people: People) -> None:
    rows = "".join(f"Person {n},person-{n},{'Kora' if n in (7, 20, 33) else 'KR'}\n" for n in range(50))
    plan = _plan(session, people, f"name,user,country\n{rows}")
    assert (plan.ready, plan.wrong_lines, [one.line for one in plan.wrong]) == (47, 3, [9, 22, 35])


@pytest.mark.parametrize("who", ["alice", "bob", "quentin", "ines"])
def test_only_administrators_look(session: Session, people: People, who: str) -> None:
    actor: Actor = getattr(people, who).actor
    with pytest.raises(NotAllowed):
        service.plan_people(session, actor, read(b"name,user\nKim,kim\n"), DEFAULTS)


def test_another_plan_has_another_fingerprint(session: Session, people: People) -> None:
    text = "name,user\nKim,kim\n"
    before = _plan(session, people, text).fingerprint()
    make_user(session, "Kim")
    assert _plan(session, people, text).fingerprint() != before


def test_a_row_of_a_stored_name_in_an_older_form_is_no_change(session: Session, people: People) -> None:
    make_user(session, "Old", native_name="Zoé  Ancien ", user_name="old")
    assert _plan(session, people, "name,user\nZoé Ancien,old\n").changes == []
