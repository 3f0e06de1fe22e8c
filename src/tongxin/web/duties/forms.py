"""Forms for key tasks and for texts to study; the operations check."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Organization
from tongxin.web.forms import DayField, offer_rows

#: Kinds of units that study together.
STUDYING = (
    "party_group", "office_party_group", "office_party_committee", "branch", "joint_branch", "functional_branch",
    "temporary_branch", "small_group", "special_committee", "standing_committee", "chair_meeting",
)  # fmt: skip


class KeyTaskForm(forms.Form):
    """A key task of the year."""

    title = forms.CharField(label=_("任务"), max_length=200)
    due_on = DayField(label=_("期限"), required=False)
    lead = forms.ModelChoiceField(label=_("牵头单位"), queryset=Organization.objects.none(), required=False)

    def __init__(self, units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "lead", units)


class StudyTextForm(forms.Form):
    """A text to be studied."""

    title = forms.CharField(label=_("篇目"), max_length=200, help_text=_("写全称；议题中写到它的学习会自动对上。"))
    issuer = forms.CharField(label=_("作者或印发机关"), max_length=80)
    issued_on = DayField(label=_("日期"))
    source = forms.CharField(
        label=_("权威来源"), max_length=120, help_text=_("如《人民日报》某日、某号文件、某出版社。")
    )
    study_by = DayField(label=_("学习期限"), required=False)
    audience = forms.MultipleChoiceField(
        label=_("哪些单位学习"),
        choices=[(kind, OrganizationKind(kind).label) for kind in STUDYING],
        widget=forms.CheckboxSelectMultiple,
    )
