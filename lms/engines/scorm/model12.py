"""The run-time data model of SCORM 1.2 (RTE 3.4, CMI 3.0.2). An element that nobody set reads as ""."""

from lms.engines.scorm.model import READ_ONLY, WRITE_ONLY, Element, Model, Records
from lms.engines.scorm.types import Type

MOST_DATA = 1_048_576
DECIMAL = "-?(?:[0-9]{1,40}(?:[.][0-9]{0,40})?|[.][0-9]{1,40})"
TIME = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:[.][0-9]{1,2})?"
TIMESPAN = "[0-9]{2,4}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,2})?"
INTEGER = "[+-]?[0-9]{1,5}"

IDENTIFIER = Type("[^\\u0000-\\u0020\\u007f-\\u00a0]+", most=4_000)
STRING255 = Type(most=4_000)
STRING4096 = Type(most=65_536)
NUMBER = Type(DECIMAL, most=100)
# The standard's words for a score: a decimal from 0 to 100, or blank.
SCORE = Type(DECIMAL, ("",), most=100, least=0, greatest=100)
SPAN = Type(TIMESPAN, most=20)
STATUSES = ("passed", "completed", "failed", "incomplete", "browsed")
# What a response may be is the author's affair in all but the true-false: packages write words of any kind.
FEEDBACK = Type(most=16_000)
KINDS = ("true-false", "choice", "fill-in", "matching", "performance", "sequencing", "likert", "numeric")
CORE, DATA, PREFERENCE = "cmi.core", "cmi.student_data", "cmi.student_preference"
OBJECTIVES, INTERACTIONS = "cmi.objectives", "cmi.interactions"


def words(*allowed: str) -> Type:
    return Type(words=allowed, most=100)


def integer(least: int, greatest: int) -> Type:
    return Type(INTEGER, most=10, least=least, greatest=greatest)


def _score(prefix: str) -> dict[str, Element]:
    return {f"{prefix}.{name}": Element(SCORE) for name in ("raw", "min", "max")}


ELEMENTS = {
    f"{CORE}.student_id": Element(IDENTIFIER, READ_ONLY, spm=255),
    f"{CORE}.student_name": Element(STRING255, READ_ONLY, spm=255),
    f"{CORE}.lesson_location": Element(STRING255, spm=255),
    f"{CORE}.credit": Element(words("credit", "no-credit"), READ_ONLY, "credit"),
    f"{CORE}.lesson_status": Element(words(*STATUSES), initial="not attempted"),
    f"{CORE}.entry": Element(words("ab-initio", "resume", ""), READ_ONLY, "ab-initio"),
    **_score(f"{CORE}.score"),
    f"{CORE}.total_time": Element(SPAN, READ_ONLY, "0000:00:00.00"),
    f"{CORE}.lesson_mode": Element(words("browse", "normal", "review"), READ_ONLY, "normal"),
    f"{CORE}.exit": Element(words("time-out", "suspend", "logout", ""), WRITE_ONLY),
    f"{CORE}.session_time": Element(SPAN, WRITE_ONLY),
    "cmi.suspend_data": Element(Type(most=MOST_DATA), spm=4_096),
    "cmi.launch_data": Element(STRING4096, READ_ONLY, spm=4_096),
    "cmi.comments": Element(STRING4096, spm=4_096),
    "cmi.comments_from_lms": Element(STRING4096, READ_ONLY, spm=4_096),
    f"{OBJECTIVES}.n.id": Element(IDENTIFIER, spm=255),
    **_score(f"{OBJECTIVES}.n.score"),
    f"{OBJECTIVES}.n.status": Element(words(*STATUSES, "not attempted"), initial="not attempted"),
    f"{DATA}.mastery_score": Element(NUMBER, READ_ONLY),
    f"{DATA}.max_time_allowed": Element(SPAN, READ_ONLY),
    f"{DATA}.time_limit_action": Element(
        words("exit,message", "exit,no message", "continue,message", "continue,no message"), READ_ONLY
    ),
    f"{PREFERENCE}.audio": Element(integer(-1, 100), initial="0"),
    f"{PREFERENCE}.language": Element(STRING255, initial="", spm=255),
    f"{PREFERENCE}.speed": Element(integer(-100, 100), initial="0"),
    f"{PREFERENCE}.text": Element(integer(-1, 1), initial="0"),
    f"{INTERACTIONS}.n.id": Element(IDENTIFIER, WRITE_ONLY, spm=255),
    f"{INTERACTIONS}.n.objectives.n.id": Element(IDENTIFIER, WRITE_ONLY, spm=255),
    f"{INTERACTIONS}.n.time": Element(Type(TIME, most=20), WRITE_ONLY),
    f"{INTERACTIONS}.n.type": Element(words(*KINDS), WRITE_ONLY),
    f"{INTERACTIONS}.n.correct_responses.n.pattern": Element(FEEDBACK, WRITE_ONLY, spm=255),
    f"{INTERACTIONS}.n.weighting": Element(NUMBER, WRITE_ONLY),
    f"{INTERACTIONS}.n.student_response": Element(FEEDBACK, WRITE_ONLY, spm=255),
    f"{INTERACTIONS}.n.result": Element(
        Type(DECIMAL, ("correct", "wrong", "unanticipated", "neutral"), most=100), WRITE_ONLY
    ),
    f"{INTERACTIONS}.n.latency": Element(SPAN, WRITE_ONLY),
}
LISTS = {
    OBJECTIVES: Records(2_500),
    INTERACTIONS: Records(2_500),
    f"{INTERACTIONS}.n.objectives": Records(250),
    f"{INTERACTIONS}.n.correct_responses": Records(250),
}
CHILDREN = {
    CORE: "student_id,student_name,lesson_location,credit,lesson_status,entry,score,total_time,lesson_mode,exit,"
    "session_time",
    f"{CORE}.score": "raw,min,max",
    OBJECTIVES: "id,score,status",
    f"{OBJECTIVES}.n.score": "raw,min,max",
    DATA: "mastery_score,max_time_allowed,time_limit_action",
    PREFERENCE: "audio,language,speed,text",
    INTERACTIONS: "id,objectives,time,type,correct_responses,weighting,student_response,result,latency",
}
CODES = {
    "again": "101",
    "ended": "101",
    "end_early": "301",
    "end_late": "301",
    "get_early": "301",
    "get_late": "301",
    "set_early": "301",
    "set_late": "301",
    "commit_early": "301",
    "commit_late": "301",
    "argument": "201",
    "get_general": "201",
    "no_children": "202",
    "no_count": "203",
    "set_general": "201",
    "unknown": "401",
    "unset": "0",
    "read_only": "403",
    "keyword": "402",
    "write_only": "404",
    "type": "405",
    "range": "405",
    "needs": "201",
}
TEXTS = {
    "0": "No error",
    "101": "General exception",
    "201": "Invalid argument",
    "202": "The element has no children",
    "203": "The element is no list and has no count",
    "301": "Not initialized",
    "401": "The data model has no such element",
    "402": "The element is a keyword and cannot be set",
    "403": "The element is read-only",
    "404": "The element is write-only",
    "405": "The value is not of the element's type",
}
MODEL = Model("1.2", "3.4", ELEMENTS, LISTS, CHILDREN, CODES, TEXTS, blank=True)
