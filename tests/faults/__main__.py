"""`python -m tests.faults --kind KIND --seeds A-B [--postgres]`: play seeded faults and count what is lost or doubled.

Prints a line for every ten seeds and, last, one JSON object; ends with 1 when anything was lost, doubled, told wrongly
or did not recover.
"""

import argparse
import json
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests import postgres
from tests.faults import clusters
from tests.faults.databases import Template
from tests.faults.kinds import KINDS, ON_OWN_SERVER
from tests.faults.outcome import Outcome


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kind", choices=sorted(KINDS), action="append", help="default: all")
    parser.add_argument("--seeds", default="1-10", metavar="A-B")
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that everything that was started ends too
    first, _, last = options.seeds.partition("-")
    seeds = range(int(first), int(last or first) + 1)
    totals = {}
    for kind in options.kind or sorted(KINDS):
        with template(kind, options.postgres) as prepared:
            totals[kind] = _play(kind, seeds, prepared)
    print(json.dumps(totals, sort_keys=True))
    return 0 if all(one["good"] == one["seeds"] for one in totals.values()) else 1


@contextmanager
def template(kind: str, on_postgres: bool) -> Iterator[Template]:
    """What the seeds of a kind are played on."""
    with tempfile.TemporaryDirectory(prefix="lms-faults-") as folder, ExitStack() as stack:
        if kind in ON_OWN_SERVER:
            own = stack.enter_context(clusters.cluster())
            made = Template(Path(folder), own.admin, own)
        else:
            made = Template(Path(folder), postgres.admin_url() if on_postgres else "")
        stack.callback(made.close)
        yield made


def _play(kind: str, seeds: range, prepared: Template) -> dict[str, object]:
    began, outcomes, messages = time.monotonic(), [], Counter[str]()
    for seed in seeds:
        outcome = KINDS[kind](seed, prepared)
        outcomes.append(outcome)
        messages += outcome.messages
        if not outcome.good:
            _tell(kind, seed, outcome)
        if len(outcomes) % 10 == 0:
            print(f"{kind}: {_totals(outcomes)} in {time.monotonic() - began:.0f} s", flush=True)
    return _totals(outcomes) | {"database": prepared.name, "messages": dict(messages)}


def _totals(outcomes: Sequence[Outcome]) -> dict[str, object]:
    return {
        "seeds": len(outcomes),
        "good": sum(one.good for one in outcomes),
        "lost": sum(len(one.lost) for one in outcomes),
        "doubled": sum(len(one.doubled) for one in outcomes),
        "recovered": sum(one.recovered for one in outcomes),
        "odd": sum(len(one.odd) for one in outcomes),
        "acknowledged": sum(one.acknowledged for one in outcomes),
    }


def _tell(kind: str, seed: int, outcome: Outcome) -> None:
    print(f"{kind} {seed}: {outcome.note}; met: {outcome.met}, recovered: {outcome.recovered}", flush=True)
    for what, lines in (("lost", outcome.lost), ("doubled", outcome.doubled), ("odd", outcome.odd)):
        for line in lines[:10]:
            print(f"  {what}: {line}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
