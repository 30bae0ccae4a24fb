"""The `lms` command. A subcommand is imported when it is called, so that each starts in the time it needs itself."""

import importlib
import sys
from typing import Any

import click

from lms.core.errors import DomainError, SettingError

#: name → (where it is, the line in `lms --help`)
COMMANDS = {
    "serve": ("lms.cli.serve:serve", "Run the web server and the worker."),
    "check": ("lms.cli.content:check", "Check courses and banks; list problems by file and line."),
    "sync": ("lms.cli.content:sync", "Publish what changed in the content folders."),
    "import": ("lms.cli.packages:import_", "Publish a content package (SCORM, IMS)."),
    "export": ("lms.cli.packages:export", "Write a content package as a ZIP again."),
    "preview": ("lms.cli.preview:preview", "Show a course folder while you write it."),
    "new": ("lms.cli.new:new", "Begin a course, module, lesson or bank."),
    "content": ("lms.cli.content:content", "Stamp translations; retire and reopen courses."),
    "users": ("lms.cli.users:users", "Create and list accounts."),
    "grades": ("lms.cli.grades:grades", "Export grades."),
    "db": ("lms.cli.db:db", "Bring the database up to date; move it to PostgreSQL."),
    "blobs": ("lms.cli.blobs:blobs", "Copy the files of courses into an object store; verify them."),
    "backup": ("lms.cli.backup:backup", "Write database and files into one file, while serving."),
    "restore": ("lms.cli.backup:restore", "Put a backup in place, verified and tried out."),
    "doctor": ("lms.cli.doctor:doctor", "Examine this site: what is wrong, and what to do."),
    "audit": ("lms.cli.audit:audit", "Verify the audit log."),
}
#: Earlier names, for scripts that use them; `lms --help` does not list them.
FORMER = {"database": "db"}


class Commands(click.Group):
    def list_commands(self, _context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _context: click.Context, name: str) -> click.Command | None:
        name = FORMER.get(name, name)
        if name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[name][0].partition(":")
        return getattr(importlib.import_module(module), attribute)

    def format_commands(self, _context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, about) for name, (_where, about) in COMMANDS.items()])


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def lms() -> None:
    """Cleanroom: a course delivery engine."""


def main(arguments: list[str] | None = None, **extra: Any) -> None:
    """Every expected failure is one sentence on standard error, never a traceback."""
    try:
        lms.main(arguments, prog_name="lms", **extra)
    except SettingError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(2)
    except DomainError as error:
        click.echo(f"Error: {error.message or error.code}", err=True)
        sys.exit(1)
