"""`lms audit`: is the record what was recorded?"""

import sys
from collections import Counter

import click

from lms.audit import verify as verifying
from lms.cli.context import opened


@click.group()
def audit() -> None:
    """Verify the audit log."""


@audit.command()
def verify() -> None:
    """Compute the digest of every recorded act anew; list those that differ, and end with 1 if there are any."""
    counts: Counter[str] = Counter()
    with opened() as (_settings, db), db.snapshot() as session:
        for event in verifying.check(session):
            counts[event.state] += 1
            if event.state in ("altered", "missing"):
                click.echo(f"event {event.id} of {event.at:%Y-%m-%d %H:%M:%S} UTC ({event.verb}): {event.state}")
    bad = counts["altered"] + counts["missing"]
    erased = f" {counts['erased']} have an erased detail." if counts["erased"] else ""
    click.echo(f"{counts.total()} events verified: {counts['intact']} intact, {bad} not.{erased}")
    if bad:
        sys.exit(1)
