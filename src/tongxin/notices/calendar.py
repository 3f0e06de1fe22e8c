"""iCalendar (RFC 5545) of activities and due days.  Pure; imports no models.

All days and times are those of Asia/Shanghai; whole days carry no time at all, and their end is the day after the last.
Nothing of it changes from one reading to the next unless the record did: no stamp is taken from the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vDuration

ZONE = ZoneInfo("Asia/Shanghai")
#: Who made the calendar, as RFC 5545 asks for.
PRODUCT = "-//Tongxin//Calendar//ZH"
#: What follows a record's uid in that of its entry, for good.
DOMAIN = "tongxin"
#: How often a calendar program should read again.
AGAIN = dt.timedelta(hours=6)
#: The years for which the time zone is written; it has stood still since 1991.
_ZONE_SINCE, _ZONE_UNTIL = dt.date(2000, 1, 1), dt.date(2041, 1, 1)


class EntryStatus(StrEnum):
    """How certain it is that something takes place."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a calendar.

    ``last_day`` is inclusive.  Without ``starts_at`` it is of whole days.  ``sequence`` grows with each change of the
    record, ``changed_at`` is when it last changed (aware).  ``busy``: whether the time is taken.
    """

    uid: str
    title: str
    day: dt.date
    last_day: dt.date
    changed_at: dt.datetime
    starts_at: dt.time | None = None
    ends_at: dt.time | None = None
    place: str = ""
    note: str = ""
    link: str = ""
    status: EntryStatus = EntryStatus.CONFIRMED
    sequence: int = 0
    busy: bool = True


def written(name: str, entries: Iterable[Entry]) -> bytes:
    """Return a calendar called ``name`` with these entries, as the file that calendar programs read."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", ZONE.key)
    calendar.add("refresh-interval", vDuration(AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(AGAIN).to_ical().decode())
    calendar.add_component(Timezone.from_tzinfo(ZONE, first_date=_ZONE_SINCE, last_date=_ZONE_UNTIL))
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def _event(entry: Entry) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{DOMAIN}")
    changed = entry.changed_at.astimezone(dt.UTC).replace(microsecond=0)
    event.add("dtstamp", changed)
    event.add("last-modified", changed)
    event.add("sequence", entry.sequence)
    event.add("summary", entry.title)
    if entry.starts_at is None:
        event.add("dtstart", entry.day)
        event.add("dtend", entry.last_day + dt.timedelta(days=1))
    else:
        start = dt.datetime.combine(entry.day, entry.starts_at, ZONE)
        event.add("dtstart", start)
        end = _end(entry)
        if end is not None and end > start:
            event.add("dtend", end)
    if entry.place:
        event.add("location", entry.place)
    if entry.note:
        event.add("description", entry.note)
    if entry.link:
        event.add("url", entry.link)
    event.add("status", str(entry.status))
    event.add("transp", "OPAQUE" if entry.busy and entry.status is not EntryStatus.CANCELLED else "TRANSPARENT")
    return event


def _end(entry: Entry) -> dt.datetime | None:
    """Return when an entry with hours ends; None where nobody said so."""
    if entry.ends_at is not None:
        return dt.datetime.combine(entry.last_day, entry.ends_at, ZONE)
    if entry.last_day > entry.day:
        return dt.datetime.combine(entry.last_day + dt.timedelta(days=1), dt.time(), ZONE)
    return None
