"""年度计划和月历: a unit's year as a table that is edited whole, a month by days, study joined to duty work."""

from __future__ import annotations

import calendar as months
import datetime as dt
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities import plan_operations as operations
from tongxin.activities import queries, rules
from tongxin.activities.enums import ActivityStatus
from tongxin.activities.kinds import Expected, Kind, catalogue, kinds_for
from tongxin.activities.models import Activity
from tongxin.activities.plans import PlanRow, said_when
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.matters import study_operations, study_queries
from tongxin.provisions.queries import checks_of
from tongxin.registry.enums import STANDING_PARTY_UNIT_KINDS, OrganizationKind, Role
from tongxin.registry.models import Organization
from tongxin.registry.queries import organizations_on
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.activities.forms import RECORDERS, faults_of, parsed_day
from tongxin.web.htmx import wants_part
from tongxin.web.reach import READERS, correctable

#: Empty rows below the table, and how many years back and ahead a plan may be opened.
SPARE_ROWS, YEARS = 3, 6


@dataclass(frozen=True)
class ShownRow:
    """One row of the table: the planned activity, if there is one, what was typed, and what is wrong with it."""

    place: int
    typed: PlanRow
    activity: Activity | None = None
    note: str = ""
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tally:
    """What became of a year: rows of the plan, how many of them were held or cancelled, and what was held besides."""

    planned: int
    held: int
    cancelled: int
    outside: int


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def plan(request: OfficeRequest) -> HttpResponse:
    """Show a unit's plan of a year as a table; write it as it stands in the form, all of it or nothing."""
    units = list(organizations_on(request.office, clock.today()))
    data = request.POST if request.method == "POST" else request.GET
    unit = _unit(request, units, data.get("organization", ""))
    if unit is None:
        raise Http404
    year = _year(data.get("year"))
    study = data.get("sort") == "study"
    may_plan = any(rules.may_record_for(request.standing, kind, unit) for kind in kinds_for(unit.kind))
    typed: list[PlanRow] = []
    faults: dict[str, list[str]] = {}
    status = 200
    if request.method == "POST":
        typed = _typed(request)
        offered = {kind.code for kind in _kinds(request, unit, study)}
        kept = {row.kind for row in queries.plan_rows(request.office, unit, year)}
        if not may_plan or any(row.kind not in offered | kept for row in typed):
            raise PermissionDenied(_("计划由本单位或党务工作人员编制。"))
        try:
            saved = operations.save_plan(request.office, unit, year, typed, actor=request.user)
        except Refusal as refusal:
            status = 422
            for fault in faults_of(refusal):
                faults.setdefault(fault.field or "", []).append(f"{fault.message}{fault.hint}")
        else:
            messages.success(
                request,
                _("计划已保存：新增%(added)d项，调整%(changed)d项，取消%(dropped)d项。")
                % {"added": saved.added, "changed": saved.changed, "dropped": saved.dropped},
            )
            return redirect(f"{reverse('plan')}?{_query(unit, year, study)}")
    held = queries.plan_of(request.office, unit, year, study=study)
    context = {
        "units": units,
        "unit": unit,
        "year": year,
        "years": range(clock.today().year - 1, clock.today().year + 2),
        "study": study,
        "may_plan": may_plan,
        "may_see_ledger": request.standing.has(Role.PARTY_CLERK)
        or rules.works_for(request.standing, unit, (Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)),
        "is_branch": unit.kind in (*STANDING_PARTY_UNIT_KINDS, OrganizationKind.TEMPORARY_BRANCH)
        and request.standing.has(Role.PARTY_CLERK, Role.BRANCH_SECRETARY),
        "rows": _rows(request, unit, year, held, typed, faults, proposing="propose" in data and not study),
        "above": faults.get("", []),
        "kinds": _kinds(request, unit, study),
        "known": catalogue().kinds,
        "query": _query(unit, year, study),
        "tally": _tally(held),
    }
    return render(request, "activities/plan.html", context, status=status)


