"""A package on its way in: announced, received chunk by chunk, checked by the worker, published or forgotten."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms.accounts import permissions
from lms.accounts import queries as people
from lms.audit import service as audit
from lms.catalogue import changes, queries, uploads
from lms.catalogue.judging import Judged
from lms.catalogue.models import PackageUpload
from lms.catalogue.packages import Ready, naming
from lms.catalogue.service.drafts import listed
from lms.catalogue.service.publish import NEWER, Published, publish_package
from lms.catalogue.uploads import UploadRow
from lms.core import ids, jobs
from lms.core.actor import Actor
from lms.core.errors import Conflict, DomainError, Invalid, NotFound

Json = dict[str, Any]
MOST_BYTES = 4 * 1024**3
#: Uploads that a person may have open at once.
MOST_OPEN = 20
#: An upload that nobody goes on with is forgotten after this time.
KEPT = timedelta(days=7)
CHECK, PUBLISH, FORGET = "package.check", "package.publish", "package.forget"
#: What `words.upload_notice` says of a publication that could not be; of another, the name of its failure.
NOTICES = {NEWER: "newer"}


def begin(session: Session, actor: Actor, name: str, size: int, course_key: str, options: Json, now: datetime) -> str:
    """Announce a file; returns the upload's id. Raises Invalid when too many are open, or it is too large."""
    permissions.require(actor, "content.preview")
    if not 0 < size <= MOST_BYTES:
        raise Invalid(_("A package has at most 4 GB, and is not empty."), {"size": ""})
    open_ = session.scalar(
        select(func.count()).where(PackageUpload.made_by == actor.user_id, PackageUpload.state != uploads.PUBLISHED)
    )
    if (open_ or 0) >= MOST_OPEN:
        raise Invalid(_("You have %(number)s open uploads. Publish or discard one of them first.", number=open_))
    row = PackageUpload(
        id=ids.short_id(),
        made_by=actor.user_id,
        made_at=now,
        changed_at=now,
        name=name[-300:],
        size=size,
        received=0,
        course_key=course_key,
        options=options,
        problems=[],
        result={},
    )
    session.add(row)
    session.flush()
    jobs.enqueue(session, FORGET, {"upload": row.id}, now, after=now + KEPT)
    audit.record(session, actor, "package.announced", ("package", row.id), now, new={"name": row.name, "size": size})
    return row.id


def own(session: Session, actor: Actor, upload_id: str) -> UploadRow:
    """Raises NotFound for what does not exist and for what is somebody else's."""
    permissions.require(actor, "content.preview")
    row = uploads.upload(session, upload_id, actor.user_id)
    if row is None:
        raise NotFound()
    return row


def advance(session: Session, actor: Actor, row: UploadRow, more: int, now: datetime) -> int:
    """`more` bytes lie safely on the disk behind those that `row` knew; returns how many there are now.

    The last ones hand the upload to the worker. Raises Conflict when the upload has moved on meanwhile.
    """
    received = row.received + more
    whole = received == row.size
    done = session.scalar(
        update(PackageUpload)
        .where(
            PackageUpload.id == row.id,
            PackageUpload.made_by == actor.user_id,
            PackageUpload.state == "receiving",
            PackageUpload.received == row.received,
        )
        .values(received=received, changed_at=now, state="received" if whole else "receiving")
        .returning(PackageUpload.id)
    )
    if done is None:
        raise Conflict()
    if whole:
        jobs.enqueue(session, CHECK, _job(row), now)
    return received


def _job(row: UploadRow) -> Json:
    """All that the worker needs before it asks the database."""
    return {"upload": row.id, "name": row.name, "unscripted": row.options["unscripted"]}


def judge(session: Session, upload_id: str, found: Judged, now: datetime) -> None:
    """Keep what the check came to, with what the package would change against what is current now."""
    row = uploads.any_upload(session, upload_id, lock=True)
    if row is None or row.state != "received":
        return
    values: Json = {"state": "refused", "problems": listed(found.problems), "result": {}}
    if found.ready is not None:
        values |= {"state": "checked", "result": _result(session, row, found.ready) | _notice(row)}
    session.execute(update(PackageUpload).where(PackageUpload.id == row.id).values(**values, changed_at=now))


def _notice(row: UploadRow) -> Json:
    """Why it was checked once more."""
    return {"notice": row.result["notice"]} if "notice" in row.result else {}


