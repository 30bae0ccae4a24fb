"""`lms restore`: read and check everything, make the database beside its place, try it out, and only then put it in."""

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text

from lms.audit import verify
from lms.backup import launch, make, manifest, sqlite
from lms.backup.errors import FULL, Damaged, Refused
from lms.backup.source import Source
from lms.backup.target import PostgresTarget, SqliteTarget, Target
from lms.catalogue import blobs
from lms.core import migrate
from lms.core.config import Settings
from lms.core.db import FAILURES, Database
from lms.core.storage import DiskStorage, Storage

#: So many hashes are named when files are missing.
NAMED = 3


@dataclass(frozen=True, slots=True)
class Restored:
    """`opened`: what the sample launch opened. `wrong`: what is not right, where one went on all the same."""

    migrated: bool
    events: int
    files: int
    added: int
    opened: tuple[str, ...]
    aside: str
    wrong: tuple[str, ...]


def target_of(settings: Settings, now: datetime) -> Target:
    if settings.database_url.startswith("sqlite"):
        found = Database(settings.database_url)
        path = sqlite.path_of(found)
        found.close()
        return SqliteTarget(path, now)
    return PostgresTarget(settings.database_url, settings.data_dir, now)


def restore(
    settings: Settings,
    storage: Storage,
    source: Source,
    now: datetime,
    *,
    replace: bool = False,
    anyway: bool = False,
    say: Callable[[str], None] = lambda _text: None,
) -> Restored:
    """Raises Refused, with everything as it was; `anyway` goes on where files are missing or events are not intact."""
    target = target_of(settings, now)
    work = _Work(settings, storage, source, target, now, say)
    try:
        target.check(source.head, replace)
        work.check_room()
        return work.run(anyway)
    except BaseException as error:
        work.take_back()
        if isinstance(error, OSError) and error.errno in FULL:
            raise Refused("The disk is full. What was begun was removed again, and nothing else was changed.") from None
        if isinstance(error, (OSError, *FAILURES)):
            raise Refused(f"Nothing was restored: {(str(error) or type(error).__name__).splitlines()[0]}") from None
        raise


class _Work:
    def __init__(
        self,
        settings: Settings,
        storage: Storage,
        source: Source,
        target: Target,
        now: datetime,
        say: Callable[[str], None],
    ) -> None:
        self.settings, self.storage, self.source, self.target = settings, storage, source, target
        self.now, self.say = now, say
        self.added: list[str] = []

    def check_room(self) -> None:
        """A PostgreSQL server's disk is not ours to ask; the dump is kept beside for a while."""
        database, stored = self.source.room
        needed = {self.target.folder: database}
        if isinstance(self.storage, DiskStorage):
            needed[self.settings.data_dir] = needed.get(self.settings.data_dir, 0) + stored
        for folder, size in needed.items():
            free = shutil.disk_usage(folder).free
            if size > free:
                have, need = f"{free / 1e9:.1f} GB", f"{size / 1e9:.1f} GB"
                raise Refused(f"{folder} has {have} free, and the restore needs {need}. Make room first.")

    def run(self, anyway: bool) -> Restored:
        self.say("Making the database ...")
        db = self.target.begin(self.source.database, self.source.head)
        self._refuse_newer(db)
        migrated = migrate.is_behind(db)
        if migrated:
            self.say("Bringing it up to date ...")
            migrate.upgrade(db)
        self.say("Putting the files in place ...")
        self._put()
        wrong: list[str] = []
        count = self._check_files(db, wrong)
        self.say("Verifying the audit log ...")
        events = self._check_audit(db, wrong)
        self.say("Opening a lesson and a package ...")
        opened = launch.try_out(self.settings, db, self.now)
        wrong += [f"could not open {one}" for one in opened.failed]
        if wrong and not anyway:
            raise Refused(f"Nothing was restored: {'; '.join(wrong)}.")
        aside = self.target.finish()
        return Restored(migrated, events, count, len(self.added), opened.done, aside, tuple(wrong))

    def _refuse_newer(self, db: Database) -> None:
        """A folder that followed may have followed a database through an upgrade."""
        with db.reading() as session:
            manifest.refuse_newer(str(session.execute(text("SELECT version_num FROM alembic_version")).scalar_one()))

    def _put(self) -> None:
        """What is there already, and whole, stays: the same name is the same bytes."""
        for digest, parts in self.source.blobs():
            if make.is_whole(self.storage, digest):
                continue
            there = self.storage.has(digest)
            made, _size = self.storage.put_parts(parts)
            if not there:
                self.added.append(made)
            if made != digest:
                raise Damaged("The backup was changed while it was read.")

    def _check_files(self, db: Database, wrong: list[str]) -> int:
        count, missing = 0, []
        with db.reading() as session:
            for digest, _size in blobs.named(session):
                count += 1
                if not make.is_whole(self.storage, digest):
                    missing.append(digest)
        if missing:
            told = ", ".join(missing[:NAMED]) + (" ..." if len(missing) > NAMED else "")
            before = sum(one in self.source.lost for one in missing)
            known = f" ({before} of them were missing already when the backup was made)" if before else ""
            wrong.append(f"{len(missing)} of {count} files of the database are missing or damaged{known}: {told}")
        return count

    def _check_audit(self, db: Database, wrong: list[str]) -> int:
        with db.snapshot() as session:
            states = Counter(event.state for event in verify.check(session))
        bad = states["altered"] + states["missing"]
        if bad:
            wrong.append(f"{bad} of {states.total()} audit events are not what was recorded")
        return states.total()

    def take_back(self) -> None:
        self.target.undo()
        with suppress(OSError):  # a store that is away keeps files that nobody names, which does no harm
            for digest in self.added:
                self.storage.discard(digest)
