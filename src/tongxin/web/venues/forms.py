"""Forms of the register of channels and venues; nothing is saved here."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.matters.enums import CheckEvery, OutletKind
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import organizations_on
from tongxin.web.forms import DayField, offer_rows
from tongxin.web.people import person_by_words


class OutletForm(forms.Form):
    """A channel or venue: whose it is and how often it is looked after."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    name = forms.CharField(label=gettext_lazy("名称"), max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("类别"), choices=OutletKind.choices)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("责任单位"), queryset=Organization.objects.none(), to_field_name="uid", empty_label=None
    )
    keeper = forms.CharField(
        label=gettext_lazy("责任人"), max_length=60, required=False, help_text=gettext_lazy("名册中的姓名。")
    )
    address = forms.CharField(label=gettext_lazy("网址或地点"), max_length=200, required=False)
    check_every = forms.ChoiceField(
        label=gettext_lazy("检查周期"), choices=CheckEvery.choices, initial=CheckEvery.QUARTER
    )
    since = DayField(label=gettext_lazy("启用日期"), help_text=gettext_lazy("检查周期从这一天算起。"))

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer_rows(self, "unit", organizations_on(office, clock.today()))

    def clean_keeper(self) -> Person | None:
        """Return the person of this name; None where nobody is named."""
        typed = self.cleaned_data["keeper"].strip()
        return person_by_words(self.office, typed) if typed else None


class CheckForm(forms.Form):
    """A check and what it found, one fault a line."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    day = DayField(label=gettext_lazy("检查日期"))
    note = forms.CharField(label=gettext_lazy("情况"), max_length=300, required=False)
    faults = forms.CharField(
        label=gettext_lazy("发现的问题"),
        required=False,
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("一行一个；没有问题的不填。"),
    )

    def clean_faults(self) -> list[str]:
        """Return the faults, one a line."""
        return [line.strip() for line in self.cleaned_data["faults"].splitlines() if line.strip()]


class MendForm(forms.Form):
    """How a fault was mended."""

    day = DayField(label=gettext_lazy("整改日期"))
    mended = forms.CharField(label=gettext_lazy("整改情况"), max_length=300)


class CloseForm(forms.Form):
    """From when on a channel or venue is given up."""

    day = DayField(label=gettext_lazy("停用日期"))
