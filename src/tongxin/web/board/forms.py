"""The forms by which somebody rules on a finding, asks about it or answers; nothing is saved here."""

from __future__ import annotations

import uuid

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.provisions.enums import RulingBasis
from tongxin.provisions.queries import RULING_CHOICES
from tongxin.web.forms import DayField


class RulingForm(forms.Form):
    """Done by word, excused, or missed; with the reason, and whose word it is where it is entered for others."""

    kind = forms.ChoiceField(label=_("认定"), choices=RULING_CHOICES)
    basis = forms.ChoiceField(
        label=_("依据"),
        choices=[("", _("（说明时选择）")), *RulingBasis.choices],
        required=False,
    )
    reason = forms.CharField(label=_("理由"), max_length=300)
    excused_from = DayField(
        label=_("持续说明自"), required=False, help_text=_("一段时间内都适用的说明（如离退休支部、出国境）填写。")
    )
    excused_last_day = DayField(label=_("至"), required=False)
    on_behalf = forms.CharField(
        label=_("代录说明"), max_length=120, required=False, help_text=_("代所涉单位登记时写明据何材料、何人说明。")
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4, required=False)


class ExtensionForm(forms.Form):
    """The new last day of a limit, who approved it and why."""

    last_day = DayField(label=_("延至"), help_text=_("新的最后一日。恢复原期限的，填写原来的最后一日。"))
    reason = forms.CharField(label=_("批准与理由"), max_length=300, help_text=_("写明由谁批准、因何原因。"))
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4, required=False)


class InquiryForm(forms.Form):
    """One sentence to the unit."""

    sentence = forms.CharField(
        label=_("想了解什么"), max_length=300, help_text=_("用一句话。由该单位答复；提请说明不改变这一格的情况。")
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4, required=False)


class AnswerForm(forms.Form):
    """The unit's answer; whose word it is where a clerk enters it."""

    answer = forms.CharField(label=_("答复"), max_length=300)
    on_behalf = forms.CharField(label=_("代录说明"), max_length=120, required=False)
