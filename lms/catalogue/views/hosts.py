"""Other hosts of a package, on their own page: instructors read it, administrators decide."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms import SelectChoice

from lms.accounts import permissions
from lms.catalogue import queries
from lms.catalogue.forms import HostsForm
from lms.catalogue.outline import Outline
from lms.catalogue.service import hosts as service
from lms.catalogue.views.desk import blueprint
from lms.core.clock import now
from lms.core.errors import Invalid, NotFound
from lms.core.sites import host_of
from lms.web.context import settings
from lms.web.forms import bind
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import session


@dataclass(frozen=True, slots=True)
class Version:
    """One version with the hosts that were proposed at its import, and those that are allowed."""

    outline: Outline
    proposed: list[str]
    allowed: list[str]

    @property
    def all(self) -> list[str]:
        return sorted({*self.proposed, *self.allowed})


@blueprint.get("/courses/<string:course>/hosts")
def hosts(course: str) -> ResponseReturnValue:
    """All versions of a package, the newest first."""
    if not permissions.allows(actor(), "packages.hosts"):
        permissions.require(actor(), "content.preview")
    row = _package(course)
    return render_template(
        "desk/hosts.html",
        course=row,
        versions=[_version(one.id) for one in queries.versions(session(), row.id)],
        title=queries.outline(session(), row.current_version_id).title(current_locale()),
        may_decide=permissions.allows(actor(), "packages.hosts"),
    )


@blueprint.route("/courses/<string:course>/hosts/<int:version>", methods=["GET", "POST"])
def decide_hosts(course: str, version: int) -> ResponseReturnValue:
    permissions.require(actor(), "packages.hosts")
    row = _package(course)
    found = next((one for one in queries.versions(session(), row.id) if one.number == version), None)
    if found is None:
        raise NotFound()
    known = _version(found.id)
    form = bind(HostsForm)
    form.hosts.choices = [SelectChoice(host, host) for host in known.all]
    if form.validate_on_submit() and _allowed(form, found.id):
        flash(
            _("The hosts of version %(number)s are set. Who has the package open loads it again.", number=version),
            "done",
        )
        return redirect(url_for("desk.hosts", course=course), 303)
    if not form.is_submitted():
        form.hosts.data = known.allowed
    title = known.outline.title(current_locale())
    page = render_template("desk/decide_hosts.html", course=row, known=known, form=form, title=title)
    return page, 422 if form.errors else 200


def _allowed(form: HostsForm, version_id: int) -> bool:
    others = form.others.data.split()
    own = [one for one in (settings().host, host_of(settings().content_url).removeprefix("label.")) if one]
    try:
        service.allow(session(), actor(), version_id, [*form.hosts.data, *others], form.reason.data, now(), own)
    except Invalid as error:
        form.others.errors = [error.message]
        return False
    return True


def _package(key: str) -> Any:
    row = queries.course_by_key(session(), key)
    if row is None or row.current_version_id is None or queries.package(session(), row.current_version_id) is None:
        raise NotFound()
    return row


def _version(version_id: int) -> Version:
    package = queries.package(session(), version_id)
    proposed = list(package.facts["hosts"]) if package else []
    return Version(queries.outline(session(), version_id), proposed, queries.allowed_hosts(session(), version_id))
