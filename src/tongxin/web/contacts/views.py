"""联系安排: chains, single changes, proposals.  Who is proposed for whom tells affiliation, so its showing is recorded."""

from __future__ import annotations

import uuid
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.registry import contact_operations, operations
from tongxin.registry.contact_proposals import Proposal, optimiser_is_there, propose
from tongxin.registry.contact_queries import chains, demand
from tongxin.registry.enums import Role
from tongxin.registry.models import ContactAssignment
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.contacts import reads
from tongxin.web.contacts.forms import AcceptForm, ContactForm, ProposalForm
from tongxin.web.forms import put_back
from tongxin.web.tables import page_of

CLERKS = (Role.ROSTER_CLERK, Role.PARTY_CLERK)


@requires(*CLERKS)
def contacts(request: OfficeRequest) -> HttpResponse:
    """List who keeps contact with whom today, and for whom nobody is named."""
    return _contacts(request, ContactForm(request.office, initial=_asked_for(request)))


def _asked_for(request: OfficeRequest) -> dict[str, object]:
    """Return what the form begins with: the person for whom 待安排 asks, told apart by employer."""
    initial: dict[str, object] = {"since": clock.today()}
    person = reads.person_of(request.office, request.GET.get("target", ""))
    if person is not None:
        initial["target"] = f"{person.name} {person.employer}".strip()
    return initial


@requires(*CLERKS)
@require_POST
def assign_contact(request: OfficeRequest) -> HttpResponse:
    """Name one contact person for one person."""
    form = ContactForm(request.office, request.POST)
    if form.is_valid():
        try:
            operations.assign_contact(actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记联系安排。"))
            return redirect("contacts")
    return _contacts(request, form, status=422)


@requires(*CLERKS)
@require_POST
def end_contact(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End a contact assignment today; no reason is asked for."""
    row = get_object_or_404(owned(ContactAssignment, request.office).select_related("contact", "target"), uid=uid)
    try:
        operations.end_contact(row, on=clock.today(), actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(
            request,
            _("%(contact)s与%(target)s的联系安排已结束，不再建议这一对。")
            % {"contact": row.contact.name, "target": row.target.name},
        )
    return redirect("contacts")


def _contacts(request: OfficeRequest, form: ContactForm, status: int = 200) -> HttpResponse:
    held = chains(request.office, clock.today())
    text = request.GET.get("text", "")
    page = page_of(request, reads.narrowed(held.lines, text))
    uids = reads.assignment_uids(request.office, page.object_list)
    context = {"chains": held, "page": page, "uids": uids, "text": text, "form": form}
    return render(request, "contacts/contacts.html", context, status=status)


@requires(*CLERKS)
def contact_proposal(request: OfficeRequest) -> HttpResponse:
    """Ask for a proposal, and show its pairs with their reasons; nothing is written."""
    return _proposal(request, ProposalForm(request.GET if "link" in request.GET else None), AcceptForm())


@requires(*CLERKS)
@require_POST
def apply_contacts(request: OfficeRequest) -> HttpResponse:
    """Make pairs hold: one, those ticked, or all that were shown."""
    asked, accepting = ProposalForm(request.POST), AcceptForm(request.POST)
    codes = request.POST.getlist("shown" if request.POST.get("take") == "all" else "pairs")
    if request.POST.get("one"):
        codes = [request.POST["one"]]
    if accepting.is_valid() and asked.is_valid():
        try:
            done = contact_operations.apply_proposal(
                request.office, reads.pairs_of(request.office, codes), actor=request.user, **accepting.cleaned_data
            )
        except Refusal as refusal:
            put_back(accepting, refusal)
        else:
            messages.success(
                request,
                _("新安排%(opened)s对，原已安排%(kept)s对，结束原安排%(ended)s对。")
                % {"opened": done.opened, "kept": done.kept, "ended": done.ended},
            )
            query = {name: request.POST[name] for name in asked.fields if request.POST.get(name)}
            return redirect(f"{reverse('contact_proposal')}?{urlencode(query)}")
    return _proposal(request, asked, accepting, status=422, ticked=frozenset(codes))


def _proposal(
    request: OfficeRequest,
    asked: ProposalForm,
    accepting: AcceptForm,
    status: int = 200,
    ticked: frozenset[str] | None = None,
) -> HttpResponse:
    if not optimiser_is_there():
        return render(request, "contacts/no_optimiser.html", status=status)
    proposal: Proposal | None = None
    pairs: list[reads.ShownPair] = []
    if asked.is_bound and asked.is_valid():
        values = asked.cleaned_data
        try:
            wanted = demand(request.office, clock.today(), asked.which, group_joins_in=values["group_joins_in"])
            proposal = propose(wanted, minimum=values["minimum"], maximum=values["maximum"])
        except Refusal as refusal:
            put_back(asked, refusal)
    if asked.errors and status == 200:
        status = 422
    if proposal is not None:
        pairs = reads.shown_pairs(request.office, proposal)
        # Which side of the chain somebody stands on tells affiliation.
        people = {pk for each in proposal.pairs for pk in (each.contact_id, each.target_id)}
        people |= {load.contact_id for load in proposal.loads} | {one.target_id for one in proposal.uncovered}
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            purpose=_("联系安排建议"),
            person_ids=people,
        )
    context = {
        "asked": asked,
        "accepting": accepting,
        "proposal": proposal,
        "pairs": pairs,
        "fresh": sum(not each.pair.kept for each in pairs),
        "ticked": ticked,
    }
    return render(request, "contacts/proposal.html", context, status=status)
