"""名册导入: a file becomes a plan, the plan is looked at, then written as a whole or not at all."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import audit
from tongxin.core.errors import Conflict, Refusal
from tongxin.core.spreadsheets import MAX_BYTES
from tongxin.documents.secrecy import refuse_marked
from tongxin.registry import roster_operations
from tongxin.registry.enums import Role
from tongxin.registry.roster_plan import ACTION_NAMES, CHANGE, CONFLICT, CREATE, DOUBTFUL, UNCHANGED
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.roster_import import desk, reads
from tongxin.web.roster_import.forms import ExportForm, RosterForm
from tongxin.web.tables import page_of

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: Which rows are shown first: what somebody must settle, then what would be written.
FIRST = (CONFLICT, DOUBTFUL, CHANGE, CREATE, UNCHANGED)


@requires(Role.ROSTER_CLERK)
def roster_import(request: OfficeRequest) -> HttpResponse:
    """Ask for a file."""
    return render(request, "roster_import/upload.html", {"form": RosterForm(request.office)})


@requires(Role.ROSTER_CLERK)
@require_POST
def plan_roster(request: OfficeRequest) -> HttpResponse:
    """Read a file and make a plan; nothing is written into the register."""
    form = RosterForm(request.office, request.POST, request.FILES)
    if form.is_valid():
        values = form.cleaned_data
        file = values["file"]
        try:
            refuse_marked(file.name, field="file")
            draft = desk.begin(
                request.office,
                name=file.name,
                data=file.read(MAX_BYTES + 1),
                term=values["term"],
                since=values["since"],
                found_missing=values["found_missing"],
            )
        except Refusal as refusal:
            put_back(form, refusal)
            if not refusal.field and form.non_field_errors():
                # What cannot be read is the file's fault: say so beside the file.
                form.errors["file"] = form.errors.pop("__all__")
        else:
            return redirect("roster_plan", desk.keep(request.office, request.user, draft))
    return render(request, "roster_import/upload.html", {"form": form}, status=422)


@requires(Role.ROSTER_CLERK)
def roster_plan(request: OfficeRequest, token: uuid.UUID) -> HttpResponse:
    """Show what the plan would do, row by row; after its application, what was written."""
    draft = _taken(request, token)
    if draft.applied is not None:
        return render(request, "roster_import/result.html", {"draft": draft})
    plan = draft.read()
    counts = reads.action_counts(plan)
    there = {action for action, _name, number in counts if number}
    action = request.GET.get("show", "")
    if action not in ACTION_NAMES:
        action = next((each for each in FIRST if each in there), UNCHANGED)
    purpose = request.GET.get("purpose", "").strip()[:200]
    page = page_of(request, plan.of(action))
    rows = reads.shown_rows(request.office, plan, list(page.object_list), draft.decisions, guarded=bool(purpose))
    if purpose:
        shown = [
            row.person.pk
            for row in rows
            if row.person is not None and any(each.change.field in reads.GUARDED for each in row.changes)
        ]
        audit.record(office_id=request.office.pk, actor=request.user, action="read", purpose=purpose, person_ids=shown)
    context = {
        "token": token,
        "draft": draft,
        "plan": plan,
        "counts": counts,
        "action": action,
        "action_name": ACTION_NAMES[action],
        "page": page,
        "rows": rows,
        "general": reads.general_messages(plan),
        "hidden": any(change.hidden for row in rows for change in row.changes),
        "open_count": len(plan.open_rows()),
        "writes": len(plan.of(CREATE, CHANGE)),
        "decided": len(draft.decisions),
        "empty_word": _("（空）"),
    }
    return render(request, "roster_import/plan.html", context)


@requires(Role.ROSTER_CLERK)
@require_POST
def decide_roster(request: OfficeRequest, token: uuid.UUID) -> HttpResponse:
    """Take decisions on doubtful rows and plan anew, against the register as it is now."""
    draft = _taken(request, token)
    if draft.applied is None:
        sent = {name[4:]: value for name, value in request.POST.items() if name.startswith("row:")}
        decisions = reads.decisions_of(draft.read(), {key: str(value) for key, value in sent.items()}, draft.decisions)
        try:
            draft = desk.plan_anew(request.office, draft, decisions)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            desk.keep(request.office, request.user, draft, token)
            messages.success(request, _("已按现在的名册重新制作方案。"))
    return redirect("roster_plan", token)


@requires(Role.ROSTER_CLERK)
@require_POST
def apply_roster(request: OfficeRequest, token: uuid.UUID) -> HttpResponse:
    """Write the plan into the register: all of it or nothing."""
    draft = _taken(request, token)
    if draft.applied is None:
        try:
            applied = roster_operations.apply_plan(
                request.office, draft.read(), actor=request.user, leave_out_open="leave_out_open" in request.POST
            )
        except Conflict as refusal:
            messages.warning(request, _("%(fault)s没有导入任何内容。") % {"fault": refusal.message})
            messages.warning(request, _("请点“重新制作方案”，核对以后再导入。"))
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            desk.keep(request.office, request.user, desk.done(draft, applied), token)
    return redirect("roster_plan", token)


@requires(Role.ROSTER_CLERK, Role.PARTY_CLERK)
@require_http_methods(["GET", "POST"])
def export_roster(request: OfficeRequest) -> HttpResponse:
    """Hand out the roster of a day as .xlsx, with the columns that this user may see."""
    form = ExportForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            file = roster_operations.hand_out_roster(
                request.office, standing=request.standing, actor=request.user, **form.cleaned_data
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            response = HttpResponse(file.data, content_type=XLSX)
            response.headers["Content-Disposition"] = str(content_disposition_header(True, file.name))
            return response
    return render(request, "roster_import/export.html", {"form": form}, status=422 if form.is_bound else 200)


def _taken(request: OfficeRequest, token: uuid.UUID) -> desk.Draft:
    draft = desk.take(request.office, request.user, token)
    if draft is None:
        raise Http404(_("导入方案已过期，请重新读取文件。"))
    return draft
