"""What is written is what calendar programs read: two parsers, of which one shares nothing with the writer."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import icalendar
import pytest

from tongxin.notices.calendar import Entry, EntryStatus, written

CHANGED = dt.datetime(2026, 3, 1, 1, 30, 15, 999, dt.UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def entry(**more) -> Entry:
    values = {
        "uid": "7f4e3b1a-0000-4000-8000-000000000001", "title": "主题党日", "day": dt.date(2026, 3, 5),
        "last_day": dt.date(2026, 3, 5), "changed_at": CHANGED,
    }  # fmt: skip
    return Entry(**(values | more))


def read(*entries: Entry):
    """Return the events as the library reads them."""
    return icalendar.Calendar.from_ical(written("日程", entries)).walk("VEVENT")


def read_otherwise(*entries: Entry):
    """Return the events as the other parser reads them."""
    vobject = pytest.importorskip("vobject")
    calendar = vobject.readOne(written("日程", entries).decode())
    return list(calendar.contents.get("vevent", []))


WHOLE_DAY = entry()
SEVERAL_DAYS = entry(last_day=dt.date(2026, 3, 7))
WITH_HOURS = entry(starts_at=dt.time(9), ends_at=dt.time(11, 30))
TO_MIDNIGHT = entry(starts_at=dt.time(9), last_day=dt.date(2026, 3, 6))
OVER_NEW_YEAR = entry(day=dt.date(2026, 12, 31), last_day=dt.date(2027, 1, 1))
SPANS = [
    (WHOLE_DAY, dt.date(2026, 3, 5), dt.date(2026, 3, 6)),
    (SEVERAL_DAYS, dt.date(2026, 3, 5), dt.date(2026, 3, 8)),
    (OVER_NEW_YEAR, dt.date(2026, 12, 31), dt.date(2027, 1, 2)),
    (WITH_HOURS, dt.datetime(2026, 3, 5, 9, tzinfo=ZONE), dt.datetime(2026, 3, 5, 11, 30, tzinfo=ZONE)),
    (TO_MIDNIGHT, dt.datetime(2026, 3, 5, 9, tzinfo=ZONE), dt.datetime(2026, 3, 7, tzinfo=ZONE)),
    (
        entry(starts_at=dt.time(9), ends_at=dt.time(17), last_day=dt.date(2026, 3, 6)),
        dt.datetime(2026, 3, 5, 9, tzinfo=ZONE),
        dt.datetime(2026, 3, 6, 17, tzinfo=ZONE),
    ),
]


@pytest.mark.parametrize(("what", "start", "end"), SPANS)
def test_an_end_lies_after_the_last_day_or_at_its_hour(what: Entry, start: dt.date, end: dt.date):
    (event,) = read(what)
    assert (event["dtstart"].dt, event["dtend"].dt) == (start, end)


@pytest.mark.parametrize(("what", "start", "end"), SPANS)
def test_another_parser_reads_the_same_span(what: Entry, start: dt.date, end: dt.date):
    (event,) = read_otherwise(what)
    found = [event.dtstart.value, event.dtend.value]
    if isinstance(start, dt.datetime):
        assert [each.utcoffset() for each in found] == [dt.timedelta(hours=8)] * 2
        assert [each.astimezone(dt.UTC) for each in found] == [each.astimezone(dt.UTC) for each in (start, end)]
    else:
        assert found == [start, end]
        assert not isinstance(found[0], dt.datetime)


def test_days_are_written_without_a_time_and_hours_with_the_zone():
    text = written("日程", [SEVERAL_DAYS, WITH_HOURS]).decode()
    assert "DTSTART;VALUE=DATE:20260305\r\n" in text
    assert "DTEND;VALUE=DATE:20260308\r\n" in text
    assert "DTSTART;TZID=Asia/Shanghai:20260305T090000\r\n" in text
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert "TZID:Asia/Shanghai\r\n" in text
    assert "TZOFFSETTO:+0800\r\n" in text


@pytest.mark.parametrize("ends_at", [None, dt.time(9), dt.time(8)])
def test_an_end_that_nobody_gave_or_that_does_not_follow_is_left_out(ends_at: dt.time | None):
    (event,) = read(entry(starts_at=dt.time(9), ends_at=ends_at))
    assert "dtend" not in event


def test_a_cancelled_entry_says_so_takes_no_time_and_counts_its_changes():
    both = [
        entry(status=EntryStatus.CANCELLED, sequence=3),
        entry(uid="7f4e3b1a-0000-4000-8000-000000000002", status=EntryStatus.TENTATIVE),
    ]
    assert [(e["status"], e["sequence"], e["transp"]) for e in read(*both)] == [
        ("CANCELLED", 3, "TRANSPARENT"),
        ("TENTATIVE", 0, "OPAQUE"),
    ]
    assert [(e.status.value, e.sequence.value) for e in read_otherwise(*both)] == [
        ("CANCELLED", "3"),
        ("TENTATIVE", "0"),
    ]


def test_marks_of_the_format_in_a_text_are_escaped_and_come_back():
    title = "学习;讨论, 第一议题\\“两个确立”" + "很长的标题" * 12
    what = entry(title=title, place="三楼,会议室", note="第一行\n第二行; BEGIN:VEVENT")
    (event,) = read(what)
    assert (str(event["summary"]), str(event["location"]), str(event["description"])) == (
        title,
        what.place,
        what.note,
    )
    (other,) = read_otherwise(what)
    assert (other.summary.value, other.location.value, other.description.value) == (title, what.place, what.note)


def test_lines_are_folded_at_75_octets():
    lines = written("日程", [entry(title="很长的标题" * 30)]).split(b"\r\n")
    assert max(len(line) for line in lines) <= 75


def test_the_uid_is_the_records_own_and_nothing_is_taken_from_the_clock():
    assert [str(event["uid"]) for event in read(WHOLE_DAY)] == ["7f4e3b1a-0000-4000-8000-000000000001@tongxin"]
    (event,) = read(WHOLE_DAY)
    assert event["dtstamp"].dt == CHANGED.replace(microsecond=0)
    assert written("日程", [WHOLE_DAY]) == written("日程", [WHOLE_DAY])


def test_an_empty_calendar_can_be_read():
    assert read() == []
    assert read_otherwise() == []


def test_entries_name_nobody():
    (event,) = read(WITH_HOURS)
    assert {"attendee", "organizer"}.isdisjoint({name.lower() for name in event})
