"""Codes in words: why a service refuses a field, roles, how sure an identity is."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from lms.accounts.queries import AccountRow
from lms.core.errors import Invalid
from lms.web.transaction import roll_back

WORDS = {
    "wrong": _l("The name or the password is not right. Check both, or reset your password."),
    "closed-to-you": _l("This account is closed. Ask your administrator."),
    "taken-by-account": _l("There may be an account with this address. Sign in, or reset your password."),
    "user-name": _l("Use 2 to 80 letters, digits, dots or hyphens, without spaces."),
    "email": _l("Enter an e-mail address, for example name@example.org."),
    "name": _l("Enter the name."),
    "latin": _l("Use Latin letters, as in a passport."),
    "latin-missing": _l("Enter the name in Latin letters too. The certificate shows both."),
    "long": _l("Use at most 200 characters."),
    "roles": _l("Choose at least one role."),
    "taken": _l("Somebody has this already. Choose another."),
    "own-roles": _l("Another administrator changes your own roles."),
    "own-account": _l("Another administrator closes your own account."),
    "last-administrator": _l("This is the last administrator. Make another person an administrator first."),
    "reason": _l("Say why: the reason is kept with the change."),
    "closed": _l("This account is closed. Open it first."),
    "no-email": _l("This person has no e-mail address. Make a link or a slip."),
    "same-email": _l("This is your address already."),
    "password-short": _l("Use at least 10 characters."),
    "password-long": _l("Use at most 200 characters."),
    "password-common": _l("This password is easy to guess. Choose another."),
    "password-personal": _l("This password is your name or address. Choose another."),
    "password-wrong": _l("This is not your present password."),
}


def show(form: FlaskForm, error: Invalid) -> None:
    """Undo what was begun and put each sentence at its field, or above the form when it has none."""
    roll_back()
    for name, code in error.fields.items():
        sentence = WORDS.get(code, code)
        if name in form:
            form[name].errors = [*form[name].errors, sentence]
        else:
            form.form_errors.append(sentence)


def sentences(error: Invalid) -> list[Any]:
    return [WORDS.get(code, code) for code in error.fields.values()]


ROLES = {
    "trainee": _l("Trainee"),
    "instructor": _l("Instructor"),
    "administrator": _l("Administrator"),
    "quality": _l("Quality"),
    "inspector": _l("Inspector"),
}
ASSURANCES = {
    "self": _l("You signed up yourself"),
    "email": _l("Your e-mail address is confirmed"),
    "institution": _l("Your organisation stands for it"),
}


def role_word(role: str) -> Any:
    return ROLES.get(role, role)


def email_words(account: AccountRow) -> str:
    """The address and whether it is confirmed."""
    if not account.person.email:
        return _("no address")
    if account.email_confirmed_at:
        return account.person.email
    return _("%(email)s, not confirmed", email=account.person.email)
