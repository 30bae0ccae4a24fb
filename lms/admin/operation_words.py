"""The page of the operator in words: parts, what is seen of each, findings."""

from typing import Any

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.admin.operations import Part
from lms.admin.words import job_word
from lms.core.pulse import Load
from lms.web.i18n import show_datetime

PARTS = {
    "database": _l("Database"),
    "schema": _l("Schema"),
    "disk": _l("Disk"),
    "storage": _l("Files"),
    "worker": _l("Worker"),
    "jobs": _l("Jobs"),
    "mail": _l("Mail"),
    "backup": _l("Backup"),
    "clock": _l("Clock"),
}
#: state → (state of a pill, word)
STATES = {
    "ok": ("complete", _l("Well")),
    "warning": ("due", _l("Look at it")),
    "problem": ("failed", _l("Problem")),
    "unknown": ("not-started", _l("No answer")),
}
KINDS = {
    "save": _l("Saves"),
    "page": _l("Pages of trainees"),
    "package": _l("Packages"),
    "sign-in": _l("Signing in"),
    "staff": _l("Pages of staff"),
}
DIALECTS = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
FINDINGS = {
    "mode-demo": _l("This is a demonstration: its passwords are public."),
    "plain-http": _l("Passwords and records travel without TLS."),
    "content-off": _l("Packages cannot be started: no host is set for them."),
    "content-same-site": _l("Packages run on the site of the LMS, where they are less isolated."),
    "proxies-not-trusted": _l(
        "A proxy is in front, but its word is not believed: all people seem to sit in one place."
    ),
    "proxies-too-many": _l("Fewer proxies are in front than the setting says, so none is believed."),
    "database-away": _l("The database does not answer."),
    "schema-old": _l("The database is older than the program."),
    "schema-newer": _l("The database is newer than the program."),
    "trigger-missing": _l("A guard is gone: a record can be changed or deleted."),
    "trigger-disabled": _l("A guard is switched off: a record can be changed or deleted."),
    "sequence-behind": _l("New rows of a table will soon be refused: its numbers begin too low."),
    "clock-differs": _l("The clocks of this machine and of the database differ."),
    "postgres-fsync": _l("PostgreSQL does not wait for the disk: a power cut can destroy the database."),
    "postgres-full-pages": _l("PostgreSQL writes no full pages: a power cut can tear pages."),
    "postgres-commit": _l("PostgreSQL acknowledges too early: a crash can lose what was acknowledged."),
    "postgres-commit-standby": _l("Commits do not wait for the standby: a failover can lose what was acknowledged."),
    "postgres-standby-gone": _l("No standby is attached, and every save waits for one."),
    "postgres-standby-hidden": _l("There are standbys, but the product may not see whether they follow."),
    "postgres-standby-late": _l("A standby is behind."),
    "postgres-connections": _l("PostgreSQL allows fewer connections than this node may need."),
    "postgres-old": _l("This release of PostgreSQL is not tested."),
    "postgres-encoding": _l("The database cannot keep every script."),
    "postgres-collation": _l("The rules of sorting have changed below the indexes of the database."),
    "postgres-checksums": _l("PostgreSQL would not notice when the disk changes data."),
    "postgres-superuser": _l("The product connects as a superuser, who can switch guards off."),
    "postgres-autovacuum": _l("PostgreSQL does not tidy up by itself: tables will swell."),
    "sqlite-setting": _l("SQLite does not run as it must."),
    "sqlite-damaged": _l("The database file is damaged."),
    "sqlite-log-large": _l("The log of SQLite does not shrink: somebody reads without an end."),
    "sqlite-network-disk": _l("The database lies on a network disk, where SQLite’s locks do not hold."),
    "sqlite-outgrown": _l("SQLite has become too small for this site."),
    "data-dir-refused": _l("The data folder cannot be written."),
    "data-dir-open": _l("Other users of this machine can read the data folder."),
    "disk-full": _l("There is hardly any room on the disk: soon nothing can be saved."),
    "disk-low": _l("There is little room on the disk."),
    "inodes-low": _l("The disk has few places left for files."),
    "worker-missing": _l("No worker was seen in the last minute: no mail, no certificate, no upload goes on."),
    "worker-stuck": _l("A worker has been at one job for more than an hour."),
    "jobs-late": _l("Jobs have been due for more than 15 minutes."),
    "jobs-dead": _l("Jobs have stopped after all their tries."),
    "mail-files": _l("Mail becomes files and reaches nobody."),
    "backup-none": _l("This node knows of no backup."),
    "backup-old": _l("The last backup is older than a day."),
    "backup-follow-late": _l("The backup that follows the database is behind."),
    "storage-refused": _l("Files cannot be stored."),
    "demo-accounts": _l("Accounts with public passwords are among real ones."),
    "no-administrator": _l("Nobody is administrator."),
    "practice-certificates": _l("A certificate rests on questions whose answers are public."),
    "check-failed": _l("A check could not be made."),
}
#: Where findings of the same subject can be mended on a page.
LINKS = {"jobs-late": "jobs.index", "jobs-dead": "jobs.index", "no-administrator": "people.index"}


