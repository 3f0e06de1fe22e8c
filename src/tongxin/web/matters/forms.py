"""Forms for opening a matter, taking a step, attaching papers and naming things; nothing is saved here."""

from __future__ import annotations

import uuid
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.matters.enums import LEDGER_ONLY_KINDS, LedgerTopic, MatterKind, PersonRole, TaskSource
from tongxin.matters.files import MEDIA_TYPES
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import organizations_on
from tongxin.web.forms import DayField, offer, offer_rows
from tongxin.web.people import people_by_words


class MatterForm(forms.Form):
    """A new matter: kind, title, units, people, date; what a kind does not have is ignored."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"))
    title = forms.CharField(
        label=gettext_lazy("标题"),
        max_length=200,
        help_text=gettext_lazy("请示、报告只登记台账：标题从简，不写内容；一文一事。"),
    )
    lead = forms.ModelChoiceField(
        label=gettext_lazy("牵头单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    co = forms.ModelMultipleChoiceField(
        label=gettext_lazy("配合单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    due_on = DayField(label=gettext_lazy("期限"), required=False)
    source = forms.ChoiceField(
        label=gettext_lazy("任务来源"),
        choices=[("", gettext_lazy("（任务选择）")), *TaskSource.choices],
        required=False,
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("事项类别"),
        choices=[("", gettext_lazy("（请示、报告选择）")), *LedgerTopic.choices],
        required=False,
    )
    addressee = forms.CharField(
        label=gettext_lazy("主送"), max_length=120, required=False, help_text=gettext_lazy("请示、报告填写。")
    )
    responsible = forms.CharField(
        label=gettext_lazy("责任人"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("任务的责任人，或需求的联系人；几个人用顿号分开。"),
    )
    leader = forms.CharField(label=gettext_lazy("责任领导"), max_length=60, required=False)
    author = forms.CharField(
        label=gettext_lazy("提出人"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("稿件作者，或需求的提出人。"),
    )
    body = forms.CharField(
        label=gettext_lazy("内容"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=gettext_lazy("任务、稿件、需求填写；请示、报告不填。"),
    )
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(self, office: Office, kinds: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer(self, "kind", kinds)
        units = organizations_on(office, clock.today())
        offer_rows(self, "lead", units)
        offer_rows(self, "co", units)

    def clean(self) -> dict[str, object]:
        """Keep what the kind has: the topic of the ledger or the source of a task, people by their capacity."""
        values: dict[str, Any] = super().clean() or {}
        kind = values.get("kind")
        source = values.pop("source", "")
        values["topic"] = values.get("topic", "") if kind in LEDGER_ONLY_KINDS else ""
        if kind == MatterKind.TASK:
            values["topic"] = source
        people: list[tuple[Person, str]] = []
        for name, role in (
            ("author", PersonRole.AUTHOR),
            ("responsible", PersonRole.RESPONSIBLE),
            ("leader", PersonRole.LEADER),
        ):
            try:
                people += [(person, role) for person in people_by_words(self.office, values.pop(name, "") or "")]
            except forms.ValidationError as fault:
                self.add_error(name, fault)
        values["people"] = people
        return values


class PaperForm(forms.Form):
    """A paper for a matter."""

    file = forms.FileField(
        label=gettext_lazy("文件"),
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(MEDIA_TYPES)}),
        max_length=200,
    )
    note = forms.CharField(label=gettext_lazy("附件说明"), max_length=100, required=False)
    kept_from_units = forms.BooleanField(label=gettext_lazy("不给承办单位看"), required=False)
    declared_unclassified = forms.BooleanField(label=gettext_lazy("我确认本文件不含国家秘密和工作秘密"), required=False)


class AssignForm(forms.Form):
    """Who is to handle a matter: one unit in charge with others beside it, or several each for itself."""

    client_id = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    lead = forms.ModelChoiceField(
        label=gettext_lazy("主办单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    co = forms.ModelMultipleChoiceField(
        label=gettext_lazy("会办单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    separate = forms.ModelMultipleChoiceField(
        label=gettext_lazy("分办单位"),
        queryset=Organization.objects.none(),
        required=False,
        to_field_name="uid",
        help_text=gettext_lazy("各自答复；与主办单位二选一。"),
    )
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = organizations_on(office, clock.today())
        for name in ("lead", "co", "separate"):
            offer_rows(self, name, units)
        for name in ("co", "separate"):
            cast("forms.SelectMultiple", self.fields[name].widget).attrs["size"] = "6"


class OrderForm(forms.Form):
    """A task of which another is a part, or for which it waits."""

    number = forms.CharField(label=gettext_lazy("任务编号"), max_length=60)
    nature = forms.ChoiceField(
        label=gettext_lazy("关系"),
        choices=[("subtask", gettext_lazy("本任务由它分解而来")), ("depends", gettext_lazy("本任务须待它办结"))],
    )


class ClockForm(forms.Form):
    """How long an office lets a clock run."""

    code = forms.CharField(widget=forms.HiddenInput)
    amount = forms.IntegerField(
        label=gettext_lazy("时限"), min_value=0, required=False, help_text=gettext_lazy("不填恢复默认，填0停用。")
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("单位"),
        choices=[
            ("days", gettext_lazy("日")),
            ("workdays", gettext_lazy("工作日")),
            ("months", gettext_lazy("个月")),
            ("fixed", gettext_lazy("固定日期")),
        ],
    )
    month = forms.IntegerField(label=gettext_lazy("月"), min_value=1, max_value=12, required=False)
    day_of_month = forms.IntegerField(label=gettext_lazy("日"), min_value=1, max_value=31, required=False)
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


class NameForm(forms.Form):
    """What an office calls a state, step or code."""

    target = forms.CharField(widget=forms.HiddenInput)
    code = forms.CharField(widget=forms.HiddenInput)
    label = forms.CharField(label=gettext_lazy("名称"), max_length=60, required=False)
