"""A month as weeks of days, and the proposed plan with the words that explain it."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from tongxin.activities.kinds import catalogue
from tongxin.activities.models import Activity
from tongxin.activities.year_plan import Demand, Plan, by_kind
from tongxin.activities.year_plan_queries import planned_between
from tongxin.core.models import Day
from tongxin.provisions.board_queries import Ending, endings
from tongxin.provisions.models import Finding
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization
from tongxin.registry.queries import owned

WHOLE = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)


@dataclass
class DayCell:
    """One day of the grid: whether it belongs to the month, whether people work, what ends and what is planned."""

    day: dt.date
    inside: bool
    workday: bool
    note: str = ""
    endings: list[Ending] = field(default_factory=list)
    planned: list[tuple[Activity, str]] = field(default_factory=list)


def month_grid(
    office: Office, today: dt.date, first: dt.date, organization_ids: Collection[int] | None
) -> list[list[DayCell]]:
    """Return the weeks of the month that begins with ``first``, Monday to Sunday."""
    weeks = calendar.Calendar().monthdatescalendar(first.year, first.month)
    start, last = weeks[0][0], weeks[-1][-1]
    known = {row.day: row for row in Day.objects.filter(day__gte=start, day__lte=last)}
    cells = {}
    for day in (start + dt.timedelta(days=number) for number in range((last - start).days + 1)):
        row = known.get(day)
        cells[day] = DayCell(day, day.month == first.month, row.is_workday if row else day.weekday() < 5)
        if row is not None and row.is_workday != (day.weekday() < 5):
            cells[day].note = "班" if row.is_workday else "休"
    for ending in endings(office, today, start, last, organization_ids):
        cells[ending.day].endings.append(ending)
    for day, activity, unit in planned_between(office, start, last, organization_ids):
        cells[day].planned.append((activity, unit))
    return [[cells[day] for day in week] for week in weeks]


def units_with_rules(office: Office, standing: Standing) -> list[Organization]:
    """Return the units that are judged and that this user may look at, in official order."""
    judged = Finding.objects.filter(office=office, subject_kind="organization").values("organization_id")
    rows = owned(Organization, office).filter(pk__in=judged).order_by("precedence", "pk")
    if not standing.has(*WHOLE):
        rows = rows.filter(pk__in=standing.unit_ids)
    return list(rows)


@dataclass(frozen=True)
class ProposedLine:
    """One proposed occasion as the form shows it: what it is, what stands on its agenda, what it serves."""

    number: int
    day: dt.date
    kind: str
    kind_name: str
    title: str
    items: tuple[str, ...]
    item_names: tuple[str, ...]
    serves: tuple[str, ...]


def proposed_lines(unit: Organization, plan: Plan, demands: Iterable[Demand]) -> list[ProposedLine]:
    """Return the lines of a proposed plan."""
    known = catalogue()
    asked = list(demands)
    return [
        ProposedLine(
            number,
            one.day,
            one.kind,
            known.kinds[one.kind].label,
            f"{unit}{one.day.month}月{known.kinds[one.kind].name}",
            one.items,
            tuple(known.agenda[item].label for item in one.items),
            tuple(f"{asked[place].name}({asked[place].window})" for place in one.serves),
        )
        for number, one in enumerate(plan.occasions)
    ]


def explained(plan: Plan, demands: Iterable[Demand]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    """Return (kind of occasion, how often) of a plan and (requirement, how many occasions it asks for in the year)."""
    known = catalogue().kinds
    asked: dict[str, int] = {}
    for demand in demands:
        asked[demand.name] = asked.get(demand.name, 0) + demand.count
    return [(known[kind].label, number) for kind, number in by_kind(plan).items()], list(asked.items())
