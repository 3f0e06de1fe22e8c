"""What all pages of matters share: the matter that an address names, and the form of a step."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.http import Http404
from django.utils.translation import gettext_lazy

from tongxin.matters import queries
from tongxin.matters.models import Matter
from tongxin.matters.rules import may_see
from tongxin.matters.workflow import Need, Transition
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Office, Person
from tongxin.web.access import OfficeRequest
from tongxin.web.forms import DayField, offer
from tongxin.web.people import person_by_words


def found_matter(request: OfficeRequest, uid: uuid.UUID) -> Matter:
    """Return a matter that this user may see.  Raises Http404 for any other."""
    try:
        shown = queries.matter_by_uid(request.office, uid)
    except Matter.DoesNotExist:
        raise Http404 from None
    private = workflow_of(shown.kind).state(shown.state).private
    if not may_see(request.standing, shown.kind, queries.stakes_of(shown), private=private):
        raise Http404
    return shown


class ReturnedForm(forms.Form):
    """A draft that was taken out as a file and changed there."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        max_length=200,
        widget=forms.ClearableFileInput(attrs={"accept": ".docx,.doc,.wps,.txt"}),
    )
    declared_unclassified = forms.BooleanField(
        label=gettext_lazy("我确认本文件不含国家秘密和工作秘密"),
        error_messages={"required": gettext_lazy("请先确认，再读入。")},
    )

    def bytes_and_name(self) -> tuple[bytes, str]:
        """Return the file's bytes and name; call it on a form that is right."""
        file = self.cleaned_data["file"]
        return file.read(), file.name or ""


def returned_form(request: OfficeRequest) -> ReturnedForm:
    """Return the form of a file that comes back, with what was sent where the step ``read`` was sent."""
    sent = request.POST.get("step") == "read"
    return ReturnedForm(request.POST if sent else None, request.FILES if sent else None, auto_id="returned_%s")


class StepForm(forms.Form):
    """One step: what the transition needs, and on whose behalf it is entered."""

    transition = forms.CharField(widget=forms.HiddenInput, max_length=40)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    code = forms.ChoiceField(label=gettext_lazy("类别"))
    reason = forms.CharField(
        label=gettext_lazy("说明"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    reference = forms.CharField(label=gettext_lazy("文号"), max_length=60, required=False)
    due_on = DayField(label=gettext_lazy("新期限"), required=False)
    person = forms.CharField(label=gettext_lazy("办理人"), max_length=60, required=False)
    proofread = forms.BooleanField(label=gettext_lazy("已逐字校对"), required=False)
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("据签字纸件或口头意见代录时填写。"),
    )

    def __init__(
        self,
        office: Office,
        transition: Transition | None,
        *args: Any,
        codes: list[tuple[str, str]] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        needs = {str(need) for need in (transition.needs if transition else ())}
        # A delay may move the date; a review names who in fact reviewed.
        shown = needs | {"on_behalf", "transition", "client_id", "reason"}
        if transition is not None and transition.resets_due:
            shown.add("due_on")
        if transition is not None and transition.review:
            shown.add("person")
        for name in list(self.fields):
            if name not in shown:
                del self.fields[name]
        if "code" in self.fields:
            offer(self, "code", codes or list(transition.codes if transition else ()))
        for name in needs & self.fields.keys():
            self.fields[name].required = name != Need.PERSON

    def clean_person(self) -> Person | None:
        """Return the person of this name; None where the field was left empty."""
        typed = self.cleaned_data["person"].strip()
        return person_by_words(self.office, typed) if typed else None