def _tally(rows: Sequence[Activity]) -> Tally:
    """Count what stood in the plan apart from what was held without one; what was cancelled is neither open nor held."""
    inside = [row for row in rows if row.planned_day or row.status in operations.UNHELD]
    held = sum(1 for row in inside if row.status == ActivityStatus.HELD)
    cancelled = sum(1 for row in inside if row.status == ActivityStatus.CANCELLED)
    outside = sum(1 for row in rows if not row.planned_day and row.status == ActivityStatus.HELD)
    return Tally(len(inside), held, cancelled, outside)


@requires(*READERS)
def activity_calendar(request: OfficeRequest) -> HttpResponse:
    """Show a month by days: what is planned and what was held; a planned activity can be moved."""
    today = clock.today()
    first = parsed_day(f"{request.GET.get('month', '')}-01", today.replace(day=1))
    if not today.year - YEARS <= first.year <= today.year + YEARS:
        first = today.replace(day=1)
    units = list(organizations_on(request.office, today))
    unit = next((row for row in units if str(row.uid) == request.GET.get("organization")), None)
    weeks = months.Calendar().monthdatescalendar(first.year, first.month)
    rows = queries.activities_of(
        request.office,
        organizations=[unit.pk] if unit else None,
        since=weeks[0][0] - dt.timedelta(days=31),
        until=weeks[-1][-1],
    ).exclude(kind__in=[kind.code for kind in catalogue().kinds.values() if kind.expected is Expected.PAIR])
    by_day: dict[dt.date, list[Activity]] = {}
    undated = []
    for row in rows.exclude(status=ActivityStatus.CANCELLED).order_by("day", "starts_at", "pk"):
        if row.month_only:
            if (row.day.year, row.day.month) == (first.year, first.month):
                undated.append(row)
            continue
        for number in range((row.last_day - row.day).days + 1):
            by_day.setdefault(row.day + dt.timedelta(days=number), []).append(row)
    context = {
        "first": first,
        "weeks": [[(day, day.month == first.month, by_day.get(day, [])) for day in week] for week in weeks],
        "undated": undated,
        "before": (first - dt.timedelta(days=1)).replace(day=1),
        "after": (first + dt.timedelta(days=31)).replace(day=1),
        "units": units,
        "unit": unit,
        "movable": _movable(request, [*undated, *(row for rows in by_day.values() for row in rows)]),
        "kinds": catalogue().kinds,
    }
    template = "activities/calendar_part.html" if wants_part(request) else "activities/calendar.html"
    return render(request, template, context)


