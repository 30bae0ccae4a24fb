"""Page loads: a page is named by an id that the server issued, and that no other person or page can use.

A GET issues one without writing anything; the signature ties it to the registration and to what the page shows.
"""

import hmac
from datetime import UTC, datetime

from lms.core import ids


def issue(secret_key: str, registration_id: int, scope: str, now: datetime) -> str:
    """A new page load as "id.signature"; `scope` is what the page shows, such as "lesson:gowning"."""
    name = f"{int(now.timestamp()):x}-{ids.short_id()}"
    return f"{name}.{_signature(secret_key, name, registration_id, scope)}"


def check(secret_key: str, token: object, registration_id: int, scope: str) -> str | None:
    """The id of a page load that was issued for this registration and scope, else None."""
    if not isinstance(token, str) or not token.isascii() or len(token) > 80:
        return None
    name, _, signature = token.partition(".")
    expected = _signature(secret_key, name, registration_id, scope)
    return name if name and hmac.compare_digest(signature, expected) else None


def issued_at(name: str) -> datetime:
    """When the page of a checked id was made."""
    return datetime.fromtimestamp(int(name.partition("-")[0], 16), UTC)


def _signature(secret_key: str, name: str, registration_id: int, scope: str) -> str:
    text = "\n".join(("page-load", name, str(registration_id), scope))
    return hmac.digest(secret_key.encode(), text.encode(), "sha256").hex()[:32]
