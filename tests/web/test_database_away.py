"""A connection that dies under a request, or leads to a server that takes no writes: honest, and mended by the next."""

from collections.abc import Iterator

import psycopg
import pytest
from flask import Flask, Response
from sqlalchemy import text

from lms.app import create_app
from lms.core.config import Settings
from lms.core.db import Database
from lms.web import transaction
from lms.web.access import public
from lms.web.forms import csrf
from tests import postgres
from tests.client import Client


@pytest.fixture
def kind() -> str:
    return "postgresql"


@pytest.fixture
def client(settings: Settings, db: Database) -> Iterator[Client]:
    app = create_app(settings, db)
    _add_pages(app)
    yield Client(app)


def _add_pages(app: Flask) -> None:
    def read() -> str:
        return str(transaction.session().scalar(text("SELECT 1")))

    def write() -> str:
        transaction.session().execute(text("CREATE TABLE made (id int)"))
        return "made"

    for name, view in (("read", read), ("write", write)):
        app.add_url_rule(f"/{name}", name, public(csrf.exempt(view)), methods=["GET" if name == "read" else "POST"])


def _end_sessions(db: Database) -> None:
    """As a restart of the server does."""
    with psycopg.connect(postgres.plain(postgres.admin_url()), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [db.engine.url.database]
        )


def test_a_page_that_is_made_comes_though_its_connection_dies(client: Client, db: Database) -> None:
    """Fails when ending the request's transaction raises: then the server answers 500 with a page of its own."""

    @client.app.after_request
    def die(response: Response) -> Response:
        _end_sessions(db)
        return response

    assert client.get("/read").text == "1"


def test_a_dead_connection_of_the_pool_is_told_and_the_next_request_is_served(client: Client, db: Database) -> None:
    client.get("/read")
    _end_sessions(db)
    first = client.get("/read")
    assert (first.status_code, first.headers["Retry-After"]) == (503, "5")
    assert client.get("/read").text == "1"


def test_a_server_that_takes_no_writes_is_left(client: Client, db: Database) -> None:
    """A standby says so for one connection after the other; fails with 500, or when the pool keeps the connection."""
    with db.engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = on"))
        connection.commit()
    refused = client.post("/write", json={})
    assert (refused.status_code, refused.headers["Retry-After"], refused.json["error"]) == (503, "5", "unavailable")
    assert client.post("/write", json={}).text == "made"
