"""Hosts elsewhere from which the pages of a package may load: shut, until an administrator allows them, by version."""

from collections.abc import Collection, Sequence
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.audit import service as audit
from lms.audit.service import Act
from lms.catalogue import queries
from lms.catalogue.models import PackageHost
from lms.catalogue.packages.hosts import HOST
from lms.core.actor import Actor
from lms.core.errors import Invalid, NotFound

MOST_HOSTS = 50


def allow(
    session: Session,
    actor: Actor,
    version_id: int,
    hosts: Collection[str],
    reason: str,
    now: datetime,
    own: Collection[str] = (),
) -> None:
    """Make these the hosts that are allowed, and no others; each change is an act of its own in the audit log.

    `own` are hosts of this product, which no package may load from. Raises Invalid for what is no host.
    """
    permissions.require(actor, "packages.hosts")
    if queries.package(session, version_id) is None:
        raise NotFound()
    wanted = {host.strip().lower() for host in hosts}
    _refuse(wanted, own)
    known = set(queries.allowed_hosts(session, version_id))
    new, gone = sorted(wanted - known), sorted(known - wanted)
    if gone:
        stored = delete(PackageHost).where(PackageHost.version_id == version_id, PackageHost.host.in_(gone))
        session.execute(stored)
    if new:
        row = {"version_id": version_id, "allowed_by": actor.user_id, "allowed_at": now}
        session.execute(insert(PackageHost), [{**row, "host": host} for host in new])
    audit.record_all(session, actor, _acts(version_id, new, gone, reason), now)


def _acts(version_id: int, new: Sequence[str], gone: Sequence[str], reason: str) -> list[Act]:
    subject = ("version", version_id)
    allowed = [Act("package.host-allowed", subject, None, {"host": host}, reason) for host in new]
    return allowed + [Act("package.host-forbidden", subject, {"host": host}, None, reason) for host in gone]


def _refuse(wanted: Collection[str], own: Collection[str]) -> None:
    if len(wanted) > MOST_HOSTS:
        raise Invalid(_("Allow at most %(number)s hosts.", number=MOST_HOSTS))
    for host in wanted:
        if not HOST.fullmatch(host):
            raise Invalid(_("“%(host)s” is no host. Write a name such as cdn.example.org.", host=host))
        name = host.partition(":")[0]
        if any(name == one or name.endswith(f".{one}") for one in own):
            raise Invalid(_("“%(host)s” is a host of this server. A package may not load from it.", host=host))
