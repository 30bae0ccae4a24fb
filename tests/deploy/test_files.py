"""The files of deploy/ name settings, commands and variables that exist, and parse where a parser is to be had."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from lms.cli import lms
from lms.core.config import SETTINGS
from tests.docs.papers import ROOT

DEPLOY = ROOT / "deploy"
TEXTS = [
    path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and path.suffix in ("", ".yaml", ".env", ".service")
]
UNITS = sorted([*DEPLOY.glob("systemd/cleanroom*.service"), *DEPLOY.glob("systemd/cleanroom*.socket")])
TEMPLATES = "".join(path.read_text() for path in DEPLOY.rglob("*.template"))
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_settings_that_are_named_exist(path: Path) -> None:
    known = {one.variable for one in SETTINGS.values()}
    assert set(re.findall(r"\bLMS_[A-Z_]+\b", path.read_text())) <= known


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_commands_of_units_exist(path: Path) -> None:
    for call in re.findall(r"^Exec\w+=\S*/lms (.*)$", path.read_text(), re.MULTILINE):
        command = lms.get_command(None, call.split()[0])  # type: ignore[arg-type]
        options = {option for one in getattr(command, "params", ()) for option in one.opts}
        assert command and {word for word in call.split() if word.startswith("--")} <= options


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="no systemd on this machine")
@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_systemd_takes_the_units(path: Path) -> None:
    """All but that the programs are not installed here."""
    done = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True, check=False, timeout=120)
    said = [line for line in done.stderr.splitlines() if path.name in line and "is not executable" not in line]
    assert said == []


def test_each_value_of_the_templates_has_an_example_and_no_more() -> None:
    wanted = set(re.findall(r"\$\{(CLEANROOM_[A-Z_]+)\}", TEMPLATES))
    given = set(re.findall(r"^(CLEANROOM_[A-Z_]+)=", (DEPLOY / "nginx/example.env").read_text(), re.MULTILINE))
    assert (given, set(COMPOSE["services"]["nginx"]["environment"]) - {"NGINX_ENVSUBST_FILTER"}) == (wanted, wanted)


def test_each_value_that_compose_asks_for_has_an_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+):?\?", (DEPLOY / "compose.yaml").read_text()))
    given = set(re.findall(r"^([A-Z_]+)=", (DEPLOY / "example.env").read_text(), re.MULTILINE))
    assert asked <= given


def test_services_wait_and_stop_as_long_as_the_product_does() -> None:
    """Docker kills after the grace period."""
    for name, most in (("web", 8 + 20), ("worker", 300)):
        assert int(COMPOSE["services"][name]["stop_grace_period"].rstrip("s")) > most


def test_what_the_image_is_made_of_exists() -> None:
    lines = [line.split() for line in (DEPLOY / "Dockerfile").read_text().splitlines()]
    copied = [name for line in lines if line[:1] == ["COPY"] and "--from=build" not in line for name in line[1:-1]]
    assert copied and [name for name in copied if not (ROOT / name).exists()] == []


def test_nothing_of_the_image_runs_as_root() -> None:
    users = re.findall(r"^USER (\S+)$", (DEPLOY / "Dockerfile").read_text(), re.MULTILINE)
    assert users[-1:] == ["cleanroom"]
