"""The JSON object that a script sends."""

from typing import Any

from flask import abort, request


def json_object() -> dict[str, Any]:
    """Aborts with 400 when the body is anything else, however deep it nests."""
    try:
        sent = request.get_json()
    except RecursionError:
        abort(400)
    if not isinstance(sent, dict):
        abort(400)
    return sent
