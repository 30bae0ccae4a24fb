"""From the page of the course to the player: a launch with a code for one use."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.catalogue import queries as catalogue
from lms.core import ids, upsert
from lms.core.actor import Actor
from lms.core.errors import NotFound
from lms.learning import queries as learning
from lms.scorm.hosts import label_of
from lms.scorm.models import PackageLaunch
from lms.scorm.queries import LAUNCHES, RUNS

CODE_LASTS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Started:
    """`label` names the host that serves this registration alone, `code` is good for one use there."""

    label: str
    code: str


@dataclass(frozen=True, slots=True)
class Exchanged:
    launch_id: int
    registration_id: int


def start(session: Session, actor: Actor, course_key: str, now: datetime, *, secret_key: str, device: str) -> Started:
    """Raises NotFound when the person does not take the course, or it is no package."""
    permissions.require(actor, "learn")
    reg = learning.find_registration(session, actor.user_id or 0, course_key)
    if reg is None or actor.session_id is None or catalogue.package(session, reg.version_id) is None:
        raise NotFound()
    label = label_of(secret_key, reg.id, reg.version_id)
    given = upsert.insert(session, RUNS).values(
        registration_id=reg.id,
        label=label,
        lease=0,
        written_lease=0,
        revision=0,
        status="ended",
        current="",
        seed=ids.new_token(),
        sequencing={},
        own={},
        decision={},
        waiting={},
        made_at=now,
    )
    # A new secret key of the server gives the registration another host.
    moved = {"label": given.excluded.label}
    session.execute(given.on_conflict_do_update(index_elements=["registration_id"], set_=moved))
    code = ids.new_token()
    session.add(
        PackageLaunch(
            registration_id=reg.id,
            user_id=actor.user_id,
            session_id=actor.session_id,
            code_hash=ids.hashed(code),
            code_until=now + CODE_LASTS,
            device=device[:200],
            started_at=now,
        )
    )
    session.flush()
    return Started(label, code)


def exchange(session: Session, label: str, code: str, now: datetime) -> Exchanged | None:
    """The launch of a code, once; None for a code that is wrong, used, too old or of another host.

    `label` is that of the host that was asked, empty where all packages share one.
    """
    served = select(RUNS.c.registration_id).where((RUNS.c.label == label) | (label == ""))
    row = session.execute(
        update(LAUNCHES)
        .where(
            LAUNCHES.c.code_hash == ids.hashed(code),
            LAUNCHES.c.exchanged_at.is_(None),
            LAUNCHES.c.code_until > now,
            LAUNCHES.c.registration_id.in_(served),
        )
        .values(exchanged_at=now, heard_at=now)
        .returning(LAUNCHES.c.id, LAUNCHES.c.registration_id)
    ).first()
    return Exchanged(*row) if row else None
