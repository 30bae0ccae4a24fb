"""What a run has found, as one JSON object, and the line that a run ends with."""

import math
import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from tests.load.afternoon.crowd import Played
from tests.load.afternoon.meter import Used
from tests.load.afternoon.run import Result
from tests.load.afternoon.tally import Kind, Tally, percentile

#: What staff and films take says nothing about how long a trainee waits.
APART = ("staff page", "export csv", "export json", "export xlsx", "package film")
POSTS = ("launch: start", "launch: exchange", "launch: take")
#: What is compared between few nodes and many.
PARTS = ("web", "database")
#: So many points of a curve.
POINTS = 60
_LISTED = 20

Json = dict[str, Any]


def whole(results: Sequence[Result], command: str) -> Json:
    return {
        "about": {
            "command": command,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
        },
        "summary": summary(results),
        "databases": [_database(one) for one in results],
    }


def summary(results: Sequence[Result]) -> Json:
    """Errors are of all databases together, times of the worst scenario, the rate that of PostgreSQL where there is
    one."""
    scenarios = [one for result in results for one in result.played.values()]
    trainees = [played.tally.times(APART) for _scenario, played, _used in scenarios]
    errors = [played.tally.errors for _scenario, played, _used in scenarios]
    errors += [one.sustained[0].tally.errors for one in results if one.sustained]
    rates = [_rate(one.sustained[0]) for one in results if one.sustained] or [_rate(one[1]) for one in scenarios]
    return {
        "errors": sum(errors),
        "lost": sum(len(one.verdict.lost) for one in results),
        "doubled": sum(len(one.verdict.doubled) for one in results),
        "p95_ms": _worst(trainees, 0.95),
        "p99_ms": _worst(trainees, 0.99),
        "ratio_save": _ratio(results, "save an answer", "package: 8 values"),
        "ratio_view": _ratio(results, "lesson"),
        "requests_per_s": round(rates[0]) if rates else None,
        "ratio_launch": _launch(results),
        "ratio_launch_whole": _ratio(results, "launch: whole"),
        "acknowledged": sum(one.verdict.compared for one in results),
        "memory_mb": round(max((used.memory["most"] for one in results for used in _uses(one)), default=0)),
        "databases": [one.name for one in results],
        **_more_nodes(results),
    }


def _more_nodes(results: Sequence[Result]) -> Json:
    """CPU of a request with the most nodes, by that with the fewest: over all scenarios that both have played."""
    found = sorted((one for one in results if one.nodes), key=lambda one: one.nodes)
    if len(found) < 2:
        return {}
    return {f"ratio_nodes_{group}": round(_each(found[-1], group) / _each(found[0], group), 2) for group in PARTS}


def _each(result: Result, group: str) -> float:
    """CPU seconds of a request."""
    uses = _uses(result)
    return sum(used.cpu[group] for used in uses) / max(1, _requests(result))


def _requests(result: Result) -> int:
    played = [played.tally.requests for _scenario, played, _used in result.played.values()]
    return sum(played) + (result.sustained[0].tally.requests if result.sustained else 0)


def _uses(result: Result) -> list[Used]:
    return [used for _scenario, _played, used in result.played.values()] + (
        [result.sustained[1]] if result.sustained else []
    )


def _worst(times: Sequence[Sequence[float]], part: float) -> float | None:
    return round(max(percentile(one, part) for one in times) * 1000, 1) if times else None


def _ratio(results: Sequence[Result], *names: str) -> float | None:
    """The greatest: of saving an answer and a batch, and of the databases."""
    found = [compared.all for one in results for name, compared in one.ratios if name in names]
    return round(max(found), 2) if found else None


def _launch(results: Sequence[Result]) -> float | None:
    """What one of the posts of a launch costs, by what a bare one does."""
    found = [
        [(compared.ours, compared.bare) for name, compared in one.ratios if name in POSTS]
        for one in results
        if one.ratios
    ]
    each = [
        sum(_cpu(ours) for ours, _bare in pairs) / sum(_cpu(bare) for _ours, bare in pairs) for pairs in found if pairs
    ]
    return round(max(each), 2) if each else None


def _cpu(cost: Any) -> float:
    return cost.web_ms + cost.database_ms


