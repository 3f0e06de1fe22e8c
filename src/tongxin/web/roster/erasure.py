"""Erasing a person who has left: the plan first, then a purpose and the name typed again."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from tongxin.core.errors import Refusal
from tongxin.registry import erasure_operations as operations
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import put_back


class ErasureForm(forms.Form):
    """Why, and whom: the name typed again guards against a slip of the hand."""

    purpose = forms.CharField(
        label=gettext_lazy("依据"),
        max_length=operations.PURPOSE_LIMIT,
        help_text=gettext_lazy("例如：本人书面申请（日期）。依据记入审计记录，请勿写姓名。"),
    )
    name = forms.CharField(label=gettext_lazy("再写一遍姓名"), max_length=60)

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person

    def clean_name(self) -> str:
        """Return the name; it is that of the person."""
        name = str(self.cleaned_data["name"]).strip()
        if name != self.person.name:
            raise forms.ValidationError(_("与要删除的人员姓名不符，请核对。"))
        return name

    def clean_purpose(self) -> str:
        """Return the purpose; it does not hold the name, which would outlive the person in the audit book."""
        purpose = str(self.cleaned_data["purpose"])
        if self.person.name in purpose:
            raise forms.ValidationError(_("依据会长期保存，请勿写姓名。"))
        return purpose


@requires(Role.ROSTER_CLERK)
@require_http_methods(["GET", "POST"])
def erase_person(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show what erasing would do, and do it once it is confirmed."""
    person = get_object_or_404(owned(Person, request.office), uid=uid)
    posted = request.method == "POST"
    try:
        plan = operations.plan_erasure(person)
    except Refusal as refusal:
        context: dict[str, Any] = {"person": person, "refusal": refusal}
        return render(request, "roster/erasure.html", context, status=422 if posted else 200)
    form = ErasureForm(person, request.POST if posted else None)
    if posted and form.is_valid():
        try:
            operations.erase_person(person, actor=request.user, purpose=form.cleaned_data["purpose"])
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已删除，不可恢复。"))
            return redirect("roster")
    return render(
        request, "roster/erasure.html", {"person": person, "plan": plan, "form": form}, status=422 if posted else 200
    )
