"""材料: duty file, the branch's handbook, study ledger, counts for the work report, 特色做法, and the files of each."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from urllib.parse import quote, urlencode

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.activities import branch_operations, life_operations, outlines, queries, rules
from tongxin.activities.kinds import catalogue
from tongxin.activities.minutes import excerpt
from tongxin.activities.models import Activity
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.core.spreadsheets import Column, Sheet, write_workbook
from tongxin.documents.export import MEDIA_TYPE, Paper, write_docx
from tongxin.matters import study_queries
from tongxin.registry.enums import PARTY_UNIT_KINDS, STANDING_PARTY_UNIT_KINDS, OrganizationKind, Role
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import organizations_on, owned
from tongxin.web.access import OfficeRequest, requires, signed_in
from tongxin.web.activities.branches import officers_of
from tongxin.web.activities.forms import RECORDERS
from tongxin.web.reach import READERS, correctable, year_of

_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
BRANCHES = (*STANDING_PARTY_UNIT_KINDS, OrganizationKind.TEMPORARY_BRANCH)
#: Who sees what a branch hands in.
HANDBOOK_READERS = (Role.PARTY_CLERK, Role.BRANCH_SECRETARY)
#: Who may have a study ledger: the clerk any unit's, the others their own unit's.
LEDGER_READERS = (Role.PARTY_CLERK, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)


@signed_in
def own_duty_file(request: OfficeRequest) -> HttpResponse:
    """Show somebody their own duty file of a year; looking at one's own is no read by another."""
    person = owned(Person, request.office).filter(pk__in=request.standing.person_ids).order_by("pk").first()
    if person is None:
        raise Http404
    return _duty_file(request, person, own=True)


@requires(Role.PARTY_CLERK, Role.ROSTER_CLERK)
def duty_file(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the clerk one person's duty file; the look is recorded."""
    person = owned(Person, request.office).filter(uid=uid).first()
    if person is None:
        raise Http404
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="read",
        subject=person,
        purpose=_("查看履职档案"),
        person_ids=[person.pk],
    )
    return _duty_file(request, person, own=False)


@requires(*HANDBOOK_READERS)
def handbook(request: OfficeRequest) -> HttpResponse:
    """Show a branch's year in the order of the handbook, to print or as a file; the look at names is recorded."""
    branches = _branches(request)
    wanted = request.GET.get("organization", "")
    branch = next((row for row in branches if str(row.uid) == wanted), None if wanted else next(iter(branches), None))
    if branch is None:
        raise Http404
    year = year_of(request)
    book = queries.handbook_of(request.office, branch, year)
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="read",
        subject=branch,
        purpose=_("党支部工作手册"),
        person_ids=branch.memberships.values_list("person_id", flat=True),
    )
    if request.GET.get("format") == "docx":
        return _docx(outlines.handbook_paper(book, clock.today()))
    context = {"book": book, "branch": branch, "branches": branches, "year": year, "years": _years()}
    return render(request, "activities/handbook.html", context)


@requires(*RECORDERS)
def study_ledger(request: OfficeRequest) -> HttpResponse:
    """Hand out a unit's study ledger of a year as a workbook; asked for no unit, show the study plan, where one is chosen.

    Raises 404 for a unit that is not there or whose ledger this user may not have.
    """
    if not request.GET.get("organization") and request.standing.has(*LEDGER_READERS):
        return redirect(f"{reverse('plan')}?{urlencode({'sort': 'study', 'year': year_of(request)})}")
    unit = organizations_on(request.office, clock.today()).filter(uid=_uid(request.GET.get("organization"))).first()
    if unit is None or not (
        request.standing.has(Role.PARTY_CLERK) or rules.works_for(request.standing, unit, LEDGER_READERS)
    ):
        raise Http404
    year = year_of(request)
    headings = (
        (_("日期"), 12), (_("形式"), 14), (_("名称"), 30), (_("主题"), 20), (_("内容"), 40), (_("主讲人"), 10),
        (_("地点"), 16), (_("应到"), 6), (_("实到"), 6), (_("请假"), 6), (_("学用结合"), 24),
    )  # fmt: skip
    title = _("%(unit)s%(year)s年学习台账") % {"unit": unit.name, "year": year}
    _record_export(request, unit, "activities.export_study_ledger", year)
    columns = [Column(str(name), width, is_date=place == 0) for place, (name, width) in enumerate(headings)]
    sheet = Sheet(
        name=_("学习台账"),
        columns=columns,
        rows=queries.study_ledger(
            request.office, unit, year, lambda ids: study_queries.numbers_led_to(request.office, ids)
        ),
        title=title,
    )
    return _file(write_workbook([sheet], created=clock.now()), f"{title}.xlsx", _XLSX)


def _record_export(request: OfficeRequest, subject: Model, action: str, year: int) -> None:
    audit.record(office_id=request.office.pk, actor=request.user, action=action, subject=subject, after={"year": year})


