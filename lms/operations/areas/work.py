"""What is done beside the pages: the worker, its jobs, mail, backups."""

import smtplib
from collections.abc import Iterator
from datetime import datetime, timedelta

from lms.core import heartbeat, mail, node
from lms.operations.findings import Finding
from lms.operations.subject import Subject

STUCK = timedelta(hours=1)
LATE = timedelta(minutes=15)
A_DAY = timedelta(hours=26)
#: `lms backup --follow` promises to be at most a minute behind.
BEHIND = timedelta(minutes=5)


def worker(subject: Subject) -> Iterator[Finding]:
    now = subject.clock()
    with subject.db.reading() as session:
        seen = heartbeat.workers(session)
    if not any(one.alive(now) for one in seen):
        yield Finding("worker-missing", f"the last one at {seen[0].seen_at:%Y-%m-%d %H:%M} UTC" if seen else "")
    for one in seen:
        if one.alive(now) and one.doing and one.doing_since and now - one.doing_since > STUCK:
            yield Finding("worker-stuck", f"{one.name} at {one.doing} since {one.doing_since:%H:%M} UTC")


def jobs(subject: Subject) -> Iterator[Finding]:
    with subject.db.reading() as session:
        found = node.jobs(session, subject.clock())
    if found.oldest > LATE.total_seconds():
        yield Finding("jobs-late", f"{found.due}, the oldest for {found.oldest / 60:.0f} minutes")
    if found.dead:
        yield Finding("jobs-dead", str(found.dead))


def post(subject: Subject) -> Iterator[Finding]:
    """Greets the mail server and signs in; sends only when it is told where to."""
    settings = subject.settings
    if not settings.mail_url:
        yield Finding("mail-files")
        return
    sender = mail.SmtpMailer(settings.mail_url, settings.mail_from)
    try:
        if subject.mail_to:
            sender.send(subject.mail_to, "Cleanroom: a test", "This message was sent by lms doctor.\n")
        else:
            sender.greet()
    except (OSError, smtplib.SMTPException) as error:
        yield Finding("mail-away", f"{type(error).__name__}: {error}"[:200].rstrip("."))


def backups(subject: Subject) -> Iterator[Finding]:
    """Only of what this product makes itself; who backs PostgreSQL up in another way can write the file, too."""
    settings, now = subject.settings, subject.clock()
    following, last = node.following(settings.data_dir), node.last_backup(settings.data_dir)
    if following:
        through = _moment(str(following.get("through", "")))
        if through is None or now - through > BEHIND or following.get("error"):
            fact = following.get("error") or (f"since {through:%Y-%m-%d %H:%M} UTC" if through else "")
            yield Finding("backup-follow-late", str(fact)[:200])
        return
    if last is None:
        yield Finding("backup-none")
    elif now - last > A_DAY:
        yield Finding("backup-old", f"{last:%Y-%m-%d %H:%M} UTC")


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else None
