"""Every command and option of `lms` is in the papers, and no paper names one that does not exist."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lms.cli import lms
from tests.docs.papers import FENCED, IN_CODE, PAPERS

PAPER = "\n".join(path.read_text(encoding="utf-8") for path in PAPERS)
USED = re.compile(r"(?:\.venv/bin/)?lms((?: [a-z][a-z-]*)+)")


def commands(group: click.Group, name: str = "lms") -> Iterator[tuple[str, click.Command]]:
    context = click.Context(group)
    for key in group.list_commands(context):
        command = group.get_command(context, key)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, f"{name} {key}")
        else:
            yield f"{name} {key}", command


COMMANDS = dict(commands(lms))
OPTIONS = [
    (name, option)
    for name, command in COMMANDS.items()
    for parameter in command.params
    if isinstance(parameter, click.Option)
    for option in parameter.opts
]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_papers(name: str) -> None:
    assert re.search(rf"{name}\b", PAPER)


@pytest.mark.parametrize(("name", "option"), OPTIONS, ids=lambda one: one)
def test_every_option_is_in_the_papers(name: str, option: str) -> None:
    assert re.search(rf"{option}\b", PAPER)


@pytest.mark.parametrize("path", PAPERS, ids=lambda path: path.name)
def test_no_paper_names_a_command_that_does_not_exist(path: Path) -> None:
    assert [words for words in used(path.read_text(encoding="utf-8")) if not is_known(words)] == []


def used(text: str) -> list[list[str]]:
    """Words after `lms` in code marks and at the beginning of lines of blocks, up to the first argument or option."""
    blocks = "".join(found["body"] for found in FENCED.finditer(text))
    parts = [*IN_CODE.findall(FENCED.sub("", text)), *blocks.splitlines()]
    return [found[1].split() for part in parts if (found := USED.match(part))]


def is_known(words: list[str]) -> bool:
    """A command, perhaps with arguments after it, or a group."""
    called = " ".join(["lms", *words])
    return any(f"{called} ".startswith(f"{name} ") or f"{name} ".startswith(f"{called} ") for name in COMMANDS)
