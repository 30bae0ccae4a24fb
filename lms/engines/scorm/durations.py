"""Time spent, added up in the notation of each standard: whole hundredths of a second, never rounded twice."""

import re

INTERVAL = re.compile(
    r"P(?:([0-9]+)Y)?(?:([0-9]+)M)?(?:([0-9]+)D)?(?:T(?:([0-9]+)H)?(?:([0-9]+)M)?(?:([0-9]+)(?:\.([0-9]{1,2}))?S)?)?"
)
TIMESPAN = re.compile(r"([0-9]{2,4}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,2}))?")
# A year and a month have no length of their own; these are the Gregorian calendar's means.
WEIGHTS = (31_556_952, 2_629_746, 86_400, 3_600, 60, 1)
MOST_TIMESPAN = 9999 * 360_000 + 59 * 6_000 + 5_999


def interval_hundredths(text: str) -> int:
    """Of an ISO 8601 duration; 0 for anything else."""
    found = INTERVAL.fullmatch(text)
    if not found:
        return 0
    *whole, fraction = found.groups()
    seconds = sum(weight * int(part or 0) for weight, part in zip(WEIGHTS, whole, strict=True))
    return seconds * 100 + int((fraction or "").ljust(2, "0"))


def interval_text(hundredths: int) -> str:
    """Hours may exceed a day: a sum of sessions is no calendar time."""
    minutes, rest = divmod(hundredths, 6_000)
    hours, minutes = divmod(minutes, 60)
    fraction = f".{rest % 100:02}" if rest % 100 else ""
    return f"PT{hours}H{minutes}M{rest // 100}{fraction}S"


def add_interval(total: str, session: str) -> str:
    return interval_text(interval_hundredths(total) + interval_hundredths(session)) if session else total


def timespan_hundredths(text: str) -> int:
    """Of a CMITimespan; 0 for anything else."""
    found = TIMESPAN.fullmatch(text)
    if not found:
        return 0
    hours, minutes, seconds, fraction = found.groups()
    return ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 100 + int((fraction or "").ljust(2, "0"))


def timespan_text(hundredths: int) -> str:
    """Four digits of hours are all that the standard has; longer ones stay at the most it can say."""
    minutes, rest = divmod(min(hundredths, MOST_TIMESPAN), 6_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:04}:{minutes:02}:{rest // 100:02}.{rest % 100:02}"


def add_timespan(total: str, session: str) -> str:
    return timespan_text(timespan_hundredths(total) + timespan_hundredths(session)) if session else total
