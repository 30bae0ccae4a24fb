"""`lms users`: accounts from the command line, above all the first administrator."""

import click

from lms.accounts import permissions, queries
from lms.accounts.queries import Wanted
from lms.accounts.service import people
from lms.accounts.service.people import Person
from lms.cli.context import opened
from lms.core.actor import system
from lms.core.clock import now
from lms.core.errors import Invalid

ACTOR = system("cli")
REASONS = {
    "user-name": "use 2 to 80 letters, digits, dots, hyphens or underscores",
    "taken": "somebody else has it",
    "email": "this is not an e-mail address",
    "name": "use 1 to 200 characters",
    "latin": "use Latin letters",
    "long": "use at most 200 characters",
}


@click.group()
def users() -> None:
    """Create and list accounts."""


@users.command()
@click.argument("user_name")
@click.option("--name", required=True, help="The person's name in their own script.")
@click.option("--latin-name", default="", help="The name in Latin letters, when the other is not.")
@click.option("--email", default="", help="Address for messages; also signs in.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(permissions.ROLES), help="May be given several times; trainee."
)
def create(user_name: str, name: str, latin_name: str, email: str, roles: tuple[str, ...]) -> None:
    """Make an account and print the link under which the person sets the password. Nobody else ever knows it."""
    person = Person(user_name, name, email, latin_name, roles=roles or (permissions.TRAINEE,))
    with opened() as (settings, db):
        try:
            with db.writing() as session:
                user_id = people.create(session, ACTOR, person, now())
                purpose, code = people.make_link(session, ACTOR, user_id, now())
        except Invalid as error:
            raise click.ClickException(_reasons(error)) from None
    click.echo(f"{person.user_name} has the number {user_id}. The password is set once, within 30 days, at:")
    click.echo(f"{settings.base_url}/{purpose}/{code}")


def _reasons(error: Invalid) -> str:
    return " ".join(f"{field.replace('_', ' ')}: {REASONS.get(code, code)}." for field, code in error.fields.items())


@users.command("list")
@click.option("--role", type=click.Choice(permissions.ROLES), help="Only people with this role.")
def list_(role: str | None) -> None:
    """List all accounts: number, user name, state, roles, name."""
    with opened() as (_settings, db), db.snapshot() as session:
        for batch in queries.accounts_batches(session, ACTOR, Wanted(role=role or "")):
            for account in batch:
                one = account.person
                click.echo(f"{one.id:>6}  {one.user_name:24} {account.state:8} {','.join(one.roles):24} {one.names}")
