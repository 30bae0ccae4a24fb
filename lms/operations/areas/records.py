"""Things that make a record less believable."""

from collections.abc import Iterator

from lms.accounts import permissions
from lms.accounts import queries as accounts
from lms.audit import verify
from lms.catalogue import queries as catalogue
from lms.operations.findings import Finding
from lms.operations.subject import Subject

MOST = 10


def people(subject: Subject) -> Iterator[Finding]:
    with subject.db.reading() as session:
        if not subject.settings.demo and accounts.has_demo_people(session):
            yield Finding("demo-accounts")
        if not accounts.has_role(session, permissions.ADMINISTRATOR):
            yield Finding("no-administrator")


def certificates(subject: Subject) -> Iterator[Finding]:
    if not subject.production:
        return
    with subject.db.reading() as session:
        current = [one.current_version_id for one in catalogue.list_courses(session) if one.current_version_id]
        found = catalogue.outlines(session, current).values()
        for one in sorted(found, key=lambda outline: outline.key):
            if one.practice and one.certificate is not None:
                yield Finding("practice-certificates", one.key)


def trail(subject: Subject) -> Iterator[Finding]:
    """Every audit event anew; only when asked to look at everything."""
    if not subject.deep:
        return
    wrong = 0
    with subject.db.snapshot() as session:
        for event in verify.check(session):
            if event.state in ("altered", "missing"):
                wrong += 1
                if wrong <= MOST:
                    yield Finding("audit-altered", f"event {event.id} of {event.at:%Y-%m-%d %H:%M} UTC ({event.verb})")
