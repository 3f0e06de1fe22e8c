"""换届: drafts in versions, live shares, names from the published list, one opening.  The roster office only."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any, Literal

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.registry import term_list_docx
from tongxin.registry import term_operations as operations
from tongxin.registry import term_queries as queries
from tongxin.registry.enums import OPEN_DRAFT_STATES, DraftState, Role
from tongxin.registry.models import Term, TermDraft
from tongxin.registry.queries import owned
from tongxin.registry.term_change import OrderedList, list_title, read_list, running_shares
from tongxin.registry.term_operations import NameEntry
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.terms import reads
from tongxin.web.terms.forms import (
    AdmitForm,
    DraftForm,
    ListForm,
    NamesForm,
    NoteForm,
    OpeningDayForm,
    OpeningForm,
    PlanForm,
    QuotaForm,
    RevisionForm,
    SeatsForm,
)

needs_roster_clerk = requires(Role.ROSTER_CLERK)


@needs_roster_clerk
def terms(request: OfficeRequest) -> HttpResponse:
    """List the terms there are and the drafts of terms to come."""
    last = owned(Term, request.office).order_by("-ordinal").first()
    initial: dict[str, Any] = {"from_register": True}
    if last is not None:
        initial |= {"ordinal": last.ordinal + 1, "starts": last.ends}
    return _terms(request, DraftForm(initial=initial))


@needs_roster_clerk
@require_POST
def draft_term(request: OfficeRequest) -> HttpResponse:
    """Begin the draft of a new term."""
    form = DraftForm(request.POST)
    if form.is_valid():
        values = dict(form.cleaned_data)
        ends = values.pop("last_day") + dt.timedelta(days=1)
        try:
            draft = operations.draft_term(request.office, ends=ends, actor=request.user, **values)
        except Refusal as refusal:
            put_back(form, refusal, names={"ends": "last_day"})
        else:
            return redirect("term_draft", draft.uid)
    return _terms(request, form, status=422)


def _terms(request: OfficeRequest, form: DraftForm, status: int = 200) -> HttpResponse:
    context = {
        "terms": owned(Term, request.office).order_by("-ordinal"),
        "drafts": queries.drafts(request.office),
        "form": form,
    }
    return render(request, "terms/terms.html", context, status=status)


@needs_roster_clerk
def term_draft(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a draft: shares, sectors against their quotas, changes since the version before, what does not fit yet."""
    return _draft(request, _found(request, uid))


def _draft(
    request: OfficeRequest, draft: TermDraft, wrong: dict[str, forms.Form] | None = None, status: int = 200
) -> HttpResponse:
    number = request.GET.get("version", "") if request.method == "GET" else ""
    try:
        page = queries.draft_page(draft, int(number) if number.isascii() and number.isdigit() else None)
    except Refusal as refusal:
        raise Http404(refusal.message) from None
    start = {"revision": draft.revision}
    may_change = page.newest and draft.state in OPEN_DRAFT_STATES
    context: dict[str, Any] = {
        "draft": draft,
        "page": page,
        "may_change": may_change,
        "plan": PlanForm(page.content, initial=start),
        "quotas": QuotaForm(page.content, initial=start),
        "admit": AdmitForm(initial=start),
        "note": NoteForm(initial=start),
        "rows": reads.sector_rows(page.content),
        "lines": dict(zip([line.sector for line in page.lines], page.lines, strict=True)),
        "shares": page.shares,
        **(wrong or {}),
    }
    return render(request, "terms/draft.html", context, status=status)


