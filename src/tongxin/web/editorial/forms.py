"""Forms of editorial review; nothing is saved here."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.matters.editorial_operations import ANSWER_LENGTH, NOTE_LENGTH
from tongxin.matters.files import MEDIA_TYPES
from tongxin.matters.operations import OUTSIDE_KINDS
from tongxin.matters.outlet_queries import to_publish_in
from tongxin.matters.pass_operations import DAYS, LONGEST
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import organizations_on
from tongxin.web.forms import DayField, offer, offer_rows
from tongxin.web.people import people_by_words, person_by_words

#: Most characters of a manuscript that are typed in.
TEXT_LIMIT = 100_000


def _text() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("正文"),
        widget=forms.Textarea(attrs={"rows": 22, "class": "draft__text"}),
        strip=False,
        max_length=TEXT_LIMIT,
    )


class ManuscriptForm(forms.Form):
    """A new manuscript of the office."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("供稿单位"), queryset=Organization.objects.none(), to_field_name="uid", empty_label=None
    )
    authors = forms.CharField(
        label=gettext_lazy("作者"), max_length=200, help_text=gettext_lazy("几个人用顿号分开；作者不参加审核。")
    )
    due_on = DayField(label=gettext_lazy("希望发布日期"), required=False)
    text = _text()
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"), max_length=120, required=False, help_text=gettext_lazy("代作者录入时填写依据。")
    )

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer_rows(self, "unit", organizations_on(office, clock.today()).exclude(kind__in=OUTSIDE_KINDS))

    def clean_authors(self) -> list[Person]:
        """Return the persons of these names."""
        return people_by_words(self.office, self.cleaned_data["authors"])


class EditForm(forms.Form):
    """A new wording, written on the one that was on the page."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    text = _text()


class NoteForm(forms.Form):
    """A note at words of the text."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    start = forms.IntegerField(widget=forms.HiddenInput(attrs={"data-quote-start": ""}), required=False, min_value=0)
    quote = forms.CharField(
        label=gettext_lazy("原文"),
        max_length=300,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 2, "data-quote": ""}),
        help_text=gettext_lazy("选中正文即填入，也可以复制。"),
    )
    text = forms.CharField(label=gettext_lazy("批注"), max_length=NOTE_LENGTH, widget=forms.Textarea(attrs={"rows": 3}))


class SettleForm(forms.Form):
    """How a note was dealt with."""

    answer = forms.CharField(label=gettext_lazy("处理情况"), max_length=ANSWER_LENGTH, required=False)


class LinkForm(forms.Form):
    """To whom a one-time link goes, and for how long."""

    person = forms.CharField(
        label=gettext_lazy("审核人"), max_length=60, help_text=gettext_lazy("没有账号的领导，填写名册中的姓名。")
    )
    days = forms.IntegerField(label=gettext_lazy("有效天数"), min_value=1, max_value=LONGEST, initial=DAYS)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_person(self) -> Person:
        """Return the person of this name."""
        return person_by_words(self.office, self.cleaned_data["person"])


class SignForm(forms.Form):
    """A review entered from a paper that somebody signed."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    transition = forms.ChoiceField(label=gettext_lazy("审核意见"))
    person = forms.CharField(label=gettext_lazy("签字人"), max_length=60)
    day = DayField(label=gettext_lazy("签字日期"))
    reason = forms.CharField(
        label=gettext_lazy("说明"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("退回的须写明原因。"),
    )
    file = forms.FileField(
        label=gettext_lazy("签字件扫描"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(MEDIA_TYPES)}),
        max_length=200,
    )
    declared_unclassified = forms.BooleanField(label=gettext_lazy("我确认本文件不含国家秘密和工作秘密"), required=False)

    def __init__(self, office: Office, choices: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer(self, "transition", choices)

    def clean_person(self) -> Person:
        """Return the person of this name."""
        return person_by_words(self.office, self.cleaned_data["person"])


class PublishForm(forms.Form):
    """Where and when a manuscript appeared."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    outlets = forms.ModelMultipleChoiceField(
        label=gettext_lazy("发布阵地"), queryset=Organization.objects.none(), to_field_name="uid"
    )
    day = DayField(label=gettext_lazy("发布日期"))
    address = forms.CharField(label=gettext_lazy("网址或期号"), max_length=300, required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "outlets", to_publish_in(office, clock.today()))
        cast("forms.SelectMultiple", self.fields["outlets"].widget).attrs["size"] = "5"


class TakeDownForm(forms.Form):
    """Why and when what was published was taken down."""

    day = DayField(label=gettext_lazy("撤下日期"))
    reason = forms.CharField(label=gettext_lazy("撤下原因"), max_length=300)
