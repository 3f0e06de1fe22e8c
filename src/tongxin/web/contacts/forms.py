"""Forms of the contact pages; nothing is saved here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.registry.contact_proposals import LINK_NAMES, Link
from tongxin.registry.models import Office, Person
from tongxin.web.forms import DayField
from tongxin.web.people import person_by_words

_BY_NAME = gettext_lazy("填写姓名；同名的写成“姓名 单位”。")


class ContactForm(forms.Form):
    """One pair, from when and on what basis."""

    contact = forms.CharField(label=gettext_lazy("联系人"), max_length=120, help_text=_BY_NAME)
    target = forms.CharField(label=gettext_lazy("联系对象"), max_length=120)
    since = DayField(label=gettext_lazy("自"), initial=clock.today)
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_contact(self) -> Person:
        """Return the contact person."""
        return person_by_words(self.office, self.cleaned_data["contact"])

    def clean_target(self) -> Person:
        """Return whom they keep contact with."""
        return person_by_words(self.office, self.cleaned_data["target"])


class ProposalForm(forms.Form):
    """What a proposal is asked for."""

    link = forms.ChoiceField(
        label=gettext_lazy("安排"), choices=[(link.value, label) for link, label in LINK_NAMES.items()]
    )
    minimum = forms.IntegerField(label=gettext_lazy("每人至少联系"), min_value=0, max_value=999, required=False)
    maximum = forms.IntegerField(label=gettext_lazy("每人至多联系"), min_value=0, max_value=999, required=False)
    group_joins_in = forms.BooleanField(label=gettext_lazy("党组成员也直接联系党外委员"), required=False)

    @property
    def which(self) -> Link:
        """The link asked for."""
        return Link(self.cleaned_data["link"])


class AcceptForm(forms.Form):
    """From when the chosen pairs hold and on what basis."""

    since = DayField(label=gettext_lazy("自"), initial=clock.today)
    basis = forms.CharField(
        label=gettext_lazy("依据"), max_length=200, required=False, help_text=gettext_lazy("写文件名称和文号。")
    )
