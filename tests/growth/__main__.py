"""What a save costs in a database of ten thousand events and in one of ten million: `python -m tests.growth`.

Both databases stand side by side and are asked in turn, so that whatever else the machine does meets both. The last
line printed is one JSON object.
"""

import argparse
import json
import os
import random
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from sqlalchemy import text

from lms.core.db import Database
from tests.growth import fill, places, site
from tests.growth.acts import ACTS
from tests.growth.plans import Recorder
from tests.growth.site import Site
from tests.load.usage import cpu_seconds

PENS = 400
#: Saves of one block, and blocks of each database after those that warm up.
A_BLOCK, WARM = 100, 5


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.growth")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="postgresql")
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=10_000_000)
    parser.add_argument("--blocks", type=int, default=30)
    asked = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        sites = {}
        for events in (asked.small, asked.large):
            url = stack.enter_context(places.empty(asked.database, folder / str(events)))
            sites[events] = site.build(url, folder / str(events), PENS)
            began = time.monotonic()
            fill.fill(sites[events].db, events, PENS, lambda line: print(f"  {line}", flush=True))
            print(f"{events} events in {time.monotonic() - began:.0f} s", flush=True)
        for line in sizes(sites[asked.large].db, asked.large):
            print(line, flush=True)
        measured = measure(list(sites.values()), asked.blocks)
        touched = plans(sites[asked.large])
        for one in sites.values():
            one.db.close()
    small, large = measured
    ratios = {name: round(large[name] / small[name], 3) for name in small if small[name]}
    told = {"database": asked.database, "small": small, "large": large, "ratio": ratios, "too_much": touched}
    print(json.dumps(told))


def measure(sites: list[Site], blocks: int) -> list[dict[str, float]]:
    """Microseconds a save, the median of blocks: of the process with the web in it, of PostgreSQL, and of the clock."""
    found: list[list[dict[str, float]]] = [[] for _ in sites]
    chance = random.Random(1)
    for block in range(WARM + blocks):
        for number, one in enumerate(sites):
            cost = _block(one, chance)
            if block >= WARM:
                found[number].append(cost)
    return [{name: round(statistics.median(one[name] for one in costs), 1) for name in costs[0]} for costs in found]


def plans(one: Site) -> list[str]:
    """What each act touches; the names of those that touch more than they may."""
    recorder, wrong = Recorder(one.db), []
    for name, act in ACTS.items():
        act.do(one)
        with recorder.recorded() as found:
            act.do(one)
        rows, blocks = max(plan.rows for plan in found), max(plan.blocks for plan in found)
        scanned = [table for plan in found for table in plan.scanned if table == "learning_event"]
        print(f"  {name:20} {len(found):3} statements, at most {rows:6} rows and {blocks:6} blocks in one", flush=True)
        if rows > act.rows or blocks > act.blocks or scanned:
            wrong.append(name)
    return wrong


def _block(one: Site, chance: random.Random) -> dict[str, float]:
    pens = chance.sample(one.pens, A_BLOCK)
    backends = _backends(one.db)
    cpu, database, began = time.process_time(), cpu_seconds(backends), time.perf_counter()
    for pen in pens:
        pen.save()
    wall = time.perf_counter() - began
    database, cpu = cpu_seconds(backends) - database, time.process_time() - cpu
    scale = 1e6 / A_BLOCK
    return {
        "web_us": cpu * scale,
        "database_us": database * scale,
        "cpu_us": (cpu + database) * scale,
        "wall_us": wall * scale,
    }


def _backends(db: Database) -> list[int]:
    """Processes of PostgreSQL that work for us; none for SQLite, which works in ours."""
    if db.dialect == "sqlite":
        return []
    with db.reading() as session:
        wanted = text("SELECT pid FROM pg_stat_activity WHERE datname = current_database()")
        return [pid for pid in session.scalars(wanted) if Path(f"/proc/{pid}").exists() and pid != os.getpid()]


def sizes(db: Database, events: int) -> list[str]:
    """Bytes of each table and index for each event."""
    if db.dialect == "postgresql":
        wanted = (
            "SELECT relname, pg_relation_size(oid) FROM pg_class WHERE relkind IN ('r', 'i') AND relnamespace = "
            "'public'::regnamespace AND pg_relation_size(oid) > 1000000 ORDER BY 2 DESC"
        )
    else:
        wanted = "SELECT name, sum(pgsize) FROM dbstat GROUP BY 1 HAVING sum(pgsize) > 1000000 ORDER BY 2 DESC"
    with db.reading() as session:
        rows: Any = session.execute(text(wanted)).all()
    return [f"  {name:45} {size / 1e6:9.1f} MB {size / events:7.1f} bytes an event" for name, size in rows]


if __name__ == "__main__":
    main()
