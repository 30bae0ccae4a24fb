"""Ways to make a PostgreSQL server of our own weaken the promise, by code."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import psycopg
from sqlalchemy import text

from lms.core.clock import now
from lms.operations.areas import postgres
from lms.operations.subject import Subject
from tests.faults.clusters import Cluster
from tests.operations.provoked import Scene


def until(condition: Callable[[], bool], words: str) -> None:
    give_up = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < give_up, words
        time.sleep(0.02)


@dataclass
class Served:
    """The scene on a server that may be changed; `name` is its database."""

    scene: Scene
    cluster: Cluster
    name: str

    @property
    def subject(self) -> Subject:
        return self.scene.subject

    def system(self, *statements: str) -> None:
        """As the superuser, in the database of the product, which then connects anew."""
        address = f"host=127.0.0.1 port={self.cluster.port} user=postgres dbname={self.name}"
        with psycopg.connect(address, autocommit=True) as connection:
            for one in statements:
                connection.execute(one)  # type: ignore[call-overload]
        self.subject.db.engine.dispose()

    def set(self, **settings: str) -> None:
        self.system(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in settings.items()))
        self.system("SELECT pg_reload_conf()")
        name, value = next(iter(settings.items()))
        until(lambda: self.shown(name) == value, f"{name} did not become {value}")

    def shown(self, name: str) -> str:
        with self.subject.db.reading() as session:
            return str(session.scalar(text("SELECT current_setting(:name)"), {"name": name}))

    def standbys(self) -> int:
        with self.cluster.superuser() as connection:
            row = connection.execute("SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'").fetchone()
        return int(row[0]) if row else 0

    def stopped(self, *words: str) -> None:
        """A program that wants the server to be down."""
        self.subject.db.engine.dispose()
        self.cluster.stop()
        self.cluster.run(*words, "-D", self.cluster.data)
        self.cluster.start()

    def as_it_was(self) -> None:
        self.system("ALTER SYSTEM RESET ALL", "ALTER ROLE lms RESET ALL", "ALTER ROLE lms NOSUPERUSER")
        self.system("SELECT pg_reload_conf()")


def _no_fsync(served: Served) -> None:
    served.subject.db.engine.dispose()
    served.cluster.restart(fsync="off")


def _late_clock(served: Served) -> None:
    served.scene.subject = replace(served.subject, clock=lambda: now() + timedelta(seconds=7))


def _nobody_follows(served: Served) -> None:
    served.set(synchronous_commit="local", synchronous_standby_names="standby")


def _of_this_database(change: str) -> Callable[[Served], None]:
    return lambda served: served.system(f"UPDATE pg_database SET {change} WHERE datname = '{served.name}'")


#: code → (area, what makes it so)
OF_POSTGRESQL: dict[str, tuple[str, Callable[[Served], Any]]] = {
    "postgres-fsync": ("postgresql", _no_fsync),
    "postgres-full-pages": ("postgresql", lambda one: one.set(full_page_writes="off")),
    "postgres-commit": ("postgresql", lambda one: one.system("ALTER ROLE lms SET synchronous_commit = off")),
    "postgres-commit-standby": ("postgresql", _nobody_follows),
    "postgres-standby-gone": ("postgresql", _nobody_follows),
    "postgres-connections": ("postgresql", lambda one: one.scene.set(web_workers=64, web_threads=128)),
    "postgres-old": ("postgresql", lambda one: one.scene.patch.setattr(postgres, "OLDEST", 990_000)),
    "postgres-encoding": ("postgresql", _of_this_database("encoding = pg_char_to_encoding('LATIN1')")),
    "postgres-collation": ("postgresql", _of_this_database("datcollversion = '0.1'")),
    "postgres-checksums": ("postgresql", lambda one: one.stopped("pg_checksums", "--disable")),
    "postgres-superuser": ("postgresql", lambda one: one.system("ALTER ROLE lms SUPERUSER")),
    "postgres-autovacuum": ("postgresql", lambda one: one.set(autovacuum="off")),
    "trigger-disabled": ("guards", lambda one: one.scene.sql("ALTER TABLE completion DISABLE TRIGGER USER")),
    "sequence-behind": (
        "postgresql",
        lambda one: one.scene.sql("SELECT setval(pg_get_serial_sequence('user_account', 'id'), 1)"),
    ),
    "clock-differs": ("clocks", _late_clock),
}
