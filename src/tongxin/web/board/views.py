"""落实情况一览 and, for each cell, 依据与说明."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.activities.effect_operations import effect_of
from tongxin.activities.models import Activity
from tongxin.activities.year_plan_queries import planned_facts
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.core.periods import add_months
from tongxin.core.workdays import END_DAY, FIRST_DAY
from tongxin.documents import rules as document_rules
from tongxin.provisions import extension_operations, inquiry_operations, operations, queries, rules
from tongxin.provisions.board_queries import MOVED, by_day, falling_due, in_words, totals_by
from tongxin.provisions.enums import OPEN_STATES, FindingState, RulingKind, SubjectKind
from tongxin.provisions.extension_queries import extendable
from tongxin.provisions.inquiry_queries import inquiries_on, inquiry_by_uid, key_of_inquiry
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Inquiry, Ruling
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.queries import owned
from tongxin.trace.source_queries import SourceSentence, documents_in, sources_of
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.board import reads
from tongxin.web.board.forms import AnswerForm, ExtensionForm, InquiryForm, RulingForm
from tongxin.web.board.sheets import board_workbook
from tongxin.web.forms import put_back
from tongxin.web.htmx import wants_part

#: Who reads the whole board; the others see their own units' columns.
WHOLE = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
READERS = (*WHOLE, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)


@requires(*READERS)
def board(request: OfficeRequest) -> HttpResponse:
    """Show requirements against units, as of a day."""
    today = clock.today()
    day = _asked_day(request, today)
    shown = queries.board(request.office, day)
    sources = sources_of(request.office)
    planned = planned_facts(request.office, today) if day == today else {}
    view = reads.narrowed(shown, _wanted(request), sources, planned)
    return render(request, "board/board.html", {**_filters(request, shown, sources, day, today), "view": view})


@requires(*READERS)
def compare_board(request: OfficeRequest) -> HttpResponse:
    """Show which cells stand differently on two days, before and after."""
    today = clock.today()
    day = _asked_day(request, today)
    earlier = min(_day(request.GET.get("against"), add_months(day, -1)), day)
    before, after = queries.board(request.office, earlier), queries.board(request.office, day)
    sources = sources_of(request.office)
    wanted = _wanted(request)
    everything = request.GET.get("all") == "1"
    themes = reads.compared(before, after, wanted, sources, everything=everything)
    changes = [change for _theme, rows in themes for row in rows for change in row.changes]
    unit_ids = wanted.unit_ids
    context = {
        **_filters(request, after, sources, day, today),
        "themes_moved": themes,
        "earlier": earlier,
        "everything": everything,
        "moved": [
            (label, number) for how, label in MOVED.items() if (number := sum(change.how == how for change in changes))
        ],
        "totals": [
            (theme.name, theme.words, now.get(theme.name, ()))
            for now in [{each.name: each.words for each in totals_by(after, "theme", unit_ids)}]
            for theme in totals_by(before, "theme", unit_ids)
        ],
    }
    return render(request, "board/compare.html", context)


@requires(*READERS)
def export_board(request: OfficeRequest) -> HttpResponse:
    """Hand out the board as shown as .xlsx; the audit book says who got it."""
    today = clock.today()
    day = _asked_day(request, today)
    shown = queries.board(request.office, day)
    view = reads.narrowed(shown, _wanted(request), sources_of(request.office))
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="provisions.export_board",
        subject=request.office,
        after={"day": day},
    )
    response = HttpResponse(board_workbook(request.office.name, shown, view), content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="board-{day:%Y%m%d}.xlsx"'
    return response


@requires(*WHOLE)
def brief(request: OfficeRequest) -> HttpResponse:
    """Show 情况一页: what stands, what falls due in the next weeks, what waits for a leader, totals."""
    today = clock.today()
    day = _asked_day(request, today)
    shown = queries.board(request.office, day)
    coming = falling_due(request.office, today, until=today + dt.timedelta(days=reads.SOON)) if day == today else []
    context = {
        "day": day,
        "as_of": "" if day == today else day.isoformat(),
        "stand": in_words(shown.totals),
        "units": len(shown.units),
        "rows": sum(not row.people for row in shown.rows),
        "coming": by_day(coming),
        "soon": reads.SOON,
        "waiting": reads.for_leaders(request.office, request.standing) if day == today else (),
        "bodies": reads.body_labels(totals_by(shown, "body")),
        "themes": totals_by(shown, "theme"),
        "institutions": totals_by(shown, "institution"),
        "people": [row for row in shown.rows if row.people],
    }
    return render(request, "board/brief.html", context)


@requires(*READERS)
def changed_by(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show which cells stand differently because of one activity, before and after; of people the number only."""
    activity = get_object_or_404(owned(Activity, request.office), uid=uid)
    whole = request.standing.has(*WHOLE)
    lines, people = effect_of(activity)
    own = tuple(line for line in lines if whole or rules.is_bound(request.standing, queries.parse_key(line.key)))
    context = {"activity": activity, "changed": own, "people": people, "elsewhere": len(lines) - len(own)}
    template = "board/changed_part.html" if wants_part(request) else "board/changed_page.html"
    return render(request, template, context)


