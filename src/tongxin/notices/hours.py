"""When letters may go out, and when to try again.  Pure; imports no models."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from tongxin.core.errors import BadInput

#: Waiting times after the first, second … failure; after the last the letter is given up.
BACKOFF = (dt.timedelta(minutes=10), dt.timedelta(hours=1), dt.timedelta(hours=4), dt.timedelta(hours=24))
#: A letter that has been under way for longer than this lost its sender.
LOST_AFTER = dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The hours of a workday in which letters go out: minutes since midnight, ``start <= now < end``."""

    start: int
    end: int

    def hold(self, time: dt.time) -> bool:
        """Tell whether ``time`` (local) lies within."""
        return self.start <= time.hour * 60 + time.minute < self.end


def office_hours(text: str) -> OfficeHours:
    """Read ``8:30-17:30``.  Raises BadInput for anything else, and where the end does not follow."""
    match = re.fullmatch(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*", text)
    if match is not None:
        first_hour, first_minute, last_hour, last_minute = (int(each) for each in match.groups())
        start, end = first_hour * 60 + first_minute, last_hour * 60 + last_minute
        if first_minute < 60 and last_minute < 60 and start < end <= 24 * 60:
            return OfficeHours(start, end)
    raise BadInput("notices.hours", f"办公时间“{text}”读不懂。", hint="请按 8:30-17:30 的写法填写。", field="hours")


def again_after(attempts: int) -> dt.timedelta | None:
    """Return how long to wait after so many failed attempts; None: give up."""
    return BACKOFF[attempts - 1] if 1 <= attempts <= len(BACKOFF) else None


def monday_of(day: dt.date) -> dt.date:
    """Return the Monday of the week of ``day``."""
    return day - dt.timedelta(days=day.weekday())
