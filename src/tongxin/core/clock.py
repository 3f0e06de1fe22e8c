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


def local(instant: dt.datetime) -> dt.datetime:
    """Return an aware ``instant`` as local time (Asia/Shanghai), aware."""
    return timezone.localtime(instant)


def local_day(instant: dt.datetime) -> dt.date:
    """Return the local day (Asia/Shanghai) on which an aware ``instant`` falls."""
    return timezone.localtime(instant).date()


def local_time(instant: dt.datetime) -> dt.time:
    """Return the local time of day (Asia/Shanghai) of an aware ``instant``."""
    return timezone.localtime(instant).time()


def start_of(day: dt.date) -> dt.datetime:
    """Return the instant at which the local ``day`` (Asia/Shanghai) begins, aware."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def at(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the instant of a local day and time of day (Asia/Shanghai), aware."""
    return timezone.make_aware(dt.datetime.combine(day, time))
