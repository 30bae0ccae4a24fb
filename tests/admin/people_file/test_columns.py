"""Heads and cells in three languages, however they are written."""

import pytest

from lms.admin.people_file import columns


@pytest.mark.parametrize(
    ("head", "field"),
    [
        ("user_name", "user_name"),
        ("User Name", "user_name"),
        ("아이디", "user_name"),
        ("ID", "public_id"),
        ("E-mail address", "email"),
        ("이메일", "email"),
        ("Courriel", "email"),
        ("이름 (한글)", "native_name"),
        ("Full name", "native_name"),
        ("영문 이름", "latin_name"),
        ("PAYS", "country"),
        ("Établissement", "institution"),
        ("소속", "institution"),
        ("Time zone", "timezone"),
        ("Langue", "locale"),
        ("역할", "roles"),
        ("Shoe size", None),
        ("", None),
    ],
)
def test_what_a_head_means(head: str, field: str | None) -> None:
    assert columns.field_of(head) == field


@pytest.mark.parametrize(
    ("heads", "fields"),
    [
        (["Nom", "Prénom"], ["family_name", "given_name"]),
        (["Nom", "Courriel"], ["native_name", "email"]),
        (["성", "이름"], ["family_name", "given_name"]),
        (["이름", "아이디"], ["native_name", "user_name"]),
        (["First name", "Last name"], ["given_name", "family_name"]),
    ],
)
def test_a_head_beside_another_means_a_part(heads: list[str], fields: list[str]) -> None:
    assert columns.fields_of(heads) == fields


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("KR", "KR"),
        ("kr", "KR"),
        ("South Korea", "KR"),
        ("대한민국", "KR"),
        ("Corée du Sud", "KR"),
        ("Côte d'Ivoire", "CI"),
        ("Cote d Ivoire", "CI"),
        ("VIET NAM", "VN"),
        ("UK", "GB"),
        ("Kora", None),
        ("", None),
    ],
)
def test_countries(text: str, code: str | None) -> None:
    assert columns.country_code(text) == code


@pytest.mark.parametrize(
    ("text", "code"),
    [("ko", "ko"), ("ko-KR", "ko"), ("Korean", "ko"), ("français", "fr"), ("영어", "en"), ("Klingon", None)],
)
def test_languages(text: str, code: str | None) -> None:
    assert columns.language_code(text) == code


@pytest.mark.parametrize(
    ("text", "roles"),
    [
        ("trainee", ("trainee",)),
        ("Instructor; Trainee", ("trainee", "instructor")),
        ("강사/관리자", ("instructor", "administrator")),
        ("stagiaire, formatrice", ("trainee", "instructor")),
        ("trainee, king", None),
    ],
)
def test_roles(text: str, roles: tuple[str, ...] | None) -> None:
    assert columns.role_codes(text) == roles
