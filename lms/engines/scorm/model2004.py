"""The run-time data model of SCORM 2004 (RTE 4, IEEE 1484.11.1), its navigation model (SN 5) and shared data (4th
edition). One table; where editions differ, the newest rules, which take what the older ones took."""

from lms.engines.scorm.model import READ_ONLY, READ_WRITE, WRITE_ONLY, Element, Model, Records
from lms.engines.scorm.types import Type

MOST_DATA = 1_048_576
REAL = "-?(?:[0-9]{1,40}(?:[.][0-9]{0,40})?|[.][0-9]{1,40})"
LANGUAGE = "(?:[A-Za-z]{2,3}|[iIxX])(?:-[A-Za-z0-9]{1,8}){0,8}"
# Characters of an address, without white space; a URN must have all its three parts (RTE 4.1.1.3).
URN = "(?![uU][rR][nN]:(?![A-Za-z0-9][A-Za-z0-9-]{0,31}:[^\\u0000-\\u0020]))"
NAME = f"{URN}[^\\u0000-\\u0020\\u007f\\u00a0]+"
# Names inside responses hold no brackets, which stand for the separators.
SHORT = f"{URN}[^\\u0000-\\u0020\\u007f\\u00a0\\[\\]{{}}]{{1,1000}}"
YEARS = "(?:19[7-9][0-9]|20[0-2][0-9]|203[0-8])"
ZONE = "(?:Z|[+-](?:[01][0-9]|2[0-3])(?::[0-5][0-9])?)"
# A zone only where there is a fraction of a second (RTE 4.1.1.7).
CLOCK = f"T(?:[01][0-9]|2[0-3])(?::[0-5][0-9](?::[0-5][0-9](?:[.][0-9]{{1,2}}{ZONE}?)?)?)?"
TIME = f"{YEARS}(?:-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12][0-9]|3[01])(?:{CLOCK})?)?)?"
INTERVAL = (
    "P(?=[0-9T])(?:[0-9]{1,20}Y)?(?:[0-9]{1,20}M)?(?:[0-9]{1,20}D)?"
    "(?:T(?=[0-9])(?:[0-9]{1,20}H)?(?:[0-9]{1,20}M)?(?:[0-9]{1,20}(?:[.][0-9]{1,2})?S)?)?"
)
ANY = "[\\s\\S]*"
LOCALIZED = f"(?:[{{]lang={LANGUAGE}[}}]|(?![{{]lang=)){ANY}"
# One part of a list of texts: everything up to the next separator.
PART = f"(?:[{{]lang={LANGUAGE}[}}]|(?![{{]lang=))(?:(?!\\[,\\])[\\s\\S])*"
STEP_ANSWER = "(?:(?!\\[,\\]|\\[[.]\\])[\\s\\S])"
CASE, ORDER = "[{]case_matters=(?:true|false)[}]", "[{]order_matters=(?:true|false)[}]"
# Any other text that looks like one of these prefixes is a mistake.
NO_PREFIX = "(?![{](?:case|order)_matters=)"


def text(spm: int, most: int = 0) -> Type:
    return Type(most=most or 16 * spm)


def real(least: float | None = None, greatest: float | None = None) -> Type:
    return Type(REAL, least=least, greatest=greatest, most=100)


def words(*allowed: str) -> Type:
    return Type(words=allowed, most=100)


def listed(item: str, *, empty: bool = False) -> str:
    several = f"{item}(?:\\[,\\]{item})*"
    return f"(?:{several})?" if empty else several


