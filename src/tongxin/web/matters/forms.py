"""Forms for opening a matter, taking a step, attaching papers and naming things; nothing is saved here."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.core.vocabulary import said
from tongxin.matters.enums import LEDGER_ONLY_KINDS, LedgerTopic, MatterKind, PersonRole, TaskSource
from tongxin.matters.files import MEDIA_TYPES
from tongxin.matters.reviewer_queries import REVIEWING_ROLES
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Office, Organization, Person, Post
from tongxin.registry.queries import organizations_on
from tongxin.web.forms import DayField, offer, offer_rows
from tongxin.web.people import people_by_words, person_by_words

_UPWARD = ("title", "topic", "addressee", "lead", "skipped", "skip_reason", "title_reason", "on_behalf")
#: Fields that answer an objection → the fields at which it is raised.
_ANSWERS = ((("skipped", "skip_reason"), ("skipped", "skip_reason")), (("title_reason",), ("title",)))
#: Kind → what its form asks for, in order.
FIELDS_OF: dict[str, tuple[str, ...]] = {
    MatterKind.TASK: ("title", "source", "lead", "co", "due_on", "responsible", "leader", "body", "on_behalf"),
    MatterKind.REQUEST: _UPWARD,
    MatterKind.REPORT: _UPWARD,
    MatterKind.NEED: ("title", "author", "responsible", "lead", "body", "on_behalf"),
}


class MatterForm(forms.Form):
    """A new matter of one kind: title, units, people, date; only what the kind has is asked for."""

    kind = forms.ChoiceField(label=gettext_lazy("类型"), widget=forms.HiddenInput)
    title = forms.CharField(label=gettext_lazy("标题"), max_length=200)
    lead = forms.ModelChoiceField(
        label=gettext_lazy("牵头单位"),
        queryset=Organization.objects.none(),
        required=False,
        to_field_name="uid",
        empty_label=gettext_lazy("（未选）"),
    )
    co = forms.ModelMultipleChoiceField(
        label=gettext_lazy("配合单位"), queryset=Organization.objects.none(), required=False, to_field_name="uid"
    )
    due_on = DayField(label=gettext_lazy("期限"), required=False)
    source = forms.ChoiceField(
        label=gettext_lazy("任务来源"),
        choices=[("", gettext_lazy("（未选）")), *TaskSource.choices],
        required=False,
    )
    topic = forms.ChoiceField(
        label=gettext_lazy("事项类别"),
        choices=[("", gettext_lazy("（未选）")), *LedgerTopic.choices],
        required=False,
    )
    addressee = forms.CharField(
        label=gettext_lazy("主送"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("填写机关，不填个人；一般送直接上级。"),
    )
    skipped = forms.CharField(label=gettext_lazy("抄送（被越过的机关）"), max_length=120, required=False)
    skip_reason = forms.CharField(label=gettext_lazy("越级原因"), max_length=300, required=False)
    title_reason = forms.CharField(
        label=gettext_lazy("标题保留原因"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("标题被提示有多个事项或者夹带请示、其实没有时填写。"),
    )
    responsible = forms.CharField(
        label=gettext_lazy("责任人"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("几个人用顿号分开。"),
    )
    leader = forms.CharField(label=gettext_lazy("责任领导"), max_length=60, required=False)
    author = forms.CharField(
        label=gettext_lazy("提出人"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("需求的提出人，措辞经本人确认后转办，答复告知本人。"),
    )
    body = forms.CharField(
        label=gettext_lazy("内容"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)

    def __init__(self, office: Office, kind: str, name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        offer(self, "kind", [(kind, name)])
        self.initial.setdefault("kind", kind)
        asked = FIELDS_OF[kind]
        for field in list(self.fields):
            if field not in (*asked, "kind", "client_id"):
                del self.fields[field]
        self.order_fields(["kind", *asked, "client_id"])
        if kind in LEDGER_ONLY_KINDS:
            self.fields["title"].help_text = gettext_lazy("只登记台账：标题从简，不写内容；一文一事。")
        if kind == MatterKind.NEED:
            self.fields["responsible"].label = gettext_lazy("联系人")
            self.fields["lead"].label = gettext_lazy("转办单位")
        units = organizations_on(office, clock.today())
        for field in ("lead", "co"):
            if field in self.fields:
                offer_rows(self, field, units)
        self.fields["lead"].required = workflow_of(kind).needs_lead

    def asked_now(self) -> list[forms.BoundField]:
        """Return the fields that are shown: what answers an objection only once it was raised, or was filled in."""
        waiting: set[str] = set()
        for names, objected in _ANSWERS:
            filled = any(self[name].value() for name in names if name in self.fields)
            if not filled and not any(self.errors.get(name) for name in objected):
                waiting |= set(names)
        return [field for field in self.visible_fields() if field.name not in waiting]

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


class VolunteerForm(forms.Form):
    """What a Party-member member takes on; the clerk also says who, and how that is known."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    title = forms.CharField(
        label=gettext_lazy("认领的事项"), max_length=200, help_text=gettext_lazy("做什么，如“联系社区调解两件纠纷”。")
    )
    due_on = DayField(label=gettext_lazy("打算完成日期"), required=False)
    person = forms.CharField(label=gettext_lazy("认领人"), max_length=60)
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"), max_length=120, required=False, help_text=gettext_lazy("如：据本人电话。")
    )

    def __init__(self, office: Office, own: Person | None, *args: Any, clerk: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.own = office, own
        if not clerk:
            del self.fields["person"], self.fields["on_behalf"]

    def clean_person(self) -> Person:
        """Return the person of this name."""
        return person_by_words(self.office, self.cleaned_data["person"])

    def clean(self) -> dict[str, Any]:
        """Put the user's own person in where nobody else may be named."""
        values: dict[str, Any] = super().clean() or {}
        if "person" not in self.fields:
            values["person"] = self.own
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

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
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


class ReviewerForm(forms.Form):
    """Whom an office names for a review: a role or post of the list, or a person."""

    step = forms.CharField(widget=forms.HiddenInput)
    holder = forms.ChoiceField(label=gettext_lazy("角色或职务"), required=False)
    person = forms.CharField(label=gettext_lazy("或者具体的人"), max_length=60, required=False)

    def __init__(self, office: Office, posts: Sequence[Post], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office
        self.posts = {f"post:{post.uid}": post for post in posts}
        offer(
            self,
            "holder",
            [
                ("", "—"),
                *((f"role:{role}", said(str(role.label))) for role in REVIEWING_ROLES),
                *((key, f"{post.get_organization_kind_display()}{post.name}") for key, post in self.posts.items()),
            ],
        )

    def clean(self) -> dict[str, object]:
        """Keep the step with the role, post or person that was meant."""
        values: dict[str, Any] = super().clean() or {}
        holder, typed = values.get("holder", ""), values.get("person", "").strip()
        person: Person | None = None
        try:
            person = person_by_words(self.office, typed) if typed else None
        except forms.ValidationError as fault:
            self.add_error("person", fault)
        role = holder.removeprefix("role:") if holder.startswith("role:") else ""
        return {"step": values.get("step", ""), "role": role, "post": self.posts.get(holder), "person": person}
