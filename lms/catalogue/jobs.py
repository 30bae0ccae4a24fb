"""What the worker does with packages: check, publish, forget. The slow part holds no transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue import judging, parts
from lms.catalogue.packages import Options
from lms.catalogue.service import uploads as service
from lms.core.jobs import Handler
from lms.core.tools import Tools

#: A package may hold gigabytes.
SLOW = (service.CHECK, service.PUBLISH)


def handlers(tools: Tools) -> dict[str, Handler]:
    """Each uses its session only after the slow part: on SQLite nobody else could write meanwhile."""
    folder, limits = parts.folder_of(tools.settings.data_dir), tools.settings.package_limits

    def options(payload: dict[str, Any]) -> Options:
        return Options(payload["unscripted"], tools.settings.locales)

    def check(session: Session, payload: dict[str, Any], now: datetime) -> None:
        path = parts.place(folder, payload["upload"])
        if path.exists():  # else it was discarded
            service.judge(
                session, payload["upload"], judging.judge(path, payload["name"], options(payload), limits), now
            )

    def publish(session: Session, payload: dict[str, Any], now: datetime) -> None:
        path = parts.place(folder, payload["upload"])
        if path.exists():  # else it is done, or was discarded
            found = judging.unpack(path, payload["name"], options(payload), limits, tools.storage)
            service.publish(session, payload["upload"], found, now)

    def forget(session: Session, payload: dict[str, Any], now: datetime) -> None:
        if service.forget(session, payload["upload"], now):
            parts.forget(folder, payload["upload"])

    return {service.CHECK: check, service.PUBLISH: publish, service.FORGET: forget}
