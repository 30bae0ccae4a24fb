"""How passwords are kept, and which are refused."""

import unicodedata
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher, Type

from lms.accounts import passwords

REAL = passwords.HASHER


def test_the_cost_is_what_was_decided() -> None:
    assert (REAL.type, REAL.time_cost, REAL.memory_cost, REAL.parallelism) == (Type.ID, 2, 19456, 1)


def test_the_right_password_is_right_and_another_is_not() -> None:
    stored = passwords.hash_password("seven blue gowns")
    assert passwords.verify(stored, "seven blue gowns")
    assert not passwords.verify(stored, "seven blue gown")


def test_without_a_stored_hash_no_password_is_right() -> None:
    assert not passwords.verify(None, "nobody has this password")


@pytest.mark.parametrize("stored", [None, "$of somebody"])
def test_who_does_not_exist_costs_as_much(stored: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """One hash is computed in either case, at one cost."""
    costs: list[str] = []
    monkeypatch.setattr(passwords, "HASHER", Counting(costs))
    passwords._nobody.cache_clear()
    passwords.verify(stored, "seven blue gowns")
    passwords._nobody.cache_clear()
    assert len(costs) == 1


class Counting:
    def __init__(self, costs: list[str]) -> None:
        self.costs = costs

    def hash(self, _password: str) -> str:
        return "$of nobody"

    def verify(self, stored: str, _password: str) -> bool:
        self.costs.append(stored)
        return False


def test_a_stored_text_that_is_no_hash_lets_nobody_in() -> None:
    assert not passwords.verify("!", "!")


def test_composed_and_decomposed_letters_are_the_same_password() -> None:
    stored = passwords.hash_password(unicodedata.normalize("NFD", "비밀번호는 길게 쓴다"))
    assert passwords.verify(stored, unicodedata.normalize("NFC", "비밀번호는 길게 쓴다"))


def test_a_hash_of_another_cost_is_renewed() -> None:
    old = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash("seven blue gowns")
    fresh = passwords.renewed(old, "seven blue gowns")
    assert fresh is not None
    assert passwords.renewed(fresh, "seven blue gowns") is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "short"),
        ("a" * 201, "long"),
        ("Password123!", "common"),
        ("1234567890", "common"),
        ("aaaaaaaaaaab", "common"),
        ("alice@example.org", "personal"),
        ("Achieng2026", "personal"),
        ("seven blue gowns", None),
        ("Achieng walks along the river", None),
        ("비밀번호를길게쓴다", "short"),
        ("비밀번호를 길게 쓴다!", None),
    ],
)
def test_what_is_refused(password: str, code: str | None) -> None:
    assert passwords.weakness(password, "alice@example.org", "Alice Achieng") == code


#: To normalise this takes minutes: marks in an order that has to be turned round one by one.
HEAVY = "a" + "\u0301\u0323" * 500_000


@pytest.mark.parametrize("act", [lambda: passwords.weakness(HEAVY), lambda: passwords.verify(None, HEAVY)])
def test_a_password_without_end_is_not_normalised(act: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    monkeypatch.setattr(unicodedata, "normalize", lambda _form, text: (seen.append(len(text)), text)[1])
    act()
    assert max(seen, default=0) <= passwords.MOST_TYPED
