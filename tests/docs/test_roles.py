"""docs/administrator.md says who may do what, as the code decides it."""

import re

import pytest

from lms.accounts.permissions import PERMISSIONS, ROLES
from tests.docs.papers import paper

#: Row of the table → the permissions it speaks of.
ROWS = {
    "take courses, see their own records": ("learn",),
    "bring, preview and publish courses": ("content.preview", "content.publish"),
    "read the gradebook and evidence": ("grades.read",),
    "export grades": ("grades.export",),
    "enter a result by hand": ("grades.enter",),
    "people: see, make, change, close": ("people.read", "people.write"),
    "enrol and withdraw": ("enrol.others",),
    "read every certificate": ("certificates.read",),
    "revoke a certificate": ("certificates.revoke",),
    "read the audit log": ("audit.read",),
    "see jobs, start them again": ("jobs.read", "jobs.write"),
    "see how the site fares": ("operations.read",),
    "correct a key": ("keys.correct",),
    "allow other hosts for a package": ("packages.hosts",),
}


def test_every_permission_has_a_row() -> None:
    assert {one for names in ROWS.values() for one in names} == set(PERMISSIONS)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_who_may(row: str) -> None:
    found = re.search(rf"^\| {re.escape(row)} \|(.*)\|$", paper("docs/administrator.md"), re.MULTILINE)
    assert found is not None
    told = {role for role, cell in zip(ROLES, found[1].split("|"), strict=True) if cell.strip() == "yes"}
    for permission in ROWS[row]:
        assert told == PERMISSIONS[permission] - {"system"}
