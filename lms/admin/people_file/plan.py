"""What a file would do: whom it adds, whom it changes, what is wrong in which line. Nothing is stored by looking."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from lms.accounts import choices, names
from lms.accounts.queries import PersonRow
from lms.accounts.service.people import Person
from lms.admin.people_file import columns
from lms.admin.people_file.reading import Row, Sheet
from lms.core.cells import plain
from lms.core.errors import Invalid

#: Columns that change a known person; roles are changed on the person's own page, one by one.
CHANGEABLE = ("email", "native_name", "latin_name", "country", "institution", "timezone", "locale")
#: What a file must have, to know who is meant.
NAMED_BY = ("user_name", "email", "public_id")


@dataclass(frozen=True, slots=True)
class Wrong:
    """One cell that cannot be used. `value` is what stood there."""

    line: int
    column: str
    code: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    user_id: int
    name: str
    old: dict[str, Any]
    new: dict[str, Any]


@dataclass(slots=True)
class Plan:
    """`missing` columns mean that no row could be read. `ignored` heads are columns that mean nothing to us."""

    new: list[Person] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    same: int = 0
    wrong: list[Wrong] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    #: Ids of known people in the file, and their lines with those of new ones: who is enrolled afterwards.
    known: list[int] = field(default_factory=list)
    #: What was looked up, and who was found: doing it checks that they are still the same.
    looked_up: tuple[frozenset[str], frozenset[str], frozenset[str]] = (frozenset(), frozenset(), frozenset())
    found: list[PersonRow] = field(default_factory=list)

    @property
    def ready(self) -> int:
        return len(self.new) + len(self.changes) + self.same

    @property
    def wrong_lines(self) -> int:
        return len({one.line for one in self.wrong})

    def fingerprint(self) -> str:
        """Two plans that would do the same have the same; people may have changed between looking and doing."""
        changes = [[one.user_id, one.old, one.new] for one in self.changes]
        facts = [[one.facts() for one in self.new], changes, self.same]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Cells:
    line: int
    values: dict[str, str]


def heads(sheet: Sheet) -> tuple[dict[int, str], list[str]]:
    """(column number → our field, heads that are not known). The first of two columns with one meaning counts."""
    meant: dict[int, str] = {}
    ignored = []
    cells = [plain(head) for head in sheet.rows[0].cells]
    for number, (head, known) in enumerate(zip(cells, columns.fields_of(cells), strict=True)):
        if known and known not in meant.values():
            meant[number] = known
        elif head and not columns.is_read_only(head):
            ignored.append(head)
    return meant, ignored


def rows(sheet: Sheet) -> list[_Cells]:
    """Each row as field → text; a name in two parts becomes one."""
    meant, _ignored = heads(sheet)
    return [_cells(row, meant) for row in sheet.rows[1:]]


def _cells(row: Row, meant: Mapping[int, str]) -> _Cells:
    values = {name: plain(row.cells[number]) for number, name in meant.items() if number < len(row.cells)}
    given, family = values.pop("given_name", ""), values.pop("family_name", "")
    if not values.get("native_name") and (given or family):
        latin = names.is_latin(given + family)
        values["native_name"] = f"{given} {family}".strip() if latin else f"{family}{given}"
    return _Cells(row.line, {name: value for name, value in values.items() if value})


def wanted_names(found: Iterable[_Cells]) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """(user names, addresses, identifiers) to look up before `make`."""
    found = list(found)
    user_names = frozenset(names.user_name(one.values["user_name"]) for one in found if "user_name" in one.values)
    emails = {names.email(one.values["email"]) for one in found if "email" in one.values}
    public_ids = {names.public_id(one.values["public_id"]) for one in found if "public_id" in one.values}
    return (
        user_names,
        frozenset(email for email in emails if email),
        frozenset(one for one in public_ids if names.is_public_id(one)),
    )


def make(sheet: Sheet, people: Iterable[PersonRow], defaults: Person) -> Plan:
    """`people` are those who have one of the `wanted_names`; `defaults` fills what a new person's row leaves out."""
    meant, ignored = heads(sheet)
    plan = Plan(ignored=ignored)
    fields = set(meant.values())
    if not fields & set(NAMED_BY):
        plan.missing.append("user_name")
    if not fields & {"native_name", "given_name", "family_name"}:
        plan.missing.append("native_name")
    if plan.missing:
        return plan
    known = list(people)
    maker = _Maker(
        plan,
        {one.user_name: one for one in known},
        {one.email: one for one in known if one.email},
        {one.public_id: one for one in known},
        defaults,
    )
    for cells in rows(sheet):
        maker.add(cells)
    return plan


