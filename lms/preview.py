"""An author's live view of a course folder: problems first, then the course. Nobody signs in and nothing is stored.

The files are read again when one of them has changed, which each request finds out by their times and sizes.
"""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from flask import Flask, Response, abort, render_template, request, send_from_directory, url_for
from flask.typing import ResponseReturnValue
from flask_babel import Babel, format_decimal
from werkzeug.exceptions import NotFound as HttpNotFound

from lms.catalogue import folders, loading, serving, showing, words
from lms.catalogue.folders import BANK, COURSE, Found
from lms.core.names import is_clutter
from lms.engines.content.bank import load_bank
from lms.engines.content.model import Course, module_bytes
from lms.engines.source.problem import Problem
from lms.web.headers import CSP
from lms.web.i18n import ENDONYMS, RIGHT_TO_LEFT

STATIC = Path(__file__).resolve().parent / "static"


@dataclass(frozen=True)
class Seen:
    """One reading of the folder. `course` is None while it has an error."""

    mark: str
    course: Course | None
    problems: list[Problem]
    #: Files of the course by hash: media type and bytes.
    files: dict[str, tuple[str, bytes]]


class Source:
    """A course folder and the folders its banks may be in."""

    def __init__(self, folder: Path, roots: tuple[Path, ...]) -> None:
        self.folder = folder.resolve()
        own = self.folder.parent.parent
        self.roots = tuple(dict.fromkeys([own, *(root.resolve() for root in roots)]))
        self._seen: Seen | None = None
        self._lock = Lock()

    def mark(self) -> str:
        """Changes whenever a file is written, added or taken away."""
        state = sha256()
        for place in (self.folder, *(root / "quizzes" for root in self.roots)):
            for path in sorted(place.rglob("*")) if place.is_dir() else ():
                if path.is_file() and not is_clutter(path.relative_to(place).as_posix()):
                    facts = path.stat()
                    state.update(f"{path}\0{facts.st_mtime_ns}\0{facts.st_size}\0".encode())
        return state.hexdigest()[:16]

    def see(self) -> Seen:
        """One reader at a time; the last good course stays in view while an author is in the middle of a change."""
        with self._lock:
            mark = self.mark()
            if self._seen is None or self._seen.mark != mark:
                self._seen = self._read(mark)
            return self._seen

    def _read(self, mark: str) -> Seen:
        folder, problems = folders.read_folder(self.folder)
        found = Found(banks=folders.search_banks(self.roots), problems=problems)
        if BANK in folder.files and COURSE not in folder.files:
            return Seen(mark, None, [*found.problems, *load_bank(folder, loading.served_at).problems], {})
        loaded = loading.load(folder, found.banks)
        course = loaded.course or (self._seen.course if self._seen else None)
        files = {one.sha256: (one.media_type, one.data) for one in course.assets.values()} if course else {}
        ordered = sorted({*found.problems, *loaded.problems}, key=lambda one: (one.severity != "error", one))
        return Seen(mark, course, ordered, files)


def create_preview(folder: Path, roots: tuple[Path, ...] = (), hosts: tuple[str, ...] = ("localhost",)) -> Flask:
    """`hosts` are the names it answers to, so that no other site can read it through a name of its own."""
    app = Flask("lms", static_folder=None)
    source = Source(folder, roots)
    app.secret_key = b"nothing is kept in it"
    app.extensions["preview"] = source
    _prepare_templates(app)
    _add_routes(app, source)

    @app.before_request
    def answer_to_own_names_only() -> None:
        name = request.host.rpartition(":")[0] if request.host.count(":") == 1 else request.host
        if name.strip("[]") not in hosts and request.host.partition("]")[0].strip("[") not in hosts:
            abort(421)

    @app.after_request
    def secure(response: Response) -> Response:
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers["Cache-Control"] = "no-store"
        return response

    return app


def _prepare_templates(app: Flask) -> None:
    Babel(app, locale_selector=lambda: request.accept_languages.best_match(ENDONYMS) or "en")
    env = app.jinja_env
    env.add_extension("jinja2.ext.i18n")
    env.trim_blocks = env.lstrip_blocks = True
    env.globals["asset"] = lambda name: url_for("static_file", name=name)
    env.globals["csrf_token"] = lambda: ""
    env.filters["kb"] = lambda size: f"{format_decimal(max(1, round((size or 0) / 1000)))}\u202fkB"
    env.filters["percent"] = lambda value: f"{format_decimal(value)}\u202f%"


def _add_routes(app: Flask, source: Source) -> None:
    @app.get("/")
    def index() -> ResponseReturnValue:
        seen = source.see()
        if seen.course is None:
            return render_template("preview/broken.html", **_common(source, seen, None))
        return render_template("preview/course.html", **_common(source, seen, seen.course))

    @app.get("/<string:key>")
    def activity(key: str) -> ResponseReturnValue:
        seen = source.see()
        if seen.course is None:
            return render_template("preview/broken.html", **_common(source, seen, None))
        common = _common(source, seen, seen.course)
        if lesson := showing.lesson(seen.course, key):
            html = showing.lesson_html(lesson, common["shown"], common["address"])
            return render_template("preview/lesson.html", lesson=lesson, html=html, **common)
        if quiz := showing.quiz(seen.course, key):
            questions = showing.questions(seen.course, quiz, common["shown"])
            return render_template("preview/quiz.html", quiz=quiz, questions=questions, **common)
        raise HttpNotFound()

    @app.get("/files/<string:digest>/<string:name>")
    def file(digest: str, name: str) -> ResponseReturnValue:
        found = source.see().files.get(digest)
        if found is None or found[0] not in serving.TAKEN:
            raise HttpNotFound()
        return serving.send_bytes(found[1], found[0], digest, name)

    @app.get("/static/<path:name>")
    def static_file(name: str) -> ResponseReturnValue:
        return send_from_directory(STATIC, name)

    @app.get("/mark")
    def mark() -> ResponseReturnValue:
        return Response(source.mark(), mimetype="text/plain")


def _common(source: Source, seen: Seen, course: Course | None) -> dict[str, Any]:
    shown = showing.locale_of(course, request.args.get("in")) if course else "en"

    def address(key: str = "") -> str:
        return url_for("activity", key=key, **{"in": shown}) if key else url_for("index", **{"in": shown})

    errors = sum(problem.severity == "error" for problem in seen.problems)
    return {
        "course": course,
        "shown": shown,
        "address": address,
        "showing": showing,
        "sizes": lambda module: module_bytes(module, shown) if course else 0,
        "names": ENDONYMS,
        "words": words,
        "around": [],
        "problems": seen.problems,
        "errors": errors,
        "mark": seen.mark,
        "folder": source.folder.name,
        "plain": True,
        "locale": "en",
        "direction": "rtl" if shown in RIGHT_TO_LEFT else "ltr",
    }
