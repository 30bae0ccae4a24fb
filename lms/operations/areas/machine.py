"""The machine: its disk, the data folder, the fonts."""

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

from lms.certificates import fonts
from lms.core import config
from lms.core.errors import SettingError
from lms.operations.findings import Finding
from lms.operations.subject import Subject

FULL, LOW = 500_000_000, 5_000_000_000
#: Of the disk, and of its inodes.
LOW_SHARE = 0.05
#: A name in each script that trainees of the shipped courses have.
NAMES = "Aminata 김민지 山田 สมชาย អាំ ታደሰ محمد হাসান Nguyễn"


def data_dir(subject: Subject) -> Iterator[Finding]:
    folder = subject.settings.data_dir
    try:
        config.make_data_dir(folder, probe=True)
    except SettingError as error:
        yield Finding("data-dir-refused", str(error).split(". ")[0])
        return
    if folder.stat().st_mode & (stat.S_IROTH | stat.S_IXOTH) == stat.S_IROTH | stat.S_IXOTH:
        yield Finding("data-dir-open", str(folder))


def room(subject: Subject) -> Iterator[Finding]:
    for folder in sorted(_folders(subject)):
        usage = shutil.disk_usage(folder)
        fact = f"{usage.free / 1e9:.1f} of {usage.total / 1e9:.0f} GB are free for {folder}"
        if usage.free < FULL:
            yield Finding("disk-full", fact)
        elif usage.free < min(LOW, usage.total * LOW_SHARE * 2):
            yield Finding("disk-low", fact)
        places = os.statvfs(folder)
        if places.f_files and places.f_favail < places.f_files * LOW_SHARE:
            yield Finding("inodes-low", f"{places.f_favail} of {places.f_files} for {folder}")


def _folders(subject: Subject) -> set[Path]:
    """One folder of each disk that holds data of ours."""
    wanted = [subject.settings.data_dir]
    if subject.db.dialect == "sqlite":
        wanted.append(Path(subject.db.engine.url.database or "").resolve().parent)
    root = getattr(subject.storage, "root", None)
    if root is not None and root.exists():
        wanted.append(root)
    disks = {folder.stat().st_dev: folder for folder in reversed(wanted) if folder.exists()}
    return set(disks.values())


def lettering(subject: Subject) -> Iterator[Finding]:
    choice = fonts.choose(NAMES, fonts.library(subject.settings.fonts_dir))
    if choice.missing:
        yield Finding("fonts-missing", f"for {', '.join(choice.scripts)}")
