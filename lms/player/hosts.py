"""Two applications in one process, told apart by the host alone: the LMS never answers where packages run, and what
serves packages never answers on the LMS's host."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from lms.core.sites import LABEL, host_of

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
GOOD_LABEL = re.compile(r"[a-z2-7]{52}")
#: Where the content application finds which registration's host was asked.
ENVIRON = "lms.package_label"


@dataclass(frozen=True, slots=True)
class Hosts:
    """The pattern of LMS_CONTENT_URL against the LMS's own host."""

    pattern: str
    own: str

    @property
    def single(self) -> bool:
        """All packages share one host: the browser keeps nothing of them apart."""
        return LABEL not in self.pattern

    def origin(self, label: str) -> str:
        return self.pattern.replace(LABEL, label)

    def is_nobodys(self, label: str) -> bool:
        """No registration has this host: no capability is good there."""
        return not label and not self.single

    def label(self, host: str) -> str | None:
        """The label of a host of packages; "" for one without any registration, None for a host that is not theirs."""
        name = _name(host)
        if not self.pattern or name == self.own:
            return None
        if self.single:
            return "" if name == host_of(self.pattern) else None
        parent = host_of(self.pattern).partition(".")[2]
        if not name.endswith(f".{parent}"):
            return None
        label = name.removesuffix(f".{parent}")
        return label if GOOD_LABEL.fullmatch(label) else ""


def hosts_of(content_url: str, base_url: str) -> Hosts:
    return Hosts(content_url, host_of(base_url))


def _name(host: str) -> str:
    """Lower case, without port and without the dot that may end it."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def split(hosts: Hosts, lms: Wsgi, content: Wsgi) -> Wsgi:
    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        label = hosts.label(environ.get("HTTP_HOST") or environ.get("SERVER_NAME", ""))
        if label is None:
            return lms(environ, start)
        # Cookies that somebody has set for a whole domain are none of ours.
        environ.pop("HTTP_COOKIE", None)
        environ[ENVIRON] = label
        return content(environ, start)

    return answer
