"""Do the addresses that people's browsers use lead here?"""

import http.client
import json
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator

from lms.core.sites import LABEL
from lms.operations.findings import Finding
from lms.operations.subject import Subject

PATIENCE = 5.0
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"


def check(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    status, text = _ask(f"{settings.base_url}/healthz")
    if not (status == 200 and _is_ours(text)):
        yield Finding("site-away", f"{settings.base_url} {_said(status, text)}")
    if settings.content_url and not settings.content_url.partition(LABEL)[2].startswith(".localhost"):
        label = "".join(secrets.choice(ALPHABET) for _place in range(52))
        address = settings.content_url.replace(LABEL, label)
        # No registration has this host: the product says so in words of its own, which no other server uses.
        status, text = _ask(f"{address}/")
        expected = (404, "404 not-found") if LABEL in settings.content_url else (200, text.strip())
        if (status, text.strip()) != expected:
            yield Finding("content-away", f"{address} {_said(status, text)}")


def _is_ours(text: str) -> bool:
    try:
        return bool(json.loads(text).get("status") == "alive")
    except (ValueError, AttributeError):
        return False


def _said(status: int, text: str) -> str:
    return f"answers {status}" if status else text


def _ask(address: str) -> tuple[int, str]:
    """(status, the beginning of the body), or (0, what went wrong)."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(address, timeout=PATIENCE) as answer:
            return answer.status, answer.read(2_000).decode(errors="replace")
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read(2_000).decode(errors="replace")
    except (OSError, http.client.HTTPException) as error:
        return 0, f"does not answer ({getattr(error, 'reason', error)})"
