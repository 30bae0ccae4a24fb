"""The direction view → service → engine → models, where import-linter cannot say it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, begins, imported, modules

BELOW_THE_WEB = ("models", "queries", "service", "sessions", "permissions", "jobs")
FEATURES = (
    "accounts",
    "audit",
    "catalogue",
    "enrolments",
    "learning",
    "lessons",
    "quizzes",
    "certificates",
    "reports",
    "admin",
)


def _roles(role: str) -> list[str]:
    """Modules of this role: `lms.quizzes.service` and everything below it."""
    return [name for name in modules() if begins(".".join(name.split(".")[2:]), role)]


def test_layer_contracts_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("role", BELOW_THE_WEB)
def test_below_the_web_nobody_knows_http(role: str) -> None:
    wrong = {
        name: hit
        for name in _roles(role)
        if (
            hit := [
                i
                for i in imported(modules()[name])
                if begins(i, "flask", "flask_login", "flask_wtf", "wtforms", "lms.web")
            ]
        )
    }
    assert wrong == {}


@pytest.mark.parametrize("role", ["views", "forms"])
def test_views_and_forms_never_speak_sql(role: str) -> None:
    wrong = {
        name: hit for name in _roles(role) if (hit := [i for i in imported(modules()[name]) if begins(i, "sqlalchemy")])
    }
    assert wrong == {}


@pytest.mark.parametrize("feature", FEATURES)
def test_models_stay_inside_their_feature(feature: str) -> None:
    strangers = [
        name
        for name, tree in modules().items()
        if not begins(name, f"lms.{feature}", "lms.schema")
        and any(begins(i, f"lms.{feature}.models") for i in imported(tree))
    ]
    assert strangers == []


@pytest.mark.parametrize("name", sorted(modules()))
def test_no_import_hides_inside_a_function(name: str) -> None:
    hidden = [
        node.lineno
        for function in ast.walk(modules()[name])
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


@pytest.mark.parametrize("name", sorted(set(modules()) - {"lms.core.clock", "lms.core.logs"}))
def test_only_the_clock_reads_the_clock(name: str) -> None:
    calls = [
        node.lineno
        for node in ast.walk(modules()[name])
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "utcnow", "today")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
    ]
    assert calls == []


@pytest.mark.parametrize("name", sorted(modules()))
def test_every_module_or_its_content_explains_itself(name: str) -> None:
    """A package says what it is for; a module has a docstring, or its classes and functions do."""
    tree = modules()[name]
    documented = ast.get_docstring(tree) or any(
        ast.get_docstring(node) for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)
    )
    assert documented or not tree.body or name.rsplit(".", 1)[-1] in ("views", "forms"), name
