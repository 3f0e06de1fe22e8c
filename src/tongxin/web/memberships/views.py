"""任职: people and their memberships are entered, moved and ended here; each day keeps what held on it."""

from __future__ import annotations

import datetime as dt
import uuid

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tongxin.core import audit
from tongxin.core.errors import Refusal
from tongxin.registry import correction_operations, operations
from tongxin.registry.correction_operations import mark_of
from tongxin.registry.enums import PARTY_UNIT_KINDS, Role
from tongxin.registry.models import Affiliation, Membership, Organization, Person
from tongxin.registry.queries import owned
from tongxin.registry.rules import may_keep_kind, may_see_affiliation
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back
from tongxin.web.memberships import reads
from tongxin.web.memberships.forms import (
    AffiliationCorrectionForm,
    AffiliationForm,
    CorrectionForm,
    EnrolForm,
    LeaveForm,
    MembershipCorrectionForm,
    PersonCorrectionForm,
    PersonForm,
    TransferForm,
)

CLERKS = (Role.ROSTER_CLERK, Role.PARTY_CLERK)


@requires(Role.ROSTER_CLERK)
@require_http_methods(["GET", "POST"])
def enter_person(request: OfficeRequest) -> HttpResponse:
    """Enter somebody new, then go on to the first membership."""
    form = PersonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            person = operations.enter_person(request.office, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记%(name)s，请登记任职。") % {"name": person.name})
            return redirect("enrol_person", person.uid)
    context = {"form": form, "title": _("登记人员"), "verb": _("登记"), "person": None}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def enrol_person(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Make a person a member of an organization."""
    person = get_object_or_404(owned(Person, request.office), uid=uid)
    initial = {"organization": request.GET.get("organization", "")}
    form = EnrolForm(
        request.office, request.standing, request.POST if request.method == "POST" else None, initial=initial
    )
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            operations.enrol(person, values.pop("organization"), actor=request.user, **values)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记任职。"))
            return redirect("person_timeline", uid)
    context = {"form": form, "title": _("登记任职或增补"), "verb": _("登记"), "person": person}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def leave_membership(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End a membership with its reason."""
    row = _kept(request, uid)
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            operations.leave(
                row,
                on=values["last_day"] + dt.timedelta(days=1),
                reason=values["reason"],
                basis=values["basis"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"on": "last_day"})
        else:
            messages.success(request, _("已登记离任。"))
            return redirect("person_timeline", row.person.uid)
    context = {"form": form, "title": _("登记离任"), "verb": _("登记离任"), "person": row.person, "row": row}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def transfer_membership(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Move a person to another organization: the old membership ends, the new one begins."""
    row = _kept(request, uid)
    form = TransferForm(row.organization, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            operations.transfer(row, values.pop("to"), actor=request.user, **values)
        except Refusal as refusal:
            put_back(form, refusal, names={"since": "on", "organization": "to"})
        else:
            messages.success(request, _("已登记转任。"))
            return redirect("person_timeline", row.person.uid)
    context = {"form": form, "title": _("调整到其他组织"), "verb": _("登记转任"), "person": row.person, "row": row}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def state_affiliation(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter a person's political affiliation; what is registered so far does not show here."""
    person = get_object_or_404(owned(Person, request.office), uid=uid)
    form = AffiliationForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            operations.state_affiliation(person, values["code"], since=values["since"], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已登记政治面貌。"))
            return redirect("person", uid)
    context = {"form": form, "title": _("登记政治面貌"), "verb": _("登记"), "person": person}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(Role.ROSTER_CLERK)
@require_http_methods(["GET", "POST"])
def correct_person(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct what is registered of a person, with a reason; the ethnic group does not show."""
    person = get_object_or_404(owned(Person, request.office), uid=uid)
    form = PersonCorrectionForm(person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            correction_operations.correct_person(
                person,
                form.values(),
                reason=form.cleaned_data["reason"],
                mark=form.cleaned_data["mark"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已更正。"))
            return redirect("person", uid)
    context = {"form": form, "title": _("更正登记信息"), "verb": _("更正"), "person": person}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def correct_membership(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct a membership, or strike one that never was; each with a reason of its own in the audit book."""
    row = _kept(request, uid)
    striking = request.POST.get("step") == "strike"
    posted = request.POST if request.method == "POST" else None
    form = MembershipCorrectionForm(row, None if striking else posted)
    strike = CorrectionForm(posted if striking else None, initial={"mark": mark_of(row)}, auto_id="strike_%s")
    active: forms.Form = strike if striking else form
    if active.is_bound and active.is_valid():
        common = {"reason": active.cleaned_data["reason"], "mark": active.cleaned_data["mark"], "actor": request.user}
        try:
            if striking:
                correction_operations.strike_membership(row, **common)
            else:
                correction_operations.correct_membership(row, form.facts(), **common)
        except Refusal as refusal:
            put_back(active, refusal, names={"until": "last_day"})
        else:
            messages.success(request, _("已撤销这段记录。") if striking else _("已更正。"))
            return redirect("person_timeline", row.person.uid)
    context = {
        "form": form,
        "strike": strike,
        "title": _("更正任职"),
        "verb": _("更正"),
        "person": row.person,
        "row": row,
    }
    return render(request, "memberships/form.html", context, status=422 if active.is_bound else 200)


@requires(*CLERKS)
@require_http_methods(["GET", "POST"])
def correct_affiliation(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct one entry of political affiliation; what is registered so far does not show here."""
    row = get_object_or_404(owned(Affiliation, request.office).select_related("person"), uid=uid)
    form = AffiliationCorrectionForm(row, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        values = form.cleaned_data
        try:
            correction_operations.correct_affiliation(
                row,
                code=values["code"],
                since=values["since"],
                until=values["last_day"] + dt.timedelta(days=1) if values["last_day"] else None,
                reason=values["reason"],
                mark=values["mark"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"until": "last_day"})
        else:
            messages.success(request, _("已更正。"))
            return redirect("person_timeline", row.person.uid)
    context = {"form": form, "title": _("更正政治面貌"), "verb": _("更正"), "person": row.person}
    return render(request, "memberships/form.html", context, status=422 if form.is_bound else 200)


@requires(*CLERKS)
def person_timeline(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what a person was when; what tells affiliation only on request and with a purpose."""
    person = get_object_or_404(owned(Person, request.office), uid=uid)
    purpose = request.GET.get("purpose", "").strip()[:200]
    shown = bool(purpose) and may_see_affiliation(request.standing)
    if shown:
        audit.record(
            office_id=request.office.pk, actor=request.user, action="read", purpose=purpose, person_ids=[person.pk]
        )
    rows = [
        (row, may_keep_kind(request.standing, row.organization.kind))
        for row in reads.memberships(person, party_units=shown)
    ]
    context = {
        "affiliations": reads.affiliation_spans(person) if shown else [],
        "person": person,
        "rows": rows,
        "events": reads.events_of_person(person, party_units=shown),
        "party_units": shown,
    }
    return render(request, "memberships/person.html", context)


@requires(*CLERKS)
def organization_timeline(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what happened in an organization; who was in a Party unit tells affiliation, so the showing is recorded."""
    unit = get_object_or_404(owned(Organization, request.office), uid=uid)
    guarded = unit.kind in PARTY_UNIT_KINDS
    purpose = request.GET.get("purpose", "").strip()[:200]
    events = reads.events_of_organization(unit, names=not guarded or bool(purpose))
    if guarded and purpose:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=unit,
            purpose=purpose,
            person_ids={event.row.person_id for event in events if event.row is not None},
        )
    context = {"unit": unit, "events": events, "hidden": guarded and not purpose}
    return render(request, "memberships/organization.html", context)


def _kept(request: OfficeRequest, uid: uuid.UUID) -> Membership:
    """Return a membership of this office that this user keeps; 403 where it is another clerk's to keep."""
    row = get_object_or_404(owned(Membership, request.office).select_related("person", "organization", "post"), uid=uid)
    if not may_keep_kind(request.standing, row.organization.kind):
        raise PermissionDenied(_("这类组织的任职由其他工作人员登记。"))
    return row
