"""Forms for opening a matter and for taking a step; nothing is saved here."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.matters.enums import LEDGER_ONLY_KINDS, LedgerTopic
from tongxin.matters.workflow import Need, Transition
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import organizations_on, owned
from tongxin.web.forms import DayField, offer, offer_rows


class MatterForm(forms.Form):
    """A new matter: kind, title, unit in charge, date."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=200,
        help_text=gettext_lazy("请示、报告只登记台账：标题从简，不写内容；一文一事。"),
    )
    lead = forms.ModelChoiceField(
        label=gettext_lazy("牵头单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    due_on = DayField(label=gettext_lazy("期限"), required=False)
    topic = forms.ChoiceField(
        label=gettext_lazy("事项类别"),
        choices=[("", gettext_lazy("（请示、报告选择）")), *LedgerTopic.choices],
        required=False,
    )
    addressee = forms.CharField(
        label=gettext_lazy("主送"), max_length=120, required=False, help_text=gettext_lazy("请示、报告填写。")
    )
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, office: Office, kinds: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "kind", kinds)
        offer_rows(self, "lead", organizations_on(office, clock.today()))

    def clean(self) -> dict[str, object]:
        """Drop the topic of the ledger where the matter stands in no ledger."""
        values = super().clean() or {}
        if values.get("kind") not in LEDGER_ONLY_KINDS:
            values["topic"] = ""
        return values


class StepForm(forms.Form):
    """One step: what the transition needs, and on whose behalf it is entered."""

    transition = forms.CharField(widget=forms.HiddenInput, max_length=40)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False)
    reference = forms.CharField(label=gettext_lazy("文号"), max_length=120, required=False)
    due_on = DayField(label=gettext_lazy("新期限"), required=False)
    person = forms.CharField(label=gettext_lazy("办理人"), max_length=60, required=False)
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("据签字纸件或口头意见代录时填写。"),
    )

    def __init__(self, office: Office, transition: Transition | None, *args: Any, **kwargs: Any) -> None:
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
        for name in needs & self.fields.keys():
            self.fields[name].required = name != Need.PERSON

    def clean_person(self) -> Person | None:
        """Return the person of this name; None where the field was left empty."""
        name = self.cleaned_data["person"].strip()
        if not name:
            return None
        found = list(owned(Person, self.office).filter(name=name)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("名册中没有这个姓名。") if not found else _("名册中有几人同名，无法确定是哪一位。")
            )
        return found[0]
