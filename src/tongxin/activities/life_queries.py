"""Reads of organisational life: the appraisals of a year as counts, life in home units."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Max, Min

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.models import Activity, AgendaItem, AppraisalCount, Meaning, Participation
from tongxin.activities.queries import party_members
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Membership, Office, Organization, Person
from tongxin.registry.queries import in_force, organizations_on, owned, party_members_on, seats_on

#: The steps of an appraisal in their order: code of the agenda item (the last: fact) and name.  Source: 支部工作条例 第十八条.
STEPS = (
    ("self_assessment", "党员自评"),
    ("mutual_assessment", "党员互评"),
    ("appraisal_ballot", "民主测评"),
    ("appraisal", "组织评定"),
)


#: Units that appraise: members of a functional branch are appraised where their organisational relation is.
APPRAISED = (OrganizationKind.BRANCH, OrganizationKind.JOINT_BRANCH)


@dataclass(frozen=True, slots=True)
class Appraisal:
    """One branch's appraisal of a year: when each step first took place, and the totals; no names."""

    unit: Organization
    days: tuple[dt.date | None, ...]
    counts: AppraisalCount | None


def appraisals_of(office: Office, year: int, day: dt.date) -> list[Appraisal]:
    """Return the appraisal of each branch that exists on ``day``, in the official order; five statements.

    A branch that held none stands there with nothing: not recorded is not "not done".
    """
    units = list(organizations_on(office, day, *APPRAISED))
    held = {
        "activity__office": office, "activity__day__year": year, "activity__status": ActivityStatus.HELD,
        "activity__organizers__organization__in": units,
    }  # fmt: skip
    unit_of = "activity__organizers__organization_id"
    # The steps of the procedure are items of an agenda; the appraisal itself is what an activity counts as.
    steps = AgendaItem.objects.filter(kind__in=[code for code, _name in STEPS[:-1]], **held).order_by()
    whole = Meaning.objects.filter(fact=STEPS[-1][0], **held).order_by()
    first = {
        (unit, code): when
        for rows in (
            steps.values_list(unit_of, "kind").annotate(first=Min("activity__day")),
            whole.values_list(unit_of, "fact").annotate(first=Min("activity__day")),
        )
        for unit, code, when in rows
    }
    counts: dict[int, AppraisalCount] = {}
    rows = owned(AppraisalCount, office).filter(activity__day__year=year, activity__status=ActivityStatus.HELD)
    for row in rows.prefetch_related("activity__organizers").order_by("activity__day", "pk"):
        for one in row.activity.organizers.all():
            counts[one.organization_id] = row
    return [
        Appraisal(unit, tuple(first.get((unit.pk, fact)) for fact, _name in STEPS), counts.get(unit.pk))
        for unit in units
    ]


@dataclass(frozen=True, slots=True)
class HomeLife:
    """One Party-member member: the home unit, and the last day of life there that is on record."""

    person: Person
    home: str
    last_day: dt.date | None


def home_lives(office: Office, day: dt.date, person_ids: Collection[int] | None = None) -> list[HomeLife]:
    """Return the Party members who have a seat on ``day``, or these persons, in official order; five statements."""
    if person_ids is None:
        people = list(seats_on(office, day).filter(pk__in=party_members_on(office, day).values("pk")))
    else:
        own = owned(Person, office).filter(pk__in=party_members(person_ids, day))
        people = list(own.order_by("precedence", "pinyin_key", "pk"))
    ids = [person.pk for person in people]
    homes = Membership.objects.filter(in_force(day), person_id__in=ids, home=True)
    home = dict(homes.values_list("person_id", "organization__name"))
    rows = Participation.objects.filter(
        person_id__in=ids, activity__kind="home_unit_life", activity__status=ActivityStatus.HELD
    )
    last = dict(rows.order_by().values_list("person_id").annotate(last=Max("activity__day")))
    return [HomeLife(person, home.get(person.pk, ""), last.get(person.pk)) for person in people]


def own_home_life(office: Office, person_ids: Collection[int]) -> list[Activity]:
    """Return the life in the home unit that these persons recorded, newest first, at most thirty."""
    rows = owned(Activity, office).filter(kind="home_unit_life", status=ActivityStatus.HELD)
    lines = Participation.objects.filter(person_id__in=person_ids).values("activity_id")
    return list(rows.filter(pk__in=lines).select_related("created_by").order_by("-day", "-pk")[:30])