@dataclass(slots=True)
class _Maker:
    plan: Plan
    by_name: dict[str, PersonRow]
    by_email: dict[str, PersonRow]
    by_public_id: dict[str, PersonRow]
    defaults: Person
    seen: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, cells: _Cells) -> None:
        values, wrong = _understood(cells)
        person = self._known(cells, values, wrong)
        if not wrong:
            self._check_twice(cells, values, person, wrong)
        if not wrong:
            try:
                self._take(cells, values, person, wrong)
            except Invalid as error:
                wrong += [
                    Wrong(cells.line, name, code, cells.values.get(name, "")) for name, code in error.fields.items()
                ]
        self.plan.wrong += wrong

    def _known(self, cells: _Cells, values: dict[str, Any], wrong: list[Wrong]) -> PersonRow | None:
        """Who is meant: by user name, else by address, else by identifier. Two people in one row are wrong."""
        named, mailed = self.by_name.get(values.get("user_name", "")), self.by_email.get(values.get("email", ""))
        if named and mailed and named.id != mailed.id:
            wrong.append(Wrong(cells.line, "email", "taken", cells.values["email"]))
        if not named and mailed and "user_name" in values:
            wrong.append(Wrong(cells.line, "user_name", "other-name", cells.values["user_name"]))
        person = self._identified(cells, values, named or mailed, wrong)
        if not person and not values.get("user_name") and not values.get("email") and not wrong:
            wrong.append(Wrong(cells.line, "user_name", "nobody-named"))
        return person

    def _identified(
        self, cells: _Cells, values: dict[str, Any], person: PersonRow | None, wrong: list[Wrong]
    ) -> PersonRow | None:
        """An identifier never changes: it is that of the person, or of a new one."""
        public_id = values.get("public_id", "")
        owner = self.by_public_id.get(public_id)
        if owner and (owner.id != person.id if person else "user_name" in values):
            wrong.append(Wrong(cells.line, "public_id", "taken", cells.values["public_id"]))
        elif public_id and person and public_id != person.public_id:
            wrong.append(Wrong(cells.line, "public_id", "id-differs", cells.values["public_id"]))
        return person or owner

    def _check_twice(self, cells: _Cells, values: dict[str, Any], person: PersonRow | None, wrong: list[Wrong]) -> None:
        """A person, an address and an identifier may stand in the file once."""
        keys = [(name, values[name]) for name in NAMED_BY if values.get(name)]
        if person:
            keys.append(("id", str(person.id)))
        for key in keys:
            if key in self.seen:
                wrong.append(Wrong(cells.line, "user_name" if key[0] == "id" else key[0], "twice", str(self.seen[key])))
                return
        self.seen.update(dict.fromkeys(keys, cells.line))

    def _take(self, cells: _Cells, values: dict[str, Any], person: PersonRow | None, wrong: list[Wrong]) -> None:
        if person is None:
            self.plan.new.append(self._new(values))
            return
        if "roles" in values and set(values["roles"]) != set(person.roles):
            wrong.append(Wrong(cells.line, "roles", "roles-differ", cells.values["roles"]))
            return
        self.plan.known.append(person.id)
        change = _change(person, values)
        if change:
            self.plan.changes.append(change)
        else:
            self.plan.same += 1

    def _new(self, values: dict[str, Any]) -> Person:
        person = replace(self.defaults, **values)
        if not person.user_name:
            person = replace(person, user_name=_name_from(person.email))
        if "timezone" not in values and person.country:
            person = replace(person, timezone=choices.timezone_of(person.country, ""))
        return person.tidy()


def _name_from(email: str) -> str:
    """The same address gives the same name, so that looking twice plans the same."""
    stem = names.proposed_user_name(email).rpartition("-")[0]
    return f"{stem}-{hashlib.sha256(email.encode()).hexdigest()[:5]}"


def _understood(cells: _Cells) -> tuple[dict[str, Any], list[Wrong]]:
    """The cells in our codes, and those that mean nothing."""
    values: dict[str, Any] = {}
    wrong = []
    for name, text in cells.values.items():
        value, code = _value(name, text)
        if code:
            wrong.append(Wrong(cells.line, name, code, text))
        else:
            values[name] = value
    return values, wrong


def _value(name: str, text: str) -> tuple[Any, str]:
    """(our value, or the code of what is wrong)."""
    if name == "country":
        return (code, "") if (code := columns.country_code(text)) else (None, "unknown")
    if name == "locale":
        return (code, "") if (code := columns.language_code(text)) else (None, "unknown")
    if name == "timezone":
        return (text, "") if text in choices.timezones() else (None, "unknown")
    if name == "roles":
        return (roles, "") if (roles := columns.role_codes(text)) else (None, "unknown")
    if name == "email":
        return (email, "") if (email := names.email(text)) else (None, "email")
    if name == "public_id":
        found = names.public_id(text)
        return (found, "") if names.is_public_id(found) else (None, "public-id")
    if name == "user_name":
        found = names.user_name(text)
        return (found, "") if names.is_user_name(found) else (None, "user-name")
    return text, ""


def _change(person: PersonRow, values: dict[str, Any]) -> Change | None:
    """The columns that differ; an empty cell leaves what there is."""
    tidied = Person(
        user_name="any",
        native_name=values.get("native_name", person.native_name),
        latin_name=values.get("latin_name", person.latin_name),
        institution=values.get("institution", person.institution),
    ).tidy()
    said = values | {
        name: getattr(tidied, name) for name in ("native_name", "latin_name", "institution") if name in values
    }
    new = {
        name: said[name]
        for name in CHANGEABLE
        if name in said and said[name] != getattr(person, name) and not _same_text(said[name], getattr(person, name))
    }
    if not new:
        return None
    if new.keys() & {"native_name", "latin_name"}:
        new["sort_name"] = names.shown_sort_key(
            new.get("native_name", person.native_name), new.get("latin_name", person.latin_name)
        )
    old = {name: getattr(person, name) for name in new}
    return Change(person.id, person.native_name, old, new)


def _same_text(said: str, have: str | None) -> bool:
    """What is stored may be older than today's way of writing: that alone is no change."""
    return names.person_name(said) == names.person_name(have or "")
