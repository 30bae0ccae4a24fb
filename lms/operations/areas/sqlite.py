"""Does SQLite run as it must, on a disk that lets it?"""

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from lms.core import outgrown
from lms.operations.areas.database import in_short, is_damage
from lms.operations.findings import Finding
from lms.operations.subject import Subject

#: pragma → what it must say. 2 is FULL.
WANTED = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1"}
LARGE_LOG = 256_000_000
NETWORK = ("nfs", "cifs", "smb", "9p", "afs", "ceph", "gluster", "lustre", "fuse.sshfs", "fuse.s3", "virtiofs")
MOUNTS = Path("/proc/self/mountinfo")


def check(subject: Subject) -> Iterator[Finding]:
    if subject.db.dialect != "sqlite":
        return
    yield from _pragmas(subject)
    if not subject.quick:
        yield from _whole(subject)
    path = Path(subject.db.engine.url.database or "")
    log = path.with_name(path.name + "-wal")
    if log.exists() and log.stat().st_size > LARGE_LOG:
        yield Finding("sqlite-log-large", f"{log.stat().st_size // 1_000_000} MB")
    kind = file_system(path.resolve().parent)
    if kind.startswith(NETWORK):
        yield Finding("sqlite-network-disk", kind)
    fared = outgrown.judge(subject.db)
    if fared is not None and fared.outgrown:
        yield Finding("sqlite-outgrown", fared.reasons[0].rstrip("."))


def _pragmas(subject: Subject) -> Iterator[Finding]:
    with subject.db.reading() as session:
        for name, wanted in WANTED.items():
            have = str(session.execute(text(f"PRAGMA {name}")).scalar_one()).lower()
            if have != wanted:
                yield Finding("sqlite-setting", f"{name} is {have}")


def _whole(subject: Subject) -> Iterator[Finding]:
    pragma = "integrity_check" if subject.deep else "quick_check"
    try:
        with subject.db.reading() as session:
            said = session.execute(text(f"PRAGMA {pragma}(1)")).scalar_one()
    except DatabaseError as error:
        if not is_damage(error):
            raise
        said = in_short(error)
    if said != "ok":
        yield Finding("sqlite-damaged", str(said).replace("\n", " ")[:200])


def file_system(folder: Path) -> str:
    """The type of the file system that holds a folder, as the kernel calls it; "" where nobody can say."""
    best, kind = "", ""
    try:
        lines = MOUNTS.read_text().splitlines()
    except OSError:
        return ""
    for line in lines:
        before, _, after = line.partition(" - ")
        place = before.split()[4].replace("\\040", " ")
        inside = folder.is_relative_to(place)
        if inside and len(place) >= len(best):
            best, kind = place, after.split()[0]
    return kind
