"""Pages that a one-time link opens."""

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts import entry
from lms.accounts.forms import FirstPasswordForm, NewPasswordForm, PublicForm
from lms.accounts.notices import latest
from lms.accounts.service import links, profile
from lms.accounts.views.blueprint import blueprint
from lms.accounts.words import show
from lms.core.clock import now
from lms.core.errors import Invalid
from lms.core.logs import request_id
from lms.web.access import public
from lms.web.forms import bind, csrf
from lms.web.i18n import current_locale
from lms.web.transaction import session


@blueprint.route("/reset/<string:code>", methods=["GET", "POST"], endpoint="reset_link")
@csrf.exempt
@public
def reset_link(code: str) -> ResponseReturnValue:
    return _set_password(code, links.RESET, NewPasswordForm)


@blueprint.route("/invite/<string:code>", methods=["GET", "POST"])
@csrf.exempt
@public
def invite(code: str) -> ResponseReturnValue:
    return _set_password(code, links.INVITE, FirstPasswordForm)


def _set_password(code: str, purpose: str, form_class: type[NewPasswordForm]) -> ResponseReturnValue:
    """Looking at the page uses nothing up, because mail programs open links by themselves; sending it does."""
    link = links.find(session(), code, purpose, now())
    if link is None:
        return render_template("accounts/link_ended.html", purpose=purpose), 404
    form, notice = bind(form_class), latest(current_locale())
    if form.validate_on_submit():
        try:
            accepted = notice if purpose == links.INVITE else None
            user_id = entry.enter_by_link(code, purpose, form.password.data, link.native_name, accepted)
            response = redirect(entry.onward(user_id, request.args.get("next"), current_locale()), 303)
            return entry.remember_device(make_response(response), user_id)
        except Invalid as error:
            show(form, error)
    page = render_template("accounts/new_password.html", form=form, link=link, purpose=purpose, notice=notice)
    return page, 422 if form.errors else 200


@blueprint.route("/confirm/<string:code>", methods=["GET", "POST"])
@csrf.exempt
@public
def confirm(code: str) -> ResponseReturnValue:
    link, form = links.find(session(), code, links.CONFIRM, now()), bind(PublicForm)
    if link is None:
        return render_template("accounts/link_ended.html", purpose=links.CONFIRM), 404
    if form.validate_on_submit():
        email = profile.confirm_email(session(), code, now(), request_id.get())
        return redirect(url_for("accounts.confirmed" if email else "accounts.not_confirmed"), 303)
    return render_template("accounts/confirm.html", form=form, link=link)


@blueprint.get("/confirmed")
@public
def confirmed() -> ResponseReturnValue:
    return render_template("accounts/confirmed.html", done=True)


@blueprint.get("/not-confirmed")
@public
def not_confirmed() -> ResponseReturnValue:
    return render_template("accounts/confirmed.html", done=False)
