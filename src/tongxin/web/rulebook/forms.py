"""Forms for adopting, adapting, ending and adding provisions; the catalogue checks the parameters, not the form."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tongxin.core.vocabulary import choices as choices_of
from tongxin.core.vocabulary import said
from tongxin.provisions import catalogue
from tongxin.provisions.adoption_queries import PERIOD_NAMES
from tongxin.provisions.catalogue import Parameter, Provision
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.provisions.own_rules import (
    LIMIT_UNITS,
    MEASURES,
    SCOPES,
    STEPS,
    SUBJECTS,
    UNITS_ONLY,
    Answers,
    kind_of_word,
)
from tongxin.provisions.selectors import COVERAGE_WORDS
from tongxin.web.forms import DayField, offer

PERIODS = dict(choices_of(PERIOD_NAMES))
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
            label=said(parameter.label),
            required=False,
            help_text=_("%(low)s至%(high)s，目录默认%(default)s。")
            % {"low": parameter.minimum, "high": parameter.maximum, "default": parameter.default},
        )
    if parameter.type == "flag":
        return forms.BooleanField(label=said(parameter.label), required=False)
    if parameter.type == "fraction":
        return forms.CharField(
            label=said(parameter.label),
            required=False,
            help_text=_("写成分数，如2/3；目录默认%(default)s。") % {"default": parameter.default},
        )
    choices: list[tuple[str, Any]]
    if parameter.type == "period":  # from the shortest to the longest
        choices = [(each, name) for each, name in PERIODS.items() if each in parameter.choices]
    else:
        choices = [(each, each) for each in parameter.choices]
    return forms.ChoiceField(label=said(parameter.label), required=False, choices=choices)


class EndForm(forms.Form):
    """The last day on which a provision binds."""

    last_day = DayField(label=_("最后执行日"))


def themes() -> list[str]:
    """Return the themes of the catalogue, in its order."""
    return list(dict.fromkeys(entry.theme for entry in catalogue.provisions()))


#: Kind → the questions that it asks beside those common to all, in order.
QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "periodic": ("facts", "period", "times", "measure", "grace_days"),
    "document": ("facts", "period", "times", "within_months", "grace_days"),
    "plan": ("facts", "period", "grace_days"),
    "per_event": ("events", "scope", "within_days", "facts"),
    "deadline": ("events", "scope", "limit", "limit_unit", "extension", "facts"),
    "term": ("events", "limit", "extension", "lead_days", "facts"),
    "procedure": ("events", *(f"step_{place}" for place in range(1, STEPS + 1)), "distinct_people"),
    "coverage": ("coverage", "period", "grace_days"),
    "threshold": ("coverage", "least", "most", "period", "grace_days"),
    "ratio": ("coverage", "base", "share", "share_rule", "at_start", "period", "grace_days"),
}
WHAT = ("name", "rule", "theme", "subject")
SOURCE = ("source", "year", "article", "valid_from", "client_id")
#: What a number stands at where nothing is typed.
NUMBERS = {
    "times": 1,
    "grace_days": 10,
    "within_days": 15,
    "within_months": 0,
    "limit": 30,
    "extension": 0,
    "lead_days": 90,
    "least": 0,
    "most": 0,
}


class OwnForm(forms.Form):
    """A provision of the office's own, question by question; each kind asks its own."""

    name = forms.CharField(label=_("名称"), max_length=40)
    rule = forms.CharField(label=_("要求"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    theme = forms.ChoiceField(label=_("专题"))
    subject = forms.ChoiceField(label=_("约束谁"), choices=choices_of(SUBJECTS))
    events = forms.MultipleChoiceField(
        label=_("由什么活动引起"), choices=choices_of(FACT_NAMES), widget=forms.CheckboxSelectMultiple
    )
    scope = forms.ChoiceField(label=_("看谁的活动"), choices=choices_of(SCOPES))
    facts = forms.MultipleChoiceField(
        label=_("哪些记录计入"), choices=choices_of(FACT_NAMES), widget=forms.CheckboxSelectMultiple
    )
    coverage = forms.ChoiceField(label=_("核对什么"), choices=choices_of(COVERAGE_WORDS))
    base = forms.ChoiceField(label=_("占什么的比例"), choices=choices_of(COVERAGE_WORDS))
    least = forms.IntegerField(label=_("不少于"), min_value=0, max_value=9999, required=False, initial=1)
    most = forms.IntegerField(
        label=_("不超过"), min_value=0, max_value=9999, required=False, help_text=_("0或不填为不限。")
    )
    share = forms.CharField(label=_("比例"), max_length=9, initial="1/2", help_text=_("写成分数，如2/3。"))
    share_rule = forms.ChoiceField(
        label=_("如何算达到"), choices=[("at_least", _("不低于这个比例")), ("more_than", _("超过这个比例"))]
    )
    at_start = forms.BooleanField(label=_("以期初的人数计"), required=False)
    period = forms.ChoiceField(label=_("周期"), choices=list(PERIODS.items()), required=False, initial="quarter")
    times = forms.IntegerField(label=_("至少"), min_value=1, max_value=366, required=False, initial=1)
    measure = forms.ChoiceField(label=_("按"), choices=choices_of(MEASURES), required=False)
    within_months = forms.IntegerField(
        label=_("期初几个月内"), min_value=0, max_value=12, required=False, help_text=_("0或不填为全期。")
    )
    within_days = forms.IntegerField(label=_("几日之内"), min_value=1, max_value=180, required=False, initial=15)
    limit = forms.IntegerField(label=_("期限"), min_value=1, max_value=366, required=False, initial=30)
    limit_unit = forms.ChoiceField(label=_("单位"), choices=choices_of(LIMIT_UNITS), required=False)
    extension = forms.IntegerField(
        label=_("最多可延期"), min_value=0, max_value=366, required=False, initial=0, help_text=_("0为不可延期。")
    )
    lead_days = forms.IntegerField(label=_("提前提示（日）"), min_value=0, max_value=365, required=False, initial=90)
    distinct_people = forms.BooleanField(label=_("各步骤由不同的人办理"), required=False)
    grace_days = forms.IntegerField(
        label=_("登记期（日）"), min_value=0, max_value=60, required=False, initial=10,
        help_text=_("期满后留给登记的日数。"),
    )  # fmt: skip
    source = forms.CharField(label=_("出自"), max_length=120, help_text=_("文件名称；没有文件的写明何会议决定。"))
    year = forms.IntegerField(label=_("年份"), min_value=1949, max_value=2100, required=False)
    article = forms.CharField(label=_("条款"), max_length=60, required=False)
    valid_from = DayField(label=_("自何日起执行"))
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4, required=False)

    def __init__(self, kind: str, *args: Any, **kwargs: Any) -> None:
        """Ask what ``kind``, a key of QUESTIONS, needs."""
        super().__init__(*args, **kwargs)
        self.kind = kind
        for place in range(1, STEPS + 1):
            self.fields[f"step_{place}"] = forms.ChoiceField(
                label=_("第%(place)s步") % {"place": place},
                choices=[("", "—"), *choices_of(FACT_NAMES)],
                required=place <= 2,
            )
        asked = (*WHAT, *QUESTIONS[kind], *SOURCE)
        self.fields = {name: self.fields[name] for name in asked if name != "subject" or kind != "procedure"}
        offer(self, "theme", [(each, said(each)) for each in themes()])
        if kind in UNITS_ONLY:
            offer(
                self, "subject", [(word, label) for word, label in SUBJECTS.items() if kind_of_word(word) != "person"]
            )
        if kind == "term":
            self.fields["limit"].label = _("任期（月）")
            self.fields["extension"].label = _("最多可延期（月）")

    @property
    def what(self) -> list[forms.BoundField]:
        """The questions what is asked of whom, behind name and rule."""
        return [self[name] for name in WHAT[2:] if name in self.fields]

    @property
    def questions(self) -> list[forms.BoundField]:
        """The questions of the kind that take one answer."""
        return [self[name] for name in QUESTIONS[self.kind] if name not in ("facts", "events")]

    @property
    def lists(self) -> list[forms.BoundField]:
        """The questions of the kind that take several answers: what sets it off, what counts."""
        return [self[name] for name in ("events", "facts") if name in self.fields]

    def answers(self) -> Answers:
        """Return what was answered; what was left open is filled in as the form shows it."""
        given = self.cleaned_data
        told: dict[str, Any] = {name: given[name] for name in QUESTIONS[self.kind] if not name.startswith("step_")}
        for name, number in NUMBERS.items():
            if name in told and told[name] is None:
                told[name] = number
        for name, instead in (("period", "quarter"), ("measure", "count"), ("limit_unit", "days")):
            if name in told:
                told[name] = told[name] or instead
        for name in ("facts", "events"):
            if name in told:
                told[name] = tuple(told[name])
        steps = tuple(given[name] for name in QUESTIONS[self.kind] if name.startswith("step_") and given[name])
        return Answers(
            name=given["name"],
            rule=given["rule"],
            theme=given["theme"],
            kind=self.kind,
            subject=given.get("subject", ""),
            steps=steps,
            source=given["source"],
            year=given["year"],
            article=given["article"],
            **told,
        )


def first_day(today: dt.date) -> dt.date:
    """Return the day from which something adopted today most naturally binds: the first of the next month."""
    return (today.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
