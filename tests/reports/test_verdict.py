"""The table of verdicts: who was at fault, by what was called, answered and stored."""

import pytest

from lms.reports.verdict import PATIENCE, Call, Facts, verdict

INIT, STATUS = Call("LMSInitialize", "", "0", True), Call("LMSSetValue", "cmi.core.lesson_status", "0", True)
ASK, END = Call("LMSGetValue", "cmi.core.student_name", "0"), Call("LMSFinish", "", "0", True)
INIT04, DONE04 = Call("Initialize", "", "0", True), Call("SetValue", "cmi.completion_status", "0", True)
WHOLE = (INIT, ASK, STATUS, END)
LOST = Call("LMSSetValue", "cmi.core.lesson_location", "0", False)

TABLE = (
    ("all is well", Facts(WHOLE), "none", "sound"),
    ("also in SCORM 2004", Facts((INIT04, DONE04, Call("Terminate", "", "0", True))), "none", "sound"),
    ("a page without a script", Facts((), scripted=False), "none", "sound"),
    ("still open", Facts((INIT, STATUS), over=False), "none", "sound"),
    ("sent, not yet stored", Facts((INIT, STATUS, LOST), over=False), "none", "sound"),
    ("a number never came", Facts(WHOLE, missing=(4,)), "platform", "gap"),
    ("refused what the page took", Facts(WHOLE, refused=("405",)), "platform", "refused"),
    ("refused without an attempt", Facts(WHOLE, refused=("no-attempt",)), "platform", "refused"),
    ("lost between stored ones", Facts((INIT, LOST, STATUS, END)), "platform", "unstored"),
    ("ours before theirs", Facts((Call("LMSSetValue", "x", "301"),), missing=(1,)), "platform", "gap"),
    ("set before initialise", Facts((Call("LMSSetValue", "cmi.core.exit", "301"), *WHOLE)), "content", "order"),
    ("set before, 2004", Facts((Call("SetValue", "cmi.exit", "132"), INIT04, DONE04)), "content", "order"),
    ("ask after the end, 2004", Facts((INIT04, DONE04, Call("GetValue", "cmi.exit", "123"))), "content", "order"),
    ("a value of no type", Facts((INIT, Call("LMSSetValue", "cmi.core.score.raw", "405"))), "content", "illegal"),
    ("a word of no vocabulary", Facts((INIT04, Call("SetValue", "cmi.exit", "406"))), "content", "illegal"),
    ("asking for what is unset", Facts((INIT04, DONE04, Call("GetValue", "cmi.location", "403")), over=False),
     "none", "sound"),
    ("too large a value", Facts(WHOLE, refused=("too-large",)), "content", "too-large"),
    ("the last calls never came", Facts((INIT, STATUS, LOST, LOST)), "line", "lost"),
    ("a long way", Facts(WHOLE, delay=PATIENCE + 1), "line", "late"),
    ("a way not that long", Facts(WHOLE, delay=PATIENCE), "none", "sound"),
    ("two windows", Facts(WHOLE, older=3), "window", "older"),
    ("never initialised", Facts((ASK,)), "content", "no-initialize"),
    ("never called anything", Facts(()), "content", "no-initialize"),
    ("no status", Facts((INIT, END)), "content", "no-status"),
    ("a status that was refused is none", Facts((INIT, Call("LMSSetValue", "cmi.core.lesson_status", "0", True), LOST)),
     "line", "lost"),
    ("never terminated", Facts((INIT, STATUS)), "content", "no-terminate"),
)  # fmt: skip


@pytest.mark.parametrize(("facts", "fault", "code"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_verdict(facts: Facts, fault: str, code: str) -> None:
    found = verdict(facts)
    assert (found.fault, found.code) == (fault, code)


def test_it_counts_and_names_the_first() -> None:
    wrong = Call("LMSSetValue", "cmi.core.score.raw", "405")
    found = verdict(Facts((INIT, wrong, wrong, STATUS, END)))
    assert (found.what, found.count) == ("LMSSetValue(cmi.core.score.raw) → 405", 2)