@needs_roster_clerk
@require_POST
def preview_draft(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Return the shares as they would be with what is typed; nothing is written."""
    draft = _found(request, uid)
    content = queries.content_of(queries.newest_version(draft), draft)
    form = PlanForm(content, request.POST)
    form.is_valid()
    shares = running_shares(
        reads.with_plans(content, form.plans()), formed=False, autonomous_area=draft.autonomous_area
    )
    wrong = [error for name, errors in form.errors.items() if name != "revision" for error in errors]
    return render(request, "terms/running.html", {"shares": shares, "wrong": wrong, "unsaved": bool(form.changed())})


@needs_roster_clerk
@require_POST
def plan_draft(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Save what is planned for the sectors' seats, each changed sector with an entry of its own; all or nothing."""
    draft = _found(request, uid)
    content = queries.content_of(queries.newest_version(draft), draft)
    form = PlanForm(content, request.POST)
    if form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            with transaction.atomic():
                for sector, plan in form.changed().items():
                    operations.plan_sector(draft, sector, plan, revision=revision, actor=request.user)
                    revision += 1
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("term_draft", uid)
    shares = running_shares(
        reads.with_plans(content, form.plans()), formed=False, autonomous_area=draft.autonomous_area
    )
    return _draft(request, draft, {"plan": form, "shares": shares}, status=422)  # type: ignore[dict-item]


@needs_roster_clerk
@require_POST
def set_draft_quotas(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Set the sectors with their seats."""
    draft = _found(request, uid)
    form = QuotaForm(queries.content_of(queries.newest_version(draft), draft), request.POST)
    if form.is_valid():
        try:
            operations.set_quotas(draft, form.entries(), revision=form.cleaned_data["revision"], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("名额已保存。"))
            return redirect("term_draft", uid)
    return _draft(request, draft, {"quotas": form}, status=422)


@needs_roster_clerk
@require_POST
def admit_names(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Register the published list, so that names may enter."""
    draft = _found(request, uid)
    form = AdmitForm(request.POST)
    if form.is_valid():
        try:
            operations.admit_names(draft, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记，可以录入名单了。"))
            return redirect("term_draft", uid)
    return _draft(request, draft, {"admit": form}, status=422)


@needs_roster_clerk
@require_POST
def close_draft_version(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Close this version and go on in a copy."""
    draft = _found(request, uid)
    form = NoteForm(request.POST)
    if form.is_valid():
        try:
            version = operations.close_version(draft, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已定稿，现为第%(number)s版。") % {"number": version.number})
            return redirect("term_draft", uid)
    return _draft(request, draft, {"note": form}, status=422)


@needs_roster_clerk
@require_POST
def withdraw_draft(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Withdraw a draft; names are taken off, the numbers stay."""
    draft = _found(request, uid)
    form = RevisionForm(request.POST)
    if not form.is_valid():
        messages.warning(request, _("没有撤销：请从方案页面办理。"))
        return redirect("term_draft", uid)
    try:
        operations.withdraw_draft(draft, revision=form.cleaned_data["revision"], actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return redirect("term_draft", uid)
    messages.success(request, _("方案已撤销，姓名已去除，名额仍可查看。"))
    return redirect("terms")


@needs_roster_clerk
@require_http_methods(["GET", "POST"])
def draft_seats(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the seats of one sector; set position and plan, or take a name off."""
    draft = _found(request, uid)
    content = queries.content_of(queries.newest_version(draft), draft)
    sectors = [quota.name for quota in content.quotas]
    sector = request.GET.get("sector", "") or (sectors[0] if sectors else "")
    if sectors and sector not in sectors:
        raise Http404
    seats = reads.shown_seats(content, sector)
    form = SeatsForm(seats, request.POST if request.method == "POST" else None, initial={"revision": draft.revision})
    if form.is_bound and form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            if request.POST.get("remove"):
                operations.remove_names(draft, [request.POST["remove"]], revision=revision, actor=request.user)
            else:
                operations.plan_seats(draft, form.plans(), revision=revision, actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect(request.get_full_path())
    context = {
        "draft": draft,
        "sectors": sectors,
        "sector": sector,
        "form": form,
        "may_change": draft.state in OPEN_DRAFT_STATES,
    }
    return render(request, "terms/seats.html", context, status=422 if form.is_bound else 200)


@needs_roster_clerk
@require_http_methods(["GET", "POST"])
def draft_names(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Read a published list, show whom its names mean, and put the confirmed ones on seats."""
    draft = _found(request, uid)
    asked = ListForm(request.POST if request.method == "POST" else None)
    plan, names = None, None
    if asked.is_bound and asked.is_valid():
        content = queries.content_of(queries.newest_version(draft), draft)
        reading = read_list(asked.cleaned_data["text"], [quota.name for quota in content.quotas])
        plan = queries.match_names(draft, reading)
        entering = request.POST.get("step") == "enter"
        start = {"revision": draft.revision, "text": asked.cleaned_data["text"]}
        names = NamesForm(plan.lines, request.POST if entering else None, initial=start)
        if entering and names.is_valid():
            try:
                operations.enter_names(
                    draft, _entries(names), revision=names.cleaned_data["revision"], actor=request.user
                )
            except Refusal as refusal:
                put_back(names, refusal)
            else:
                messages.success(request, _("已列入名单。"))
                return redirect(f"{reverse('draft_list', args=[uid])}?by=sector")
        if not plan.lines and not entering:
            asked.add_error("text", _("没有读到姓名。请写明界别，姓名之间用顿号或空格隔开。"))
    context = {
        "draft": draft,
        "asked": asked,
        "plan": plan,
        "names": names,
        "admitted": draft.state == DraftState.NAMES,
    }
    failed = bool(asked.errors) or (names is not None and bool(names.errors))
    return render(request, "terms/names.html", context, status=422 if failed else 200)


def _entries(form: NamesForm) -> list[NameEntry]:
    entries = []
    for index, line in enumerate(form.names):
        who = form.cleaned_data.get(f"n{index}-who", "")
        if who:
            entries.append(
                NameEntry(
                    line.sector,
                    line.name,
                    person_id=None if who == "new" else int(who),
                    woman=line.woman,
                    position=form.cleaned_data[f"n{index}-position"],
                )
            )
    return entries


@needs_roster_clerk
def draft_list(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the list of names in official order, ready to print."""
    draft = _found(request, uid)
    ordered, by = _ordered(draft, request.GET)
    title = list_title(request.office.name, draft.ordinal)
    context = {"draft": draft, "ordered": ordered, "by": by, "title": title, "version": request.GET.get("version", "")}
    return render(request, "terms/list.html", context)


@needs_roster_clerk
@require_POST
def download_draft_list(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out the same list as a Word document; the audit book says who got it."""
    draft = _found(request, uid)
    ordered, by = _ordered(draft, request.POST)
    counts = []
    for group in ordered.groups:
        parts = [_("%(count)s名") % {"count": len(group.entries)}]
        if group.open_seats:
            parts.append(_("待定%(count)s席") % {"count": group.open_seats})
        if group.reserved:
            parts.append(_("预留%(count)s席") % {"count": group.reserved})
        counts.append(f"（{'，'.join(parts)}）")
    total = _("%(title)s（%(total)s名）") % {
        "title": list_title(request.office.name, draft.ordinal),
        "total": ordered.total,
    }
    words = term_list_docx.Words(total, _("（各组按姓氏笔画为序，有规定次序的从其规定）"), tuple(counts))
    data = term_list_docx.term_list(ordered, words)
    audit.record(
        office_id=request.office.pk,
        actor=request.user,
        action="registry.export_term_list",
        subject=draft,
        after={"by": by, "names": ordered.total},
        person_ids={entry.person_id for group in ordered.groups for entry in group.entries},
    )
    response = HttpResponse(data, content_type=term_list_docx.MEDIA_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="term-{draft.ordinal}-list.docx"'
    return response


def _ordered(draft: TermDraft, query: QueryDict) -> tuple[OrderedList, Literal["sector", "position"]]:
    """Return the list that is asked for, and how it is grouped; 404 for a version that is not there."""
    by: Literal["sector", "position"] = "position" if query.get("by") == "position" else "sector"
    number = query.get("version", "")
    try:
        wanted = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else None
        return queries.printed_list(draft, wanted, by=by), by
    except Refusal as refusal:
        raise Http404(refusal.message) from None


@needs_roster_clerk
@require_http_methods(["GET", "POST"])
def open_term(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Name what opening the term would do; on confirmation, do it."""
    draft = _found(request, uid)
    posted = request.method == "POST"
    form = OpeningForm(request.POST if posted else None, initial={"revision": draft.revision})
    asked = OpeningDayForm(request.GET if not posted and "on" in request.GET else None)
    if asked.is_bound:
        on = asked.cleaned_data["on"] if asked.is_valid() else None
    else:
        asked = OpeningDayForm(initial={"on": draft.starts})
        on = draft.starts
    if posted and form.is_valid():
        seen = form.cleaned_data["revision"]
        on = form.cleaned_data["on"]
        # The operation claims the draft at the revision that it carries: the one that was looked at.
        draft.revision = seen
        try:
            term = operations.open_term(draft, on=on, actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
            draft.refresh_from_db()
        else:
            messages.success(request, _("第%(ordinal)s届已开始。") % {"ordinal": term.ordinal})
            return redirect("term_draft", uid)
    context = {
        "draft": draft,
        "asked": asked,
        "form": form,
        "plan": queries.opening_plan(draft, on) if on is not None and draft.state in OPEN_DRAFT_STATES else None,
        "on": on,
        "today": clock.today(),
    }
    return render(request, "terms/open.html", context, status=422 if form.errors or asked.errors else 200)


def _found(request: OfficeRequest, uid: uuid.UUID) -> TermDraft:
    return get_object_or_404(owned(TermDraft, request.office), uid=uid)
