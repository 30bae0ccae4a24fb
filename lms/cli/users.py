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
    "public-id": "use 1 to 80 characters that can be seen",
}

FIELDS = {"user_name": "user name", "native_name": "name", "latin_name": "latin name", "public_id": "id"}


@click.group()
def users() -> None:
    """Create and list accounts."""


@users.command()
@click.argument("user_name")
@click.option(
    "--id", "public_id", help="What content and exports call the person; without it one is made. Never changes."
)
@click.option("--name", required=True, help="The person's name in their own script.")
@click.option("--latin-name", default="", help="The name in Latin letters, when the other is not.")
@click.option("--email", default="", help="Address for messages; also signs in.")
@click.option(
    "--role", "roles", multiple=True, type=click.Choice(permissions.ROLES), help="May be given several times; trainee."
)
def add(user_name: str, public_id: str | None, name: str, latin_name: str, email: str, roles: tuple[str, ...]) -> None:
    """Make an account and print the link under which the person sets the password. Nobody else ever knows it."""
    roles = roles or (permissions.TRAINEE,)
    if public_id is not None and not public_id.strip():
        raise click.ClickException(_reasons(Invalid(fields={"public_id": "public-id"})))
    person = Person(user_name, name, email, latin_name, roles=roles, public_id=public_id or "")
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
    return " ".join(f"{FIELDS.get(field, field)}: {REASONS.get(code, code)}." for field, code in error.fields.items())


users.add_command(add, "create")


@users.command("list")
@click.option("--role", type=click.Choice(permissions.ROLES), help="Only people with this role.")
def list_(role: str | None) -> None:
    """List all accounts: number, user name, state, roles, name."""
    with opened() as (_settings, db), db.snapshot() as session:
        for batch in queries.accounts_batches(session, ACTOR, Wanted(role=role or "")):
            for account in batch:
                one = account.person
                click.echo(f"{one.id:>6}  {one.user_name:24} {account.state:8} {','.join(one.roles):24} {one.names}")
