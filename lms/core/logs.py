"""Logs as one JSON object a line, with the request's id."""

import json
import logging
import re
from contextvars import ContextVar
from datetime import UTC, datetime

_line = json.JSONEncoder(ensure_ascii=False).encode
request_id: ContextVar[str] = ContextVar("request_id", default="")
#: Capabilities travel in paths and queries; a log must not hand them on.
SECRET = re.compile(r"(/(?:reset|invite|confirm|resume|f|files?/t)/|[?&](?:token|code|held)=)[^/?&\s\"]+")


def masked(text: str) -> str:
    return SECRET.sub(r"\1***", text)


class JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        if request_id.get():
            entry["request_id"] = request_id.get()
        entry |= getattr(record, "facts", {})
        if record.exc_info:
            entry["error"] = masked(self.formatException(record.exc_info))
        return _line(entry)


def configure(level: str) -> None:
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    # A line names none of these; to find the caller alone costs a request as much as the rest of its line.
    logging._srcfile = None  # type: ignore[attr-defined]
    logging.logThreads = logging.logMultiprocessing = logging.logAsyncioTasks = False
    logging.getLogger("alembic").setLevel(logging.WARNING)
