"""The name of the host that serves one registration alone."""

import base64
import hmac

#: A DNS label ends at 63 characters; 256 bits leave nothing to guess.
LENGTH = 52


def label_of(secret_key: str, registration_id: int, version_id: int) -> str:
    text = "\n".join(("package-host", str(registration_id), str(version_id)))
    digest = hmac.digest(secret_key.encode(), text.encode(), "sha256")
    return base64.b32encode(digest).decode().lower().rstrip("=")[:LENGTH]
