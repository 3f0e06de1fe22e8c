"""组织生活: the appraisals of a year as counts for the office committee, life in home units in one line."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.activities import life_operations as operations
from tongxin.activities import life_queries as queries
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.reach import year_of
from tongxin.web.tables import page_of


@requires(Role.PARTY_CLERK)
def appraisals(request: OfficeRequest) -> HttpResponse:
    """Show the appraisals of a year for the office committee: steps and totals by branch, no names; the look is recorded."""
    year, today = year_of(request), clock.today()
    rows = queries.appraisals_of(request.office, year, today)
    if any(row.counts is not None for row in rows):
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=request.office,
            purpose=_("查看民主评议党员统计"),
        )
    names = ("issued", "returned", *operations.GRADES)
    counted = [row.counts for row in rows if row.counts is not None]
    context = {
        "year": year,
        "years": range(today.year - 4, today.year + 1),
        "steps": [name for _fact, name in queries.STEPS],
        "labels": [operations.LABELS[name] for name in names],
        "rows": [
            (
                row.unit,
                list(zip((name for _fact, name in queries.STEPS), row.days, strict=True)),
                [(operations.LABELS[name], getattr(row.counts, name, "")) for name in names],
            )
            for row in rows
        ],
        "sums": [(operations.LABELS[name], sum(getattr(each, name) for each in counted)) for name in names]
        if counted
        else [],
    }
    return render(request, "activities/appraisals.html", context)


@requires(Role.PARTY_CLERK, Role.MEMBER)
@require_http_methods(["GET", "POST"])
def home_life(request: OfficeRequest) -> HttpResponse:
    """Show life in home units: a Party member's own, with a line to declare one; the clerk's list to confirm by one."""
    today = clock.today()
    everybody = request.standing.has(Role.PARTY_CLERK) and "own" not in request.GET
    lines = queries.home_lives(request.office, today, None if everybody else request.standing.person_ids)
    if not everybody and not lines:
        raise Http404
    if request.method == "POST":
        return _record(request, everybody, {str(line.person.uid): line.person for line in lines})
    page = page_of(request, lines)
    if everybody and page.object_list:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("核对双重组织生活"),
            person_ids=[line.person.pk for line in page.object_list],
        )
    context = {
        "everybody": everybody,
        "page": page,
        "lines": [(line, uuid.uuid4()) for line in page.object_list],
        "own": [] if everybody else queries.own_home_life(request.office, request.standing.person_ids),
        "today": today,
    }
    return render(request, "activities/home_life.html", context)


def _record(request: OfficeRequest, everybody: bool, people: dict[str, Person]) -> HttpResponse:
    person = people.get(request.POST.get("person", ""))
    back = redirect("home_life")
    if not everybody and "own" in request.GET:
        back["Location"] += "?own=1"
    if person is None:
        uid = _uid(request.POST.get("person"))
        if uid is None or not owned(Person, request.office).filter(uid=uid).exists():
            raise Http404
        messages.warning(request, _("所选人员不在名单中，请刷新页面。"))
        return back
    own = person.pk in request.standing.person_ids
    try:
        operations.record_home_life(
            person,
            day=request.POST.get("day", ""),
            on_behalf="" if own else (request.POST.get("on_behalf", "").strip() or _("所在单位说明")),
            client_id=_uid(request.POST.get("client_id")),
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已登记%(name)s参加所在单位组织生活。") % {"name": person.name})
    return back


def _uid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
