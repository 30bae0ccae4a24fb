"""Settings fail loudly, in one sentence that names the variable."""

from pathlib import Path

import pytest

from lms.core import config
from lms.core.errors import SettingError

SECRET = "a-good-secret-of-the-operator-0123456789"
GOOD = {"LMS_SECRET_KEY": SECRET, "LMS_BASE_URL": "https://learn.example.org"}


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"LMS_BASE_URL": "https://learn.example.org"}, "LMS_SECRET_KEY is missing"),
        (GOOD | {"LMS_SECRET_KEY": "short"}, "LMS_SECRET_KEY"),
        (GOOD | {"LMS_SECRET_KEY": "a" * 40}, "too simple"),
        (GOOD | {"LMS_BASE_URL": "http://learn.example.org"}, "needs https"),
        (GOOD | {"LMS_BASE_URL": "learn.example.org"}, "LMS_BASE_URL"),
        (GOOD | {"LMS_BASE_URL": "https://learn.example.org/lms"}, "without a path"),
        (GOOD | {"LMS_CONTENT_URL": "packages.example.net"}, "LMS_CONTENT_URL"),
        (GOOD | {"LMS_CONTENT_URL": "https://x-{label}.example.net"}, "begins with {label}"),
        (GOOD | {"LMS_CONTENT_URL": "https://{label}.{label}.example.net"}, "LMS_CONTENT_URL"),
        (GOOD | {"LMS_CONTENT_URL": "https://learn.example.org:8443"}, "names the host of LMS_BASE_URL"),
        (GOOD | {"LMS_CONTENT_URL": "https://{label}.learn.example.org"}, "on the site of LMS_BASE_URL"),
        (GOOD | {"LMS_CONTENT_URL": "https://{label}.packages.example.org"}, "on the site of LMS_BASE_URL"),
        (GOOD | {"LMS_CONTENT_URL": "http://{label}.packages-example.net"}, "not https"),
        (GOOD | {"LMS_WEB_THREADS": "many"}, "LMS_WEB_THREADS"),
        (GOOD | {"LMS_WEB_THREADS": "0"}, "from 1 to 128"),
        (GOOD | {"LMS_WEB_THREADS": "two"}, "use a whole number"),
        (GOOD | {"LMS_BIND": "127.0.0.1:80000"}, "LMS_BIND"),
        (GOOD | {"LMS_BIND": "localhost"}, "such as 127.0.0.1:8000"),
        (GOOD | {"LMS_DATABASE_URL": "lms.db"}, "LMS_DATABASE_URL"),
        (GOOD | {"LMS_MAIL_URL": "mail.example.org"}, "LMS_MAIL_URL"),
        (GOOD | {"LMS_MAIL_FROM": "Academy"}, "LMS_MAIL_FROM"),
        (GOOD | {"LMS_FONTS_DIR": "/no/such/folder"}, "LMS_FONTS_DIR"),
        (GOOD | {"LMS_LANGUAGES": "en,xx"}, "xx is not translated"),
        (GOOD | {"LMS_MODE": "prod"}, "production, demo, test"),
        (GOOD | {"LMS_ALLOW_HTTP": "perhaps"}, "yes or no"),
        (GOOD | {"LMS_DATABSE_URL": "sqlite://"}, "LMS_DATABSE_URL is not a setting"),
    ],
)
def test_wrong_settings_are_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        config.load(environ)


@pytest.mark.parametrize("variable", ["LMS_DATABASE_URL", "LMS_MAIL_URL"])
def test_a_wrong_address_is_not_repeated_with_its_password(variable: str) -> None:
    with pytest.raises(SettingError) as told:
        config.load(GOOD | {variable: "mysql://lms:s3cret@db/lms"})
    assert "s3cret" not in str(told.value)


def test_production_with_good_settings_loads() -> None:
    assert config.load(GOOD).secret_key == SECRET


@pytest.mark.parametrize(
    ("environ", "where"),
    [
        (GOOD, ""),
        (GOOD | {"LMS_CONTENT_URL": "https://{label}.packages-example.net"}, "https://{label}.packages-example.net"),
        (GOOD | {"LMS_CONTENT_URL": "https://packages-example.net"}, "https://packages-example.net"),
        (
            # Every tenant of a public suffix has a site of its own.
            GOOD | {"LMS_BASE_URL": "https://learn.github.io", "LMS_CONTENT_URL": "https://{label}.github.io"},
            "https://{label}.github.io",
        ),
        (
            GOOD | {"LMS_CONTENT_URL": "https://{label}.learn.example.org", "LMS_CONTENT_SAME_SITE": "yes"},
            "https://{label}.learn.example.org",
        ),
        ({"LMS_MODE": "demo"}, "http://{label}.localhost:8000"),
        ({"LMS_MODE": "demo", "LMS_BASE_URL": "http://127.0.0.1:81"}, "http://{label}.localhost:81"),
        ({"LMS_MODE": "demo", "LMS_BASE_URL": "http://10.0.0.7"}, ""),
    ],
)
def test_packages_run_on_a_host_of_their_own(environ: dict[str, str], where: str, tmp_path: Path) -> None:
    assert config.load(environ | {"LMS_DATA_DIR": str(tmp_path)}).content_url == where


def test_plain_http_needs_an_explicit_word() -> None:
    settings = config.load(GOOD | {"LMS_BASE_URL": "http://learn.example.org", "LMS_ALLOW_HTTP": "yes"})
    assert not settings.secure


def test_a_browser_trusts_every_name_of_this_machine() -> None:
    settings = config.load(GOOD | {"LMS_BASE_URL": "http://learn.site.localhost", "LMS_ALLOW_HTTP": "yes"})
    assert settings.secure


def test_database_defaults_to_a_file_in_the_data_folder(tmp_path: Path) -> None:
    settings = config.load(GOOD | {"LMS_DATA_DIR": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path / 'lms.db'}"


def test_a_demo_keeps_its_secret(tmp_path: Path) -> None:
    first = config.load({}, mode="demo", data_dir=str(tmp_path))
    assert config.load({}, mode="demo", data_dir=str(tmp_path)).secret_key == first.secret_key


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingError, match="cannot be written"):
        config.load({}, mode="demo", data_dir=str(tmp_path / "file" / "data"))
