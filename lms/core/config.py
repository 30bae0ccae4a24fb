"""Settings from the environment: typed, listed once, failing loudly. `SETTINGS` is the table that the guide prints."""

import os
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lms.core import files, sites
from lms.core.archive import Limits
from lms.core.errors import SettingError
from lms.core.sites import LOOPBACK

#: A file of a content package: larger ones do not play over any line.
MOST_PACKAGE_FILE_BYTES = 4_000_000_000
#: What a link to a film must hold.
MEDIA_PARTS = ("path", "expires", "signature")
MODES = ("production", "demo", "test")
TRANSLATIONS = Path(__file__).resolve().parents[1] / "translations"


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: how it is read, what it is when absent, and the sentence the guide prints."""

    variable: str
    default: str
    read: Callable[[str], Any]
    about: str


def _text(value: str) -> str:
    return value


def _flag(value: str) -> bool:
    if value.lower() in ("1", "true", "yes", "on"):
        return True
    if value.lower() in ("", "0", "false", "no", "off"):
        return False
    raise ValueError("use yes or no")


def _number(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isdecimal() or len(value) > 9 or not low <= int(value) <= high:
            raise ValueError(f"use a whole number from {low} to {high}")
        return int(value)

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError(f"use one of {', '.join(words)}")
        return value

    return read


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.path not in ("", "/"):
        raise ValueError("use an address such as https://learn.example.org, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _content(value: str) -> str:
    return _origin(sites.checked_pattern(value)) if value else ""


def _listen(value: str) -> str:
    host, _, port = value.rpartition(":")
    try:
        _number(0, 65_535)(port)
    except ValueError:
        raise ValueError("use an address and a port up to 65535, such as 127.0.0.1:8000") from None
    return f"{host or '0.0.0.0'}:{port}"


def _database(value: str) -> str:
    if value and not value.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise ValueError("use an address such as postgresql+psycopg://user:password@host/name")
    return value


def _replica(value: str) -> str:
    if value and not value.startswith(("postgresql://", "postgresql+psycopg://")):
        raise ValueError("use an address such as postgresql+psycopg://user:password@host/name")
    return value


def _mail(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("smtp", "smtps") or not parts.hostname):
        raise ValueError("use an address such as smtp://user:password@host:587")
    return value


def _blobs(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme != "s3" or not parts.netloc or parts.username):
        raise ValueError("use an address such as s3://bucket/folder?endpoint=https://s3.example.net, without a key")
    return value


def _accel(value: str) -> str:
    if value and not (value.startswith("/") and value.endswith("/") and len(value) > 2):
        raise ValueError("use a path such as /_blobs/")
    return value


def _media(value: str) -> str:
    if value in ("", "store"):
        return value
    if not value.startswith(("https://", "http://")) or any(f"{{{one}}}" not in value for one in MEDIA_PARTS):
        raise ValueError("use store, or https://media.example.net/{path}?expires={expires}&signature={signature}")
    return value


def _sender(value: str) -> str:
    if "@" not in parseaddr(value)[1]:
        raise ValueError("use a mail address, such as Academy <learn@example.org>")
    return value


def _existing(value: str) -> str:
    if value and not Path(value).is_dir():
        raise ValueError("there is no such folder")
    return value


def _token(value: str) -> str:
    if value and (len(value) < 16 or not value.isascii() or not value.isprintable() or " " in value):
        raise ValueError("use at least 16 letters and digits")
    return value


def _languages(value: str) -> str:
    known = ["en", *sorted(path.name for path in TRANSLATIONS.iterdir() if path.is_dir())]
    codes = [code.strip() for code in value.split(",")]
    if wrong := [code for code in codes if code not in known]:
        raise ValueError(f"{', '.join(wrong) or 'nothing'} is not translated; use some of {','.join(known)}")
    return ",".join(codes)


def _paths(value: str) -> tuple[Path, ...]:
    return tuple(Path(part) for part in value.split(os.pathsep) if part)


def _folder(value: str) -> Path:
    return Path(value)


SETTINGS: dict[str, Setting] = {
    "mode": Setting(
        "LMS_MODE", "production", _one_of(*MODES), "production, or demo (demo accounts, never for real data)"
    ),
    "data_dir": Setting("LMS_DATA_DIR", "data", _folder, "folder for the embedded database, files and mail"),
    "database_url": Setting(
        "LMS_DATABASE_URL",
        "",
        _database,
        "SQLAlchemy address; empty means SQLite at LMS_DATA_DIR/lms.db; PostgreSQL: postgresql+psycopg://...",
    ),
    "reports_database_url": Setting(
        "LMS_REPORTS_DATABASE_URL",
        "",
        _replica,
        "a PostgreSQL that follows LMS_DATABASE_URL and only reads; exports are read from it; empty reads them from "
        "the database itself",
    ),
    "secret_key": Setting(
        "LMS_SECRET_KEY", "", _text, "at least 32 random characters; signs cookies; keep it secret and constant"
    ),
    "base_url": Setting("LMS_BASE_URL", "http://localhost:8000", _origin, "the address people type, without a path"),
    "content_url": Setting(
        "LMS_CONTENT_URL",
        "",
        _content,
        "where packages run: https://{label}.packages-example.net, a wildcard of a domain of its own; without {label} "
        "all packages share one host; empty means {label}.localhost in a demonstration on this machine, elsewhere that "
        "packages cannot be started",
    ),
    "content_same_site": Setting(
        "LMS_CONTENT_SAME_SITE",
        "no",
        _flag,
        "yes lets packages run on the site of LMS_BASE_URL, where they are less isolated",
    ),
    "allow_http": Setting("LMS_ALLOW_HTTP", "no", _flag, "yes lets production run without TLS (a closed network only)"),
    "bind": Setting("LMS_BIND", "127.0.0.1:8000", _listen, "address and port the web server listens on"),
    "web_workers": Setting("LMS_WEB_WORKERS", "2", _number(1, 64), "web processes"),
    "web_threads": Setting("LMS_WEB_THREADS", "8", _number(1, 128), "threads in each web process"),
    "drain_seconds": Setting(
        "LMS_DRAIN_SECONDS",
        "0",
        _number(0, 300),
        "seconds for which a node that is told to end says 503 on /readyz and goes on answering, so that a balancer "
        "can take it out first",
    ),
    "stop_seconds": Setting(
        "LMS_STOP_SECONDS", "20", _number(1, 600), "seconds that requests and a job under way have to finish at the end"
    ),
    "trusted_proxies": Setting(
        "LMS_TRUSTED_PROXIES", "0", _number(0, 8), "reverse proxies in front that set X-Forwarded-*"
    ),
    "blobs_url": Setting(
        "LMS_BLOBS_URL",
        "",
        _blobs,
        "s3://bucket/folder?endpoint=https://s3.example.net&region=..., a store for files; its key stands in "
        "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; empty keeps files in LMS_DATA_DIR/blobs",
    ),
    "blobs_cache_mb": Setting(
        "LMS_BLOBS_CACHE_MB", "2000", _number(10, 1_000_000), "files of LMS_BLOBS_URL kept on this machine too, in MB"
    ),
    "accel": Setting(
        "LMS_ACCEL", "", _accel, "/_blobs/ lets nginx send files itself (X-Accel-Redirect); empty sends them from here"
    ),
    "media_url": Setting(
        "LMS_MEDIA_URL",
        "",
        _media,
        "where browsers fetch films and sound: store (signed links to LMS_BLOBS_URL), or a CDN as "
        "https://media.example.net/{path}?expires={expires}&signature={signature}; empty sends them from here",
    ),
    "media_key": Setting("LMS_MEDIA_KEY", "", _text, "the key of {signature} in LMS_MEDIA_URL"),
    "media_min_mb": Setting(
        "LMS_MEDIA_MIN_MB", "5", _number(0, 100_000), "smaller films and sound are sent from here, in MB"
    ),
    "content_path": Setting(
        "LMS_CONTENT_PATH", ".", _paths, f"folders that hold modules/ and quizzes/, separated by '{os.pathsep}'"
    ),
    "mail_url": Setting(
        "LMS_MAIL_URL",
        "",
        _mail,
        "smtp://user:password@host:587 or smtps://...; empty writes mail to LMS_DATA_DIR/mail",
    ),
    "mail_from": Setting("LMS_MAIL_FROM", "Cleanroom <no-reply@localhost>", _sender, "sender of mail"),
    "idle_minutes": Setting(
        "LMS_IDLE_MINUTES", "60", _number(5, 1440), "minutes without activity after which one signs in again"
    ),
    "session_hours": Setting(
        "LMS_SESSION_HOURS", "72", _number(1, 720), "hours after which one signs in again in any case"
    ),
    "max_upload_mb": Setting("LMS_MAX_UPLOAD_MB", "200", _number(1, 4096), "largest upload, in MB"),
    "package_max_files": Setting(
        "LMS_PACKAGE_MAX_FILES", "20000", _number(1, 100_000), "files that a content package may hold"
    ),
    "package_max_mb": Setting(
        "LMS_PACKAGE_MAX_MB", "8000", _number(1, 100_000), "size of a content package when it is unpacked, in MB"
    ),
    "package_max_ratio": Setting(
        "LMS_PACKAGE_MAX_RATIO",
        "200",
        _number(2, 2_000),
        "how many times its packed size a content package, or a file of it above 1 MB, may unpack to",
    ),
    "fonts_dir": Setting(
        "LMS_FONTS_DIR",
        "",
        _existing,
        "folder of TTF or OTF fonts for certificates; empty uses the system's Noto fonts",
    ),
    "languages": Setting("LMS_LANGUAGES", "en,ko,fr", _languages, "languages of the pages, the first is the default"),
    "metrics_token": Setting(
        "LMS_METRICS_TOKEN", "", _token, "what a reader of /metrics must show; empty keeps /metrics closed"
    ),
    "slow_query_ms": Setting(
        "LMS_SLOW_QUERY_MS",
        "500",
        _number(0, 600_000),
        "statements that take longer are logged, in milliseconds; 0 logs none",
    ),
    "log_level": Setting("LMS_LOG_LEVEL", "INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "how much is logged"),
}


@dataclass(frozen=True, slots=True)
class Settings:
    """Values after checking; see `SETTINGS` for what each means."""

    mode: str
    data_dir: Path
    database_url: str
    reports_database_url: str
    secret_key: str
    base_url: str
    content_url: str
    content_same_site: bool
    allow_http: bool
    bind: str
    web_workers: int
    web_threads: int
    drain_seconds: int
    stop_seconds: int
    trusted_proxies: int
    blobs_url: str
    blobs_cache_mb: int
    accel: str
    media_url: str
    media_key: str
    media_min_mb: int
    content_path: tuple[Path, ...]
    mail_url: str
    mail_from: str
    idle_minutes: int
    session_hours: int
    max_upload_mb: int
    package_max_files: int
    package_max_mb: int
    package_max_ratio: int
    fonts_dir: str
    languages: str
    metrics_token: str
    slow_query_ms: int
    log_level: str

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def locales(self) -> tuple[str, ...]:
        return tuple(self.languages.split(","))

    @property
    def host(self) -> str:
        return urlsplit(self.base_url).hostname or "localhost"

    @property
    def package_limits(self) -> Limits:
        """What a content package may be at most."""
        return limits_of_packages(self.package_max_files, self.package_max_mb, self.package_max_ratio)

    @property
    def content_source(self) -> str:
        """The hosts of packages, as a policy names them."""
        return self.content_url.replace(sites.LABEL, "*")

    @property
    def secure(self) -> bool:
        """Whether cookies may be Secure: TLS, or a loopback host, which browsers trust as much."""
        return self.base_url.startswith("https://") or self.host in LOOPBACK or self.host.endswith(".localhost")


def limits_of_packages(files: int, megabytes: int, ratio: int) -> Limits:
    size = megabytes * 1_000_000
    return Limits(files=files, bytes=size, file_bytes=min(size, MOST_PACKAGE_FILE_BYTES), ratio=ratio)


def load(environ: Mapping[str, str] | None = None, **overrides: str) -> Settings:
    """Read and check the settings. Raises SettingError with one sentence for the first that is wrong.

    `overrides` are texts as in the environment, by field name; the command line uses them (`--demo`).
    """
    environ = os.environ if environ is None else environ
    _refuse_unknown(environ)
    values = {
        name: _read(setting, overrides.get(name, environ.get(setting.variable))) for name, setting in SETTINGS.items()
    }
    values["data_dir"] = values["data_dir"].absolute()
    values["database_url"] = values["database_url"] or f"sqlite:///{values['data_dir'] / 'lms.db'}"
    if values["mode"] != "production":
        values["secret_key"] = values["secret_key"] or _kept_secret(values["data_dir"])
    values["content_url"] = values["content_url"] or (
        sites.loopback(values["base_url"]) if values["mode"] != "production" else ""
    )
    settings = Settings(**values)
    sites.check(
        settings.content_url,
        settings.base_url,
        may_share_site=settings.content_same_site or settings.mode != "production",
        may_be_plain=settings.allow_http or settings.mode != "production",
    )
    _check_media(settings)
    if settings.mode == "production":
        _check_production(settings)
    return settings


def _read(setting: Setting, value: str | None) -> Any:
    text = setting.default if value is None else value.strip()
    try:
        return setting.read(text)
    except ValueError as error:
        # An address may hold a password, and what a start says is often kept in a log.
        shown = "not right" if setting.read in (_database, _replica, _mail, _token) else repr(text)
        raise SettingError(f"{setting.variable} is {shown}: {error}.") from None


def _refuse_unknown(environ: Mapping[str, str]) -> None:
    known = {setting.variable for setting in SETTINGS.values()}
    for variable in environ:
        if variable.startswith("LMS_") and not variable.startswith("LMS_TEST_") and variable not in known:
            raise SettingError(f"{variable} is not a setting. The settings are listed in docs/settings.md.")


def _check_media(settings: Settings) -> None:
    if settings.media_url == "store" and not settings.blobs_url:
        raise SettingError("LMS_MEDIA_URL is store, but there is no LMS_BLOBS_URL. Set it, or empty LMS_MEDIA_URL.")
    if settings.media_url not in ("", "store") and len(settings.media_key) < 32:
        raise SettingError("LMS_MEDIA_KEY is missing or short. LMS_MEDIA_URL needs one of 32 characters or more.")


def _check_production(settings: Settings) -> None:
    if len(settings.secret_key) < 32 or len(set(settings.secret_key)) < 8:
        raise SettingError(
            "LMS_SECRET_KEY is missing, short or too simple. Set at least 32 random characters, "
            "for example from: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        )
    if settings.base_url.startswith("http://") and not settings.allow_http:
        raise SettingError(
            f"LMS_BASE_URL is {settings.base_url}: production needs https. "
            "Set an https address, or LMS_ALLOW_HTTP=yes on a closed network."
        )


def make_data_dir(folder: Path, probe: bool = False) -> None:
    """Make the folder, and with `probe` try a file in it. Raises SettingError, so that nothing ends in a traceback."""
    try:
        files.make_folder(folder)
        if probe:
            path = folder / f".write-{os.getpid()}"
            path.write_bytes(b"")
            path.unlink()
    except OSError as error:
        raise SettingError(
            f"The folder {folder} cannot be written ({error.strerror}). Choose another with LMS_DATA_DIR."
        ) from None


def _kept_secret(data_dir: Path) -> str:
    """A demo's secret is made once and kept, so that a restart keeps everybody signed in."""
    path = data_dir / "secret-key"
    try:
        files.make_folder(data_dir)
        if not path.exists():
            with files.whole(path, 0o600) as file:
                file.write(secrets.token_urlsafe(48).encode())
        return path.read_text()
    except OSError as error:
        raise SettingError(
            f"LMS_DATA_DIR {data_dir} cannot be written ({error.strerror}). Choose another folder."
        ) from None
