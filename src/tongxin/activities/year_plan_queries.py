"""What a year asks of one unit, and how its adopted plan stands."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import F, Q

from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import catalogue, kinds_for
from tongxin.activities.models import Activity, YearPlan
from tongxin.activities.year_plan import Demand, Offer
from tongxin.core.models import Day
from tongxin.provisions import evaluation, windows
from tongxin.provisions.board_queries import day_of_judgement
from tongxin.provisions.enums import OPEN_STATES, FactRole, FindingState, ProvisionKind, Reason
from tongxin.provisions.keys import key_text
from tongxin.provisions.models import Finding, Rule, Window
from tongxin.provisions.queries import checks_of, current_findings, state_label, window_label
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned


@dataclass(frozen=True, slots=True)
class Duty:
    """What a year asks of a unit and no occasion of its own can settle: what, of which round, by which day.

    ``how``: 须办 (to be done by the day), 核对 (the register is looked at on the day) or 任期届满.  ``day`` None: its time
    is over and nothing is on record.  ``state`` and ``key`` of the finding, '' where the round has not begun.
    """

    name: str
    window: str
    how: str
    day: dt.date | None
    state: str = ""
    key: str = ""

    @property
    def label(self) -> str:
        """The state in Chinese."""
        return state_label(self.state) if self.state else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a year asks of a unit: what can be planned, what must be done otherwise, and what is left out, with why."""

    demands: tuple[Demand, ...]
    duties: tuple[Duty, ...]
    left_out: tuple[tuple[str, str], ...]


def asked_of(unit: Organization, year: int, today: dt.date) -> Asked:
    """Return what the unit's adopted provisions ask of the rest of a year.

    Whether a provision binds the unit is read from its newest finding.  What an occasion of the unit can settle is a
    demand: rounds to come and running ones, less what is on record, and what an occasion or a term asks for by a day.
    Everything else with a day is a duty: papers, numbers of the register with the day on which they are looked at
    next, ordered steps, answers of others.  What has neither is named with the reason.
    """
    office, checks = unit.office, checks_of(unit.office)
    first, last = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    reach = frozenset().union(*(offer.reach for offer in offers_of(unit)))
    own = Q(organization_id=unit.pk, subject_kind__in=("organization", "event"))
    found = list(current_findings(office, today).filter(own).order_by("provision", "window_start", "event_id"))
    newest = {row.provision: row for row in found if not row.event_id}
    counted = {(row.provision, row.window_start): row for row in found if not row.event_id}
    codes = {row.provision for row in found}
    rules = list(
        Rule.objects.filter(office=office, provision__in=codes, in_force_from__lt=last, in_force_until__gt=first)
        .prefetch_related("facts")
        .order_by("provision", "in_force_from")
    )
    laid: dict[str, list[Window]] = {}
    for window in Window.objects.filter(
        key__in={rule.window_key for rule in rules}, end__gt=max(first, today), start__lt=last
    ).order_by("start"):
        laid.setdefault(window.key, []).append(window)
    demands: list[Demand] = []
    duties: list[Duty] = []
    left_out: dict[str, str] = {}
    for rule in rules:
        if rule.provision not in checks:
            continue
        entry, check = checks[rule.provision]
        name = entry.called(check)
        facts = frozenset(looked.fact for looked in rule.facts.all() if looked.role == FactRole.COUNTS)
        if rule.kind in evaluation.OCCASIONS:
            rows = [row for row in found if row.provision == rule.provision and row.adoption_id == rule.adoption_id]
            occasions, others = _after_occasions(rule, name, facts & reach, rows, (first, last), today)
            demands += occasions
            duties += others
            if not occasions and not others and rule.kind == ProvisionKind.PER_EVENT:
                left_out[name] = "随有关活动而定"
            continue
        latest = newest.get(rule.provision)
        if latest is None:
            continue
        if latest.state == FindingState.NOT_APPLICABLE and latest.reason in (Reason.STRUCTURE, Reason.NO_LONGER_BOUND):
            left_out[name] = str(Reason(latest.reason).label)
            continue
        if rule.kind == ProvisionKind.PLAN:
            left_out[name] = "与计划对照，采用安排之后即有"
            continue
        if rule.measure == "hours":
            left_out[name] = "按学时计，次数不定"
            continue
        for window in laid.get(rule.window_key, ()):
            if not rule.in_force_from <= window.last_day < rule.in_force_until:
                continue
            row = counted.get((rule.provision, window.start))
            label = windows.label(rule.window_key, window.start, window.end)
            if rule.kind in evaluation.COUNTED and facts & reach:
                if window.start < first or window.due_end > last:
                    left_out[name] = "期间跨年度"
                    continue
                count = rule.required - (row.count if row else 0)
                if count > 0:
                    demands.append(Demand(rule.provision, name, label, facts, window.start, window.due_end, count))
                continue
            day = day_of_judgement(window, at_start=rule.measured_at == "start")
            settled = row is not None and row.state not in OPEN_STATES and rule.kind in evaluation.COUNTED
            if not settled and max(first, today) <= day < last:
                how = "核对" if rule.kind in evaluation.GAUGED else "须办"
                duties.append(Duty(name, label, how, day, str(row.state) if row else "", key_text(row) if row else ""))
                if rule.kind in evaluation.GAUGED:  # the next time is enough
                    break
    planned = {demand.name for demand in demands} | {duty.name for duty in duties}
    duties.sort(key=lambda each: (each.day or dt.date.min, each.name))
    return Asked(
        tuple(demands), tuple(duties), tuple((name, why) for name, why in left_out.items() if name not in planned)
    )


def _after_occasions(
    rule: Rule,
    name: str,
    within_reach: frozenset[str],
    rows: list[Finding],
    year: tuple[dt.date, dt.date],
    today: dt.date,
) -> tuple[list[Demand], list[Duty]]:
    """Return what occasions and terms ask of the year ``year``: demands that the unit can meet itself, and duties."""
    first, last = year
    one = dt.timedelta(days=1)
    demands, duties = [], []
    for row in rows:
        term = row.reason == Reason.WITHIN_TERM
        if row.state not in OPEN_STATES and not term and row.reason != Reason.EXTENDED:
            continue
        until = row.next_change_on if row.reason == Reason.EXTENDED and row.next_change_on else row.window_end
        label = window_label(row, "")
        if until <= today or rule.kind == ProvisionKind.PROCEDURE:
            if first <= today < last:
                duties.append(Duty(name, label, "须办", None, str(row.state), key_text(row)))
            continue
        if not first < until <= last:
            continue
        # an election comes towards the end of its term, not at its beginning
        begin = until - one * max(rule.lead_days, 1) if term else today + one
        if within_reach and rule.relation == "near":
            count = max(row.required - row.count, 1)
            facts = frozenset(looked.fact for looked in rule.facts.all() if looked.role == FactRole.COUNTS)
            demands.append(Demand(rule.provision, name, label, facts, max(begin, first), until, count))
        else:
            how = "任期届满" if rule.kind == ProvisionKind.TERM else "须办"
            duties.append(Duty(name, label, how, until - one, str(row.state), key_text(row)))
    return demands, duties


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
