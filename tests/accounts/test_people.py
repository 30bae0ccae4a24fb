"""Accounts as administrators keep them: what is refused, and what the audit log says."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts import queries, sessions
from lms.accounts.models import User
from lms.accounts.queries import Wanted
from lms.accounts.service import links
from lms.accounts.service import people as service
from lms.accounts.service.people import Person
from lms.audit.models import AuditDetail, AuditEvent
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotAllowed, NotFound
from lms.core.jobs import Job
from lms.web.paging import Cursor
from tests.accounts.conftest import NOW
from tests.people import People, make_user

NEW = Person("kim.minsu", "김민수", "Minsu.Kim@Example.org", "Kim Min-su", "KR", "Institut", "Asia/Seoul", "ko")


def _events(session: Session) -> list[tuple[str, dict | None, dict | None, str | None]]:
    found = select(AuditEvent.verb, AuditDetail.old, AuditDetail.new, AuditDetail.reason).join(
        AuditDetail, AuditDetail.event_id == AuditEvent.id
    )
    return [tuple(row) for row in session.execute(found.order_by(AuditEvent.id))]


def _row(session: Session, user_id: int) -> User:
    return session.get_one(User, user_id, populate_existing=True)


def test_a_new_person_is_written_in_one_way(session: Session, people: People) -> None:
    typed = replace(NEW, user_name=" Ｋim.Minsu ", native_name="  김민수\u202e ", latin_name="Kim  Min-su")
    user = _row(session, _create(session, people, typed))
    assert (user.user_name, user.email, user.native_name, user.latin_name, user.sort_name) == (
        "kim.minsu",
        "minsu.kim@example.org",
        "김민수",
        "Kim Min-su",
        "kim min-su",
    )


def _create(session: Session, crowd: People, person: Person) -> int:
    return service.create(session, crowd.dora.actor, person, NOW)


def test_a_new_person_is_in_the_audit_log(session: Session, people: People) -> None:
    _create(session, people, NEW)
    [(verb, old, new, _reason)] = _events(session)
    assert (verb, old, new and new["native_name"]) == ("user.created", None, "김민수")


@pytest.mark.parametrize(
    ("changed", "field", "code"),
    [
        ({"user_name": "has space"}, "user_name", "user-name"),
        ({"user_name": "with@at"}, "user_name", "user-name"),
        ({"user_name": "x"}, "user_name", "user-name"),
        ({"user_name": "alice"}, "user_name", "taken"),
        ({"user_name": "ALICE"}, "user_name", "taken"),
        ({"email": "alice@example.org"}, "email", "taken"),
        ({"email": "no address"}, "email", "email"),
        ({"native_name": " \u200e "}, "native_name", "name"),
        ({"native_name": "x" * 201}, "native_name", "name"),
        ({"latin_name": "김민수"}, "latin_name", "latin"),
        ({"roles": ()}, "roles", "roles"),
        ({"roles": ("root",)}, "roles", "roles"),
    ],
)
def test_what_cannot_be_kept(session: Session, people: People, changed: dict, field: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        _create(session, people, replace(NEW, **changed))
    assert refused.value.fields == {field: code}


def test_a_new_person_has_the_given_identifier(session: Session, people: People) -> None:
    user_id = _create(session, people, replace(NEW, public_id=" HR 0042/교육 "))
    assert _row(session, user_id).public_id == "HR 0042/교육"
    assert _events(session)[0][2]["public_id"] == "HR 0042/교육"


def test_without_one_an_identifier_is_made_and_audited(session: Session, people: People) -> None:
    made = _row(session, _create(session, people, NEW)).public_id
    assert len(made) == 16 and _events(session)[0][2]["public_id"] == made


@pytest.mark.parametrize("public_id", ["x" * 81, "a\tb", "a\nb", "\0", "a\u202eb", " \t ", "x\u2028y"])
def test_an_identifier_can_be_seen(session: Session, people: People, public_id: str) -> None:
    with pytest.raises(Invalid) as refused:
        _create(session, people, replace(NEW, public_id=public_id))
    assert refused.value.fields == {"public_id": "public-id"}


def test_an_identifier_is_taken_once(session: Session, people: People) -> None:
    _create(session, people, replace(NEW, public_id="42"))
    with pytest.raises(Invalid) as refused:
        _create(session, people, Person("other", "Other", public_id="42"))
    assert refused.value.fields == {"public_id": "taken"}


def test_an_identifier_never_changes(session: Session, people: People) -> None:
    alice = _row(session, people.alice.id)
    before = alice.public_id
    _edit(session, people, alice.id, _as_typed(alice, public_id="another", country="KE"))
    assert (_row(session, alice.id).public_id, _row(session, alice.id).country) == (before, "KE")


def test_people_are_found_by_their_whole_identifier(session: Session, people: People) -> None:
    user_id = _create(session, people, replace(NEW, public_id="HR-42"))
    assert queries.ids_wanted(session, people.dora.actor, Wanted("HR-42")) == [user_id]
    assert queries.ids_wanted(session, people.dora.actor, Wanted("HR-4")) == []


@pytest.mark.parametrize("who", ["alice", "bob", "quentin", "ines"])
def test_only_administrators_make_people(session: Session, people: People, who: str) -> None:
    actor: Actor = getattr(people, who).actor
    with pytest.raises(NotAllowed):
        service.create(session, actor, NEW, NOW)


def _as_typed(user: User, **changed: object) -> Person:
    person = Person(user.user_name, user.native_name, user.email or "", user.latin_name, roles=tuple(user.roles))
    return replace(person, **changed)


def test_a_change_keeps_old_and_new(session: Session, people: People) -> None:
    person = _as_typed(_row(session, people.alice.id), native_name="Alice Achieng", country="KE")
    _edit(session, people, people.alice.id, person)
    [(verb, old, new, _reason)] = _events(session)
    assert (verb, old, new) == (
        "user.changed",
        {"native_name": "Alice", "country": ""},
        {"native_name": "Alice Achieng", "country": "KE"},
    )


def _edit(session: Session, crowd: People, user_id: int, person: Person, reason: str = "") -> None:
    service.edit(session, crowd.dora.actor, user_id, person, NOW, reason)


def test_a_new_name_is_told_to_the_records(session: Session, people: People) -> None:
    _edit(session, people, people.alice.id, _as_typed(_row(session, people.alice.id), native_name="Zoe"))
    assert session.execute(select(Job.name, Job.payload)).all() == [("person.renamed", {"user_id": people.alice.id})]


def test_nothing_changed_is_nothing_written(session: Session, people: People) -> None:
    _edit(session, people, people.alice.id, _as_typed(_row(session, people.alice.id)))
    assert _events(session) == []


def test_a_new_address_is_not_a_confirmed_one(session: Session, people: People) -> None:
    _row(session, people.alice.id).email_confirmed_at = NOW
    _edit(session, people, people.alice.id, _as_typed(_row(session, people.alice.id), email="a@example.org"))
    assert _row(session, people.alice.id).email_confirmed_at is None


def test_a_role_is_given_without_a_reason_and_taken_with_one(session: Session, people: People) -> None:
    alice = _row(session, people.alice.id)
    _edit(session, people, alice.id, _as_typed(alice, roles=("trainee", "instructor")))
    with pytest.raises(Invalid) as refused:
        _edit(session, people, alice.id, _as_typed(alice, roles=("trainee",)))
    assert refused.value.fields == {"reason": "reason"}
    _edit(session, people, alice.id, _as_typed(alice, roles=("trainee",)), "left the team")
    assert _events(session)[-1] == (
        "user.roles-changed",
        {"roles": ["trainee", "instructor"]},
        {"roles": ["trainee"]},
        "left the team",
    )


@pytest.mark.parametrize("roles", [("trainee",), ("administrator", "quality")])
def test_nobody_changes_their_own_roles(session: Session, people: People, roles: tuple[str, ...]) -> None:
    with pytest.raises(Invalid) as refused:
        _edit(session, people, people.dora.id, _as_typed(_row(session, people.dora.id), roles=roles), "why not")
    assert refused.value.fields == {"roles": "own-roles"}


def test_the_last_administrator_stays(session: Session, people: People) -> None:
    second = make_user(session, "Second", ("administrator",))
    person = _as_typed(_row(session, people.dora.id), roles=("trainee",))
    service.edit(session, second.actor, people.dora.id, person, NOW, "left")
    with pytest.raises(Invalid) as refused:
        service.disable(session, people.dora.actor, second.id, NOW, "left")
    assert refused.value.fields == {"roles": "last-administrator"}


def test_a_closed_administrator_does_not_count(session: Session, people: People) -> None:
    make_user(session, "Gone", ("administrator",), disabled_at=NOW)
    other = make_user(session, "Other", ("administrator",))
    service.disable(session, people.dora.actor, other.id, NOW, "left")
    with pytest.raises(Invalid) as refused:
        service.disable(session, other.actor, people.dora.id, NOW, "left")
    assert refused.value.fields == {"roles": "last-administrator"}


def test_nobody_closes_their_own_account(session: Session, people: People) -> None:
    make_user(session, "Second", ("administrator",))
    with pytest.raises(Invalid) as refused:
        service.disable(session, people.dora.actor, people.dora.id, NOW, "tired")
    assert refused.value.fields == {"reason": "own-account"}


def test_closing_needs_a_reason(session: Session, people: People) -> None:
    with pytest.raises(Invalid) as refused:
        service.disable(session, people.dora.actor, people.alice.id, NOW, "")
    assert refused.value.fields == {"reason": "reason"}


def test_closing_ends_sessions_and_links(session: Session, people: People) -> None:
    token = sessions.open_session(session, people.alice.id, "", NOW, 24)
    code = links.create(session, people.alice.id, "reset", NOW, timedelta(days=1))
    service.disable(session, people.dora.actor, people.alice.id, NOW, "left")
    service.enable(session, people.dora.actor, people.alice.id, NOW)
    assert sessions.load(session, token, NOW, 60) is None
    assert links.find(session, code, "reset", NOW) is None


def test_closing_and_opening_are_kept_with_their_reason(session: Session, people: People) -> None:
    service.disable(session, people.dora.actor, people.alice.id, NOW, "left")
    service.enable(session, people.dora.actor, people.alice.id, NOW)
    service.enable(session, people.dora.actor, people.alice.id, NOW)
    assert [(verb, reason) for verb, _old, _new, reason in _events(session)] == [
        ("user.closed", "left"),
        ("user.opened", None),
    ]


@pytest.mark.parametrize(("password_hash", "purpose"), [(None, "invite"), ("x", "reset")])
def test_a_link_to_hand_over(session: Session, people: People, password_hash: str | None, purpose: str) -> None:
    new = make_user(session, "New Person", password_hash=password_hash)
    made, code = service.make_link(session, people.dora.actor, new.id, NOW)
    assert made == purpose
    link = links.find(session, code, purpose, NOW)
    assert link is not None
    assert link.created_by == people.dora.id


def test_an_invitation_by_mail_needs_an_address(session: Session, people: People) -> None:
    with pytest.raises(Invalid):
        service.invite_by_mail(session, people.dora.actor, people.charlie.id, NOW)


def test_an_unknown_person_is_not_found(session: Session, people: People) -> None:
    with pytest.raises(NotFound):
        service.disable(session, people.dora.actor, 10**6, NOW, "left")


# Lists


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(), ["Alice", "Bob", "Charlie", "Dora", "Ines", "Quentin", "Émile Éboué", "김민수"]),
        (Wanted("emile"), ["Émile Éboué"]),
        (Wanted("ÉMILE"), ["Émile Éboué"]),
        (Wanted("민수"), ["김민수"]),
        (Wanted("min-su"), ["김민수"]),
        (Wanted("ALICE@"), ["Alice"]),
        (Wanted("pasteur"), ["Émile Éboué"]),
        (Wanted("%"), []),
        (Wanted("_"), []),
        (Wanted(role="inspector"), ["Ines"]),
        (Wanted(role="trainee", state="closed"), ["김민수"]),
        (Wanted(state="invited"), ["Émile Éboué"]),
        (Wanted("a", state="active", role="instructor"), []),
    ],
)
def test_the_list_narrows(session: Session, people: People, wanted: Wanted, found: list[str]) -> None:
    make_user(session, "Émile Éboué", user_name="emile", institution="Institut Pasteur", password_hash=None)
    make_user(session, "김민수", user_name="kim", latin_name="Kim Min-su", disabled_at=NOW)
    page = queries.accounts_page(session, people.dora.actor, wanted, None)
    assert sorted(row.person.native_name for row in page.rows) == sorted(found)
    assert queries.count_accounts(session, people.dora.actor, wanted) == len(found)


def test_pages_follow_each_other_without_gaps(session: Session, people: People) -> None:
    for number in range(120):
        make_user(session, f"Person {number % 7}", user_name=f"person-{number}")
    actor, seen, place = people.dora.actor, [], None
    while True:
        page = queries.accounts_page(session, actor, Wanted("person"), place)
        seen.append([row.person.id for row in page.rows])
        if not page.more_after:
            break
        last = page.rows[-1].person
        place = Cursor(last.sort_name, last.id)
    assert [len(ids) for ids in seen] == [50, 50, 20]
    assert len({user_id for ids in seen for user_id in ids}) == 120
    first = page.rows[0].person
    back = queries.accounts_page(session, actor, Wanted("person"), Cursor(first.sort_name, first.id, back=True))
    assert [row.person.id for row in back.rows] == seen[1]
    assert (back.more_before, back.more_after) == (True, True)


@pytest.mark.parametrize("who", ["alice", "bob", "quentin", "ines"])
def test_only_administrators_see_the_list(session: Session, people: People, who: str) -> None:
    with pytest.raises(NotAllowed):
        queries.accounts_page(session, getattr(people, who).actor, Wanted(), None)
