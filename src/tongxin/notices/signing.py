"""Messages to other programs as standardwebhooks.com has them: number, instant, signature.  Pure; imports no models."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from uuid import UUID

PREFIX = "whsec_"


def secret_of(hook: UUID, own_secret: str) -> str:
    """Return the secret of a receiver, worked out from its number and the set-up's own secret."""
    return (
        PREFIX + base64.b64encode(hmac.digest(own_secret.encode(), b"webhook " + hook.bytes, hashlib.sha256)).decode()
    )


def body_of(event: str, subject: UUID, office: UUID, happened_at: str) -> bytes:
    """Return a message: what happened to which row of which office, and nothing of what stands in it."""
    told = {"type": event, "timestamp": happened_at, "data": {"uid": str(subject), "office": str(office)}}
    return json.dumps(told, separators=(",", ":")).encode()


def headers_of(secret: str, number: str, seconds: int, body: bytes) -> dict[str, str]:
    """Return the headers of a message; ``seconds``: the instant of sending since 1970 (UTC)."""
    signed = b".".join([number.encode(), str(seconds).encode(), body])
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {
        "Content-Type": "application/json",
        "webhook-id": number,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{signature}",
    }
