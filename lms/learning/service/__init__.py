"""Writes of learning: begin a course, record what happens in it, judge completion, enter a result by hand."""

from lms.learning.queries import find_registration
from lms.learning.service.complete import percent, settle
from lms.learning.service.enter import enter
from lms.learning.service.journal import append_plan, applied_after, reply, stored_load, stored_numbers
from lms.learning.service.record import append_event, append_events, body_hash, event_row, server_event, set_state
from lms.learning.service.start import join

__all__ = [
    "append_event",
    "append_events",
    "append_plan",
    "applied_after",
    "body_hash",
    "enter",
    "event_row",
    "find_registration",
    "join",
    "percent",
    "reply",
    "server_event",
    "set_state",
    "settle",
    "stored_load",
    "stored_numbers",
]
