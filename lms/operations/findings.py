"""What can be found: a code for each, with what it means and what to do. `CODES` is the table that the guide prints."""

from dataclasses import dataclass

PROBLEM, WARNING = "problem", "warning"


@dataclass(frozen=True, slots=True)
class Code:
    """`problem`: a promise is broken now, or will be at the next fault. `warning`: look at it this week."""

    level: str
    about: str
    do: str


@dataclass(frozen=True, slots=True)
class Finding:
    """`fact`: what was seen here, such as a number or a name."""

    code: str
    fact: str = ""

    @property
    def level(self) -> str:
        return CODES[self.code].level

    @property
    def sentence(self) -> str:
        about = CODES[self.code].about
        return f"{about[:-1]}: {self.fact}." if self.fact else about

    @property
    def do(self) -> str:
        return CODES[self.code].do


def _problem(about: str, do: str) -> Code:
    return Code(PROBLEM, about, do)


def _warning(about: str, do: str) -> Code:
    return Code(WARNING, about, do)


CODES: dict[str, Code] = {
    # Settings
    "setting-wrong": _problem("A setting is missing or wrong.", "Correct the variable; docs/settings.md lists them."),
    "mode-demo": _warning(
        "This is a demonstration: its passwords are public.", "Set LMS_MODE=production for real people."
    ),
    "plain-http": _warning(
        "Passwords and records travel without TLS.", "Put a proxy with TLS in front, and take LMS_ALLOW_HTTP away."
    ),
    "content-off": _warning("Packages cannot be started.", "Set LMS_CONTENT_URL; docs/operating.md says to what."),
    "content-same-site": _warning(
        "Packages run on the site of the LMS, where they are less isolated.",
        "Give LMS_CONTENT_URL a domain of its own, and take LMS_CONTENT_SAME_SITE away.",
    ),
    "proxies-not-trusted": _warning(
        "Requests came through a proxy whose word is not believed, so all people seem to sit in one place.",
        "Set LMS_TRUSTED_PROXIES to the number of proxies in front; if there is none, a client made the header up.",
    ),
    "proxies-too-many": _warning(
        "Requests named fewer proxies than LMS_TRUSTED_PROXIES, so none of them was believed.",
        "Set LMS_TRUSTED_PROXIES to the number of proxies that really add a value.",
    ),
    # Database
    "database-away": _problem("The database does not answer.", "Start it, and check LMS_DATABASE_URL and the network."),
    "schema-old": _problem("The database is older than the program.", "Run: lms db upgrade"),
    "schema-newer": _warning(
        "The database is newer than the program, as in the middle of an upgrade.", "Upgrade this node too."
    ),
    "trigger-missing": _problem(
        "A record can be changed or deleted: a trigger that refuses it is gone.",
        "Ask who took it away, run lms audit verify, then make the triggers anew: lms db guard",
    ),
    "trigger-disabled": _problem(
        "A record can be changed or deleted: a trigger that refuses it is switched off.",
        "Ask who did it, run lms audit verify, then make the triggers anew: lms db guard",
    ),
    "sequence-behind": _problem(
        "A sequence stands below numbers that are in use: the next rows will be refused.",
        "Set it with setval() to the largest number of its column; see docs/monitoring.md.",
    ),
    "clock-differs": _problem(
        "The clocks of this machine and of the database differ.", "Run chrony or systemd-timesyncd on both."
    ),
    # PostgreSQL
    "postgres-fsync": _problem(
        "PostgreSQL does not wait for the disk (fsync is off): a power cut can destroy the database.",
        "Set fsync = on, and restart PostgreSQL.",
    ),
    "postgres-full-pages": _problem(
        "PostgreSQL writes no full pages (full_page_writes is off): a power cut can tear pages.",
        "Set full_page_writes = on, and reload PostgreSQL.",
    ),
    "postgres-commit": _problem(
        "PostgreSQL acknowledges before the log is on the disk (synchronous_commit): a crash can lose what was "
        "acknowledged.",
        "Set synchronous_commit = on for the server, the database and the role.",
    ),
    "postgres-commit-standby": _warning(
        "A standby is named, but commits do not wait until it has them on its disk (synchronous_commit).",
        "Set synchronous_commit = on, else a failover can lose what was acknowledged.",
    ),
    "postgres-standby-gone": _problem(
        "synchronous_standby_names is set, but no synchronous standby is attached: every save waits for one.",
        "Bring the standby back, or empty synchronous_standby_names and reload, and know what that gives up.",
    ),
    "postgres-standby-hidden": _warning(
        "There are standbys, but the product may not see whether they follow.",
        "As the superuser: GRANT pg_monitor TO the role of the product.",
    ),
    "postgres-standby-late": _warning(
        "A standby is behind.", "Look at its disk and network; after a failover now, that much would be missing there."
    ),
    "postgres-connections": _problem(
        "max_connections is too small for the processes of this node.",
        "Raise max_connections, lower LMS_WEB_WORKERS or LMS_WEB_THREADS, or put pgbouncer between.",
    ),
    "postgres-old": _warning("This release of PostgreSQL is not tested.", "Upgrade to PostgreSQL 14 or newer."),
    "postgres-encoding": _problem(
        "The database does not keep every script: its encoding is not UTF8.",
        "Make a database with ENCODING 'UTF8', and copy this one into it.",
    ),
    "postgres-collation": _warning(
        "The rules of sorting have changed below the indexes of the database.",
        "Run REINDEX DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION.",
    ),
    "postgres-checksums": _warning(
        "PostgreSQL does not notice when the disk returns other bytes than were written (data_checksums is off).",
        "Stop PostgreSQL and run: pg_checksums --enable",
    ),
    "postgres-superuser": _warning(
        "The product connects as a superuser, who can switch triggers off.",
        "Give it a role of its own that owns the database and nothing else.",
    ),
    "postgres-autovacuum": _warning(
        "autovacuum is off: tables and indexes will swell.", "Set autovacuum = on, and reload PostgreSQL."
    ),
    # SQLite
    "sqlite-setting": _problem(
        "SQLite does not run as it must.", "Restart; if it stays so, the disk does not allow it: use a local one."
    ),
    "sqlite-damaged": _problem(
        "The database file is damaged.", "Stop the product, keep the file, and restore the last backup: docs/backup.md"
    ),
    "sqlite-log-large": _warning(
        "The write-ahead log of SQLite does not shrink: somebody reads without an end.",
        "Look for a long export or another program that has the file open.",
    ),
    "sqlite-network-disk": _problem(
        "The database lies on a network file system, where SQLite's locks do not hold.",
        "Put LMS_DATA_DIR on a local disk, or use PostgreSQL.",
    ),
    "sqlite-outgrown": _warning("SQLite has become too small for this site.", "Move to PostgreSQL: lms db move"),
    # Machine
    "data-dir-refused": _problem("The data folder cannot be written.", "Give it to the user that runs the product."),
    "data-dir-open": _warning(
        "Other users of this machine can read the data folder.", "Run chmod o-rwx on the data folder."
    ),
    "disk-full": _problem("There is hardly any room on the disk: soon nothing can be saved.", "Make room now."),
    "disk-low": _warning("There is little room on the disk.", "Make room, or put the data on a larger disk."),
    "inodes-low": _warning(
        "The disk has few places left for files (inodes).", "Remove small files, or use a disk with more of them."
    ),
    "fonts-missing": _warning(
        "Fonts for certificates are missing.", "Run make fonts as root, or name a folder in LMS_FONTS_DIR."
    ),
    # Work
    "worker-missing": _problem(
        "No worker was seen in the last minute: no mail, no certificate, no upload goes on.",
        "Start it: lms serve runs one, or python -m lms.worker alone. Its log says why it ended.",
    ),
    "worker-stuck": _warning(
        "A worker has been at one job for more than an hour.", "Read its log, then restart it: the job is done again."
    ),
    "jobs-late": _problem(
        "Jobs have been due for more than 15 minutes.",
        "Look whether the worker runs, and what it does; start another one.",
    ),
    "jobs-dead": _warning(
        "Jobs have stopped after all their tries.",
        "Read their errors on the page Jobs, mend the cause, run them again.",
    ),
    "mail-files": _warning("Mail becomes files and reaches nobody.", "Set LMS_MAIL_URL."),
    "mail-away": _problem("The mail server does not take our mail.", "Check LMS_MAIL_URL: host, port, name, password."),
    "backup-none": _warning(
        "This node knows of no backup.", "Run lms backup every night, or lms backup --follow; docs/backup.md"
    ),
    "backup-old": _warning("The last backup is older than a day.", "Look at the timer or cron job that makes it."),
    "backup-follow-late": _problem(
        "The backup that follows the database is behind.", "Look at the log of lms backup --follow, and start it again."
    ),
    # Files
    "blob-missing": _problem("A file of a course is missing.", "Bring it back from a backup: docs/backup.md"),
    "blob-size": _problem("A file of a course has the wrong size.", "Bring it back from a backup: docs/backup.md"),
    "blob-altered": _problem("A file of a course is not what it was.", "Bring it back from a backup: docs/backup.md"),
    "storage-refused": _problem(
        "Files cannot be stored.", "Check the folder blobs/ and its owner, or the object store and its key."
    ),
    # Addresses
    "site-away": _warning(
        "LMS_BASE_URL does not lead here, seen from this machine.",
        "Check DNS, proxy and certificate. Where the machine cannot reach its own public address, this is harmless.",
    ),
    "content-away": _warning(
        "A host of packages does not lead here, seen from this machine.",
        "Check the wildcard in DNS, the wildcard certificate, and that the proxy hands the host on.",
    ),
    # People and records
    "demo-accounts": _problem(
        "Accounts with public passwords are among real ones.",
        "Restore a database without them: a start refuses this one.",
    ),
    "no-administrator": _warning("Nobody is administrator.", "Make one: lms users add NAME --role administrator"),
    "practice-certificates": _warning(
        "A certificate rests on questions whose answers are public.",
        "Draw from a bank of your own (practice: false) and publish the course again.",
    ),
    "audit-altered": _problem(
        "An audit event does not say what was recorded.", "Run lms audit verify, keep the database, and tell quality."
    ),
    "check-failed": _problem(
        "A check could not be made.", "Read the error; run lms doctor as the user of the product."
    ),
}
