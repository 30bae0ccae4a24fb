"""The flight recorder of packages: launches of a registration, and every call of one."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue

from lms.accounts import permissions
from lms.catalogue import queries as catalogue
from lms.core import cells
from lms.core.clock import now
from lms.core.errors import NotFound
from lms.reports import gradebook, recorder, recorder_words, words
from lms.reports.gradebook import Entry
from lms.reports.recorder import Launch, Row
from lms.web.i18n import current_locale
from lms.web.identity import actor
from lms.web.transaction import session

blueprint = Blueprint("recorder", __name__, url_prefix="/gradebook/<string:course>/<int:registration>/launches")
#: Lines on one page; the downloads have all.
MOST_ROWS = 1_000
#: Column of a download → what it holds; `tests/docs` and the guide have the same.
COLUMNS = (
    "milliseconds",
    "method",
    "element",
    "value",
    "result",
    "error",
    "activity",
    "page_load",
    "number",
    "outcome",
    "reason",
    "received_at",
)


@blueprint.get("")
def index(course: str, registration: int) -> ResponseReturnValue:
    entry = _entry(course, registration)
    return render_template(
        "reports/launches.html",
        **_about(course, entry),
        launches=recorder.launches(session(), registration, now()),
    )


@blueprint.get("/<int:launch>")
def one(course: str, registration: int, launch: int) -> ResponseReturnValue:
    """Each call with its answer and what the server stored of it, in order."""
    entry = _entry(course, registration)
    found = _launch(registration, launch)
    return render_template(
        "reports/launch.html",
        **_about(course, entry),
        found=found,
        rows=found.rows[:MOST_ROWS],
        more=max(len(found.rows) - MOST_ROWS, 0),
    )


@blueprint.get("/<int:launch>/recording.<string:form>")
def download(course: str, registration: int, launch: int, form: str) -> ResponseReturnValue:
    permissions.require(actor(), "grades.export")
    _entry(course, registration)
    found = _launch(registration, launch)
    if form not in FORMATS:
        raise NotFound()
    media_type, write = FORMATS[form]
    response = Response(write(found), mimetype=media_type)
    response.headers["Content-Disposition"] = f'attachment; filename="launch-{launch}.{form}"'
    return response


def _entry(course: str, registration: int) -> Entry:
    """Who reads the evidence of a registration reads its launches too."""
    permissions.require(actor(), "grades.read")
    row = catalogue.course_by_key(session(), course)
    entry = gradebook.entry(session(), row.id, registration) if row else None
    if entry is None or catalogue.package(session(), entry.version_id) is None:
        raise NotFound()
    return entry


def _launch(registration: int, launch: int) -> Launch:
    found = recorder.launch(session(), registration, launch, now())
    if found is None:
        raise NotFound()
    return found


def _about(course: str, entry: Entry) -> dict[str, Any]:
    outline = catalogue.outline(session(), entry.version_id)
    return {
        "course": course,
        "entry": entry,
        "title": outline.title(current_locale()),
        "titles": outline.text(current_locale())["activities"],
        "now": now(),
        "words": words,
        "told": recorder_words,
        "may_export": permissions.allows(actor(), "grades.export"),
    }


def _values(row: Row) -> dict[str, Any]:
    return {
        name: value.isoformat() if name == "received_at" and value else value
        for name, value in ((name, getattr(row, name)) for name in COLUMNS)
    }


def csv_lines(found: Launch) -> Iterator[bytes]:
    """As the gradebook's: UTF-8 with a byte-order mark, and no cell that a spreadsheet would run."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer)
    yield b"\xef\xbb\xbf"
    writer.writerow(COLUMNS)
    for row in found.rows:
        values = _values(row).values()
        writer.writerow([value if isinstance(value, int) else cells.safe(value or "") for value in values])
        if buffer.tell() > 32_000:
            yield _drain(buffer)
    yield _drain(buffer)


def _drain(buffer: io.StringIO) -> bytes:
    data = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return data


def json_lines(found: Launch) -> Iterator[bytes]:
    """One object: the launch, the verdict's code, and `calls`, an array of objects, one a line."""
    launch = found.launch
    head = {
        "launch": launch.id,
        "registration": launch.registration_id,
        "device": launch.device,
        "started_at": launch.started_at.isoformat(),
        "last_heard_at": found.last_heard.isoformat() if found.last_heard else None,
        "lease": launch.lease,
        "page_loads": list(found.page_loads),
        "verdict": {
            "fault": found.verdict.fault,
            "code": found.verdict.code,
            "what": found.verdict.what,
            "count": found.verdict.count,
        },
    }
    yield json.dumps(head, ensure_ascii=False)[:-1].encode() + b', "calls": ['
    between = b"\n"
    for row in found.rows:
        facts = {name: value for name, value in _values(row).items() if value not in (None, "")}
        yield between + json.dumps(facts, ensure_ascii=False).encode()
        between = b",\n"
    yield b"\n]}\n"


FORMATS = {"csv": ("text/csv", csv_lines), "json": ("application/json", json_lines)}