def _asked_day(request: OfficeRequest, today: dt.date) -> dt.date:
    return min(_day(request.GET.get("day"), today), today)


def _wanted(request: OfficeRequest) -> reads.Wanted:
    query = request.GET
    return reads.Wanted(
        unit_ids=None if request.standing.has(*WHOLE) else request.standing.unit_ids,
        theme=query.get("theme", ""),
        institution=query.get("institution", ""),
        unit_kind=query.get("kind", ""),
        unit=query.get("unit", ""),
        provision=query.get("provision", ""),
        document=query.get("document", ""),
        opened=frozenset(query.getlist("open")),
    )


def _filters(
    request: OfficeRequest,
    shown: queries.Board,
    sources: dict[str, tuple[SourceSentence, ...]],
    day: dt.date,
    today: dt.date,
) -> dict[str, object]:
    """Return what the filters above the board offer and how they stand."""
    wanted = _wanted(request)
    return {
        "day": day,
        "as_of": "" if day == today else day.isoformat(),
        "themes": [theme for theme, _rows in shown.themes],
        "institutions": list(
            dict.fromkeys(row.provision.institution for row in shown.rows if row.provision.institution)
        ),
        "documents": documents_in(sources),
        "kinds": [
            (kind.value, kind.label) for kind in OrganizationKind if kind.value in {unit.kind for unit in shown.units}
        ],
        "wanted": wanted,
        "states": FindingState.choices,
        "labels": dict(FindingState.choices),
        "whole": request.standing.has(*WHOLE),
    }


@requires(*READERS, Role.MEMBER)
def finding(request: OfficeRequest, key: str) -> HttpResponse:
    """Show why a cell stands as it does, and what may be done about it."""
    return _finding(request, _parsed(request, key), None)


