"""Forms of the coverage and statistics pages; nothing is saved here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.statistics import DIMENSION_NAMES
from tongxin.web.forms import DayField, LongSelect, offer, offer_rows
from tongxin.web.people import person_by_words
from tongxin.web.statistics import reads

#: How far back a unit may have held something to count as effective.
MONTHS = ((3, gettext_lazy("近3个月")), (6, gettext_lazy("近6个月")), (12, gettext_lazy("近12个月")))


class DayForm(forms.Form):
    """As of which day."""

    day = DayField(label=gettext_lazy("截至"), required=False)

    def clean_day(self) -> dt.date | None:
        """Refuse a day to come and one before anybody was registered."""
        day = self.cleaned_data["day"]
        if day is not None and not dt.date(1949, 9, 21) <= day <= clock.today():
            raise forms.ValidationError(_("请填写1949年9月21日至今天之间的一天。"))
        return day

    @property
    def chosen(self) -> dt.date:
        """The day asked for; today where none was, or where it makes no sense."""
        return (self.cleaned_data.get("day") if self.is_valid() else None) or clock.today()


class CountsFileForm(forms.Form):
    """The file of counts of an office below; the second time it comes back as text, to be taken over."""

    file = forms.FileField(
        label=gettext_lazy("统计公布文件"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".json"}),
        help_text=gettext_lazy("下级机关在“向上级公布统计”页导出的文件。先列出内容，确认后才写入。"),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def clean(self) -> dict[str, Any]:
        """Ask for one of the two."""
        values: dict[str, Any] = super().clean() or {}
        if not values.get("file") and not values.get("text") and not self.errors:
            self.add_error("file", _("没有选择文件。请选择后再试。"))
        return values

    def data_of(self) -> bytes:
        """Return the bytes that came, as a file or as the text shown before."""
        file = self.cleaned_data.get("file")
        return file.read() if file else self.cleaned_data["text"].encode()


class CoverageForm(DayForm):
    """As of which day, and what period effective coverage looks at."""

    months = forms.TypedChoiceField(
        label=gettext_lazy("有效覆盖按"), choices=MONTHS, coerce=int, empty_value=None, required=False
    )

    @property
    def period(self) -> int:
        """Months back."""
        return self.cleaned_data.get("months") or 3 if self.is_valid() else 3


class CrossForm(DayForm):
    """As of which day, and which two dimensions are crossed."""

    rows = forms.ChoiceField(label=gettext_lazy("交叉表的行"), required=False)
    columns = forms.ChoiceField(label=gettext_lazy("交叉表的列"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("rows", "columns"):
            offer(self, name, [(by.value, label) for by, label in DIMENSION_NAMES.items()])


class PlaceForm(forms.Form):
    """People of one list of 待安排, where they go, from when and on what basis."""

    people = forms.ModelMultipleChoiceField(
        label=gettext_lazy("人员"),
        queryset=Person.objects.none(),
        to_field_name="uid",
        error_messages={
            "required": gettext_lazy("请至少勾选一名。"),
            "invalid_choice": gettext_lazy("所选人员已不在此名单中，请刷新页面。"),
            "invalid_pk_value": gettext_lazy("所选人员已不在此名单中，请刷新页面。"),
        },
    )
    organization = forms.ModelChoiceField(
        label=gettext_lazy("编入"), queryset=Organization.objects.none(), to_field_name="uid", widget=LongSelect
    )
    contact = forms.CharField(
        label=gettext_lazy("联系人"), max_length=120, help_text=gettext_lazy("填写姓名；同名的写成“姓名 单位”。")
    )
    since = DayField(label=gettext_lazy("自"))
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)

    def __init__(
        self, office: Office, code: str, *args: Any, found: QuerySet[Person] | None = None, **kwargs: Any
    ) -> None:
        """``found``: who stands in the list today, where the page has asked for it already."""
        kwargs.setdefault("initial", {"since": clock.today()})
        kwargs["auto_id"] = f"{code}_%s"
        super().__init__(*args, **kwargs)
        self.office = office
        today = clock.today()
        offer_rows(self, "people", reads.still_to_place(office, today, code) if found is None else found)
        if code == "contact":
            del self.fields["organization"]
        else:
            del self.fields["contact"]
            offer_rows(self, "organization", reads.places(office, today, code))

    def clean_contact(self) -> Person:
        """Return the contact person."""
        return person_by_words(self.office, self.cleaned_data["contact"])
