"""The form by which somebody rules on a finding; nothing is saved here."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.provisions.enums import RulingBasis, RulingKind
from tongxin.web.forms import DayField


class RulingForm(forms.Form):
    """Done by word, excused, or missed; with the reason, and whose word it is where it is entered for others."""

    kind = forms.ChoiceField(label=_("认定"), choices=RulingKind.choices)
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
