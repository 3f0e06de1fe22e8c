"""到期日历 and 统筹安排建议."""

from __future__ import annotations

import datetime as dt
import re
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities import year_plan, year_plan_queries
from tongxin.activities.kinds import catalogue, kinds_for
from tongxin.activities.rules import may_record_for
from tongxin.activities.year_plan_operations import Chosen, adopt_year_plan
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.core.periods import add_months
from tongxin.registry.enums import Role
from tongxin.registry.models import Organization
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.ahead import reads

READERS = (*reads.WHOLE, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)
#: How many occasions a month and agenda items an occasion are offered to choose from, and what stands there at first.
LOADS, LOAD = range(1, 9), 4
ITEMS, ITEM_COUNT = range(1, 7), 3


@requires(*READERS)
def due_calendar(request: OfficeRequest) -> HttpResponse:
    """Show a month: which rounds end on which day, for whom, and what is planned."""
    today = clock.today()
    units = reads.units_with_rules(request.office, request.standing)
    unit = next((each for each in units if str(each.uid) == request.GET.get("unit")), None)
    whole = request.standing.has(*reads.WHOLE)
    scope = [unit.pk] if unit else (None if whole else [each.pk for each in units])
    first = _month(request.GET.get("month"), today)
    weeks = reads.month_grid(request.office, today, first, scope)
    context = {
        "weeks": weeks,
        "days": [cell for week in weeks for cell in week if cell.inside and (cell.endings or cell.planned)],
        "first": first,
        "before": add_months(first, -1),
        "after": add_months(first, 1),
        "units": units,
        "unit": unit,
        "whole": whole,
    }
    return render(request, "ahead/calendar.html", context)


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def year_proposal(request: OfficeRequest) -> HttpResponse:
    """Propose the fewest occasions that meet a unit's year; take what a person makes of it as the plan."""
    today = clock.today()
    units = reads.units_with_rules(request.office, request.standing)
    data = request.POST if request.method == "POST" else request.GET
    unit = next((each for each in units if str(each.uid) == data.get("unit")), None)
    if unit is None and data.get("unit"):
        raise Http404
    if unit is None:
        unit = next((each for each in units if each.kind == "branch"), units[0] if units else None)
    year = _number(data.get("year"), today.year + (today.month >= 11), (today.year, today.year + 1))
    load = _number(data.get("load"), LOAD, LOADS)
    count = _number(data.get("items"), ITEM_COUNT, ITEMS)
    may_adopt = unit is not None and any(
        may_record_for(request.standing, kind, unit) for kind in kinds_for(unit.kind) if kind.facts
    )
    refused = ""
    status = 200
    if request.method == "POST":
        if unit is None or not may_adopt:
            raise PermissionDenied(_("只有这个单位和党务工作人员可以采用安排。"))
        try:
            adopt_year_plan(
                unit,
                year,
                _chosen(request),
                bound=_number(data.get("bound"), 0, range(1000)),
                client_id=_uid(data.get("client_id")),
                actor=request.user,
            )
        except Refusal as refusal:
            refused, status = str(refusal), 422
        else:
            messages.success(request, _("已采用为年度安排，各次活动已列入计划。"))
            return redirect(f"{reverse('year_proposal')}?unit={unit.uid}&year={year}")
    context = {
        "units": units,
        "unit": unit,
        "year": year,
        "years": (today.year, today.year + 1),
        "load": load,
        "loads": LOADS,
        "items": count,
        "item_counts": ITEMS,
        "may_adopt": may_adopt,
        "refused": refused,
        "client_id": data.get("client_id") or uuid.uuid4(),
        "installed": year_plan.installed(),
        "whole": request.standing.has(*reads.WHOLE),
        **(_proposed(unit, year, load, count, today) if unit else {}),
    }
    return render(request, "ahead/plan.html", context, status=status)


def _proposed(unit: Organization, year: int, load: int, count: int, today: dt.date) -> dict[str, object]:
    """Return the adopted plan and, as far as it can be worked out, the proposal with its explanation."""
    adopted = year_plan_queries.plan_of(unit, year)
    context: dict[str, object] = {
        "adopted": adopted,
        "adopted_lines": [
            (line, year_plan_queries.STANDINGS[line.standing]) for line in year_plan_queries.plan_lines(adopted, today)
        ]
        if adopted
        else [],
    }
    asked = year_plan_queries.asked_of(unit, year, today)
    context["duties"] = asked.duties
    try:
        plan = year_plan.propose(
            asked.demands,
            year_plan_queries.offers_of(unit),
            year_plan_queries.workdays_of(year, today),
            load=load,
            items=count,
        )
    except Refusal as refusal:
        return context | {"no_plan": str(refusal)}
    kinds, requirements = reads.explained(plan, asked.demands)
    return context | {
        "plan": plan,
        "lines": reads.proposed_lines(unit, plan, asked.demands),
        "kind_counts": kinds,
        "requirements": requirements,
        "asked_in_all": sum(number for _name, number in requirements),
        "left_out": asked.left_out,
        "unmet": list(dict.fromkeys(asked.demands[place].name for place in plan.unmet)),
        "provisional": year_plan_queries.provisional(year),
    }


def _chosen(request: OfficeRequest) -> list[Chosen]:
    """Return the occasions that a person left ticked, as edited; a day that is none falls on the year before."""
    found = []
    known = catalogue()
    for number in range(_number(request.POST.get("lines"), 0, range(400))):
        kind = request.POST.get(f"kind_{number}", "")
        if f"on_{number}" not in request.POST or kind not in known.kinds:
            continue
        items = [item for item in request.POST.get(f"items_{number}", "").split() if item in known.agenda]
        found.append(
            Chosen(
                _day(request.POST.get(f"day_{number}")),
                kind,
                request.POST.get(f"title_{number}", "").strip(),
                tuple(items),
            )
        )
    return found


def _day(text: str | None) -> dt.date:
    try:
        return dt.date.fromisoformat(text or "")
    except ValueError:
        return dt.date.min


def _month(text: str | None, today: dt.date) -> dt.date:
    match = re.fullmatch(r"(20\d\d)-(0[1-9]|1[0-2])", text or "")
    return dt.date(int(match[1]), int(match[2]), 1) if match else today.replace(day=1)


def _number(text: str | None, default: int, allowed: range | tuple[int, ...]) -> int:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else default
    return number if number in allowed else default


def _uid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