def _result(session: Session, row: UploadRow, ready: Ready) -> Json:
    key = row.course_key or naming.course_key(session, ready.package)
    course = queries.course_by_key(session, key)
    level, found = changes.against_package(session, course.current_version_id if course else None, ready)
    return {
        "title": ready.package.title,
        "standard": ready.package.standard,
        "course": key,
        "hash": ready.hash,
        "activities": sum("href" in one for one in ready.outline["activities"].values()),
        "files": len(ready.files),
        "bytes": sum(one.size for one in ready.files.values()),
        "hosts": ready.facts["hosts"],
        "level": level,
        "changes": found,
    }


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person decided on the page of a checked upload."""

    level: str
    note: str
    against: int


def ask(session: Session, actor: Actor, row: UploadRow, wish: Wish, now: datetime) -> None:
    """Let the worker publish a checked package. Raises Conflict when somebody has asked before."""
    permissions.require(actor, "content.publish")
    asked = asdict(wish) | {"at": now.isoformat()}
    done = session.scalar(
        update(PackageUpload)
        .where(PackageUpload.id == row.id, PackageUpload.state == "checked", PackageUpload.changed_at == row.changed_at)
        .values(options={**row.options, "asked": asked}, changed_at=now)
        .returning(PackageUpload.id)
    )
    if done is None or row.publishing:
        raise Conflict(_("This package is being published, or it has just changed. Look at it again."))
    jobs.enqueue(session, PUBLISH, _job(row), now)


def publish(session: Session, upload_id: str, found: Judged, now: datetime) -> None:
    """Do what its person asked for, in their name. Where that cannot be, the upload says why and stays."""
    row = uploads.any_upload(session, upload_id, lock=True)
    if row is None or not row.publishing:
        return
    try:
        made = _published(session, row, found, now)
    except DomainError as error:
        session.rollback()  # nothing of a publication that failed half way
        _back(session, row, NOTICES.get(error.message, type(error).__name__), now)
        return
    values = {"state": uploads.PUBLISHED, "published_version_id": made.version_id, "course_key": row.result["course"]}
    session.execute(update(PackageUpload).where(PackageUpload.id == row.id).values(**values, changed_at=now))
    jobs.enqueue(session, FORGET, {"upload": row.id}, now)  # only a publication that is kept takes the bytes away


def _published(session: Session, row: UploadRow, found: Judged, now: datetime) -> Published:
    by = people.person(session, row.made_by)
    roles = frozenset(by.roles) if by and by.disabled_at is None else frozenset[str]()
    actor = Actor(row.made_by, by.native_name if by else "", roles)
    if found.ready is None:
        raise Invalid("The package has errors now.")
    asked = row.options["asked"]
    return publish_package(
        session,
        actor,
        found.ready,
        row.result["course"],
        now,
        asked["note"],
        level=asked["level"],
        against=asked["against"],
    )


def _back(session: Session, row: UploadRow, notice: str, now: datetime) -> None:
    """To its person, who decides anew; against a newer version only after another check. What has moved on since the
    rollback let go of it stays as it is."""
    options = {name: value for name, value in row.options.items() if name != "asked"}
    state = "received" if notice == NOTICES[NEWER] else "checked"
    values = {"state": state, "options": options, "result": {**row.result, "notice": notice}, "changed_at": now}
    done = session.scalar(
        update(PackageUpload)
        .where(PackageUpload.id == row.id, PackageUpload.state == "checked", PackageUpload.changed_at == row.changed_at)
        .values(**values)
        .returning(PackageUpload.id)
    )
    if done is not None and state == "received":
        jobs.enqueue(session, CHECK, _job(row), now)


def discard(session: Session, actor: Actor, upload_id: str, now: datetime) -> None:
    """Throw an upload away that is not published; its bytes are the caller's to remove once this is kept."""
    row = own(session, actor, upload_id)
    if not _drop(session, row.id, row.changed_at):
        raise Conflict(_("This upload is published, or it has just changed. Look at it again."))
    audit.record(session, actor, "package.discarded", ("package", row.id), now, old={"name": row.name})


def forget(session: Session, upload_id: str, now: datetime) -> bool:
    """Drop what nobody has gone on with for seven days; true when its bytes may go too, as those of a published one.

    An upload that was touched since is looked at again a week after that.
    """
    row = uploads.any_upload(session, upload_id, lock=True)
    if row is None:
        return True
    if row.state == uploads.PUBLISHED:
        return True
    if row.changed_at + KEPT > now:
        jobs.enqueue(session, FORGET, {"upload": row.id}, now, after=row.changed_at + KEPT)
        return False
    return _drop(session, row.id, row.changed_at)


def _drop(session: Session, upload_id: str, changed_at: datetime) -> bool:
    """Only as it was read: a chunk, a check or a publication next to this one wins."""
    gone = session.scalar(
        delete(PackageUpload)
        .where(
            PackageUpload.id == upload_id,
            PackageUpload.changed_at == changed_at,
            PackageUpload.state != uploads.PUBLISHED,
        )
        .returning(PackageUpload.id)
    )
    return gone is not None
