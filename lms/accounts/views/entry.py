"""Signing in and out, making an account, asking for a new password."""

from flask import flash, g, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from lms.accounts import choices, entry, sessions
from lms.accounts.demo import DEMO_ACCOUNTS
from lms.accounts.forms import ResetForm, SignInForm, SignUpForm
from lms.accounts.notices import latest
from lms.accounts.service import reset as resetting
from lms.accounts.service import sign_up as signing_up
from lms.accounts.views.blueprint import blueprint
from lms.accounts.words import show
from lms.core import metrics
from lms.core.clock import now
from lms.core.errors import Busy, Invalid, TooMany
from lms.web.access import public
from lms.web.context import context, settings
from lms.web.forms import Form, bind, csrf
from lms.web.i18n import current_locale
from lms.web.identity import actor, signed_in
from lms.web.transaction import session


@blueprint.route("/sign-in", methods=["GET", "POST"])
@csrf.exempt
@public
def sign_in() -> ResponseReturnValue:
    target, form = entry.own_address(request.args.get("next")), bind(SignInForm)
    if form.validate_on_submit():
        try:
            user_id = entry.enter(form.name.data, form.password.data)
            metrics.tally(session(), "lms_sign_ins_total", "ok")
            return _come_in(user_id, target)
        except (Invalid, TooMany, Busy) as error:
            metrics.count("lms_sign_ins_total", "refused" if isinstance(error, Invalid) else "held")
            _tell(form, error)
    elif signed_in() and request.method == "GET":
        return redirect(target or "/", 303)
    return _shown(form, render_template("accounts/sign_in.html", form=form, **_around_sign_in(target)))


@blueprint.post("/sign-out")
def sign_out() -> ResponseReturnValue:
    if (session_id := actor().session_id) is not None:
        sessions.end(session(), session_id, now())
    entry.leave()
    flash(_("You are signed out."), "done")
    return redirect(url_for("accounts.sign_in"), 303)


@blueprint.route("/sign-up", methods=["GET", "POST"])
@csrf.exempt
@public
def sign_up() -> ResponseReturnValue:
    target, courses = entry.own_address(request.args.get("next")), _open_courses()
    if signed_in() and request.method == "GET":
        return redirect(target or "/", 303)
    form, notice = bind(SignUpForm), latest(current_locale())
    key = request.args.get("course", "") if request.args.get("course", "") in courses else ""
    if courses and form.validate_on_submit():
        try:
            zone = choices.timezone_of(form.country.data, form.timezone.data)
            fields = (form.native_name.data, form.latin_name.data, form.email.data, form.country.data)
            person = signing_up.person_of(*fields, zone, form.locale.data)
            user_id = entry.make_account(person, form.password.data, notice, key)
            return _come_in(user_id, target or (url_for("learning.course", course=key) if key else None))
        except (Invalid, TooMany, Busy) as error:
            _tell(form, error)
    page = render_template(
        "accounts/sign_up.html", form=form, notice=notice, courses=courses, course=courses.get(key), next=target
    )
    return _shown(form, page)


@blueprint.route("/reset", methods=["GET", "POST"])
@csrf.exempt
@public
def reset() -> ResponseReturnValue:
    form = bind(ResetForm)
    if form.validate_on_submit():
        resetting.ask(session(), form.name.data, entry.visitor(), now())
        return redirect(url_for("accounts.reset_asked"), 303)
    return _shown(form, render_template("accounts/reset.html", form=form))


@blueprint.get("/reset/asked")
@public
def reset_asked() -> ResponseReturnValue:
    return render_template("accounts/reset_asked.html")


def _come_in(user_id: int, target: str | None) -> ResponseReturnValue:
    onward = entry.onward(user_id, target, current_locale())
    if entry.held_token(onward):
        flash(_("We kept what you had typed. Check it and send it again."), "info")
    return entry.remember_device(make_response(redirect(onward, 303)), user_id)


def _tell(form: SignInForm | SignUpForm, error: Invalid | TooMany | Busy) -> None:
    if isinstance(error, Invalid):
        show(form, error)
        return
    if isinstance(error, TooMany):
        minutes = -(-error.retry_after // 60)
        words = ngettext(
            "Too many tries. Wait %(num)d minute, or reset your password.",
            "Too many tries. Wait %(num)d minutes, or reset your password.",
            minutes,
        )
    else:
        words = ngettext(
            "Very many people are signing in. Wait %(num)d second, enter your password again and send.",
            "Very many people are signing in. Wait %(num)d seconds, enter your password again and send.",
            error.retry_after,
        )
    form.form_errors.append(words)
    g.refusal = error


def _around_sign_in(target: str | None) -> dict[str, object]:
    """What stands beside the form: that work is kept, the way to an account, the accounts of a demonstration."""
    course = (target or "").partition("?")[0].removeprefix("/courses/")
    args = {"next": target, "course": course if course in _open_courses() else None}
    return {
        "next": target,
        "kept": bool(target and entry.held_token(target)),
        "sign_up_url": url_for("accounts.sign_up", **args) if _open_courses() else "",
        "demo_accounts": DEMO_ACCOUNTS if settings().demo else (),
    }


def _open_courses() -> dict[str, str]:
    """Key → title of the courses for which strangers may make an account; a feature above knows them."""
    if request.method == "GET":
        return context().hooks.open_courses(session(), current_locale())
    with context().db.reading() as own:  # a page that only says what is wrong keeps no writer waiting
        return context().hooks.open_courses(own, current_locale())


def _shown(form: Form, page: str) -> ResponseReturnValue:
    """The page with the status that is true of its form. What was typed is in it, but never a password."""
    refusal: TooMany | Busy | None = g.get("refusal")
    if refusal:
        return page, refusal.status, {"Retry-After": str(refusal.retry_after)}
    return page, 422 if form.errors else 200
