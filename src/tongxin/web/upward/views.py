"""请示报告: what must go up and when, what waits for a reply, an emergency told by word, proof before decisions."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities.models import AgendaItem
from tongxin.core import clock
from tongxin.core.periods import add_months
from tongxin.matters import queries, upward_operations, upward_queries
from tongxin.matters.upward_list import duties
from tongxin.provisions.board_queries import falling_due
from tongxin.registry.enums import Role
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import attempt, carry_out, status_of
from tongxin.web.upward.forms import EmergencyForm, ProofForm

KEEPER = Role.PARTY_CLERK
READERS = (KEEPER, Role.LEADER)
#: How far back decisions are listed, in months.
MONTHS_BACK = 12


@requires(*READERS)
def upward(request: OfficeRequest) -> HttpResponse:
    """Show what must be requested or reported, what of it is due, and what waits for a reply or a paper."""
    today = clock.today()
    judged = {duty.provision for duty in duties() if duty.provision}
    names = queries.names_of(request.office)
    decisions = upward_queries.decisions(request.office, since=add_months(today, -MONTHS_BACK), until=today)
    context = {
        "rows": upward_queries.listed(request.office, today),
        "due": [line for line in falling_due(request.office, today) if line.code.split("/")[0] in judged],
        "waiting": [
            (row, queries.state_name(row, names), queries.clock_of(row, today))
            for row in upward_queries.awaiting(request.office)
        ],
        "unproved": sum(each.proof is None for each in decisions),
        "year": today.year,
        "keeps": request.standing.has(KEEPER),
    }
    return render(request, "upward/list.html", context)


@requires(KEEPER)
@require_http_methods(["GET", "POST"])
def report_emergency(request: OfficeRequest) -> HttpResponse:
    """Enter an emergency that was told by word; the paper follows."""
    now = clock.now()
    initial = {"told_on": clock.local_day(now)}
    form = EmergencyForm(request.office, request.POST or None, initial=initial)
    if done := carry_out(
        request,
        form,
        upward_operations.report_emergency,
        request.office,
        actor=request.user,
        names={"told_at": "told_on", "day": "told_on"},
    ):
        messages.success(request, _("已登记口头报告。书面报告呈报后，请在本页登记文号。"))
        return redirect("matter", done.value.uid)
    return render(request, "upward/emergency.html", {"form": form}, status=status_of(form))


@requires(*READERS)
def decisions(request: OfficeRequest) -> HttpResponse:
    """List the decisions of the last year with the request before each, or why there was none."""
    today = clock.today()
    found = upward_queries.decisions(request.office, since=add_months(today, -MONTHS_BACK), until=today)
    context = {
        "open": [each for each in found if each.proof is None],
        "said": [each for each in found if each.proof is not None],
        "keeps": request.standing.has(KEEPER),
        "months": MONTHS_BACK,
    }
    return render(request, "upward/decisions.html", context)


@requires(KEEPER)
@require_http_methods(["GET", "POST"])
def prove_decision(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say which request came before a decision, or why there was none."""
    try:
        item = upward_queries.decision_by_uid(request.office, uid)
    except AgendaItem.DoesNotExist:
        raise Http404 from None
    proof = getattr(item, "proof", None)
    initial = {
        "major": "0" if proof is not None and not proof.major else "1",
        "number": proof.request.number if proof is not None and proof.request else "",
        "reason": proof.reason if proof is not None else "",
    }
    choices = [
        (row.number, f"{row.number} {row.title}")
        for row in upward_queries.requests_before(request.office, item.activity.day)
    ]
    form = ProofForm(choices, request.POST or None, initial=initial)
    if carry_out(request, form, upward_operations.prove, item, actor=request.user):
        messages.success(request, _("已登记。"))
        return redirect("decisions")
    return render(request, "upward/prove.html", {"form": form, "item": item}, status=status_of(form))


@requires(KEEPER)
@require_POST
def mark_minor(request: OfficeRequest) -> HttpResponse:
    """Say of several decisions at once that they are no major matters."""
    chosen = 0
    for typed in request.POST.getlist("item"):
        try:
            item = upward_queries.decision_by_uid(request.office, uuid.UUID(typed))
        except (ValueError, AgendaItem.DoesNotExist):
            continue
        chosen += bool(attempt(request, upward_operations.prove, item, major=False, actor=request.user))
    if chosen:
        messages.success(request, _("已注明%(count)s项不属重大事项。") % {"count": chosen})
    else:
        messages.warning(request, _("没有选择议题，请先勾选。"))
    return redirect("decisions")
