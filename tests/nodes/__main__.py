"""`python -m tests.nodes --json FILE`: several nodes behind nginx, until told to end (Ctrl-C or SIGTERM).

FILE says where everything is: addresses, ports, ids of processes, the database, the data folder and the secret.
"""

import argparse
import json
import signal
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path

from tests.nodes.databases import fresh
from tests.nodes.farm import Farm, farm


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.nodes", description=__doc__)
    parser.add_argument("--web", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--tls", action="store_true")
    parser.add_argument(
        "--pgbouncer", action="store_true", help="between the nodes and PostgreSQL, pooling transactions"
    )
    parser.add_argument("--set", action="append", default=[], metavar="LMS_NAME=VALUE", help="a further setting")
    parser.add_argument("--json", type=Path, required=True)
    options = parser.parse_args(arguments)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    more = dict(one.split("=", 1) for one in options.set)
    with (
        tempfile.TemporaryDirectory(prefix="lms-nodes-") as folder,
        fresh(pooled=options.pgbouncer) as url,
        farm(Path(folder), url, web=options.web, workers=options.workers, tls=options.tls, more=more) as made,
    ):
        made.start()
        options.json.write_text(json.dumps(told(made), indent=1))
        print(f"{made.url} is ready; {options.json} says the rest", flush=True)
        stop.wait()


def told(made: Farm) -> dict[str, object]:
    return {
        "url": made.url,
        "port": made.port,
        "nginx": {"pid": made.nginx.pid, "access_log": str(made.nginx.folder / "access.log")},
        "web": [{"port": one.port, "pids": one.pids} for one in made.web],
        "workers": [{"pids": one.pids} for one in made.workers],
        "database": made.environment["LMS_DATABASE_URL"],
        "data_dir": str(made.folder),
        "settings": made.environment,
    }


if __name__ == "__main__":
    main()