@requires(*RECORDERS)
@require_POST
def move_activity(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Move a planned activity to another day, by its form or dropped on a day of the calendar."""
    shown = correctable(request, uid)
    day = parsed_day(request.POST.get("day"), dt.date.min)
    if day == dt.date.min:
        messages.warning(request, _("没有写明改到哪一天。"))
    else:
        try:
            operations.shift(shown, day, actor=request.user)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            said = said_when(day, False)
            messages.success(request, _("“%(title)s”已改到%(day)s。") % {"title": shown.title, "day": said})
    month = request.POST.get("month", "")
    if not month:
        return redirect("activity", uid)
    return redirect(f"{reverse('activity_calendar')}?{urlencode({'month': month[:7]})}")


@requires(*RECORDERS)
@require_POST
def join_study(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Join a study activity to the duty work that it led to, or take the link away."""
    study = correctable(request, uid)
    duty = queries.activity_of(request.office, _uid(request.POST.get("duty", "")) or uuid.UUID(int=0))
    if duty is None:
        messages.warning(request, _("没有选择履职活动。"))
        return redirect("activity", uid)
    try:
        if request.POST.get("step") == "part":
            operations.part_study(study, duty, actor=request.user)
        else:
            operations.join_study(study, duty, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("学用结合已更新。"))
    return redirect("activity", uid)


@requires(*RECORDERS)
@require_POST
def join_study_matter(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Join a study activity to the proposal or social information that it led to, by number, or take the link away."""
    study = correctable(request, uid)
    matter = study_queries.by_number(request.office, request.standing, request.POST.get("number", "")[:60])
    if matter is None:
        messages.warning(request, _("没有找到这个编号的提案或社情民意信息，或您不能查看它。请核对编号。"))
        return redirect("activity", uid)
    try:
        if request.POST.get("step") == "part":
            study_operations.part_study(study, matter, actor=request.user)
        else:
            study_operations.join_study(study, matter, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("学用结合已更新。"))
    return redirect("activity", uid)


def _unit(request: OfficeRequest, units: Sequence[Organization], uid: str) -> Organization | None:
    """Return the unit that the address names, else the user's own, else the first Party unit."""
    if uid:
        return next((row for row in units if str(row.uid) == uid), None)
    own = [row for row in units if row.pk in request.standing.unit_ids]
    branches = [row for row in units if row.kind in STANDING_PARTY_UNIT_KINDS]
    return next(iter(own or branches or units), None)


def _year(text: str | None) -> int:
    this = clock.today().year
    year = int(text) if text and text.isascii() and text.isdecimal() and len(text) == 4 else this
    return year if this - YEARS <= year <= this + YEARS else this


def _kinds(request: OfficeRequest, unit: Organization, study: bool) -> list[Kind]:
    return [
        kind
        for kind in kinds_for(unit.kind)
        if kind.expected is not Expected.PAIR
        and (kind.study or not study)
        and rules.may_record_for(request.standing, kind, unit)
    ]


def _typed(request: OfficeRequest) -> list[PlanRow]:
    """Return the rows of the form; empty spare rows are left out.

    Their places have gaps: a row that was held or cancelled stands in the table, not in the form.
    """
    data, rows = request.POST, []
    for place in sorted(int(found[1]) for name in data if (found := _WHEN.fullmatch(name))):
        row = PlanRow(
            uid=_uid(data.get(f"uid_{place}", "")),
            kind=data.get(f"kind_{place}", "")[:40],
            when=data.get(f"when_{place}", "")[:40],
            title=data.get(f"title_{place}", "")[:400],
            topic=data.get(f"topic_{place}", "")[:400],
            drop=f"drop_{place}" in data,
            reason=data.get(f"reason_{place}", "")[:200],
            line=place + 1,
        )
        if row.uid or row.when.strip() or row.title.strip() or row.topic.strip():
            rows.append(row)
    return rows


_WHEN = re.compile(r"when_(\d{1,4})", re.ASCII)


def _uid(text: str) -> str | None:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return None


def _rows(
    request: OfficeRequest,
    unit: Organization,
    year: int,
    held: Sequence[Activity],
    typed: Sequence[PlanRow],
    faults: dict[str, list[str]],
    *,
    proposing: bool,
) -> list[ShownRow]:
    """Return the rows to show: what is there, what was typed instead, what the rules still ask for, spare ones."""
    by_uid = {row.uid: (place, row) for place, row in enumerate(typed) if row.uid}
    shown: list[ShownRow] = []
    for activity in held:
        place, row = by_uid.get(str(activity.uid), (None, None))
        own = row or PlanRow(
            str(activity.uid), activity.kind, said_when(activity.day, activity.month_only), activity.title,
            activity.topic,
        )  # fmt: skip
        shown.append(ShownRow(len(shown), own, activity, faults=tuple(faults.get(f"row_{place}", ()))))
    for place, row in enumerate(typed):
        if not row.uid:
            shown.append(ShownRow(len(shown), row, faults=tuple(faults.get(f"row_{place}", ()))))
    if proposing:
        names = checks_of(request.office)
        for lack in queries.lacking_in_plan(request.office, unit, year):
            name = names[lack.provision][0].name if lack.provision in names else ""
            own = PlanRow(None, lack.kind, said_when(lack.day, True))
            shown.append(ShownRow(len(shown), own, note=name))
    # What a unit did last it will most likely plan next; a row without a time or title is not counted anyway.
    usual = next((row.kind for row in reversed(held)), "")
    for _spare in range(SPARE_ROWS):
        shown.append(ShownRow(len(shown), PlanRow(None, usual, "")))
    return shown


def _movable(request: OfficeRequest, rows: Sequence[Activity]) -> set[int]:
    """Return which of these this user may move: planned ones of the units for which they record."""
    known = catalogue().kinds
    return {
        row.pk
        for row in rows
        if row.status in operations.UNHELD
        and row.kind in known
        and rules.may_record(request.standing, known[row.kind], [one.organization for one in row.organizers.all()])
    }


def _query(unit: Organization, year: int, study: bool) -> str:
    return urlencode({"organization": str(unit.uid), "year": year, **({"sort": "study"} if study else {})})
