"""Forms of requests and reports; nothing is saved here."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.matters.ledger import TITLE_LIMIT
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import organizations_on
from tongxin.web.forms import DayField, offer_rows
from tongxin.web.people import person_by_words


class EmergencyForm(forms.Form):
    """An emergency told by word: a neutral title, whom it was told to, when and by whom."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    title = forms.CharField(
        label=gettext_lazy("中性标题"),
        max_length=TITLE_LIMIT,
        help_text=gettext_lazy("如“关于某事项的突发情况报告”；不写内容，涉密的走保密渠道。"),
    )
    lead = forms.ModelChoiceField(
        label=gettext_lazy("报告单位"), queryset=Organization.objects.none(), to_field_name="uid", empty_label=None
    )
    told_to = forms.CharField(
        label=gettext_lazy("向谁口头报告"), max_length=120, help_text=gettext_lazy("填写机关或者值班室，不填个人。")
    )
    told_on = DayField(label=gettext_lazy("口头报告日期"))
    told_time = forms.TimeField(
        label=gettext_lazy("时间"),
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        error_messages={"invalid": gettext_lazy("请按 09:30 的写法填写。")},
    )
    person = forms.CharField(
        label=gettext_lazy("报告人"), max_length=60, required=False, help_text=gettext_lazy("名册中的姓名。")
    )

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        groups = (OrganizationKind.PARTY_GROUP, OrganizationKind.OFFICE_PARTY_GROUP, OrganizationKind.STAFF)
        offer_rows(self, "lead", organizations_on(office, clock.today(), *groups))

    def clean_person(self) -> Person | None:
        """Return the person of this name; None where nobody is named."""
        typed = self.cleaned_data["person"].strip()
        return person_by_words(self.office, typed) if typed else None

    def clean(self) -> dict[str, Any]:
        """Put day and time together to the instant."""
        values: dict[str, Any] = super().clean() or {}
        day, time = values.pop("told_on", None), values.pop("told_time", None)
        values["told_at"] = clock.at(day, time) if isinstance(day, dt.date) and isinstance(time, dt.time) else None
        return values


class ProofForm(forms.Form):
    """Which request came before a decision, or why there was none."""

    major = forms.ChoiceField(
        label=gettext_lazy("是否重大事项"),
        choices=[("1", gettext_lazy("重大事项")), ("0", gettext_lazy("不属重大事项"))],
    )
    number = forms.ChoiceField(label=gettext_lazy("决定前的请示"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("没有请示的原因"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, requests: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"] = forms.ChoiceField(
            label=self.fields["number"].label, required=False, choices=[("", _("（没有）")), *requests]
        )

    def clean_major(self) -> bool:
        """Return whether it is a major matter."""
        return bool(self.cleaned_data["major"] == "1")