@requires(*READERS)
def work_counts(request: OfficeRequest) -> HttpResponse:
    """Show how many activities each unit held in a year by kind, and the themes: figures for the work report.

    Units stand in the official order, kinds in that of the catalogue; nothing is sorted by a count.
    """
    year = year_of(request)
    counted = queries.counts_by_unit(request.office, year)
    kinds = [kind for code, kind in catalogue().kinds.items() if any(code in row.kinds for row in counted)]
    table = [(row.organization, [row.kinds.get(kind.code, 0) for kind in kinds]) for row in counted]
    if request.GET.get("format") == "xlsx":
        columns = [Column(_("单位"), 24), *(Column(kind.label, 10) for kind in kinds)]
        title = _("%(year)s年各单位活动次数") % {"year": year}
        rows = [[unit.name, *numbers] for unit, numbers in table]
        _record_export(request, request.office, "activities.export_counts", year)
        sheets = [Sheet(name=_("次数"), columns=columns, rows=rows, title=title)]
        return _file(write_workbook(sheets, created=clock.now()), f"{title}.xlsx", _XLSX)
    context = {
        "year": year,
        "years": _years(),
        "parts": queries.DUTY_PARTS,
        "table": [(row.organization, queries.parts_of(row.kinds)) for row in counted],
        "themes": queries.themes_of(request.office, year),
        "practices": queries.practices_of(request.office, year),
    }
    return render(request, "activities/counts.html", context)


@requires(*RECORDERS)
@require_POST
def approve_practice(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Approve the one line on what was done well, for the unit that did it."""
    shown = correctable(request, uid)
    try:
        life_operations.approve_practice(
            shown,
            practice=request.POST.get("practice", ""),
            approved_by=request.POST.get("approved_by", ""),
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已审定，列入特色做法。"))
    return redirect("activity", uid)


@requires(*RECORDERS)
@require_POST
def count_appraisal(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Type in the totals of the paper ballots of an appraisal."""
    shown = correctable(request, uid)
    counts = {}
    for name in ("issued", "returned", *life_operations.GRADES):
        typed = request.POST.get(name, "").strip()
        if typed.isascii() and typed.isdecimal() and len(typed) < 6:
            counts[name] = int(typed)
    try:
        life_operations.count_appraisal(shown, counts, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("评议结果已登记。"))
    return redirect("activity", uid)


@requires(*RECORDERS)
@require_POST
def temporary_branch(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Found the temporary branch that a tour or course asks for, or end it with the activity."""
    shown = correctable(request, uid)
    try:
        if request.POST.get("step") == "close":
            ended = branch_operations.close_with(shown, on=None, actor=request.user)
            messages.success(request, _("已撤销%(count)d个临时党支部，记录照常计入。") % {"count": ended})
        else:
            branch = branch_operations.found_for(
                shown,
                officers=officers_of(request),
                purpose=request.POST.get("purpose", ""),
                reference=request.POST.get("reference", ""),
                actor=request.user,
            )
            messages.success(request, _("已成立“%(name)s”。") % {"name": branch.name})
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("activity", uid)


@requires(*RECORDERS)
def notice_file(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out the notice of an activity as a document."""
    shown = correctable(request, uid)
    people = queries.participants_of(shown)
    _note_names(request, shown, [row.person_id for row in people], _("下载通知"))
    invited = [row.person.name for row in people]
    return _docx(outlines.notice_paper(shown, request.office.name, clock.today(), invited))


@requires(*RECORDERS)
def minutes_file(request: OfficeRequest, uid: uuid.UUID, form: str) -> HttpResponse:
    """Hand out minutes as a document, or with ``item`` the excerpt of one agenda item."""
    shown = correctable(request, uid)
    held = queries.minutes_of(shown, form)
    if held is None:
        raise Http404
    place = request.GET.get("item", "")
    if not place:
        _note_names(request, shown, shown.participations.values_list("person_id", flat=True), _("下载会议记录"))
        return _docx(outlines.minutes_paper(held, request.office.name))
    item = shown.agenda.filter(order=int(place)).first() if place.isdecimal() and len(place) < 4 else None
    text = excerpt(held.text, item.order) if item is not None else ""
    if item is None or not text:
        messages.warning(request, _("记录中没有这一项议题的内容，不能摘录。"))
        return redirect("minutes", uid, form)
    _note_names(request, shown, shown.participations.values_list("person_id", flat=True), _("下载记录摘录"))
    return _docx(outlines.excerpt_paper(held, item.title, text, clock.today()))


def _note_names(request: OfficeRequest, shown: Activity, person_ids: Iterable[int], purpose: str) -> None:
    """Record that names left in a file where they tell affiliation: whoever sits in a Party unit's meeting."""
    if any(row.organization.kind in PARTY_UNIT_KINDS for row in shown.organizers.all()):
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=shown,
            purpose=purpose,
            person_ids=person_ids,
        )


def _duty_file(request: OfficeRequest, person: Person, *, own: bool) -> HttpResponse:
    year = year_of(request)
    file = queries.duty_file(person, year)
    if request.GET.get("format") == "docx":
        return _docx(outlines.duty_paper(person.name, file, request.office.name, clock.today()))
    context = {"person": person, "file": file, "own": own, "year": year, "years": _years()}
    return render(request, "activities/duty_file.html", context)


def _branches(request: OfficeRequest) -> list[Organization]:
    rows = organizations_on(request.office, clock.today(), *BRANCHES)
    if request.standing.has(Role.PARTY_CLERK):
        return list(rows)
    return [row for row in rows if rules.works_for(request.standing, row, (Role.BRANCH_SECRETARY,))]


def _years() -> range:
    this = clock.today().year
    return range(this - 4, this + 2)


def _docx(paper: Paper) -> HttpResponse:
    return _file(write_docx(paper), f"{paper.title}.docx", MEDIA_TYPE)


def _file(data: bytes, name: str, media_type: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media_type)
    ending = name.rpartition(".")[2]
    answer["Content-Disposition"] = f"attachment; filename=\"paper.{ending}\"; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _uid(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.UUID(int=0)
