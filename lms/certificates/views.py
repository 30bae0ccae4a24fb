from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.accounts import permissions
from lms.certificates import pdf, queries, service
from lms.certificates.forms import CheckForm, RevokeForm
from lms.certificates.queries import Issued
from lms.certificates.sheet import sheet
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.web.access import public
from lms.web.context import settings
from lms.web.forms import bind
from lms.web.identity import actor
from lms.web.transaction import release, session

blueprint = Blueprint("certificates", __name__)


@blueprint.get("/records")
def mine() -> ResponseReturnValue:
    permissions.require(actor(), "learn")
    return render_template(
        "certificates/mine.html", certificates=queries.of_person(session(), actor().user_id), now=now()
    )


@blueprint.get("/certificates/<string:number>")
def show(number: str) -> ResponseReturnValue:
    """The printable page: what the PDF says, for every script the reader's device can show."""
    one = _readable(number)
    return _page(one, RevokeForm())


@blueprint.get("/certificates/<string:number>.pdf")
def download(number: str) -> ResponseReturnValue:
    one = _readable(number)
    release()
    if one.revoked_at:
        return redirect(url_for(".show", number=one.number), 303)
    try:
        data = pdf.render(
            sheet(one, _check_address(one)), settings().fonts_dir, settings().data_dir / "cache" / "certificates"
        )
    except pdf.MissingFont as missing:
        flash(
            _(
                "This server has no font for: %(scripts)s. Print this page instead. "
                "The operator can add fonts with: make fonts",
                scripts=", ".join(missing.scripts),
            ),
            "wait",
        )
        return redirect(url_for(".show", number=one.number), 303)
    name = f"certificate-{one.number}.pdf"
    return Response(data, mimetype="application/pdf", headers={"Content-Disposition": f'inline; filename="{name}"'})


@blueprint.post("/certificates/<string:number>/revoke")
def revoke(number: str) -> ResponseReturnValue:
    permissions.require(actor(), "certificates.revoke")
    form = bind(RevokeForm)
    if not form.validate():
        return _page(_readable(number), form), 422
    service.revoke(session(), actor(), number, form.reason.data, now())
    flash(_("The certificate is revoked. Its check page says so from now on."), "done")
    return redirect(url_for(".show", number=number), 303)


@blueprint.get("/verify")
@public
def check() -> ResponseReturnValue:
    form = CheckForm(request.args) if request.args.get("number") is not None else CheckForm()
    if request.args.get("number") is not None and form.validate():
        return redirect(url_for(".verify", number=queries.tidy(form.number.data)), 303)
    return render_template("certificates/check.html", form=form)


@blueprint.get("/verify/<string:number>")
@public
def verify(number: str) -> ResponseReturnValue:
    """Anybody may check a certificate; the page shows what is printed on it and no more."""
    one = queries.by_number(session(), number)
    if one is None:
        return render_template("certificates/unknown.html", number=number[:40]), 404
    return render_template(
        "certificates/verify.html", one=one, sheet=sheet(one, _check_address(one)), state=one.state(now())
    )


def _readable(number: str) -> Issued:
    """The holder's own, or any for those who read certificates; else 404."""
    one = queries.by_number(session(), number)
    if one is None or not (one.user_id == actor().user_id or permissions.allows(actor(), "certificates.read")):
        raise NotFound()
    return one


def _page(one: Issued, form: RevokeForm) -> str:
    address = _check_address(one)
    return render_template(
        "certificates/show.html",
        one=one,
        sheet=sheet(one, address),
        qr=pdf.qr_svg(address),
        state=one.state(now()),
        form=form,
        may_revoke=permissions.allows(actor(), "certificates.revoke"),
    )


def _check_address(one: Issued) -> str:
    return f"{settings().base_url}{url_for('certificates.verify', number=one.number)}"
