"""Secrets that are handed out once and kept only as a hash.  Pure; imports no models."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """Return a fresh secret of 256 bits, fit for an address."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    """Return the hash under which a secret is kept; it has so many bits that it needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
