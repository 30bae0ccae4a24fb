"""The smallest Flask application on the same database: the measure of what ours costs on top.

It speaks to the driver itself, psycopg or sqlite3, over one connection that each thread keeps, and every commit is on
the disk before it answers. `/read/KEY` sends one SELECT by key, `/save/KEY` commits one upsert, `/record/KEY` an upsert
and one insert. Nobody signs in, nothing is logged or compressed.
"""

import os
import sqlite3
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import psycopg
from flask import Flask, request

ADDRESS = os.environ["LMS_TEST_LOAD_DATABASE"]
ON_SQLITE = ADDRESS.startswith("sqlite")
SAVE = "INSERT INTO load_bare (id, body) VALUES ({0}, {0}) ON CONFLICT (id) DO UPDATE SET body = excluded.body"
READ = "SELECT body FROM load_bare WHERE id = {0}"
RECORD = "INSERT INTO load_bare_event (body) VALUES ({0})"
READ, SAVE, RECORD = (one.format("?" if ON_SQLITE else "%s") for one in (READ, SAVE, RECORD))

app = Flask("bare", static_folder=None)
own = threading.local()


class Sqlite:
    """As ours: WAL, and a commit that survives a power cut; a transaction takes the write lock when it begins."""

    def __init__(self) -> None:
        self.connection = sqlite3.connect(ADDRESS.removeprefix("sqlite:///"), isolation_level=None, timeout=10)
        self.connection.execute("PRAGMA journal_mode=wal")
        self.connection.execute("PRAGMA synchronous=full")
        self.execute = self.connection.execute

    def transaction(self) -> AbstractContextManager[Any]:
        self.connection.execute("BEGIN IMMEDIATE")
        return self.connection


def _postgresql() -> psycopg.Connection:
    address = ADDRESS.replace("postgresql+psycopg://", "postgresql://")
    return psycopg.connect(address, autocommit=True, options="-c synchronous_commit=on")


def connection(made: Callable[[], Any] = Sqlite if ON_SQLITE else _postgresql) -> Any:
    try:
        return own.connection
    except AttributeError:
        own.connection = made()
        return own.connection


@app.get("/read/<int:key>")
def read(key: int) -> str:
    return connection().execute(READ, [key]).fetchone()[0]


@app.post("/save/<int:key>")
def save(key: int) -> str:
    connection().execute(SAVE, [key, request.get_data(as_text=True)])
    return "saved"


@app.post("/record/<int:key>")
def record(key: int) -> str:
    body, kept = request.get_data(as_text=True), connection()
    with kept.transaction():
        kept.execute(SAVE, [key, body])
        kept.execute(RECORD, [body])
    return "saved"
