"""Expand, then contract: a release goes on with the schema of the next, so that nodes are upgraded one by one, and an
upgrade can be taken back. docs/database.md states the rule."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT

#: The last revision before the rule.
BEFORE = "0004"
VERSIONS = sorted((ROOT / "migrations" / "versions").glob("*.py"))
#: Tables that hold millions of rows: an index locks their writers for as long as it is made.
BIG = {"learning_event", "audit_event", "audit_detail", "activity_state", "quiz_response", "job"}
TAKES_AWAY = {"drop_table", "drop_column", "rename_table"}
FORBIDS = {"create_unique_constraint", "create_check_constraint", "create_foreign_key", "create_exclude_constraint"}
RAW = re.compile(r"\b(DROP\s+(TABLE|COLUMN)|RENAME|SET\s+NOT\s+NULL)\b", re.IGNORECASE)


def faults(source: str) -> list[str]:
    """What the release before could not live with. A module says `CONTRACT = "0.3"` when that release has stopped using
    what is taken away, and `LOCKS = {"table": "how long, measured on how many rows"}` for an index on a big table."""
    tree = ast.parse(source)
    marks = {
        target.id for one in tree.body if isinstance(one, ast.Assign) for target in one.targets if _is_name(target)
    }
    locks = next((ast.literal_eval(one.value) for one in tree.body if _assigns(one, "LOCKS")), {})
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Attribute)]
    made = {_text(one, 0) for one in calls if one.func.attr == "create_table"}  # type: ignore[attr-defined]
    found = [fault for call in calls for fault in _faults(call, made, set(locks))]
    return [] if "CONTRACT" in marks else found


def _faults(call: ast.Call, made: set[str], locks: set[str]) -> Iterator[str]:
    assert isinstance(call.func, ast.Attribute)
    act, given = call.func.attr, {one.arg: one.value for one in call.keywords}
    if act in TAKES_AWAY:
        yield f"{act} takes away what the release before uses"
    if act in FORBIDS and _text(call, 1) not in made:
        yield f"{act} refuses what the release before writes"
    if act == "alter_column" and ({"new_column_name", "type_"} & set(given) or _is(given.get("nullable"), False)):
        yield "alter_column changes what the release before reads or writes"
    if act == "add_column" and any(_is_needed(one) for one in ast.walk(call) if isinstance(one, ast.Call)):
        yield "add_column wants a value that the release before does not write"
    if act == "create_index" and _text(call, 1) in BIG - made - locks:
        yield f"create_index locks the writers of {_text(call, 1)}"
    if act == "create_index" and _is(given.get("unique"), True) and _text(call, 1) not in made:
        yield "create_index refuses what the release before writes"
    if act == "execute" and RAW.search(ast.unparse(call)):
        yield "execute takes away or refuses what the release before uses"


def _is_needed(call: ast.Call) -> bool:
    given = {one.arg: one.value for one in call.keywords}
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    return name == "Column" and _is(given.get("nullable"), False) and "server_default" not in given


def _is(node: ast.AST | None, value: bool) -> bool:
    return isinstance(node, ast.Constant) and node.value is value


def _text(call: ast.Call, place: int) -> str:
    node = call.args[place] if len(call.args) > place else None
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Name)


def _assigns(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(one, ast.Name) and one.id == name for one in node.targets)


def _is_new(path: Path) -> bool:
    known = re.search(r'^revision = "(\w+)"', path.read_text(), re.MULTILINE)
    return known is not None and known[1] > BEFORE


@pytest.mark.parametrize("path", VERSIONS, ids=lambda path: path.stem)
def test_the_release_before_can_live_with_it(path: Path) -> None:
    assert not _is_new(path) or faults(path.read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        "op.drop_table('course')",
        "op.drop_column('course', 'title')",
        "op.rename_table('course', 'courses')",
        "op.alter_column('course', 'title', new_column_name='name')",
        "op.alter_column('course', 'title', nullable=False)",
        "op.alter_column('course', 'title', type_=sa.Text())",
        "op.add_column('course', sa.Column('kind', sa.Text(), nullable=False))",
        "op.create_index('ix_new', 'learning_event', ['kind'])",
        "op.create_index('ix_new', 'course', ['kind'], unique=True)",
        "op.create_unique_constraint('uq_new', 'course', ['kind'])",
        "op.execute('ALTER TABLE course ALTER title SET NOT NULL')",
        "batch_op.drop_column('title')",
    ],
)
def test_what_it_could_not_is_found(line: str) -> None:
    assert faults(f"def upgrade():\n    {line}\n")


@pytest.mark.parametrize(
    "line",
    [
        "op.create_table('new', sa.Column('id', sa.Integer(), nullable=False))",
        "op.add_column('course', sa.Column('kind', sa.Text(), nullable=True))",
        "op.add_column('course', sa.Column('kind', sa.Text(), nullable=False, server_default='x'))",
        "op.create_index('ix_new', 'course', ['kind'])",
        "op.alter_column('course', 'title', nullable=True)",
        "op.execute('UPDATE course SET kind = 1')",
    ],
)
def test_what_it_can_is_let_through(line: str) -> None:
    assert faults(f"def upgrade():\n    {line}\n") == []


def test_what_no_release_uses_any_more_may_go() -> None:
    assert faults("CONTRACT = '0.3'\n\ndef upgrade():\n    op.drop_column('course', 'title')\n") == []


def test_a_lock_that_was_measured_may_be_taken() -> None:
    given = "LOCKS = {'learning_event': '9 s on 10 million rows'}\n\ndef upgrade():\n"
    assert faults(f"{given}    op.create_index('ix_new', 'learning_event', ['kind'])\n") == []
