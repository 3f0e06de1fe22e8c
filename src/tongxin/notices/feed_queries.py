"""What stands in the calendar of a person or a unit, and whose a secret address is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from tongxin.accounts.models import User
from tongxin.accounts.tokens import hashed
from tongxin.activities.enums import ActivityStatus, Reply
from tongxin.activities.kinds import Expected, catalogue
from tongxin.activities.models import Activity, Organizer, Participation
from tongxin.core import clock
from tongxin.core.errors import NotPossible
from tongxin.core.models import AuditEntry
from tongxin.matters.models import Matter
from tongxin.matters.queries import LedgerFilter, ledger, visible
from tongxin.notices import rules
from tongxin.notices.calendar import Entry, EntryStatus
from tongxin.notices.models import CalendarFeed
from tongxin.registry.access import Standing
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import owned, standing_of

#: How far back a calendar reaches, in days, and how many entries it has at most.
BACK, LONGEST = 90, 1000
#: Talks and contacts stand in no calendar: who met whom is nobody else's business.
PAIR_KINDS = tuple(kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR)
#: What changes an entry; each raises its sequence.
CHANGES = ("activities.correct", "activities.cancel", "notices.notify")

_STATUS = {
    ActivityStatus.PLANNED: EntryStatus.TENTATIVE,
    ActivityStatus.NOTIFIED: EntryStatus.CONFIRMED,
    ActivityStatus.HELD: EntryStatus.CONFIRMED,
    ActivityStatus.CANCELLED: EntryStatus.CANCELLED,
}

#: (page, uid) → address of the page; pages are ``activity`` and ``matter``.
Link = Callable[[str, UUID], str]


def feed_of(token: str) -> CalendarFeed:
    """Return the calendar of a secret address, with office, person, unit and holder.

    Raises NotPossible where there is none, it was ended, or the holder has no right to it any more: one sentence for
    all of them, so that nothing is learnt by trying.
    """
    rows = CalendarFeed.objects.select_related("office", "created_by", "person", "organization")
    feed = rows.filter(token_hash=hashed(token), revoked_at=None).first() if token else None
    if feed is None or not _still_entitled(feed):
        raise NotPossible("feeds.ended", "这个日历地址不存在或已经停用。", hint="请在系统中重新生成地址。")
    return feed


def _still_entitled(feed: CalendarFeed) -> bool:
    holder = feed.created_by
    if holder is None or not holder.is_active:
        return False
    if feed.person is not None:
        return feed.person.user_id == holder.pk
    standing = standing_of(holder, feed.office, clock.today())
    return feed.organization is not None and rules.may_follow_unit(standing, feed.organization)


def own_feed(holder: User, *, person: Person | None = None, unit: Organization | None = None) -> CalendarFeed | None:
    """Return the running address that ``holder`` has of this person or unit, or None."""
    rows = CalendarFeed.objects.filter(created_by=holder, revoked_at=None)
    return rows.filter(person=person, organization=unit).first()


def entries_of(feed: CalendarFeed, day: dt.date, link: Link) -> list[Entry]:
    """Return what stands in a calendar on ``day``, by day; six statements or so, however many.

    Of a person: what they were told of, what the units hold for which they work, days of own matters.  Of a unit: what
    it holds or plans, days of its matters.  Titles of matters stay inside; the entry has kind and number.
    """
    if feed.person is not None:
        holder = feed.created_by
        standing = standing_of(holder, feed.office, day) if holder is not None else Standing(feed.office_id)
        own = Standing(feed.office_id, units=standing.units, person_ids=frozenset({feed.person.pk}))
        return entries(feed.office, own, day, link)
    unit = frozenset({feed.organization_id or 0})
    return entries(feed.office, Standing(feed.office_id, units={"": unit}), day, link)


def entries(office: Office, standing: Standing, day: dt.date, link: Link) -> list[Entry]:
    """Return the calendar of the persons and units of ``standing``; see :func:`entries_of`."""
    lines = _told(office, standing.person_ids, day)
    away = {line.activity_id for line in lines if line.reply in (Reply.LEAVE, Reply.SUBSTITUTE)}
    rows = {line.activity_id: line.activity for line in lines}
    for row in _held_by(office, standing.unit_ids, day):
        rows.setdefault(row.pk, row)
    found = of_activities(list(rows.values()), link, away=away) + _of_matters(office, standing, day, link)
    return sorted(found, key=lambda entry: (entry.day, entry.starts_at or dt.time(), entry.uid))


def of_activities(rows: Collection[Activity], link: Link, *, away: Collection[int] = ()) -> list[Entry]:
    """Return activities, with organizers at hand, as entries; one statement.  ``away``: ids whose time is not taken."""
    changed = _changes(row.pk for row in rows)
    known = catalogue().kinds
    result = []
    for row in rows:
        times, last = changed.get(row.pk, (0, row.created_at))
        units = "、".join(str(one.organization) for one in row.organizers.all())
        kind = known[row.kind].name if row.kind in known else ""
        result.append(
            Entry(
                uid=str(row.uid),
                title=row.title,
                day=row.day,
                last_day=row.last_day,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                changed_at=last,
                place=row.place,
                note="\n".join(line for line in (kind, units, row.notice) if line),
                link=link("activity", row.uid),
                status=_STATUS[ActivityStatus(row.status)],
                sequence=times,
                busy=row.pk not in away,
            )
        )
    return result


def _told(office: Office, person_ids: Collection[int], day: dt.date) -> list[Participation]:
    """Return the lines of these persons in what they were told of or took part in."""
    if not person_ids:
        return []
    told = Q(activity__notified_at__isnull=False) | Q(activity__status=ActivityStatus.HELD)
    rows = Participation.objects.filter(
        told, person_id__in=person_ids, activity__office=office, **_shown(day, "activity__")
    ).exclude(activity__kind__in=PAIR_KINDS)
    organizers = Prefetch(
        "activity__organizers", Organizer.objects.select_related("organization").order_by("-lead", "pk")
    )
    return list(rows.select_related("activity").prefetch_related(organizers).order_by("activity__day", "pk")[:LONGEST])


def _held_by(office: Office, unit_ids: Collection[int], day: dt.date) -> QuerySet[Activity]:
    rows = owned(Activity, office).filter(**_shown(day)).exclude(kind__in=PAIR_KINDS)
    rows = rows.filter(pk__in=Organizer.objects.filter(organization_id__in=unit_ids).values("activity_id"))
    organizers = Prefetch("organizers", Organizer.objects.select_related("organization").order_by("-lead", "pk"))
    return rows.prefetch_related(organizers).order_by("day", "pk")[:LONGEST] if unit_ids else rows.none()


def _shown(day: dt.date, prefix: str = "") -> dict[str, object]:
    """Return the condition that an activity has a day at all and is not long past."""
    return {f"{prefix}month_only": False, f"{prefix}last_day__gte": day - dt.timedelta(days=BACK)}


def _of_matters(office: Office, standing: Standing, day: dt.date, link: Link) -> list[Entry]:
    """Return the days until which own open matters are due."""
    if not (standing.person_ids or standing.unit_ids):
        return []
    rows = visible(ledger(office, LedgerFilter(only_open=True)), standing).filter(
        due_on__gte=day - dt.timedelta(days=BACK)
    )
    return [_due(row, link) for row in rows.order_by("due_on", "pk")[:LONGEST]]


def _due(row: Matter, link: Link) -> Entry:
    assert row.due_on is not None  # asked for above
    kind = str(row.get_kind_display())
    return Entry(
        uid=f"{row.uid}-due",
        title=f"{kind}{f' {row.number}' if row.number else ''} 到期",
        day=row.due_on,
        last_day=row.due_on,
        # A matter keeps no instant of its last change; each step and each new day counts as one.
        changed_at=row.created_at,
        sequence=row.step_count,
        link=link("matter", row.uid),
        busy=False,
    )


def _changes(ids: Iterable[int]) -> Mapping[int, tuple[int, dt.datetime]]:
    """Return activity id → how often it changed and when last."""
    rows = AuditEntry.objects.filter(
        subject_type=Activity._meta.label_lower, subject_id__in=list(ids), action__in=CHANGES
    )
    counted = rows.order_by().values_list("subject_id").annotate(times=Count("pk"), last=Max("at"))
    return {pk: (times, last) for pk, times, last in counted if pk is not None}
