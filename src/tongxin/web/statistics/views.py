"""覆盖与统计.  Names of who is not yet placed show to the responsible clerks only, and the showing is recorded."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.registry import operations, publication_operations, rules
from tongxin.registry import statistics as counting
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.published_counts import beside
from tongxin.registry.queries import committees_of, published_counts, uncovered_counts
from tongxin.registry.queries import published_below as counts_below
from tongxin.registry.rolls import Dimension, read_roll
from tongxin.registry.term_queries import shares_in_office
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.drawing import shown
from tongxin.web.forms import put_back
from tongxin.web.statistics import reads
from tongxin.web.statistics.forms import CountsFileForm, CoverageForm, CrossForm, DayForm, PlaceForm
from tongxin.web.tables import PAGE, page_of

CLERKS = (Role.ROSTER_CLERK, Role.PARTY_CLERK)
#: Who sees counts; small ones show to the roster office alone.
READERS = (*CLERKS, Role.LEADER, Role.SUPERVISOR)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@requires(*CLERKS)
def placements(request: OfficeRequest) -> HttpResponse:
    """List by name who is still to be placed, with the form that places them beside."""
    return _placements(request, None, None)


@requires(*CLERKS)
@require_POST
def place(request: OfficeRequest, code: str) -> HttpResponse:
    """Enrol the ticked people, or name their contact person; all of them or nobody."""
    gap = reads.GAPS.get(code)
    if gap is None or not _may_place(request.standing, code):
        raise Http404
    form = PlaceForm(request.office, code, request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            with transaction.atomic():
                for person in values["people"]:
                    if code == "contact":
                        operations.assign_contact(
                            values["contact"], person, since=values["since"], basis=values["basis"], actor=request.user
                        )
                    else:
                        operations.enrol(
                            person,
                            values["organization"],
                            since=values["since"],
                            basis=values["basis"],
                            actor=request.user,
                        )
        except Refusal as refusal:
            put_back(form, refusal, names={"target": "people"})
        else:
            messages.success(request, _("已安排%(count)s名。") % {"count": len(values["people"])})
            return redirect("placements")
    return _placements(request, code, form, status=422)


def _placements(request: OfficeRequest, code: str | None, wrong: PlaceForm | None, status: int = 200) -> HttpResponse:
    asked = DayForm(request.GET if request.method == "GET" and "day" in request.GET else None)
    day = asked.chosen if asked.is_bound else clock.today()
    today = day == clock.today()
    committees = committees_of(request.office)
    counts = uncovered_counts(request.office, day, committees)
    lists = []
    for gap in reads.GAPS.values():
        parameter = f"page_{gap.code}"
        found = reads.still_to_place(request.office, day, gap.code, committees)
        paginator = Paginator(found, PAGE)
        paginator.__dict__["count"] = counts[gap.code]  # where the cached property keeps it: one statement counted all
        page = paginator.get_page(request.GET.get(parameter))
        people = reads.with_places(request.office, day, gap.code, cast("QuerySet[Person]", page.object_list))
        form = None
        if today and people and _may_place(request.standing, gap.code):
            form = wrong if gap.code == code else PlaceForm(request.office, gap.code, found=found)
        ticked = set(wrong.data.getlist("people")) if wrong is not None and gap.code == code else set()  # type: ignore[attr-defined]
        lists.append(GapList(gap, page, parameter, people, form, ticked))
    named = {each.pk for shown in lists for each in shown.people if shown.gap.code == "party_unit"}
    if named:
        # Who stands in the list of Party members without a unit is thereby shown to be one.
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("覆盖情况·待安排"),
            person_ids=named,
        )
    context = {
        "lists": lists,
        "seats": counts["seats"],
        "day": day,
        "is_today": today,
        "asked": asked if asked.is_bound else DayForm(initial={"day": day}),
    }
    return render(request, "statistics/placements.html", context, status=status)


@dataclass(frozen=True)
class GapList:
    """One list of the page: a page of people, what its address parameter is called, the form, who is ticked."""

    gap: reads.Gap
    page: Page
    parameter: str
    people: list[reads.Uncovered]
    form: PlaceForm | None
    ticked: set[str]


def _may_place(standing: Standing, code: str) -> bool:
    if code == "committee":
        return rules.may_keep_roster(standing)
    if code == "party_unit":
        return rules.may_keep_party_units(standing)
    return rules.may_see_uncovered_by_name(standing)


@requires(*READERS)
def unit_coverage(request: OfficeRequest) -> HttpResponse:
    """Show full and effective coverage of Party-member members by Party unit; totals only, no names."""
    form = CoverageForm(request.GET or None)
    day, months = (form.chosen, form.period) if form.is_bound else (clock.today(), 3)
    context = {
        "coverage": reads.unit_coverage(request.office, day, months),
        "form": form if form.is_bound else CoverageForm(initial={"day": day, "months": months}),
        "may_list": request.standing.has(*CLERKS),
    }
    return render(request, "statistics/coverage.html", context)


@requires(*READERS)
def statistics(request: OfficeRequest) -> HttpResponse:
    """Show the members counted by each dimension, and by two of them crossed."""
    form = CrossForm(request.GET or None)
    exact = rules.may_keep_roster(request.standing)
    day = reads.frozen_day(form.chosen if form.is_bound else clock.today(), exact=exact)
    down = reads.crossing(request.GET.get("rows", ""), Dimension.SECTOR)
    across = reads.crossing(request.GET.get("columns", ""), Dimension.SEX)
    roll = read_roll(request.office, day, [] if down is across else [(down, across)], seats=exact)
    crossed = None
    try:
        crossed = counting.crossed_table(roll, down, across, exact=exact)
    except BadInput as refusal:
        if form.is_bound and form.is_valid():
            put_back(form, refusal)
    if not form.is_bound:
        form = CrossForm(initial={"day": day, "rows": down.value, "columns": across.value})
    tables = [shown(counting.simple_table(roll, by, exact=exact)) for by in Dimension]
    context = {
        "day": day,
        "form": form,
        "members": roll.total,
        "few": [each for each in tables if each.strip],
        "many": [each for each in tables if not each.strip],
        "crossed": crossed,
        # The shares of the leading posts are small counts: they show to the roster office alone.
        "shares": shares_in_office(request.office, day, seats=roll.seats) if exact else (),
        "exact": exact,
        "may_list": request.standing.has(*CLERKS),
    }
    return render(request, "statistics/statistics.html", context)


@requires(*READERS)
def published_below(request: OfficeRequest) -> HttpResponse:
    """Show what the offices directly below published, each as of its own day; nothing of theirs is reckoned here."""
    rows = counts_below(request.office)
    published = [(below, row) for below, row in rows if row is not None]
    context = {
        "rows": rows,
        "published": published,
        "tables": beside([row.tables for _below, row in published]),
        "total": sum(row.members for _below, row in published),
    }
    return render(request, "statistics/below.html", context)


@requires(Role.ROSTER_CLERK)
@require_http_methods(["GET", "POST"])
def publish_counts(request: OfficeRequest) -> HttpResponse:
    """Show exactly what would be published to the office above; on confirmation, publish it once for its day."""
    posted = request.method == "POST"
    form = DayForm(request.POST if posted else request.GET if "day" in request.GET else None)
    if posted and form.is_valid():
        try:
            row = publication_operations.publish_counts(request.office, day=form.chosen, actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已公布%(count)s名委员的统计。") % {"count": row.members})
            return redirect("publish_counts")
    day = form.chosen if form.is_bound else clock.today()
    context = {
        "form": form if form.is_bound else DayForm(initial={"day": day}),
        "day": day,
        "tables": [shown(table) for table in counting.simple_tables(request.office, day, exact=False)],
        "rows": page_of(request, published_counts(request.office).select_related("created_by")),
    }
    return render(request, "statistics/publish.html", context, status=422 if posted else 200)


@requires(Role.ROSTER_CLERK)
def export_counts(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out counts that this office published as a file for an office above on another installation."""
    row = get_object_or_404(published_counts(request.office).select_related("office"), uid=uid)
    response = HttpResponse(
        publication_operations.hand_out_counts(row, actor=request.user), content_type="application/json"
    )
    name = _("%(office)s%(day)s统计.json") % {"office": request.office.short_name, "day": f"{row.day:%Y%m%d}"}
    response.headers["Content-Disposition"] = str(content_disposition_header(True, name))
    return response


