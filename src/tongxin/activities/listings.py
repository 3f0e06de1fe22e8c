"""Activities of a period as rows of a form: the whole office's, or one unit's.  Talks between two people are left out."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db.models import Q

from tongxin.activities import attendance
from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import Expected, catalogue
from tongxin.activities.models import Activity, Organizer
from tongxin.core.errors import BadInput
from tongxin.core.listings import Listing, Record, register
from tongxin.registry.enums import PARTY_UNIT_KINDS, OrganizationKind
from tongxin.registry.models import Organization
from tongxin.registry.queries import organizations_on, owned

ACTIVITIES = Activity._meta.label
#: Rows that one list gives at most.
MOST = 2000


def _rows(office_id: int, argument: str, since: dt.date, until: dt.date) -> list[Record]:
    """Return what was held from ``since`` to ``until``, both included; four statements."""
    known = catalogue().kinds
    pairs = [kind.code for kind in known.values() if kind.expected is Expected.PAIR]
    found = owned(Activity, office_id).filter(status=ActivityStatus.HELD, day__gte=since, day__lte=until)
    found = found.exclude(kind__in=pairs)
    if argument:
        try:
            unit = owned(Organization, office_id).filter(uid=uuid.UUID(argument)).first()
        except ValueError:
            unit = None
        if unit is None:
            raise BadInput("listings.unit", "名册中已没有所选的单位。", hint="请重新选择单位。", field="argument")
        found = found.filter(pk__in=Organizer.objects.filter(organization=unit).values("activity"))
    result: list[Record] = []
    for row in found.prefetch_related("organizers__organization", "participations").order_by("day", "pk")[:MOST]:
        kind = known.get(row.kind)
        counted = attendance.totals(
            attendance.Line(p.role, p.presence, p.expected, p.reply) for p in row.participations.all()
        )
        values: dict[str, str | int | dt.date] = {
            "number": len(result) + 1,
            "day": row.day,
            "title": row.title,
            "kind": kind.name if kind is not None else row.kind,
            "unit": "、".join(one.organization.name for one in row.organizers.all()),
            "place": row.place,
            "topic": row.topic,
            "expected": counted.expected,
            "present": counted.present,
        }
        result.append(Record(values, ACTIVITIES, row.pk))
    return result


def _arguments(office_id: int, day: dt.date) -> list[tuple[str, str]]:
    """Return the whole office, its units of today, and those that held anything this year or the year before."""
    held = Organizer.objects.filter(activity__office_id=office_id, activity__day__gte=dt.date(day.year - 1, 1, 1))
    own = [kind for kind in PARTY_UNIT_KINDS if kind != OrganizationKind.HOME_UNIT]
    today = organizations_on(office_id, day, *own, *_HOLDERS)
    units = owned(Organization, office_id).filter(Q(pk__in=held.values("organization")) | Q(pk__in=today.values("pk")))
    return [("", "全机关"), *((unit.uid.hex, unit.name) for unit in units.order_by("precedence", "pk"))]


#: Bodies that hold activities besides the Party units.
_HOLDERS = (OrganizationKind.COMMITTEE, OrganizationKind.SPECIAL_COMMITTEE, OrganizationKind.DEPARTMENT)
LISTING = Listing(
    "activities",
    "开展的活动",
    "起止日期内已开展的活动，按日期；谈话、联系等两人之间的不列。",
    {
        "number": "序号", "day": "日期", "title": "名称", "kind": "类型", "unit": "组织单位", "place": "地点",
        "topic": "主题", "expected": "应到人数", "present": "实到人数",
    },
    _rows,
    _arguments,
)  # fmt: skip


def register_all() -> None:
    """Put the list where forms look for it; called once at start-up."""
    register(LISTING)
