"""pg_dump and pg_restore: found, fitting the server, and called so that no password stands in a list of processes."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from lms.backup.errors import Refused
from lms.core.db import Database

#: Where Debian and Red Hat keep several releases side by side.
FOLDERS = ("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin")
VERSION = re.compile(r"\(PostgreSQL\) (\d+)")


@dataclass(frozen=True, slots=True)
class Program:
    path: str
    release: int


def server_release(db: Database) -> int:
    with db.engine.connect() as connection:
        return int(connection.execute(text("SHOW server_version_num")).scalar_one()) // 10_000


def find(name: str, least: int) -> Program:
    """The oldest that is new enough: it writes what the most others can read. Raises Refused."""
    have = _programs(name)
    fitting = sorted((one for one in have if one.release >= least), key=lambda one: one.release)
    if fitting:
        return fitting[0]
    found = f"found: {', '.join(str(one.release) for one in have)}" if have else "none was found"
    raise Refused(
        f"The program {name} of PostgreSQL {least} or newer is needed ({found}). "
        f"On Debian: apt-get install postgresql-client-{least}"
    )


def _programs(name: str) -> list[Program]:
    places = [*(str(path / name) for folder in FOLDERS for path in Path("/").glob(folder[1:])), shutil.which(name)]
    found = []
    for place in dict.fromkeys(one for one in places if one and Path(one).is_file()):
        said = subprocess.run([place, "--version"], capture_output=True, text=True, check=False).stdout
        if match := VERSION.search(said):
            found.append(Program(place, int(match[1])))
    return found


def _call(db: Database) -> tuple[str, dict[str, str]]:
    """The address without the password, and the environment with it."""
    known: dict[str, Any] = dict(db.engine.dialect.create_connect_args(db.engine.url)[1])
    password = known.pop("password", None)
    # Names that are not libpq's are our driver's.
    told = {name: value for name, value in known.items() if name not in ("context", "prepare_threshold", "autocommit")}
    address = " ".join(f"{name}='{_escaped(str(value))}'" for name, value in told.items())
    return address, os.environ | ({"PGPASSWORD": str(password)} if password else {})


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "\\'")


def dump(db: Database, snapshot: str, schema: str, target: Path) -> None:
    """The tables as that transaction sees them, which must stay open meanwhile."""
    address, environment = _call(db)
    program = find("pg_dump", server_release(db))
    options = [
        "--format=custom",
        "--no-owner",
        "--no-privileges",
        f"--schema={_pattern(schema)}",
        f"--snapshot={snapshot}",
    ]
    _run([program.path, *options, f"--file={target}", f"--dbname={address}"], environment)


def restore(db: Database, source: Path, release: int, schema: str) -> None:
    """Into a schema that is empty, in one transaction. `release`: of the server that it was dumped from."""
    address, environment = _call(db)
    program = find("pg_restore", max(release, server_release(db)))
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error", f"--schema={schema}"]
    _run([program.path, *options, f"--dbname={address}", str(source)], environment)


def _pattern(schema: str) -> str:
    """Exactly this name; without quotes it would be a pattern in lower case."""
    return '"' + schema.replace('"', '""') + '"'


def _run(command: list[str], environment: dict[str, str]) -> None:
    done = subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = next((line for line in done.stderr.splitlines() if "error" in line.lower()), done.stderr.strip()[-300:])
        raise Refused(f"{Path(command[0]).name} failed: {said or f'it ended with {done.returncode}'}")


def current_schema(db: Database) -> str:
    """Where the tables are. Raises Refused when the account may see none."""
    with db.engine.connect() as connection:
        found = connection.execute(text("SELECT current_schema()")).scalar_one()
    if not found:
        raise Refused("The database has no schema that its account may use. Make one: CREATE SCHEMA public")
    return str(found)


def is_empty(db: Database, schema: str) -> bool:
    asked = text(
        "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = :name"
    )
    with db.engine.connect() as connection:
        return not connection.execute(asked, {"name": schema}).scalar_one()


def move_aside(db: Database, schema: str, name: str) -> None:
    """The tables that are there go under another schema, whole, and an empty one takes its place."""
    _both(db, f"ALTER SCHEMA {_pattern(schema)} RENAME TO {_pattern(name)}", f"CREATE SCHEMA {_pattern(schema)}")


def move_back(db: Database, schema: str, name: str) -> None:
    """Undo `move_aside`: what was restored meanwhile goes."""
    _both(db, f"DROP SCHEMA {_pattern(schema)} CASCADE", f"ALTER SCHEMA {_pattern(name)} RENAME TO {_pattern(schema)}")


def empty(db: Database, schema: str) -> None:
    """Undo a restore into an empty schema."""
    _both(db, f"DROP SCHEMA {_pattern(schema)} CASCADE", f"CREATE SCHEMA {_pattern(schema)}")


def _both(db: Database, *statements: str) -> None:
    with db.engine.connect() as connection:
        for statement in ("SET LOCAL lock_timeout = '5s'", *statements):
            connection.exec_driver_sql(statement.replace("%", "%%"))
        connection.commit()
    db.engine.dispose()  # what its connections remember of tables is of those that were


def others(db: Database) -> int:
    """How many others are connected to this database."""
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with db.engine.connect() as connection:
        return int(connection.execute(text(asked + " AND backend_type = 'client backend'")).scalar_one())
