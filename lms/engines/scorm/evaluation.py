"""What a data model's values come to: statuses that measures decide, and what the LMS writes when a SCO has ended."""

from collections.abc import Mapping

from lms.engines.scorm.durations import add_interval, add_timespan
from lms.engines.scorm.model import Element, Model

Values = Mapping[str, str]


def current(values: Values, path: str, element: Element) -> str | None:
    """What the element is worth now. In SCORM 2004 two statuses are decided by measures, where the LMS named a
    threshold (RTE 4.2.4.1, 4.2.23.1)."""
    if path == "cmi.completion_status" and "cmi.completion_threshold" in values:
        reached = _reaches(values, "cmi.progress_measure", "cmi.completion_threshold")
        return {True: "completed", False: "incomplete", None: "unknown"}[reached]
    if path == "cmi.success_status" and "cmi.scaled_passing_score" in values:
        reached = _reaches(values, "cmi.score.scaled", "cmi.scaled_passing_score")
        return {True: "passed", False: "failed", None: "unknown"}[reached]
    return values.get(path, element.initial)


def _reaches(values: Values, measure: str, threshold: str) -> bool | None:
    return float(values[measure]) >= float(values[threshold]) if measure in values else None


def closing(model: Model, values: Values, finished: bool) -> dict[str, str]:
    """The attempt's time, and in SCORM 1.2 its status."""
    if model.name == "2004":
        total = current(values, "cmi.total_time", model.elements["cmi.total_time"]) or ""
        return {"cmi.total_time": add_interval(total, values.get("cmi.session_time", ""))}
    total = current(values, "cmi.core.total_time", model.elements["cmi.core.total_time"]) or ""
    return {
        "cmi.core.total_time": add_timespan(total, values.get("cmi.core.session_time", "")),
        "cmi.core.lesson_status": final_status(values, finished),
    }


def final_status(values: Values, finished: bool = True) -> str:
    """SCORM 1.2, RTE 3.4.4: a SCO that said nothing has been completed, or browsed; one that was cut off, or says so
    itself, is incomplete. Otherwise, where credit is given, the score decides against the mastery score, whatever the
    SCO said."""
    status = values.get("cmi.core.lesson_status", "not attempted")
    mode = values.get("cmi.core.lesson_mode", "normal")
    if status == "not attempted":
        status = "browsed" if mode == "browse" else "completed" if finished else "incomplete"
    credited = mode == "normal" and values.get("cmi.core.credit", "credit") == "credit"
    mastery, score = values.get("cmi.student_data.mastery_score", ""), values.get("cmi.core.score.raw", "")
    if credited and mastery and score and status != "incomplete":
        return "passed" if float(score) >= float(mastery) else "failed"
    return status
