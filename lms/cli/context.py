"""What commands open: settings, database, storage, content folders."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lms.core import config, migrate, stores
from lms.core.archive import Limits
from lms.core.config import SETTINGS, Settings, limits_of_packages
from lms.core.db import Database
from lms.core.errors import SettingError
from lms.core.storage import Storage


@contextmanager
def opened(settings: Settings | None = None) -> Iterator[tuple[Settings, Database]]:
    """The database of the settings, which must be up to date."""
    settings = settings or config.load()
    config.make_data_dir(settings.data_dir)
    db = Database(settings.database_url, pool_size=1)
    try:
        if migrate.is_behind(db):
            raise SettingError("The database is not up to date. Run: lms db upgrade")
        yield settings, db
    finally:
        db.close()


def called() -> str:
    """How this command was called, so that what is printed can be typed again: lms, or a path such as .venv/bin/lms."""
    name = sys.argv[0]
    return name if Path(name).name == "lms" and name != shutil.which("lms") else "lms"


def storage(settings: Settings) -> Storage:
    return stores.storage_of(settings)


def package_limits() -> Limits:
    """The LMS_PACKAGE_ settings alone, for authors who have no other."""
    asked = (SETTINGS[f"package_max_{name}"] for name in ("files", "mb", "ratio"))
    try:
        values = [one.read(os.environ.get(one.variable, one.default)) for one in asked]
    except ValueError as error:
        raise SettingError(f"A setting LMS_PACKAGE_ is not right: {error}.") from None
    return limits_of_packages(*values)


def content_roots() -> tuple[Path, ...]:
    """LMS_CONTENT_PATH alone, for authors who have no other setting."""
    setting = SETTINGS["content_path"]
    roots = setting.read(os.environ.get(setting.variable, setting.default))
    for root in roots:
        if not root.is_dir():
            raise SettingError(f"{setting.variable} names {root}, which is not a folder.")
    return roots
