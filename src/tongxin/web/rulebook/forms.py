"""Forms for adopting, adapting, ending and adding provisions; the catalogue checks the parameters, not the form."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.provisions import catalogue
from tongxin.provisions.catalogue import Parameter, Provision
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.own_rules import MEASURES, SUBJECTS, Answers
from tongxin.web.forms import DayField

PERIODS = {
    "month": _("每月"),
    "quarter": _("每季度"),
    "half": _("每半年"),
    "year": _("每年"),
    "term": _("每届"),
}
#: Fields of parameters are named so, that none can clash with the form's own.
PREFIX = "p_"


class AdoptForm(forms.Form):
    """From when, on which basis, with which parameters; one field for each parameter of the provision."""

    valid_from = DayField(label=_("自何日起"))
    basis = forms.CharField(label=_("依据"), max_length=300, help_text=_("文件名称、文号或者会议。"))

    def __init__(self, entry: Provision, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.entry = entry
        for name, parameter in entry.parameters.items():
            self.fields[f"{PREFIX}{name}"] = _field(parameter)

    @property
    def parameters(self) -> list[forms.BoundField]:
        """The fields of the parameters, in the order of the provision."""
        return [self[f"{PREFIX}{name}"] for name in self.entry.parameters]

    def chosen(self) -> dict[str, object]:
        """Return the parameters that differ from the catalogue's own."""
        given = {name: self.cleaned_data.get(f"{PREFIX}{name}") for name in self.entry.parameters}
        return {
            name: value
            for name, value in given.items()
            if value not in (None, "") and value != self.entry.parameters[name].default
        }

    @staticmethod
    def names(entry: Provision) -> dict[str, str]:
        """Return name of a parameter → name of its field, for refusals."""
        return {name: f"{PREFIX}{name}" for name in entry.parameters}


def _field(parameter: Parameter) -> forms.Field:
    """Return the field for a parameter: what it offers is only a help, the catalogue decides."""
    if parameter.type == "integer":
        return forms.IntegerField(
            label=parameter.label,
            required=False,
            help_text=_("%(low)s至%(high)s，目录默认%(default)s。")
            % {"low": parameter.minimum, "high": parameter.maximum, "default": parameter.default},
        )
    if parameter.type == "flag":
        return forms.BooleanField(label=parameter.label, required=False)
    if parameter.type == "fraction":
        return forms.CharField(
            label=parameter.label,
            required=False,
            help_text=_("写成分数，如2/3；目录默认%(default)s。") % {"default": parameter.default},
        )
    names = PERIODS if parameter.type == "period" else {}
    return forms.ChoiceField(
        label=parameter.label, required=False, choices=[(each, names.get(each, each)) for each in parameter.choices]
    )


class EndForm(forms.Form):
    """The last day on which a provision binds."""

    last_day = DayField(label=_("最后执行日"))


def themes() -> list[str]:
    """Return the themes of the catalogue, in its order."""
    return list(dict.fromkeys(entry.theme for entry in catalogue.provisions()))


class OwnForm(forms.Form):
    """A provision of the office's own, question by question."""

    name = forms.CharField(label=_("名称"), max_length=40)
    rule = forms.CharField(label=_("要求"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    theme = forms.ChoiceField(label=_("专题"))
    subject = forms.ChoiceField(label=_("约束谁"), choices=list(SUBJECTS.items()))
    kind = forms.ChoiceField(
        label=_("何时应有"), choices=[("periodic", _("每个周期若干次")), ("per_event", _("某项活动之后"))]
    )
    facts = forms.MultipleChoiceField(
        label=_("哪些记录计入"), choices=list(FACT_NAMES.items()), widget=forms.CheckboxSelectMultiple
    )
    period = forms.ChoiceField(label=_("周期"), choices=list(PERIODS.items()), required=False, initial="quarter")
    times = forms.IntegerField(label=_("至少"), min_value=1, max_value=366, required=False, initial=1)
    measure = forms.ChoiceField(label=_("按"), choices=list(MEASURES.items()), required=False)
    grace_days = forms.IntegerField(
        label=_("登记期（日）"), min_value=0, max_value=60, required=False, initial=10,
        help_text=_("期满后留给登记的日数。"),
    )  # fmt: skip
    events = forms.MultipleChoiceField(
        label=_("在什么活动之后"),
        choices=list(FACT_NAMES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    within_days = forms.IntegerField(label=_("几日之内"), min_value=1, max_value=180, required=False, initial=15)
    source = forms.CharField(label=_("出自"), max_length=120, help_text=_("文件名称；没有文件的写明何会议决定。"))
    year = forms.IntegerField(label=_("年份"), min_value=1949, max_value=2100, required=False)
    article = forms.CharField(label=_("条款"), max_length=60, required=False)
    valid_from = DayField(label=_("自何日起执行"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"].choices = [(each, each) for each in themes()]  # type: ignore[attr-defined]

    def answers(self) -> Answers:
        """Return what was answered; what was left open is filled in as the form shows it."""
        given = self.cleaned_data
        return Answers(
            name=given["name"],
            rule=given["rule"],
            theme=given["theme"],
            kind=given["kind"],
            subject=given["subject"],
            facts=tuple(given["facts"]),
            period=given["period"] or "quarter",
            times=given["times"] or 1,
            measure=given["measure"] or "count",
            grace_days=10 if given["grace_days"] is None else given["grace_days"],
            events=tuple(given["events"]),
            within_days=given["within_days"] or 15,
            source=given["source"],
            year=given["year"],
            article=given["article"],
        )


def first_day(today: dt.date) -> dt.date:
    """Return the day from which something adopted today most naturally binds: the first of the next month."""
    return (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
