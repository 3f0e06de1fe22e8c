"""事项: the ledger, one matter with its steps."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.matters import operations, queries
from tongxin.matters.enums import LedgerTopic
from tongxin.matters.models import Matter
from tongxin.matters.rules import PREDICATES, Stakes, may_see
from tongxin.matters.workflows import WORKFLOWS, workflow_of
from tongxin.registry.enums import Role
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.matters.forms import MatterForm, StepForm
from tongxin.web.tables import page_of

#: Who has matters to look at; each sees only what concerns them (matters.queries.visible).
READERS = (
    Role.PARTY_CLERK,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.EDITOR,
    Role.INFORMATION_OFFICE,
    Role.PROPOSALS_OFFICE,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.HANDLING_UNIT,
    Role.MEMBER,
)


@requires(*READERS)
def matters(request: OfficeRequest) -> HttpResponse:
    """List the matters that concern this user, latest first."""
    query = request.GET
    kind = query.get("kind", "") if query.get("kind", "") in WORKFLOWS else ""
    filters = queries.LedgerFilter(kind=kind, words=query.get("text", ""), only_open="open" in query)
    rows = queries.visible(queries.ledger(request.office, filters), request.standing)
    page = page_of(request, rows)
    today = clock.today()
    lines = [
        (matter, queries.state_name(matter), queries.clock_of(matter, today, ()), queries.lead_of(matter))
        for matter in page.object_list
    ]
    context = {
        "page": page,
        "lines": lines,
        "kinds": [(workflow.kind, workflow.name) for workflow in WORKFLOWS.values()],
        "kind": kind,
        "query": query,
        "may_open": bool(_kinds_to_open(request)),
    }
    return render(request, "matters/list.html", context)


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def open_matter(request: OfficeRequest) -> HttpResponse:
    """Open a matter of a kind that this user may open."""
    kinds = _kinds_to_open(request)
    if not kinds:
        raise Http404
    form = MatterForm(request.office, kinds, request.POST or None, initial={"kind": request.GET.get("kind", "")})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            matter = operations.open(request.office, actor=request.user, **values)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记，编号%(number)s。") % {"number": matter.number})
            return redirect("matter", matter.uid)
    return render(request, "matters/open.html", {"form": form}, status=422 if form.errors else 200)


@requires(*READERS)
def matter(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show a matter, the steps it took and the steps that are open to this user."""
    return _show(request, _found(request, uid), None)


@requires(*READERS)
@require_POST
def take_step(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take one step of a matter."""
    shown = _found(request, uid)
    code = request.POST.get("transition", "")
    known = next((step for step in queries.steps_open_to(shown, request.standing) if step.code == code), None)
    form = StepForm(request.office, known, request.POST)
    if form.is_valid():
        try:
            operations.take_step(shown, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记这一步。"))
            return redirect("matter", uid)
    return _show(request, _found(request, uid), form, status=422)


def _found(request: OfficeRequest, uid: uuid.UUID) -> Matter:
    try:
        shown = queries.matter_by_uid(request.office, uid)
    except Matter.DoesNotExist:
        raise Http404 from None
    if not may_see(request.standing, shown.kind, queries.stakes_of(shown)):
        raise Http404
    return shown


def _show(request: OfficeRequest, shown: Matter, wrong: StepForm | None, status: int = 200) -> HttpResponse:
    workflow = workflow_of(shown.kind)
    names = {state.code: state.name for state in workflow.states}
    verbs = {step.code: step.name for step in workflow.transitions}
    taken = queries.steps_of(shown)
    choices = []
    for step in queries.steps_open_to(shown, request.standing):
        mistaken = wrong is not None and wrong.data.get("transition") == step.code
        form = (
            wrong
            if mistaken
            else StepForm(request.office, step, initial={"transition": step.code}, auto_id=f"{step.code}_%s")
        )
        choices.append((step, form, mistaken))
    context = {
        "matter": shown,
        "kind_name": workflow.name,
        "state_name": names.get(shown.state, shown.state),
        "clock": queries.clock_of(shown, clock.today(), taken),
        "steps": [(step, verbs.get(step.transition, ""), names.get(step.to_state, "")) for step in taken],
        "topic": dict(LedgerTopic.choices).get(shown.topic, shown.topic),
        "bodies": queries.bodies_of(shown),
        "choices": choices,
    }
    return render(request, "matters/detail.html", context, status=status)


def _kinds_to_open(request: OfficeRequest) -> list[tuple[str, str]]:
    stakes = Stakes()
    return [
        (workflow.kind, workflow.name)
        for workflow in WORKFLOWS.values()
        if PREDICATES[workflow.opener](request.standing, stakes)
    ]