NAMES = Type(NAME, most=16_000)
UNIQUE_NAMES = Type(NAME, most=16_000, differ=True)
LOCAL = Type(LOCALIZED, most=64_000)
STAMP = Type(TIME, most=40)
SPAN = Type(INTERVAL, most=200)
PAIR = f"{SHORT}\\[[.]\\]{SHORT}"
STEP = f"(?:{SHORT}\\[[.]\\]{STEP_ANSWER}*|\\[[.]\\]{STEP_ANSWER}+)"
RANGE = f"(?:{REAL})?\\[:\\](?:{REAL})?"
RESPONSE = Type(
    by="type",
    of={
        "true-false": Type(words=("true", "false"), most=10),
        "choice": Type(listed(SHORT, empty=True), distinct="[,]", most=64_000),
        "fill-in": Type(listed(PART), most=64_000),
        "long-fill-in": LOCAL,
        "matching": Type(listed(PAIR, empty=True), most=64_000),
        "performance": Type(listed(STEP, empty=True), most=256_000),
        "sequencing": Type(listed(SHORT, empty=True), most=64_000),
        "likert": Type(SHORT, most=1_000),
        "numeric": real(),
        "other": text(4_000),
    },
)
PATTERN = Type(
    by="type",
    of={
        "true-false": Type(words=("true", "false"), most=10, alone=True),
        "choice": Type(listed(SHORT, empty=True), distinct="[,]", most=64_000, differ=True),
        "fill-in": Type(f"(?:{CASE}{ORDER}|{ORDER}{CASE}|{CASE}|{ORDER})?{NO_PREFIX}{listed(PART)}", most=64_000),
        "long-fill-in": Type(f"(?:{CASE})?(?![{{]case_matters=){LOCALIZED}", most=64_000),
        "matching": Type(listed(PAIR), most=64_000),
        "performance": Type(f"(?:{ORDER})?{NO_PREFIX}{listed(STEP)}", most=256_000),
        "sequencing": Type(listed(SHORT), most=64_000, differ=True),
        "likert": Type(SHORT, most=1_000, alone=True),
        "numeric": Type(f"{REAL}|{RANGE}", most=200, alone=True),
        "other": Type(most=64_000, alone=True),
    },
)
COMPLETION = words("completed", "incomplete", "not attempted", "unknown")
SUCCESS = words("passed", "failed", "unknown")
RESULT = Type(REAL, ("correct", "incorrect", "unanticipated", "neutral"), most=100)
REQUESTS = ("continue", "previous", "exit", "exitAll", "abandon", "abandonAll", "suspendAll", "_none_")
TARGETED = "[{]target=[^{}]{1,4000}[}](?:choice|jump)"
LEARNER_COMMENTS, LMS_COMMENTS = "cmi.comments_from_learner", "cmi.comments_from_lms"
PREFERENCE, OBJECTIVES, INTERACTIONS = "cmi.learner_preference", "cmi.objectives", "cmi.interactions"


def _comments(prefix: str, access: str) -> dict[str, Element]:
    return {
        f"{prefix}.n.comment": Element(LOCAL, access, spm=4_000),
        f"{prefix}.n.location": Element(text(250), access, spm=250),
        f"{prefix}.n.timestamp": Element(STAMP, access),
    }


def _score(prefix: str) -> dict[str, Element]:
    return {
        f"{prefix}.scaled": Element(real(-1, 1)),
        f"{prefix}.raw": Element(real()),
        f"{prefix}.min": Element(real()),
        f"{prefix}.max": Element(real()),
    }


