"""Requests to addresses that people type: https to public hosts only, checked at every hop, within time and size.

The host is resolved once, every address it has is judged, and the connection goes to an address that was judged: a
name that answers differently a moment later changes nothing. A timer cuts the connection when the time is over,
however slowly bytes trickle in.
"""

import contextlib
import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Timer
from typing import Any
from urllib.parse import urljoin, urlsplit

import urllib3
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.response import BaseHTTPResponse

Address = IPv4Address | IPv6Address
Resolve = Callable[[str, int], list[str]]
NAT64 = ip_network("64:ff9b::/96")
SIX_TO_FOUR = ip_network("2002::/16")
MOST_HOPS = 4
CHUNK = 64 * 1024


class Refused(Exception):
    """The request is not made, or is broken off; the text is a sentence for the person."""


def resolve(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused(f"The host {host[:80]} is not known. Check the address.") from None
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def is_public(text: str) -> bool:
    """Whether an IP address belongs to the internet at large, also when it stands inside another one."""
    try:
        address: Address = ip_address(text.partition("%")[0])
    except ValueError:
        return False
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return is_public(str(address.ipv4_mapped))
        if address in NAT64:
            return is_public(str(IPv4Address(address.packed[-4:])))
        if address in SIX_TO_FOUR or address.teredo or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def checked_url(url: str) -> str:
    """Raises Refused for all but plain https addresses."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise Refused("This is not an address. It looks like https://host/name/repository.") from None
    if parts.scheme != "https" or not host:
        raise Refused("Only addresses that begin with https:// are used.")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Refused("Leave the name and password out of the address. Private repositories are uploaded as ZIP.")
    if not url.isprintable() or " " in url:
        raise Refused("The address holds a space or an invisible character.")
    return url


class Budget:
    """Seconds and bytes for one piece of work; a context manager that cuts all its connections at the end."""

    def __init__(self, seconds: float, size: int) -> None:
        self.seconds = seconds
        self.size = size
        self.used = 0
        self.over = False
        self._sockets: list[socket.socket] = []
        self._timer = Timer(seconds, self._expire)
        self._timer.daemon = True

    def __enter__(self) -> "Budget":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._cut()

    def watch(self, connection: socket.socket) -> None:
        # A copy: TLS takes the original over, and a shutdown reaches both.
        self._sockets.append(connection.dup())
        self.check()

    def spend(self, count: int) -> None:
        self.used += count
        self.check()

    def check(self) -> None:
        if self.over:
            raise Refused(f"It took longer than {self.seconds:.0f} seconds. Try again, or upload a ZIP.")
        if self.used > self.size:
            raise Refused(f"It is larger than {self.size // 1_000_000} MB. Upload a ZIP of the course alone.")

    def _expire(self) -> None:
        self.over = True
        self._cut()

    def _cut(self) -> None:
        while self._sockets:
            copy = self._sockets.pop()
            with contextlib.suppress(OSError):
                copy.shutdown(socket.SHUT_RDWR)
            copy.close()


class GuardedPool(urllib3.PoolManager):
    """A urllib3 pool that keeps to the rules above. `resolver` and `connect` are for tests."""

    def __init__(
        self,
        budget: Budget,
        resolver: Resolve = resolve,
        connect: Callable[..., socket.socket] = socket.create_connection,
    ) -> None:
        super().__init__(num_pools=4, timeout=urllib3.Timeout(connect=10, read=15), retries=False)
        self.budget = budget
        guard = self

        class Connection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                found = guard.open(resolver, connect, self.host, self.port or 443, self.timeout)
                guard.budget.watch(found)
                return found

        class Pool(HTTPSConnectionPool):
            ConnectionCls = Connection

        self.pool_classes_by_scheme = {"https": Pool}

    @staticmethod
    def open(
        resolver: Resolve, connect: Callable[..., socket.socket], host: str, port: int, timeout: Any
    ) -> socket.socket:
        addresses = resolver(host.strip("[]"), port)
        if not addresses or not all(map(is_public, addresses)):
            raise Refused(f"The host {host[:80]} is not on the public internet. It is not asked.")
        try:
            return connect((addresses[0], port), timeout=timeout if isinstance(timeout, int | float) else 10)
        except OSError:
            raise Refused(f"The host {host[:80]} does not answer.") from None

    def request(self, method: str, url: str, *args: Any, **kwargs: Any) -> BaseHTTPResponse:  # type: ignore[override]
        """Follows redirects itself, because a hop is an address like any other."""
        for _ in range(MOST_HOPS):
            response = self.send(method, checked_url(url), *args, **kwargs)
            place = response.headers.get("Location") if 300 <= response.status < 400 else None
            if not place:
                return self._limited(response, url)
            # Closed unread: a redirect's body has no end that we need to see.
            response.close()
            url = urljoin(url, place)
        raise Refused("The address leads from one place to the next without end.")

    def send(self, method: str, url: str, *args: Any, **kwargs: Any) -> BaseHTTPResponse:
        self.budget.check()
        try:
            return super().request(method, url, *args, **kwargs | {"redirect": False, "retries": False})
        except urllib3.exceptions.HTTPError as error:
            self.budget.check()
            raise Refused(f"The host does not answer as it should ({type(error).__name__}).") from None

    def _limited(self, response: BaseHTTPResponse, url: str) -> BaseHTTPResponse:
        whole, budget = response.read, self.budget

        def read(amount: int | None = None, *args: Any, **kwargs: Any) -> bytes:
            parts: list[bytes] = []
            left = amount
            while left is None or left > 0:
                try:
                    part = whole(CHUNK if left is None else min(left, CHUNK))
                except urllib3.exceptions.HTTPError as error:
                    budget.check()
                    raise Refused(f"The host broke off ({type(error).__name__}). Try again later.") from None
                budget.spend(len(part))
                if not part:
                    break
                parts.append(part)
                left = None if left is None else left - len(part)
            return b"".join(parts)

        response.read = read  # type: ignore[method-assign]
        response.geturl = lambda: url  # type: ignore[method-assign]
        return response
