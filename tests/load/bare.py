"""The smallest Flask application on the same database: the measure of what ours costs on top.

`/read/KEY` sends one SELECT by key, `/save/KEY` commits one upsert, `/record/KEY` an upsert and one insert. Nobody
signs in, nothing is logged or compressed.
"""

import os

from flask import Flask, request
from sqlalchemy import text

from lms.core.db import Database

app = Flask("bare", static_folder=None)
db = Database(os.environ["LMS_TEST_LOAD_DATABASE"], pool_size=int(os.environ["LMS_TEST_LOAD_THREADS"]) + 2)
writer = db.engine.execution_options(sqlite_begin="IMMEDIATE")
READ = text("SELECT body FROM load_bare WHERE id = :id")
SAVE = text("INSERT INTO load_bare (id, body) VALUES (:id, :body) ON CONFLICT (id) DO UPDATE SET body = excluded.body")

RECORD = text("INSERT INTO load_bare_event (body) VALUES (:body)")


@app.get("/read/<int:key>")
def read(key: int) -> str:
    with db.engine.connect() as connection:
        return connection.execute(READ, {"id": key}).scalar_one()


@app.post("/save/<int:key>")
def save(key: int) -> str:
    with writer.begin() as connection:
        connection.execute(SAVE, {"id": key, "body": request.get_data(as_text=True)})
    return "saved"


@app.post("/record/<int:key>")
def record(key: int) -> str:
    body = request.get_data(as_text=True)
    with writer.begin() as connection:
        connection.execute(SAVE, {"id": key, "body": body})
        connection.execute(RECORD, {"body": body})
    return "saved"
