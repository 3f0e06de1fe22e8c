"""The only place that reads the time.

Days are local to Asia/Shanghai; instants are aware and stored in UTC.
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone


def now() -> dt.datetime:
    """Return the present instant, aware, in UTC."""
    return timezone.now()  # noqa: TID251 - this is the one place


def today() -> dt.date:
    """Return the present local day (Asia/Shanghai)."""
    return timezone.localdate()


def local_day(instant: dt.datetime) -> dt.date:
    """Return the local day (Asia/Shanghai) on which an aware ``instant`` falls."""
    return timezone.localtime(instant).date()
