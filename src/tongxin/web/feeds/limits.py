"""How often one caller may ask; beyond it the answer is 429 with the seconds to wait."""

from __future__ import annotations

from django.core.cache import cache

#: Asking beyond this many times within this many seconds is too often.
TIMES, SECONDS = 30, 600


def too_often(what: str, times: int = TIMES, seconds: int = SECONDS) -> bool:
    """Count one more request of ``what`` (a hash, an address) and tell whether it is one too many.

    Two at the same moment may count as one: this keeps a program from hammering, it is no lock.
    """
    key = f"often:{what}"
    if cache.add(key, 1, timeout=seconds):
        return False
    try:
        return cache.incr(key) > times
    except ValueError:  # it ran out between the two lines
        cache.add(key, 1, timeout=seconds)
        return False