ELEMENTS = {
    **_comments(LEARNER_COMMENTS, READ_WRITE),
    **_comments(LMS_COMMENTS, READ_ONLY),
    "cmi.completion_status": Element(COMPLETION, initial="unknown"),
    "cmi.completion_threshold": Element(real(0, 1), READ_ONLY),
    "cmi.credit": Element(words("credit", "no-credit"), READ_ONLY, "credit"),
    "cmi.entry": Element(words("ab-initio", "resume", ""), READ_ONLY, "ab-initio"),
    "cmi.exit": Element(words("time-out", "suspend", "logout", "normal", ""), WRITE_ONLY, ""),
    f"{INTERACTIONS}.n.id": Element(NAMES, spm=4_000),
    f"{INTERACTIONS}.n.type": Element(words(*RESPONSE.of)),
    f"{INTERACTIONS}.n.objectives.n.id": Element(UNIQUE_NAMES, spm=4_000),
    f"{INTERACTIONS}.n.timestamp": Element(STAMP),
    f"{INTERACTIONS}.n.correct_responses.n.pattern": Element(PATTERN, needs=("type",)),
    f"{INTERACTIONS}.n.weighting": Element(real()),
    f"{INTERACTIONS}.n.learner_response": Element(RESPONSE, needs=("type",)),
    f"{INTERACTIONS}.n.result": Element(RESULT),
    f"{INTERACTIONS}.n.latency": Element(SPAN),
    f"{INTERACTIONS}.n.description": Element(Type(LOCALIZED, most=4_000), spm=250),
    "cmi.launch_data": Element(text(4_000), READ_ONLY, spm=4_000),
    "cmi.learner_id": Element(NAMES, READ_ONLY, spm=4_000),
    "cmi.learner_name": Element(LOCAL, READ_ONLY, spm=250),
    f"{PREFERENCE}.audio_level": Element(real(0), initial="1"),
    f"{PREFERENCE}.language": Element(Type(LANGUAGE, ("",), most=250), initial="", spm=250),
    f"{PREFERENCE}.delivery_speed": Element(real(0), initial="1"),
    f"{PREFERENCE}.audio_captioning": Element(words("-1", "0", "1"), initial="0"),
    "cmi.location": Element(text(1_000), spm=1_000),
    "cmi.max_time_allowed": Element(SPAN, READ_ONLY),
    "cmi.mode": Element(words("browse", "normal", "review"), READ_ONLY, "normal"),
    f"{OBJECTIVES}.n.id": Element(UNIQUE_NAMES, once=True, spm=4_000),
    **_score(f"{OBJECTIVES}.n.score"),
    f"{OBJECTIVES}.n.success_status": Element(SUCCESS, initial="unknown"),
    f"{OBJECTIVES}.n.completion_status": Element(COMPLETION, initial="unknown"),
    f"{OBJECTIVES}.n.progress_measure": Element(real(0, 1)),
    f"{OBJECTIVES}.n.description": Element(Type(LOCALIZED, most=4_000), spm=250),
    "cmi.progress_measure": Element(real(0, 1)),
    "cmi.scaled_passing_score": Element(real(-1, 1), READ_ONLY),
    **_score("cmi.score"),
    "cmi.session_time": Element(SPAN, WRITE_ONLY),
    "cmi.success_status": Element(SUCCESS, initial="unknown"),
    "cmi.suspend_data": Element(Type(most=MOST_DATA), spm=64_000),
    "cmi.time_limit_action": Element(
        words("exit,message", "continue,message", "exit,no message", "continue,no message"),
        READ_ONLY,
        "continue,no message",
    ),
    "cmi.total_time": Element(SPAN, READ_ONLY, "PT0H0M0S"),
    "adl.nav.request": Element(Type(TARGETED, REQUESTS), initial="_none_"),
    "adl.data.n.id": Element(NAMES, READ_ONLY, spm=4_000),
    "adl.data.n.store": Element(Type(most=MOST_DATA), spm=64_000),
}
LISTS = {
    LEARNER_COMMENTS: Records(2_500),
    LMS_COMMENTS: Records(2_500),
    OBJECTIVES: Records(2_500, "id"),
    INTERACTIONS: Records(2_500, "id"),
    f"{INTERACTIONS}.n.objectives": Records(250),
    f"{INTERACTIONS}.n.correct_responses": Records(250),
    "adl.data": Records(2_500),
}
CHILDREN = {
    LEARNER_COMMENTS: "comment,location,timestamp",
    LMS_COMMENTS: "comment,location,timestamp",
    INTERACTIONS: "id,type,objectives,timestamp,correct_responses,weighting,learner_response,result,latency,"
    "description",
    PREFERENCE: "audio_level,language,delivery_speed,audio_captioning",
    OBJECTIVES: "id,score,success_status,completion_status,progress_measure,description",
    f"{OBJECTIVES}.n.score": "scaled,raw,min,max",
    "cmi.score": "scaled,raw,min,max",
    "adl.data": "id,store",
}
CODES = {
    "again": "103",
    "ended": "104",
    "end_early": "112",
    "end_late": "113",
    "get_early": "122",
    "get_late": "123",
    "set_early": "132",
    "set_late": "133",
    "commit_early": "142",
    "commit_late": "143",
    "argument": "201",
    "get_general": "301",
    "no_children": "301",
    "no_count": "301",
    "set_general": "351",
    "unknown": "401",
    "unset": "403",
    "read_only": "404",
    "keyword": "404",
    "write_only": "405",
    "type": "406",
    "range": "407",
    "needs": "408",
}
TEXTS = {
    "0": "No error",
    "101": "General error",
    "102": "Initialization failed",
    "103": "Already initialized",
    "104": "The session has ended",
    "111": "Termination failed",
    "112": "Terminate before Initialize",
    "113": "Terminate after Terminate",
    "122": "GetValue before Initialize",
    "123": "GetValue after Terminate",
    "132": "SetValue before Initialize",
    "133": "SetValue after Terminate",
    "142": "Commit before Initialize",
    "143": "Commit after Terminate",
    "201": "The argument is not allowed",
    "301": "GetValue failed",
    "351": "SetValue failed",
    "391": "Commit failed",
    "401": "The data model has no such element",
    "402": "The element is not implemented",
    "403": "The element has no value yet",
    "404": "The element is read-only",
    "405": "The element is write-only",
    "406": "The value is not of the element's type",
    "407": "The value is out of the element's range",
    "408": "Another element must be set first",
}
MODEL = Model("2004", "1.0", ELEMENTS, LISTS, CHILDREN, CODES, TEXTS)
