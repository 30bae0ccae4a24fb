"""What a person sees and changes of their own account."""

from flask import flash, redirect, render_template, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import choices, entry, queries
from lms.accounts.forms import EmailForm, PasswordForm, ProfileForm
from lms.accounts.service import profile as profiles
from lms.accounts.service.profile import Profile
from lms.accounts.views.blueprint import blueprint
from lms.accounts.words import show
from lms.core.clock import now
from lms.core.errors import Invalid, NotFound, TooMany
from lms.web.forms import bind
from lms.web.identity import actor
from lms.web.transaction import session


@blueprint.route("/profile", methods=["GET", "POST"])
def profile() -> ResponseReturnValue:
    account = _account()
    form = bind(ProfileForm, data=_values(account))
    if form.validate_on_submit():
        try:
            if profiles.edit(session(), actor(), Profile(**form.values()), now()):
                flash(_("Your profile is saved."), "done")
            cookie["lang"] = form.locale.data
            return redirect(url_for("accounts.profile"), 303)
        except Invalid as error:
            show(form, error)
    page = render_template("accounts/profile.html", form=form, account=account, country=choices.country_name)
    return page, 422 if form.errors else 200


@blueprint.route("/profile/email", methods=["GET", "POST"])
def email() -> ResponseReturnValue:
    form = bind(EmailForm)
    if form.validate_on_submit():
        try:
            profiles.ask_email(session(), actor(), form.email.data, now())
            flash(
                _("We sent a link to %(email)s. The address changes when you open it.", email=form.email.data), "info"
            )
            return redirect(url_for("accounts.profile"), 303)
        except Invalid as error:
            show(form, error)
    return render_template("accounts/email.html", form=form, account=_account()), 422 if form.errors else 200


@blueprint.route("/profile/password", methods=["GET", "POST"])
def password() -> ResponseReturnValue:
    form, person = bind(PasswordForm), _account().person
    if form.validate_on_submit():
        try:
            about = (person.user_name, person.email or "", person.native_name, person.latin_name)
            entry.change_password(form.present_password.data, form.password.data, *about)
            flash(_("Your new password is set. Other devices are signed out."), "done")
            return redirect(url_for("accounts.profile"), 303)
        except Invalid as error:
            show(form, error)
        except TooMany as error:
            minutes = -(-error.retry_after // 60)
            words = ngettext("Too many tries. Wait %(num)d minute.", "Too many tries. Wait %(num)d minutes.", minutes)
            form.form_errors.append(words)
            page = render_template("accounts/password.html", form=form)
            return page, error.status, {"Retry-After": str(error.retry_after)}
    return render_template("accounts/password.html", form=form), 422 if form.errors else 200


@blueprint.get("/profile/sessions")
def sessions() -> ResponseReturnValue:
    rows = queries.open_sessions(session(), actor().user_id or 0, now())
    return render_template("accounts/sessions.html", rows=rows, own_session=actor().session_id)


@blueprint.post("/profile/sessions/<int:session_id>/end")
def end_session(session_id: int) -> ResponseReturnValue:
    profiles.end_session(session(), actor(), session_id, now())
    flash(_("That device is signed out."), "done")
    return redirect(url_for("accounts.sessions"), 303)


@blueprint.post("/profile/sessions/end-others")
def end_other_sessions() -> ResponseReturnValue:
    profiles.end_other_sessions(session(), actor(), now())
    flash(_("All other devices are signed out."), "done")
    return redirect(url_for("accounts.sessions"), 303)


def _account() -> queries.AccountRow:
    account = queries.account(session(), actor().user_id or 0)
    if account is None:
        raise NotFound()
    return account


def _values(account: queries.AccountRow) -> dict[str, str]:
    person = account.person
    return {
        "native_name": person.native_name,
        "latin_name": person.latin_name,
        "country": person.country,
        "institution": person.institution,
        "timezone": person.timezone,
        "locale": person.locale,
        "theme": account.theme,
    }