def _rate(played: Played) -> float:
    return played.tally.requests / played.seconds if played.seconds else 0.0


def _database(result: Result) -> Json:
    plan = result.plan
    return {
        "database": result.name,
        "nodes": result.nodes,
        "durable": result.durable,
        "people": plan.people,
        "speed": plan.speed,
        "seed": plan.number,
        "prepared_s": result.prepared,
        "scenarios": [
            {"name": one.name, "title": one.title, "about": one.about} | _played(played, used)
            for one, played, used in result.played.values()
        ],
        "sustained": _played(*result.sustained) if result.sustained else None,
        "costs": result.costs,
        "ratios": [_compared(name, found) for name, found in result.ratios],
        "verdict": {
            "acknowledged": result.verdict.compared,
            "lost": len(result.verdict.lost),
            "doubled": len(result.verdict.doubled),
            "examples": (result.verdict.lost + result.verdict.doubled)[:_LISTED],
            "not_taken_as_sent": len(result.odd),
            "not_taken_examples": sorted(set(result.odd))[:_LISTED],
        },
    }


def _compared(name: str, found: Any) -> Json:
    return {
        "name": name,
        "ratio_web": round(found.web, 2),
        "ratio": round(found.all, 2),
        "web_ms": round(found.ours.web_ms, 2),
        "database_ms": round(found.ours.database_ms, 2),
        "bare_web_ms": round(found.bare.web_ms, 2),
        "bare_database_ms": round(found.bare.database_ms, 2),
    }


def _played(played: Played, used: Used) -> Json:
    tally = played.tally
    requests = max(1, tally.requests)
    curve = series(tally, played.seconds)
    return {
        "seconds": round(played.seconds, 1),
        "requests": tally.requests,
        "requests_per_s": round(_rate(played), 1),
        "most_requests_per_s": round(max((one["rate"] for one in curve), default=0), 1),
        "errors": tally.errors,
        "busy": tally.busy,
        "examples": tally.examples,
        **_times(tally.times(APART)),
        "cpu_s": {group: round(value, 2) for group, value in used.cpu.items()},
        "web_ms": round(used.cpu["web"] * 1000 / requests, 2),
        "database_ms": round(used.cpu["database"] * 1000 / requests, 2),
        "worker_ms": round(used.cpu["worker"] * 1000 / requests, 2),
        "proxy_ms": round(used.cpu["proxy"] * 1000 / requests, 2),
        "client_ms": round(played.cpu * 1000 / requests, 2),
        "memory_mb": {name: round(value, 1) for name, value in used.memory.items()},
        "sent_mb": round(sum(one.sent for one in tally.kinds.values()) / 1e6, 2),
        "received_mb": round(sum(one.received for one in tally.kinds.values()) / 1e6, 2),
        "lines": tally.lines,
        "most_lines": tally.most_lines,
        "resent": tally.resent,
        "kinds": {name: _kind(one) for name, one in sorted(tally.kinds.items())},
        "series": curve,
    }


def _kind(one: Kind) -> Json:
    count = max(1, len(one.times))
    return {
        "requests": len(one.times),
        **_times(one.times),
        "errors": one.errors,
        "said": dict(one.said),
        "sent_bytes": round(one.sent / count),
        "received_bytes": round(one.received / count),
    }


def _times(seconds: Sequence[float]) -> Json:
    named = (("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99), ("most_ms", 1.0))
    return {name: round(percentile(seconds, part) * 1000, 1) for name, part in named}


def series(tally: Tally, seconds: float) -> list[dict[str, float]]:
    """Requests that ended in a second, and the p95 of those, over the run."""
    if not seconds:
        return []
    step = max(1.0, seconds / POINTS)
    bins: list[list[float]] = [[] for _ in range(math.ceil(seconds / step))]
    for one in tally.kinds.values():
        for end, took in zip(one.ends, one.times, strict=True):
            bins[min(len(bins) - 1, int(end // step))].append(took)
    return [
        {
            "at_s": round(place * step, 1),
            "rate": round(len(times) / step, 1),
            "p95_ms": round(percentile(times, 0.95) * 1000, 1),
        }
        for place, times in enumerate(bins)
    ]
