"""What is typed in the register beside ticks."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.activities.enums import ParticipantRole, StationKind


class StationForm(forms.Form):
    """A door or a screen."""

    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("如“东门”“主会场屏幕”。"))
    kind = forms.ChoiceField(label=_("用途"), choices=StationKind.choices)


class WalkInForm(forms.Form):
    """Somebody who came along and is not in the list."""

    person = forms.CharField(label=_("姓名"), max_length=100)
    role = forms.ChoiceField(
        label=_("身份"),
        choices=[
            (ParticipantRole.OBSERVER.value, ParticipantRole.OBSERVER.label),
            (ParticipantRole.INVITED.value, ParticipantRole.INVITED.label),
        ],
    )


class PaperForm(forms.Form):
    """When the paper register was written."""

    day = forms.DateField(label=_("纸质登记日期"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    time = forms.TimeField(
        label=_("时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), required=False
    )
