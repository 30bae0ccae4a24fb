"""Settings that are allowed and should be known about."""

from collections.abc import Iterator
from pathlib import Path

from lms.core import metrics
from lms.operations.findings import Finding
from lms.operations.subject import Subject


def check(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    if settings.demo:
        yield Finding("mode-demo")
    if settings.allow_http and settings.base_url.startswith("http://"):
        yield Finding("plain-http", settings.base_url)
    if not settings.content_url:
        yield Finding("content-off")
    if settings.content_same_site and subject.production:
        yield Finding("content-same-site", settings.content_url)
    yield from _proxies(subject)


def _proxies(subject: Subject) -> Iterator[Finding]:
    """What the web processes of this node have seen since they were started."""
    settings = subject.settings
    folder: Path = metrics.folder_of(settings.data_dir, metrics.part_of(settings.bind))
    seen = {file.name for file in folder.glob("seen-*")}
    if "seen-proxy" in seen and settings.trusted_proxies == 0:
        yield Finding("proxies-not-trusted")
    if "seen-few-proxies" in seen and settings.trusted_proxies > 0:
        yield Finding("proxies-too-many", f"LMS_TRUSTED_PROXIES is {settings.trusted_proxies}")
