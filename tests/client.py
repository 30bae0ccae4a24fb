"""A client that behaves as a browser does: it names its origin, and keeps cookies."""

from datetime import UTC, datetime
from typing import Any

from flask import Flask
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from lms.accounts import sessions

BASE = "http://localhost:8000"


class Client:
    """Signs in by opening a session row, so that tests of other features do not pay for password hashing."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.http = app.test_client()

    @property
    def db(self) -> Any:
        return self.app.extensions["lms"].db

    def sign_in(self, user_id: int) -> None:
        with self.db.writing() as session:
            token = sessions.open_session(session, user_id, "test", datetime.now(UTC), 24)
        with self.http.session_transaction(base_url=BASE) as cookie:
            cookie["_user_id"] = token

    def get(self, path: str, **kwargs: Any) -> TestResponse:
        return self.http.get(path, base_url=BASE, buffered=True, **kwargs)

    def post(self, path: str, data: Any = None, *, csrf: bool = True, **kwargs: Any) -> TestResponse:
        """POST a form with its token; `json=` sends JSON."""
        headers = {"Origin": BASE, **kwargs.pop("headers", {})}
        if csrf and "json" not in kwargs:
            data = {**(data or {}), "csrf_token": self.csrf_token()}
        return self.http.post(path, base_url=BASE, data=data, headers=headers, **kwargs)

    def csrf_token(self) -> str:
        """The token a page would hold, made as Flask-WTF makes it, without fetching a page."""
        with self.http.session_transaction(base_url=BASE) as cookie:
            raw = cookie.setdefault("csrf_token", "c" * 40)
        return URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(raw)
