"""`python -m tests.load.afternoon`: afternoons of a whole programme against the running product, and a report.

Small by itself, the whole with --full (7,000 people at the pace of people: some hours). The last line is one JSON
object; the exit code is 1 when there were errors, or something acknowledged is lost or doubled.
"""

import argparse
import json
import resource
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.load.afternoon import html, report, run
from tests.load.afternoon.run import Plan, Result
from tests.load.afternoon.scenarios import SCENARIOS

#: Sockets of a crowd, and as many again for everything else.
FILES = 8_192


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    _more_files()
    plan = _plan(options)
    if options.running:
        results = [run.running(json.loads(options.running.read_text()), plan, _say)]
    elif options.nodes:
        results = [run.nodes(count, plan, _say) for count in options.nodes]
    else:
        results = [run.here(kind, plan, _say) for kind in options.database]
    told = report.whole(results, shlex.join(["python", "-m", "tests.load.afternoon", *(arguments or sys.argv[1:])]))
    write(options.out, told)
    _tell(results, options.out)
    print(json.dumps(told["summary"]))
    return int(any(told["summary"][name] for name in ("errors", "lost", "doubled")))


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.load.afternoon", description=__doc__)
    both = ["postgresql", "sqlite"]
    parser.add_argument("--database", nargs="+", choices=both, default=both, help="default: both, one after the other")
    parser.add_argument("--full", action="store_true", help="7,000 people, at the pace of people, 100,000 requests")
    parser.add_argument("--people", type=int, help="default 40, with --full 7000")
    parser.add_argument("--speed", type=float, help="how many times faster than people: default 60, with --full 1")
    parser.add_argument("--only", nargs="+", default=[], choices=[one.name for one in SCENARIOS], help="some scenarios")
    parser.add_argument(
        "--requests", type=int, help="of the run without a pause: default 2400, with --full 100000; 0: none"
    )
    parser.add_argument("--alone", type=int, default=15, help="people who are measured one request at a time; 0: none")
    parser.add_argument(
        "--ratios", type=int, help="requests beside the bare route: default 120, with --full 600; 0: none"
    )
    parser.add_argument("--seed", type=int, default=1, help="of everybody's luck")
    parser.add_argument("--out", type=Path, default=Path("build/load"), help="folder of the report")
    several = "on PostgreSQL behind nginx, as many web nodes as each of these numbers, in turn: 1 3 compares them"
    parser.add_argument("--nodes", type=int, nargs="+", default=[], help=several)
    parser.add_argument(
        "--running", type=Path, help="against the nodes that `python -m tests.nodes --json` tells of here"
    )
    return parser.parse_args(arguments)


def _plan(options: argparse.Namespace) -> Plan:
    def chosen(given: float | None, small: float, full: float) -> float:
        return given if given is not None else full if options.full else small

    return Plan(
        people=int(chosen(options.people, 40, 7_000)),
        speed=chosen(options.speed, 60, 1),
        only=tuple(options.only),
        number=options.seed,
        alone=options.alone,
        requests=int(chosen(options.requests, 2_400, 100_000)),
        ratios=int(chosen(options.ratios, 120, 600)),
    )


def _more_files() -> None:
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    wanted = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _say(what: str) -> None:
    print(what, flush=True)


def write(folder: Path, told: report.Json) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(told, indent=1, ensure_ascii=False))
    (folder / "report.html").write_text(html.page(told))


def _tell(results: Sequence[Result], folder: Path) -> None:
    for result in results:
        for scenario, played, _used in result.played.values():
            tally = played.tally
            print(f"{result.name}, {scenario.title}: {tally.requests} requests, {tally.errors} errors")
            print("".join(f"  {one}\n" for one in tally.examples), end="")
        print("".join(f"  lost: {one}\n" for one in result.verdict.lost[:20]), end="")
        print("".join(f"  doubled: {one}\n" for one in result.verdict.doubled[:20]), end="")
    print(f"The report is {folder / 'report.html'}, and report.json beside it.")


if __name__ == "__main__":
    sys.exit(main())
