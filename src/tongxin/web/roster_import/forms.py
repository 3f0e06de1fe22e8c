"""Forms of the import and export pages; nothing is saved here."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.registry.models import Office, Term
from tongxin.registry.queries import owned
from tongxin.web.forms import DayField, offer_rows


class TermField(forms.ModelChoiceField):
    """A term of the office."""

    def label_from_instance(self, obj: Term) -> str:
        """Name a term by its ordinal and years."""
        return _("第%(ordinal)s届（%(starts)s年起）") % {"ordinal": obj.ordinal, "starts": obj.starts.year}


class RosterForm(forms.Form):
    """A roster, of which term, and what is done about units that are not there."""

    file = forms.FileField(
        label=gettext_lazy("名册文件"),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.docx"}),
        help_text=gettext_lazy(".xlsx、.xls、.csv 或 .docx，不超过20MB。表头用中文，次序不限；可以每个界别一张表。"),
        error_messages={"required": gettext_lazy("请选择一个文件。"), "empty": gettext_lazy("这是一个空文件。")},
    )
    term = TermField(label=gettext_lazy("届次"), queryset=Term.objects.none(), to_field_name="uid")
    since = DayField(
        label=gettext_lazy("任职日期"),
        required=False,
        help_text=gettext_lazy("文件没有写任职日期时使用；不填则为本届第一天。"),
    )
    found_missing = forms.BooleanField(label=gettext_lazy("文件中的界别、专委会不存在时一并建立"), required=False)
    declared_unclassified = forms.BooleanField(
        label=gettext_lazy("本文件不含涉密内容"),
        error_messages={"required": gettext_lazy("请先确认本文件不含涉密内容。")},
    )

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = owned(Term, office).order_by("-ordinal")
        offer_rows(self, "term", terms)
        today = clock.today()
        current = terms.filter(starts__lte=today, ends__gt=today).first()
        if current is not None:
            self.fields["term"].initial = current.uid
        cast("forms.ModelChoiceField[Any]", self.fields["term"]).empty_label = None if current else "—"

    def clean_since(self) -> dt.date | None:
        """Refuse a day outside living memory of the committees."""
        day = self.cleaned_data["since"]
        if day is not None and not dt.date(1949, 9, 21) <= day <= clock.today() + dt.timedelta(days=366):
            raise forms.ValidationError(_("任职日期不合理，请核对。"))
        return day


class ExportForm(forms.Form):
    """As of which day, and what for."""

    day = DayField(label=gettext_lazy("截至"), initial=clock.today)
    purpose = forms.CharField(
        label=gettext_lazy("导出事由"),
        max_length=200,
        help_text=gettext_lazy("导出连同事由记入查阅情况，本人可见。"),
    )

    def clean_day(self) -> dt.date:
        """Refuse a day to come."""
        day: dt.date = self.cleaned_data["day"]
        if not dt.date(1949, 9, 21) <= day <= clock.today():
            raise forms.ValidationError(_("请填写1949年9月21日至今天之间的一天。"))
        return day
