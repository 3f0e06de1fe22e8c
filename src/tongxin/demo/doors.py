"""A meeting of the example that is being registered right now: two doors, a screen, printed badges, a list half ticked."""

from __future__ import annotations

import datetime as dt

from tongxin.accounts.tokens import hashed, new_token
from tongxin.activities.drafts import Item
from tongxin.activities.enums import LeaveReason, MarkSource, Presence, Reply, StationKind
from tongxin.activities.models import Badge, Participation, PresenceMark, Station
from tongxin.activities.register_operations import BADGE_LENGTH, BADGE_LETTERS, STATION_LASTS
from tongxin.core import clock
from tongxin.demo.diary import NONE, Diary
from tongxin.demo.town import Town

#: Added to the example's seed, so that this meeting draws its own lots and leaves all others as they are.
_APART = 7919
_INVITED = 60
_TOPIC = "数字政府建设与基层减负"
#: The first comes in at this time of the day, one every so many seconds after.
_FIRST, _EVERY = dt.time(8, 38), dt.timedelta(seconds=9)


def tell_doors(town: Town, seed: int) -> int:
    """Write a lecture of the as-of day whose register is open and return how many marks its doors have taken."""
    diary = Diary(town, seed + _APART)
    sitting = [seat.person for seat in town.on(town.committee, town.as_of)]
    people = diary.source.sample(sitting, min(_INVITED, len(sitting)))
    activity = diary.add(
        "lecture_hall", town.as_of, [town.committee], title=f"政协讲堂：{_TOPIC}", topic=_TOPIC, people=people,
        agenda=[Item("lecture", _TOPIC)], register=NONE, place="委员活动中心报告厅", quantity=2,
    )  # fmt: skip
    activity.starts_at, activity.ends_at = dt.time(9), dt.time(11)
    diary.write()
    begun = min(clock.at(town.as_of, _FIRST), clock.now() - dt.timedelta(minutes=15))
    stations = Station.objects.bulk_create(
        Station(
            uid=diary.uid(), office=town.office, activity=activity, kind=kind, name=name,
            # Nobody is told these secrets: a door is opened anew, or its link is sent to nobody.
            token_hash=hashed(new_token()), expires_at=clock.start_of(activity.last_day) + STATION_LASTS,
        )
        for name, kind in (("东门", StationKind.DOOR), ("西门", StationKind.DOOR), ("报告厅屏幕", StationKind.SCREEN))
    )  # fmt: skip
    lines = list(activity.participations.order_by("pk"))
    Badge.objects.bulk_create(
        Badge(
            participation=line, code="".join(diary.source.choices(BADGE_LETTERS, k=BADGE_LENGTH)),
            issued_at=begun - dt.timedelta(days=1),
        )
        for line in lines
    )  # fmt: skip
    return _rush(diary, lines, stations[:2], begun)


def _rush(diary: Diary, lines: list[Participation], doors: list[Station], begun: dt.datetime) -> int:
    """Mark two thirds at the doors, most by badge; one came late, one was ticked by mistake and taken back."""
    excused, coming = lines[:3], lines[3 : len(lines) * 2 // 3]
    for line in excused:
        line.reply, line.leave_reason, line.leave_approved_by = Reply.LEAVE, LeaveReason.DUTY, "会议主持人"
    marks: list[PresenceMark] = []

    def mark(line: Participation, place: int, presence: str, **more: object) -> PresenceMark:
        at = begun + place * _EVERY
        line.presence, line.presence_at = presence, at
        marks.append(
            PresenceMark(
                participation=line, client_id=diary.uid(), presence=presence, at=at, station=doors[place % 2], **more
            )
        )
        return marks[-1]

    for place, line in enumerate(coming):
        mark(line, place, Presence.PRESENT, source=MarkSource.LIST if place % 5 == 4 else MarkSource.BADGE)
    if coming:
        late = coming[-1]
        marks[-1].late, late.late, late.late_at = True, True, late.presence_at
        wrong = mark(lines[-1], len(coming), Presence.PRESENT, source=MarkSource.LIST)
        mark(lines[-1], len(coming) + 2, Presence.UNKNOWN, source=MarkSource.LIST, undoes=wrong.client_id)
    PresenceMark.objects.bulk_create(marks)
    Participation.objects.bulk_update(
        lines, ["presence", "presence_at", "late", "late_at", "reply", "leave_reason", "leave_approved_by"]
    )
    return len(marks)