def finding_word(code: str) -> str:
    return str(FINDINGS[code])


def part_sentence(part: Part) -> str:
    """What is seen of a part now."""
    if part.state == "unknown":
        return _("Not known: it did not answer in time.")
    make = _SENTENCES.get(part.name)
    return make(part.facts) if make else _PLAIN[part.name, part.state == "ok"]()


_PLAIN = {
    ("schema", True): lambda: _("It fits this release."),
    ("schema", False): lambda: _("It does not fit this release."),
    ("storage", True): lambda: _("They can be stored."),
    ("storage", False): lambda: _("They cannot be stored."),
}


def _database(facts: Any) -> str:
    return DIALECTS[facts["dialect"]]


def _disk(facts: Any) -> str:
    free, size = gigabytes(facts["free"]), gigabytes(facts["size"])
    return _("%(free)s GB of %(size)s GB are free.", free=free, size=size)


def _worker(facts: Any) -> str:
    if facts["seen"] is None:
        return _("None was seen.")
    if not facts["alive"]:
        return _("Last seen %(time)s ago.", time=duration(facts["seen"]))
    number = facts["alive"]
    running = ngettext(
        "%(num)d runs, seen %(time)s ago.", "%(num)d run, seen %(time)s ago.", number, time=duration(facts["seen"])
    )
    doing = ", ".join(job_word(one) for one in facts["doing"])
    if not doing:
        return running
    now_doing = _("Now: %(job)s.", job=doing)
    return f"{running} {now_doing}"


def _jobs(facts: Any) -> str:
    if facts["dead"]:
        dead = ngettext("%(num)d has stopped.", "%(num)d have stopped.", facts["dead"])
    else:
        dead = _("None has stopped.")
    if not facts["due"]:
        nothing_due = _("None is due.")
        return f"{nothing_due} {dead}"
    since = duration(facts["oldest"])
    due = ngettext(
        "%(num)d is due since %(time)s.", "%(num)d are due, the oldest since %(time)s.", facts["due"], time=since
    )
    return f"{due} {dead}"


def _mail(facts: Any) -> str:
    return (
        _("Goes to %(server)s.", server=facts["server"])
        if facts["server"]
        else _("Goes into files and reaches nobody.")
    )


def _backup(facts: Any) -> str:
    if facts["follow"]:
        return _("A copy follows the database.")
    return _("The last one: %(time)s.", time=show_datetime(facts["at"])) if facts["at"] else _("None is known here.")


def _clock(facts: Any) -> str:
    if facts["ahead"] is None:
        return _("The database is on the same machine.")
    return _("It differs from the database by %(time)s.", time=duration(abs(facts["ahead"])))


_SENTENCES = {
    "database": _database,
    "disk": _disk,
    "worker": _worker,
    "jobs": _jobs,
    "mail": _mail,
    "backup": _backup,
    "clock": _clock,
}


def duration(seconds: float) -> str:
    """Short, in one unit."""
    if seconds < 1:
        return _("%(number)s ms", number=format_decimal(round(seconds * 1000)))
    if seconds < 120:
        return _("%(number)s s", number=format_decimal(round(seconds)))
    if seconds < 7200:
        return _("%(number)s min", number=format_decimal(round(seconds / 60)))
    return _("%(number)s h", number=format_decimal(round(seconds / 3600)))


def gigabytes(size: object) -> str:
    value = float(size) / 1e9  # type: ignore[arg-type]
    return str(format_decimal(round(value, 1) if value < 10 else round(value)))


def rate(load: Load, seconds: float) -> str:
    """Requests a minute."""
    value = load.requests * 60 / seconds if seconds else 0
    return str(format_decimal(round(value, 1) if value < 10 else round(value)))


def share(load: Load, part: float) -> str:
    found = load.within(part)
    return "–" if found is None else duration(found)


def share_failed(load: Load) -> str:
    if not load.requests:
        return "–"
    return f"{format_decimal(round(100 * load.failed / load.requests, 2))} %"


def verdict(problems: int, warnings: int) -> tuple[str, str]:
    """(tone of a banner, sentence)."""
    if problems:
        text = ngettext("%(num)d problem needs somebody now.", "%(num)d problems need somebody now.", problems)
        return "bad", text
    if warnings:
        return "wait", ngettext(
            "Nothing is wrong now. Look at %(num)d thing this week.",
            "Nothing is wrong now. Look at %(num)d things this week.",
            warnings,
        )
    return "done", _("All that was looked at is well.")
