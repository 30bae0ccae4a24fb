"""Which column is which, and what a cell means, in English, Korean and French, however it is written."""

from functools import cache

from babel import Locale

from lms.accounts.permissions import ROLES
from lms.core.sorting import sort_key

#: Our field → heads that mean it, folded; the first is what our own export writes.
HEADS: dict[str, str] = {
    "public_id": "id publicid identifier learnerid 식별자 학습자번호 identifiantpublic",
    "user_name": "user_name username user login userid account 사용자이름 사용자명 아이디 계정 identifiant "
    "nomdutilisateur utilisateur",
    "email": "email emailaddress mail 이메일 이메일주소 전자우편 메일 courriel adresseelectronique adresseemail "
    "adressecourriel",
    "native_name": "native_name name fullname nativename 이름 성명 한글이름 본명 nom nomcomplet nometprenom "
    "prenometnom",
    "latin_name": "latin_name latinname romanname romanizedname englishname nameinlatinletters 영문이름 영문성명 "
    "영문명 로마자이름 nomlatin nomenlettreslatines",
    "given_name": "given_name firstname forename givenname prenom",
    "family_name": "family_name lastname surname familyname 성 nomdefamille",
    "country": "country countrycode nation 국가 나라 국적 pays codepays",
    "institution": "institution organisation organization company employer affiliation 기관 소속 소속기관 회사 "
    "etablissement entreprise employeur",
    "timezone": "timezone tz zone 시간대 fuseauhoraire",
    "locale": "language locale lang 언어 langue",
    "roles": "roles role 역할 권한",
}
#: Heads that mean a part of the name when the other part has a column of its own.
PARTS = {"nom": ("family_name", "given_name"), "이름": ("given_name", "family_name")}
#: Columns that our export writes for reading; the import passes over them.
READ_ONLY = ("state", "assurance", "created_at", "상태", "etat")
ROLE_WORDS = {
    "trainee": ("trainee", "learner", "student", "participant", "교육생", "수강생", "학습자", "stagiaire", "apprenant"),
    "instructor": ("instructor", "teacher", "trainer", "강사", "formateur", "formatrice", "instructeur"),
    "administrator": ("administrator", "admin", "관리자", "administrateur", "administratrice"),
    "quality": ("quality", "qa", "품질", "품질담당자", "qualite"),
    "inspector": ("inspector", "auditor", "감독관", "조사관", "inspecteur", "inspectrice"),
}
LANGUAGES = ("en", "ko", "fr")


def folded(text: str) -> str:
    """Without case, accents, spaces and marks."""
    return "".join(c for c in sort_key(text) if c.isalnum())


@cache
def _heads() -> dict[str, str]:
    return {folded(head): field for field, heads in HEADS.items() for head in heads.split()}


def field_of(head: str) -> str | None:
    """Our field of a column's head; what stands in brackets after it does not matter."""
    known = _heads()
    return known.get(folded(head)) or known.get(folded(head.partition("(")[0]))


def fields_of(heads: list[str]) -> list[str | None]:
    """Our field of each column; "Nom" beside "Prénom" is the family name."""
    fields = [field_of(head) for head in heads]
    for number, head in enumerate(heads):
        part = next((part for word, part in PARTS.items() if folded(word) == folded(head)), None)
        if part and part[1] in fields:
            fields[number] = part[0]
    return fields


def is_read_only(head: str) -> bool:
    return folded(head) in {folded(one) for one in READ_ONLY}


@cache
def _countries() -> dict[str, str]:
    found: dict[str, str] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():
                found.setdefault(folded(name), code)
                found[folded(code)] = code
    extra = {
        "uk": "GB",
        "usa": "US",
        "unitedstatesofamerica": "US",
        "korea": "KR",
        "southkorea": "KR",
        "republicofkorea": "KR",
    }
    extra |= {"대한민국": "KR", "한국": "KR", "vietnam": "VN", "ivorycoast": "CI", "russia": "RU", "drcongo": "CD"}
    return found | {folded(name): code for name, code in extra.items()}


def country_code(text: str) -> str | None:
    """A code or a name in one of our languages → the code; None when it is not known."""
    return _countries().get(folded(text))


@cache
def _languages() -> dict[str, str]:
    found = {}
    for code in LANGUAGES:
        found[code] = code
        for shown in LANGUAGES:
            found[folded(Locale(shown).languages[code])] = code
    return found


def language_code(text: str) -> str | None:
    return _languages().get(folded(text)) or _languages().get(folded(text.replace("_", "-").partition("-")[0]))


@cache
def _roles() -> dict[str, str]:
    return {folded(word): role for role in ROLES for word in ROLE_WORDS[role]}


def role_codes(text: str) -> tuple[str, ...] | None:
    """Roles apart by comma, semicolon, slash or bar; None when one is not known."""
    parts = text.replace(";", ",").replace("/", ",").replace("|", ",").split(",")
    found = [_roles().get(folded(part)) for part in parts if part.strip()]
    if any(role is None for role in found):
        return None
    return tuple(role for role in ROLES if role in found)
