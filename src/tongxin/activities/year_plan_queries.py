"""What a year asks of one unit, and how its adopted plan stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import catalogue, kinds_for
from tongxin.activities.models import Activity, YearPlan
from tongxin.activities.year_plan import Demand, Offer
from tongxin.core.models import Day
from tongxin.provisions import windows
from tongxin.provisions.enums import FactRole, FindingState, ProvisionKind, Reason
from tongxin.provisions.models import Rule, Window
from tongxin.provisions.queries import checks_of, current_findings
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned


@dataclass(frozen=True, slots=True)
class Asked:
    """What a year asks of a unit: what can be planned, and by name what is left out, each with the reason."""

    demands: tuple[Demand, ...]
    left_out: tuple[tuple[str, str], ...]


def asked_of(unit: Organization, year: int, today: dt.date) -> Asked:
    """Return the rounds of the year that the unit's adopted periodic provisions ask for and that are still to come.

    Whether a provision binds the unit is read from its newest finding.  Rounds that are over are left out; what is on
    record already is taken off the running ones.  What follows an occasion, is counted in hours or lies over the year
    is named with the reason instead.
    """
    office = unit.office
    checks = checks_of(office)
    newest: dict[str, tuple[dt.date, str, str]] = {}
    counted: dict[tuple[str, dt.date], int] = {}
    for row in current_findings(office, today).filter(organization_id=unit.pk, subject_kind="organization"):
        counted[row.provision, row.window_start] = row.count
        if row.provision not in newest or newest[row.provision][0] < row.window_start:
            newest[row.provision] = (row.window_start, str(row.state), row.reason)
    first, last = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    rules = Rule.objects.filter(office=office, provision__in=newest, in_force_from__lt=last, in_force_until__gt=first)
    laid: dict[str, list[Window]] = {}
    for window in Window.objects.filter(
        key__in=rules.values("window_key"), end__gt=max(first, today), start__lt=last
    ).order_by("start"):
        laid.setdefault(window.key, []).append(window)
    demands, left_out = [], {}
    for rule in rules.prefetch_related("facts").order_by("provision", "in_force_from"):
        entry, check = checks[rule.provision]
        name = check.name or entry.name
        _start, state, reason = newest[rule.provision]
        if rule.kind != ProvisionKind.PERIODIC:
            if rule.kind == ProvisionKind.PER_EVENT:
                left_out[name] = "随有关活动而定"
            continue
        if state == FindingState.NOT_APPLICABLE and reason in (Reason.STRUCTURE, Reason.NO_LONGER_BOUND):
            left_out[name] = str(Reason(reason).label)
            continue
        if rule.measure == "hours":
            left_out[name] = "按学时计，次数不定"
            continue
        facts = frozenset(looked.fact for looked in rule.facts.all() if looked.role == FactRole.COUNTS)
        for window in laid.get(rule.window_key, ()):
            if window.start < first or window.end > last:
                left_out[name] = "期间跨年度"
                continue
            if not rule.in_force_from <= window.last_day < rule.in_force_until:
                continue
            count = rule.required - counted.get((rule.provision, window.start), 0)
            if count > 0:
                label = windows.label(rule.window_key, window.start, window.end)
                demands.append(Demand(rule.provision, name, label, facts, window.start, window.end, count))
    planned = {demand.name for demand in demands}
    return Asked(tuple(demands), tuple((name, why) for name, why in left_out.items() if name not in planned))


def offers_of(unit: Organization) -> tuple[Offer, ...]:
    """Return the sorts of occasions that a unit may hold, with the agenda items that each may carry."""
    agenda = catalogue().agenda
    return tuple(
        Offer(
            kind.code,
            kind.name,
            frozenset(kind.facts),
            {item: frozenset(agenda[item].facts) for item in kind.agenda if agenda[item].facts},
        )
        for kind in kinds_for(unit.kind)
    )


def workdays_of(year: int, today: dt.date) -> list[dt.date]:
    """Return the working days of a year that are still to come."""
    found = Day.objects.filter(day__year=year, day__gt=today, is_workday=True).order_by("day")
    return list(found.values_list("day", flat=True))


def provisional(year: int) -> bool:
    """Tell whether working days of a year are counted before the year's holidays were published."""
    return Day.objects.filter(day__year=year, provisional=True).exists()


def plan_of(unit: Organization, year: int) -> YearPlan | None:
    """Return the unit's plan of a year in force, None where nobody adopted one."""
    return YearPlan.objects.filter(organization=unit, year=year, replaced_at__isnull=True).first()


@dataclass(frozen=True, slots=True)
class PlanLine:
    """One occasion of an adopted plan: held, to come, cancelled, or its day has passed without a record."""

    activity: Activity
    standing: str


STANDINGS = {"held": "已开展", "to_come": "待开展", "passed": "日期已过，尚未登记", "cancelled": "已取消"}


def plan_lines(plan: YearPlan, today: dt.date) -> tuple[PlanLine, ...]:
    """Return the occasions of a plan by day, each with how it stands on ``today``."""
    lines = []
    for activity in plan.activities.order_by("day", "pk").prefetch_related("agenda"):
        if activity.status == ActivityStatus.HELD:
            standing = "held"
        elif activity.status == ActivityStatus.CANCELLED:
            standing = "cancelled"
        else:
            standing = "to_come" if activity.day >= today else "passed"
        lines.append(PlanLine(activity, standing))
    return tuple(lines)


def planned_between(
    office: Office, first: dt.date, last: dt.date, organization_ids: Collection[int] | None = None
) -> list[tuple[dt.date, Activity, str]]:
    """Return (day, activity, unit) of what is planned on days ``first <= day <= last``, by day."""
    rows = (
        owned(Activity, office)
        .filter(status__in=(ActivityStatus.PLANNED, ActivityStatus.NOTIFIED), day__gte=first, day__lte=last)
        .filter(organizers__lead=True)
        .annotate(unit=F("organizers__organization__name"), unit_id=F("organizers__organization_id"))
        .order_by("day", "pk")
    )
    if organization_ids is not None:
        rows = rows.filter(organizers__organization_id__in=organization_ids)
    return [(row.day, row, row.unit) for row in rows]


def planned_facts(office: Office, first: dt.date) -> dict[tuple[int, str], dt.date]:
    """Return (unit id, fact) → the first day from ``first`` on for which an activity with that fact is planned."""
    rows = (
        owned(Activity, office)
        .filter(status__in=(ActivityStatus.PLANNED, ActivityStatus.NOTIFIED), day__gte=first)
        .order_by("-day")
        .values_list("organizers__organization_id", "meanings__fact", "day")
    )
    return {(unit, fact): day for unit, fact, day in rows if unit and fact}
