"""我的信息: what is registered about me, by whom, and who looked."""

from __future__ import annotations

import uuid

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from tongxin.activities.queries import record_of_person
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.registry import suggestion_operations as operations
from tongxin.registry.enums import CORRECTABLE_FIELDS, AffiliationCode
from tongxin.registry.models import ContactAssignment, CorrectionProposal, Membership, Person
from tongxin.registry.queries import affiliations_on, owned
from tongxin.web.access import OfficeRequest, signed_in
from tongxin.web.forms import field_label, put_back
from tongxin.web.mine import reads


class CorrectionForm(forms.Form):
    """What a person says their own entry should read."""

    field = forms.ChoiceField(
        label=gettext_lazy("项目"),
        choices=[(name, field_label(Person, name)) for name in CORRECTABLE_FIELDS],
    )
    value = forms.CharField(
        label=gettext_lazy("应为"), max_length=200, help_text=gettext_lazy("日期按 2026-03-01 的写法填写。")
    )
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


@signed_in
def mine(request: OfficeRequest) -> HttpResponse:
    """Show a person what this office keeps about them.

    Looking at one's own information is not a look by somebody else and is not entered in the audit book.
    """
    return _mine(request, CorrectionForm())


@signed_in
@require_POST
def propose_correction(request: OfficeRequest) -> HttpResponse:
    """Ask for a correction of one's own data; the register keeps as it is until the clerk has confirmed."""
    person = _person(request)
    if person is None:
        raise Http404
    form = CorrectionForm(request.POST)
    if form.is_valid():
        try:
            operations.propose_correction(person, actor=request.user, **form.cleaned_data)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已提交，由名册管理员核实。"))
            return redirect("mine")
    return _mine(request, form, status=422)


@signed_in
@require_POST
def withdraw_correction(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Take back one's own open request."""
    row = get_object_or_404(owned(CorrectionProposal, request.office), uid=uid, person__in=request.standing.person_ids)
    try:
        operations.withdraw_correction(row, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("mine")


def _person(request: OfficeRequest) -> Person | None:
    return owned(Person, request.office).filter(pk__in=request.standing.person_ids).first()


def _mine(request: OfficeRequest, form: CorrectionForm, status: int = 200) -> HttpResponse:
    person = _person(request)
    if person is None:
        return render(request, "mine/nobody.html")
    code = affiliations_on([person.pk], clock.today()).get(person.pk)
    assignments = owned(ContactAssignment, request.office).select_related("contact", "target").order_by("-valid_from", "-pk")
    labels = dict(CorrectionForm.base_fields["field"].choices)  # type: ignore[attr-defined]  # a ChoiceField
    context = {
        "person": person,
        "affiliation": AffiliationCode(code).label if code else "",
        "memberships": Membership.objects.filter(person=person)
        .select_related("organization", "post", "term", "created_by")
        .order_by("-valid_from", "-pk"),
        "kept_by": list(assignments.filter(target=person)),
        "keeps": list(assignments.filter(contact=person)),
        "record": record_of_person(person),
        "looks": reads.looks_at(request.office, [person.pk]),
        "form": form,
        "corrections": [(row, labels.get(row.field, "")) for row in owned(CorrectionProposal, request.office).filter(person=person)],
    }
    return render(request, "mine/record.html", context, status=status)
