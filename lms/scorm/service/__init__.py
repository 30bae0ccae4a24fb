"""Writes of packages: begin, hand over to the player, take the pen, receive what a page sends, go on."""

from lms.scorm.service.launch import Exchanged, Started, exchange, start
from lms.scorm.service.receive import Received, Sender, hear, receive
from lms.scorm.service.take import Taken, scope, take
from lms.scorm.service.trace import trace

__all__ = [
    "Exchanged",
    "Received",
    "Sender",
    "Started",
    "Taken",
    "exchange",
    "hear",
    "receive",
    "scope",
    "start",
    "take",
    "trace",
]
