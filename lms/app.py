"""The application factory: settings in, one WSGI application out."""

from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import schema
from lms.accounts import entry, held, permissions, sessions
from lms.accounts.views import blueprint as accounts
from lms.admin import views as admin
from lms.catalogue.views import desk
from lms.certificates.views import blueprint as certificates
from lms.core import config, logs, mail, metrics, stores, watch
from lms.core.actor import Actor
from lms.core.bounded import Bounded
from lms.core.config import Settings
from lms.core.db import Database
from lms.core.pulse import Pulse
from lms.enrolments import queries as enrolments
from lms.learning.service import start
from lms.learning.views import blueprint as learning
from lms.lessons.views import blueprint as lessons
from lms.player import check, hosts
from lms.player.content import create_content_app
from lms.player.views import blueprint as player
from lms.quizzes.key_views import blueprint as keys
from lms.quizzes.views import blueprint as quizzes
from lms.reports.recorder_views import blueprint as recorder
from lms.reports.views import blueprint as reports
from lms.web import access, assets, errors, headers, i18n, identity, kept, numbers, overload, pace, pages, transaction
from lms.web.context import Context, Hooks
from lms.web.forms import csrf
from lms.web.health import blueprint as health
from lms.web.identity import SignedIn
from lms.web.measuring import Proxies, measured, where
from lms.web.metrics import blueprint as numbers_of_the_node

BLUEPRINTS: tuple[Blueprint, ...] = (
    health,
    numbers_of_the_node,
    learning,
    lessons,
    quizzes,
    player,
    check.blueprint,
    keys,
    accounts,
    certificates,
    reports,
    recorder,
    desk,
    *admin.BLUEPRINTS,
)
#: A form's fields, without files; files are bounded by LMS_MAX_UPLOAD_MB.
MOST_FORM_BYTES = 2_000_000
MOST_FORM_PARTS = 2_000


def create_app(settings: Settings | None = None, db: Database | None = None) -> Flask:
    """Build the application. Raises SettingError with one sentence when a setting is wrong."""
    settings = settings or config.load()
    logs.configure(settings.log_level)
    app = transaction.TransactionalFlask("lms", static_folder=None)
    app.config.update(_flask_config(settings))
    folder = settings.data_dir / "static"
    shared = metrics.folder_of(settings.data_dir, metrics.part_of(settings.bind))
    metrics.sweep(shared)
    if settings.metrics_token:
        metrics.start(shared)
    db = db or Database(settings.database_url, pool_size=settings.web_threads + 2, copy=settings.reports_database_url)
    watch.watch(db, settings.slow_query_ms, where)
    app.extensions["lms"] = Context(
        settings=settings,
        db=db,
        storage=watch.Watched(stores.storage_of(settings)),
        mailer=mail.mailer(settings.mail_url, settings.mail_from, settings.data_dir),
        hooks=_hooks(settings),
        static=assets.build(folder),
        extra={
            "views": app.view_functions,
            "metadata": schema.metadata,
            "hosts": hosts.hosts_of(settings.content_url, settings.base_url),
            "bounded": Bounded(db.engine.url.render_as_string(hide_password=False)),
        },
    )
    for part in (numbers, headers, overload, pace, transaction, identity, access, errors, i18n, pages):
        part.init(app)
    csrf.init_app(app)  # after the sign-in check, which keeps what was typed when the session has ended
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    kept.init(app)
    assets.serve(app, folder)
    _split_hosts(app, folder)
    app.wsgi_app = measured(app.wsgi_app, Pulse(shared), Proxies(shared, settings.trusted_proxies))  # type: ignore[method-assign]
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    return app


def _split_hosts(app: Flask, folder: Path) -> None:
    """Packages run on hosts of their own, in an application of their own. A proxy's word for the host comes first."""
    shared: Context = app.extensions["lms"]
    content = create_content_app(shared)
    assets.serve(content, folder)
    app.wsgi_app = hosts.split(shared.extra["hosts"], app.wsgi_app, content.wsgi_app)  # type: ignore[method-assign]


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.mode == "test",
        # `__Host-` cookies need Secure; browsers treat loopback as secure too.
        "SESSION_COOKIE_NAME": "__Host-lms" if settings.secure else "lms",
        "SESSION_COOKIE_SECURE": settings.secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_REFRESH_EACH_REQUEST": False,
        "MAX_CONTENT_LENGTH": settings.max_upload_mb * 1_000_000,
        "MAX_FORM_MEMORY_SIZE": MOST_FORM_BYTES,
        "MAX_FORM_PARTS": MOST_FORM_PARTS,
        # The token lives as long as the signed session; an ended session is caught by the sign-in check.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": settings.locales[0],
    }


def _hooks(settings: Settings) -> Hooks:
    def load_user(session: Session, token: str, now: datetime) -> SignedIn | None:
        person = sessions.load(session, token, now, settings.idle_minutes)
        if person is None or (person.is_demo and settings.mode == "production"):
            return None
        return SignedIn(token, person.actor, person.actor.name, person.theme, person.permissions, person.stale)

    def join_course(session: Session, user_id: int, course: str, now: datetime) -> None:
        actor = Actor(user_id, "", frozenset({permissions.TRAINEE}), request_id=logs.request_id.get())
        start.join(session, actor, user_id, course, now, origin="self")

    return Hooks(
        load_user=load_user,
        hold_form=held.hold,
        held_form=held.find,
        owner_of=sessions.owner_of,
        touch=sessions.touch,
        last_person=entry.last_person,
        open_courses=enrolments.open_to_strangers,
        join_course=join_course,
    )
