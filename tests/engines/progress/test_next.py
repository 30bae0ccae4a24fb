"""What comes next."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.engines.progress.locks import Lock
from lms.engines.progress.next import Next, Running, what_next
from lms.engines.progress.state import Activity

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOON, LATER = NOW + timedelta(hours=1), NOW + timedelta(days=1)
READ, BEGUN, NEW = (
    Activity("read", "lesson", read=True),
    Activity("begun", "lesson", started=True),
    Activity("new", "lesson"),
)
QUIZ, SECOND = Activity("quiz", "quiz"), Activity("second", "quiz")
SHUT = {"quiz": Lock(False, "requires"), "new": Lock(False, "requires")}

CASES = [
    ("the first that is not done", [READ, NEW, QUIZ], {}, Next("new", "start")),
    ("what was begun, in order", [READ, BEGUN, NEW], {}, Next("begun", "continue")),
    ("order before what was begun", [NEW, BEGUN], {}, Next("new", "start")),
    ("a shut one is passed over", [QUIZ, BEGUN], {"locks": SHUT}, Next("begun", "continue")),
    ("a running attempt comes first", [NEW, QUIZ], {"running": [Running("quiz")]}, Next("quiz", "running")),
    ("the nearest deadline of all attempts", [NEW, QUIZ],
     {"running": [Running("x"), Running("quiz", LATER), Running("second", SOON)]}, Next("second", "running", SOON)),
    ("an attempt before a due date", [NEW, QUIZ], {"running": [Running("quiz", LATER)], "due": {"new": SOON}},
     Next("quiz", "running", LATER)),
    ("a due date before the order", [NEW, QUIZ], {"due": {"quiz": LATER}}, Next("quiz", "due", LATER)),
    ("the nearest due date", [NEW, QUIZ], {"due": {"new": LATER, "quiz": SOON}}, Next("quiz", "due", SOON)),
    ("due, but shut", [BEGUN, QUIZ], {"due": {"quiz": SOON}, "locks": SHUT}, Next("begun", "continue")),
    ("due, but done", [READ, NEW], {"due": {"read": SOON}}, Next("new", "start")),
    ("a quiz that cools down is passed over", [QUIZ, NEW], {"waits": {"quiz": SOON}}, Next("new", "start")),
    ("only waiting is left", [READ, QUIZ, SECOND], {"waits": {"quiz": LATER, "second": SOON}},
     Next("second", "wait", not_before=SOON)),
    ("waiting before stuck", [QUIZ, SECOND], {"waits": {"quiz": None, "second": SOON}},
     Next("second", "wait", None, SOON)),
    ("no attempts are left", [READ, QUIZ], {"waits": {"quiz": None}}, Next("quiz", "stuck")),
    ("all that is left is shut", [READ, NEW], {"locks": SHUT}, Next("new", "stuck")),
    ("all done", [READ], {}, Next(None, "done")),
    ("nothing there", [], {}, Next(None, "done")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("activities", "more", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_next(activities, more, expected):
    assert what_next(activities, **({"locks": {}} | more)) == expected
