"""`python -m tests.load`: how fast the product is, and what a request costs beside a bare Flask route. It only prints.

Ours and the bare route take turns in short slices; "web x" and "all x" are the medians of the slices' ratios. A launch
is several requests; its whole is their sum, beside one bare request that records. Once with one worker, whose CPU can
be told apart, and once with as many as `lms serve` starts by default.
"""

import argparse
import contextlib
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from lms.core import config
from tests import serving
from tests.load import databases, export, imports, scene, slices
from tests.load.databases import Fresh
from tests.load.measure import Compared
from tests.load.scenarios import SCENARIOS
from tests.load.server import production
from tests.load.slices import Amount


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    if options.imports:
        imports.main(full=options.full)
        return
    if options.export:
        export.main(options.trainees or 10_000)
        return
    with tempfile.TemporaryDirectory(prefix="lms-load-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        fresh = stack.enter_context(databases.postgresql() if options.postgres else databases.sqlite(folder))
        _measure(options, folder, fresh)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--postgres", action="store_true", help="on PostgreSQL instead of SQLite")
    parser.add_argument("--export", action="store_true", help="memory that exporting grades takes, instead of speed")
    parser.add_argument("--import", action="store_true", dest="imports", help="what importing packages takes, as JSON")
    parser.add_argument("--full", action="store_true", help="with --import: 1 GiB in 6,000 files")
    parser.add_argument("--only", default="", help="scenarios whose name begins so")
    parser.add_argument("--trainees", type=int, default=0, help="60 (with --export 10000)")
    parser.add_argument("--requests", type=int, default=600, help="of a scenario in one round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=30, help="the longest that a round may take")
    parser.add_argument("--lines", type=int, default=4, help="connections at once")
    usual = int(config.SETTINGS["web_workers"].default)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, usual], help=f"default: 1 {usual}")
    parser.add_argument("--threads", type=int, default=int(config.SETTINGS["web_threads"].default))
    return parser.parse_args(arguments)


def _measure(options: argparse.Namespace, folder: Path, fresh: Fresh) -> None:
    held = serving.hold_port(), serving.hold_port()
    ports = serving.number(held[0]), serving.number(held[1])
    environment = production(folder, fresh, ports[0])
    made = scene.prepare(config.load(environment, log_level="WARNING"), options.trainees or 60)
    chosen = [one for one in SCENARIOS if one.name.startswith(options.only)]
    amount = Amount(options.requests, options.rounds, options.seconds, options.lines, options.threads)
    for workers in options.workers:
        _print_head(options, fresh, workers)
        _print(slices.compared(fresh, made, chosen, environment, ports, folder, amount, workers))


def _print_head(options: argparse.Namespace, fresh: Fresh, workers: int) -> None:
    print(
        f"{fresh.url.partition(':')[0]} ({fresh.durable}), {workers} worker(s) x {options.threads} threads,"
        f" {options.lines} connections, {options.trainees or 60} trainees,"
        f" {options.rounds} rounds of {options.requests} requests",
        flush=True,
    )


def _print(costs: Iterator[tuple[str, Compared]]) -> None:
    print(
        f"{'scenario':18} {'req/s':>7} {'p50':>7} {'p95':>7} {'p99':>7} {'web':>7} {'db':>6} {'bare':>6} {'db':>6}"
        f" {'web x':>6} {'all x':>6}   (milliseconds; web, db, bare: CPU a request)"
    )
    for name, found in costs:
        ours, bare = found.ours, found.bare
        print(
            f"{name:18} {ours.rate:7.0f} {ours.p50:7.1f} {ours.p95:7.1f} {ours.p99:7.1f} {ours.web_ms:7.2f}"
            f" {ours.database_ms:6.2f} {bare.web_ms:6.2f} {bare.database_ms:6.2f}"
            f" {found.web:6.1f} {found.all:6.1f}",
            flush=True,
        )


if __name__ == "__main__":
    main()
