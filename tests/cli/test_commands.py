import re
import subprocess
import sys
from pathlib import Path

import pytest

from lms.audit.models import AuditDetail
from lms.cli import COMMANDS
from lms.core.db import Database
from tests.cli.conftest import Run


def test_help_lists_every_command(run: Run) -> None:
    done = run("--help")
    assert done.code == 0 and all(f"  {name} " in done.out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(run: Run, name: str) -> None:
    done = run(name, "--help")
    assert done.code == 0 and done.out.startswith(f"Usage: lms {name}")


def test_an_unknown_command(run: Run) -> None:
    done = run("chekc")
    assert done.code == 2 and "No such command 'chekc'" in done.err


def test_help_imports_neither_the_engine_nor_the_database() -> None:
    """Every call pays for what the command imports."""
    code = "import sys, lms.cli; print([m for m in ('sqlalchemy', 'flask', 'pydantic', 'bleach') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_a_wrong_setting_is_one_sentence(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LMS_COLOUR", "blue")
    done = run("users", "list")
    assert done.code == 2 and done.err.startswith("Error: LMS_COLOUR is not a setting.")


def test_the_database_is_made_and_then_up_to_date(run: Run, tmp_path: Path) -> None:
    (tmp_path / "data" / "lms.db").unlink()
    assert run("db", "upgrade").out == "The database is now up to date.\n"
    assert run("db", "upgrade").out == "The database is up to date.\n"


def test_scripts_may_use_the_former_name(run: Run) -> None:
    assert run("database", "upgrade").out == "The database is up to date.\n"


def test_an_account_is_made_with_a_link_for_its_password(run: Run) -> None:
    done = run("users", "create", "dora", "--name", "도라", "--latin-name", "Dora", "--role", "administrator")
    assert done.code == 0 and re.search(r"http://localhost:8000/invite/[0-9A-Z-]{19}\n", done.out)
    (line,) = run("users", "list").out.splitlines()
    assert line.split() == ["1", "dora", "invited", "administrator", "도라", "(Dora)"]


def test_a_user_name_is_taken_once(run: Run) -> None:
    run("users", "create", "dora", "--name", "Dora")
    done = run("users", "create", "dora", "--name", "Another")
    assert done.code == 1 and "user name: somebody else has it." in done.err


def test_an_account_is_made_with_an_identifier(run: Run, tmp_path: Path) -> None:
    assert run("users", "add", "dora", "--name", "Dora", "--id", "HR-42").code == 0
    engine = Database(f"sqlite:///{tmp_path / 'data' / 'lms.db'}").engine
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT public_id FROM user_account").scalar_one() == "HR-42"


@pytest.mark.parametrize("public_id", ["", "  ", "x" * 81, "a\tb"])
def test_an_identifier_that_cannot_be_is_refused(run: Run, public_id: str) -> None:
    done = run("users", "add", "dora", "--name", "Dora", "--id", public_id)
    assert done.code == 1 and "id: use 1 to 80 characters that can be seen." in done.err


def test_people_are_listed_by_role(run: Run) -> None:
    run("users", "create", "alice", "--name", "Alice")
    run("users", "create", "dora", "--name", "Dora", "--role", "administrator")
    assert "alice" not in run("users", "list", "--role", "administrator").out


def test_an_untouched_audit_log_is_intact(run: Run) -> None:
    run("users", "create", "alice", "--name", "Alice")
    done = run("audit", "verify")
    assert done.code == 0 and done.out == "2 events verified: 2 intact, 0 not.\n"


def test_an_altered_event_is_named(run: Run, tmp_path: Path) -> None:
    run("users", "create", "alice", "--name", "Alice")
    db = Database(f"sqlite:///{tmp_path / 'data' / 'lms.db'}")
    with db.engine.begin() as connection:
        # As somebody with the file in their hands would: without the triggers.
        for (name,) in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql("UPDATE audit_event SET verb = 'user.deleted' WHERE id = 1")
        connection.exec_driver_sql(f"DELETE FROM {AuditDetail.__tablename__} WHERE event_id = 2")
    db.close()
    done = run("audit", "verify")
    assert done.code == 1
    assert (
        "event 1 of " in done.out and "(user.deleted): altered" in done.out and "(user.link-made): missing" in done.out
    )
