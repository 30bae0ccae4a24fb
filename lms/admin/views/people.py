"""People: list, one person, new, closed and opened, links to hand over."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import queries
from lms.accounts.guard import needs
from lms.accounts.service import links
from lms.accounts.service import people as service
from lms.accounts.words import sentences, show
from lms.admin.forms import PeopleFilter, PersonForm, ReasonForm, person_values
from lms.core.clock import now
from lms.core.errors import Invalid, NotFound
from lms.enrolments import queries as enrolments
from lms.web import paging
from lms.web.context import settings
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import roll_back, session

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("")
@needs("people.read")
def index() -> ResponseReturnValue:
    form = PeopleFilter(request.args)
    page = queries.accounts_page(session(), actor(), form.wanted(), paging.place())
    total = queries.count_accounts(session(), actor(), form.wanted())
    ways = paging.ways_on(page, lambda row: (row.person.sort_name, row.person.id), "people.index", **form.kept())
    return render_template("admin/people/index.html", page=page, total=total, form=form, **ways)


@blueprint.route("/new", methods=["GET", "POST"])
@needs("people.write")
def new() -> ResponseReturnValue:
    form = bind(PersonForm, data={"roles": ["trainee"], "timezone": actor().timezone, "locale": current_locale()})
    if form.validate_on_submit():
        try:
            user_id = service.create(session(), actor(), form.person(), now())
            flash(_("The account is made. Now let the person in."), "done")
            return redirect(url_for("people.one", user_id=user_id), 303)
        except Invalid as error:
            show(form, error)
    return render_template("admin/people/new.html", form=form), 422 if form.errors else 200


@blueprint.get("/<int:user_id>")
@needs("people.read")
def one(user_id: int) -> ResponseReturnValue:
    account = _account(user_id)
    taken = enrolments.of_person(session(), user_id, current_locale())
    sessions = queries.open_sessions(session(), user_id, now())
    return render_template("admin/people/one.html", account=account, enrolments=taken, sessions=sessions)


@blueprint.route("/<int:user_id>/edit", methods=["GET", "POST"])
@needs("people.write")
def edit(user_id: int) -> ResponseReturnValue:
    account = _account(user_id)
    form = bind(PersonForm, data=person_values(account))
    if form.validate_on_submit():
        try:
            service.edit(session(), actor(), user_id, form.person(), now(), form.reason.data or "")
            flash(_("The account is saved."), "done")
            return redirect(url_for("people.one", user_id=user_id), 303)
        except Invalid as error:
            show(form, error)
    return render_template("admin/people/edit.html", form=form, account=account), 422 if form.errors else 200


@blueprint.route("/<int:user_id>/close", methods=["GET", "POST"])
@needs("people.write")
def close(user_id: int) -> ResponseReturnValue:
    account, form = _account(user_id), bind(ReasonForm)
    if form.validate_on_submit():
        try:
            service.disable(session(), actor(), user_id, now(), form.reason.data or "")
            flash(_("The account is closed. Every device is signed out."), "done")
            return redirect(url_for("people.one", user_id=user_id), 303)
        except Invalid as error:
            show(form, error)
    return render_template("admin/people/close.html", form=form, account=account), 422 if form.errors else 200


@blueprint.post("/<int:user_id>/open")
@needs("people.write")
def open_again(user_id: int) -> ResponseReturnValue:
    service.enable(session(), actor(), user_id, now())
    flash(_("The account is open again."), "done")
    return redirect(url_for("people.one", user_id=user_id), 303)


@blueprint.post("/<int:user_id>/mail")
@needs("people.write")
def mail_link(user_id: int) -> ResponseReturnValue:
    try:
        service.invite_by_mail(session(), actor(), user_id, now())
        flash(_("A link is on its way by mail."), "done")
    except Invalid as error:
        roll_back()
        flash(" ".join(str(words) for words in sentences(error)), "bad")
    return redirect(url_for("people.one", user_id=user_id), 303)


@blueprint.post("/<int:user_id>/link")
@needs("people.write")
def link(user_id: int) -> ResponseReturnValue:
    """Shown on the answer itself, once: no address leads to the code."""
    account = _account(user_id)
    try:
        purpose, code = service.make_link(session(), actor(), user_id, now())
    except Invalid as error:
        roll_back()
        flash(" ".join(str(words) for words in sentences(error)), "bad")
        return redirect(url_for("people.one", user_id=user_id), 303)
    url = f"{settings().base_url}/{purpose}/{code}"
    valid = links.HANDED if purpose == links.RESET else links.INVITED
    page = render_template("admin/people/link.html", account=account, url=url, until=now() + valid, purpose=purpose)
    return page, {"Cache-Control": "no-store"}


def _account(user_id: int) -> queries.AccountRow:
    account = queries.account(session(), user_id)
    if account is None:
        raise NotFound()
    return account