@requires(Role.ROSTER_CLERK)
@require_http_methods(["GET", "POST"])
def receive_counts(request: OfficeRequest) -> HttpResponse:
    """Show what a file of counts of an office below would bring; on confirmation, take it over."""
    posted = request.method == "POST"
    form = CountsFileForm(request.POST if posted else None, request.FILES if posted else None)
    arrival, text = None, ""
    if posted and form.is_valid():
        data = form.data_of()
        try:
            if "confirm" in request.POST:
                arrival = publication_operations.receive_counts(request.office, data, actor=request.user)
                known = arrival.receipt is publication_operations.Receipt.KNOWN
                messages.success(request, _("此前已经收到，没有变动。") if known else _("已收入下级公布的统计。"))
                return redirect("published_below")
            arrival = publication_operations.arrival_of(request.office, data)
            text = data.decode("utf-8-sig")
        except Refusal as refusal:
            put_back(form, refusal)
    context = {
        "form": form,
        "arrival": arrival,
        "known": arrival is not None and arrival.receipt is publication_operations.Receipt.KNOWN,
        "text": text,
        "tables": beside([arrival.content["tables"]]) if arrival else [],
    }
    return render(request, "statistics/receive.html", context, status=422 if posted and arrival is None else 200)


@requires(*READERS)
@require_POST
def export_statistics(request: OfficeRequest) -> HttpResponse:
    """Hand out all tables of a day as .xlsx; the audit book says who got them."""
    form = DayForm(request.POST)
    exact = rules.may_keep_roster(request.standing)
    day = reads.frozen_day(form.chosen, exact=exact)
    sheets = []
    for table in counting.all_tables(request.office, day, exact=exact):
        rows = [["　" * line.depth + line.label, *_cells(line)] for line in table.lines]
        columns = [Column(table.heads[0], 28), *(Column(head, 12) for head in table.heads[1:])]
        sheets.append(Sheet(table.title, columns, rows, title=table.title, remarks=[table.basis, *table.notes]))
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="registry.export_statistics",
        subject=request.office,
        after={"day": day, "exact": exact},
    )
    response = HttpResponse(write_workbook(sheets), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="statistics-{day:%Y%m%d}.xlsx"'
    return response


def _cells(line: counting.Line) -> list[object]:
    return [counting.HIDDEN if count is None else count for count in line.counts]
