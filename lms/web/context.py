"""What the application was built with, for views: settings, database, storage, mail and the hooks of upper layers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import current_app
from sqlalchemy.orm import Session

from lms.core.config import Settings
from lms.core.db import Database
from lms.core.mail import Mailer
from lms.core.storage import Storage

if TYPE_CHECKING:
    from lms.web.identity import SignedIn


@dataclass(frozen=True, slots=True)
class Hooks:
    """Functions of layers above `web`, handed in by the application factory."""

    #: (session, token, now) → who is signed in, or None.
    load_user: Callable[[Session, str, datetime], "SignedIn | None"]
    #: (session, user id or None, path, fields, now) → token of a held form.
    hold_form: Callable[[Session, int | None, str, dict[str, list[str]], datetime], str]
    #: (session, user id, path, token, now) → the fields that were typed, or None.
    held_form: Callable[[Session, int, str, str, datetime], dict[str, list[str]] | None]
    #: token → the user a session belonged to, ended or not; None when unknown.
    owner_of: Callable[[Session, str], int | None]
    #: (session, session id, now): the person was here.
    touch: Callable[[Session, int, datetime], None]
    #: () → who signed in last in this browser, by a cookie that outlives the session's; None when unknown.
    last_person: Callable[[], int | None]
    #: (session, locale) → title by key of the courses for which strangers may make an account.
    open_courses: Callable[[Session, str], dict[str, str]]
    #: (session, user id, course key, now): the person takes the course.
    join_course: Callable[[Session, int, str, datetime], None]


@dataclass(frozen=True, slots=True)
class Context:
    settings: Settings
    db: Database
    storage: Storage
    mailer: Mailer
    hooks: Hooks
    static: dict[str, str]
    extra: dict[str, Any]


def context() -> Context:
    return current_app._get_current_object().extensions["lms"]


def settings() -> Settings:
    return context().settings


def storage() -> Storage:
    return context().storage