@requires(*READERS, Role.MEMBER)
@require_POST
def rule_on(request: OfficeRequest, key: str) -> HttpResponse:
    """Excuse a finding, say that it was done, or confirm that it was missed."""
    parsed = _parsed(request, key)
    form = RulingForm(request.POST)
    if form.is_valid():
        try:
            operations.rule_on(request.office, parsed, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记。"))
            return redirect("finding", key)
    return _finding(request, parsed, form, status=422)


@requires(Role.PARTY_CLERK)
@require_POST
def extend_limit(request: OfficeRequest, key: str) -> HttpResponse:
    """Enter that the limit of a finding was extended by an approval."""
    parsed = _parsed(request, key)
    form = ExtensionForm(request.POST)
    if form.is_valid():
        try:
            extension_operations.extend(request.office, parsed, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记延期，原期限仍可查看。"))
            return redirect("finding", key)
    return _finding(request, parsed, None, extension=form, status=422)


@requires(*READERS, Role.MEMBER)
@require_POST
def withdraw_ruling(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Withdraw a ruling; it stays readable."""
    ruling = get_object_or_404(owned(Ruling, request.office), uid=uid)
    try:
        operations.withdraw_ruling(ruling, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已撤回，原认定仍可查看。"))
    return redirect(_back(request))


@requires(*WHOLE)
@require_POST
def ask_unit(request: OfficeRequest, key: str) -> HttpResponse:
    """Ask the unit about a finding, in one sentence."""
    parsed = _parsed(request, key)
    form = InquiryForm(request.POST)
    if form.is_valid():
        try:
            inquiry_operations.ask(request.office, parsed, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已提请该单位说明。"))
            return redirect("finding", key)
    return _finding(request, parsed, None, inquiry=form, status=422)


@requires(*READERS)
@require_POST
def answer_inquiry(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Answer for the unit what was asked about its finding."""
    try:
        inquiry = inquiry_by_uid(request.office, uid)
    except Inquiry.DoesNotExist:
        raise Http404 from None
    key = key_of_inquiry(inquiry)
    if not rules.may_see_finding(request.standing, key):
        raise PermissionDenied(_("这一格由所涉单位和党务工作人员查看。"))
    form = AnswerForm(request.POST, auto_id="answer_%s")
    if form.is_valid():
        given = form.cleaned_data
        try:
            inquiry_operations.answer(inquiry, text=given["answer"], on_behalf=given["on_behalf"], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已答复。"))
            return redirect("finding", queries.key_text(key))
    return _finding(request, key, None, answer=form, status=422)


def _back(request: OfficeRequest) -> str:
    key = request.POST.get("key", "")
    try:
        queries.parse_key(key)
    except BadInput:
        return "board"
    return reads.address_of(key)


def _parsed(request: OfficeRequest, text: str) -> FindingKey:
    """Return the key that an address holds; what is not a key, or not this user's to see, is not there."""
    try:
        key = queries.parse_key(text)
    except BadInput:
        raise Http404 from None
    if not rules.may_see_finding(request.standing, key):
        # A person's finding does not even exist for others; a unit's is refused.
        if key.subject_kind in (SubjectKind.PERSON, SubjectKind.PAIR):
            raise Http404
        raise PermissionDenied(_("这一格由所涉单位和党务工作人员查看。"))
    return key


def _finding(
    request: OfficeRequest,
    key: FindingKey,
    form: RulingForm | None,
    *,
    inquiry: InquiryForm | None = None,
    answer: AnswerForm | None = None,
    extension: ExtensionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    today = clock.today()
    day = min(_day(request.GET.get("day"), today), today)
    finding = queries.finding_of(request.office, key, day)
    explanation = queries.explain_row(request.office, finding, day) if finding is not None else None
    if finding is None or explanation is None:
        raise Http404
    people = {number for number in (key.person_id, key.other_person_id) if number} - request.standing.person_ids
    if people:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("查看依据与说明"),
            person_ids=people,
        )
    limits = extendable(request.office, finding)
    may_rule = (
        any(rules.may_rule(request.standing, key, kind, "own", on_behalf="1") for kind in RulingKind.values)
        and day == today
    )
    context = {
        "key": explanation.key,
        "explanation": explanation,
        "day": day,
        "records": reads.linked(request.office, explanation.records),
        "near": reads.linked(request.office, explanation.near),
        "actions": reads.next_actions(request.office, request.standing, key, explanation, today),
        "inquiries": inquiries_on(request.office, key) if key.organization_id else (),
        "may_ask": day == today
        and explanation.state in (*OPEN_STATES, FindingState.MISSED)
        and rules.may_ask(request.standing, key),
        "may_answer": rules.may_answer(request.standing, key.organization_id, on_behalf="1"),
        "inquiry_form": inquiry or InquiryForm(),
        "answer_form": answer or AnswerForm(auto_id="answer_%s"),
        "sentences": sources_of(request.office).get(explanation.provision.id, ()),
        "may_read_documents": document_rules.may_read(request.standing),
        "limits": limits,
        "may_extend": limits is not None and limits.open and day == today and rules.may_extend(request.standing, key),
        "extension_form": extension or ExtensionForm(),
        "form": form or RulingForm(initial={"kind": RulingKind.EXCUSED}),
        "may_rule": may_rule and explanation.state not in (FindingState.MET, FindingState.NOT_APPLICABLE),
        "is_bound": rules.is_bound(request.standing, key),
        "may_withdraw": may_rule,
        "kinds": dict(RulingKind.choices),
    }
    return render(request, "board/finding.html", context, status=status)


def _day(text: str | None, default: dt.date) -> dt.date:
    try:
        day = dt.date.fromisoformat(text or "")
    except ValueError:
        return default
    return day if FIRST_DAY <= day < END_DAY else default
