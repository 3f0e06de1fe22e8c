"""Forms of proposals; nothing is saved here."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.matters.enums import Satisfaction, Theme
from tongxin.matters.pass_operations import DAYS, LONGEST
from tongxin.matters.proposal_text import Parts
from tongxin.registry.models import Office, Organization, Person
from tongxin.web.forms import DayField, offer, offer_rows
from tongxin.web.people import people_by_words, person_by_words


def _long(label: Any, rows: int, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label, required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class ProposalForm(forms.Form):
    """The wording of a proposal."""

    title = forms.CharField(
        label=gettext_lazy("案由"), max_length=200, help_text=gettext_lazy("一案一事，写作“关于……的提案”。")
    )
    theme = forms.ChoiceField(label=gettext_lazy("主题"), choices=Theme.choices, initial=Theme.OTHER)
    in_session = forms.BooleanField(label=gettext_lazy("全会期间提出"), required=False)
    situation = _long(gettext_lazy("情况"), 6, gettext_lazy("事实和依据。"))
    analysis = _long(gettext_lazy("分析"), 5, gettext_lazy("原因。"))
    suggestion = _long(gettext_lazy("建议"), 6, gettext_lazy("由谁、做什么、何时。"))

    @property
    def parts(self) -> Parts:
        """The three parts as they were typed, also where something else is wrong."""
        typed = self.data or self.initial
        return Parts(*(str(typed.get(name, "") or "") for name in ("situation", "analysis", "suggestion")))


class WriteForm(ProposalForm):
    """A new proposal: also who proposes, where that is not the one who writes."""

    author = forms.CharField(
        label=gettext_lazy("提案人"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("代他人录入时填写姓名；本人起草不填。"),
    )
    organization = forms.ModelChoiceField(
        label=gettext_lazy("提案单位"),
        queryset=Organization.objects.none(),
        required=False,
        to_field_name="uid",
        help_text=gettext_lazy("集体提案填写；提案人为签发人。"),
    )
    on_behalf = forms.CharField(
        label=gettext_lazy("代录说明"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("如：据本人签字的纸质提案。"),
    )
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)

    def __init__(
        self, office: Office, own: Person | None, bodies: Any, *args: Any, behalf: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.office, self.own = office, own
        offer_rows(self, "organization", bodies)
        if not behalf:
            for name in ("author", "organization", "on_behalf"):
                del self.fields[name]

    def clean_author(self) -> Person | None:
        """Return the person named; None where the writer is the author."""
        typed = self.cleaned_data["author"].strip()
        return person_by_words(self.office, typed) if typed else None

    def clean(self) -> dict[str, Any]:
        """Put the writer in where nobody is named."""
        values: dict[str, Any] = super().clean() or {}
        values["author"] = values.get("author") or self.own
        if values["author"] is None and "author" not in self.errors:
            self.add_error("author" if "author" in self.fields else None, _("请填写提案人。"))
        return values


class InviteForm(forms.Form):
    """Members asked to co-sign."""

    people = forms.CharField(
        label=gettext_lazy("邀请联名"), max_length=500, help_text=gettext_lazy("用顿号分隔多个姓名。")
    )
    until = DayField(label=gettext_lazy("联名截止"), required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_people(self) -> list[Person]:
        """Return the persons named."""
        return people_by_words(self.office, self.cleaned_data["people"])


class MergeForm(forms.Form):
    """Into which proposal another one goes."""

    into = forms.CharField(label=gettext_lazy("并入的提案编号"), max_length=60)
    reason = forms.CharField(label=gettext_lazy("说明"), max_length=500, required=False)
    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)


class _UnitForm(forms.Form):
    """Which of the matter's units speaks."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("单位"), queryset=Organization.objects.none(), to_field_name="uid", empty_label=None
    )

    def __init__(self, units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units)


class OpinionForm(_UnitForm):
    """A co-handling unit's opinion."""

    text = forms.CharField(label=gettext_lazy("会办意见"), widget=forms.Textarea(attrs={"rows": 6}), max_length=20_000)
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)


class ReplyForm(forms.Form):
    """A reply with its outcome and what is promised."""

    outcome = forms.ChoiceField(label=gettext_lazy("办理结果"))
    reference = forms.CharField(label=gettext_lazy("答复文号"), max_length=60)
    text = forms.CharField(label=gettext_lazy("答复内容"), widget=forms.Textarea(attrs={"rows": 10}), max_length=20_000)
    promise = forms.CharField(
        label=gettext_lazy("承诺事项"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("答复中承诺以后办的事，登记后按期跟踪。"),
    )
    promise_on = DayField(label=gettext_lazy("承诺完成日期"), required=False)
    contact = forms.CharField(label=gettext_lazy("联系人及电话"), max_length=80, required=False)
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)

    def __init__(self, outcomes: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "outcome", outcomes)

    def clean(self) -> dict[str, Any]:
        """Turn the promise into the list that the operation takes."""
        values: dict[str, Any] = super().clean() or {}
        what, due_on = values.pop("promise", ""), values.pop("promise_on", None)
        if bool(what) != bool(due_on):
            self.add_error("promise_on", _("承诺事项和日期须一并填写。"))
        values["promises"] = [(what, due_on)] if what and isinstance(due_on, dt.date) else []
        return values


class UnitReplyForm(ReplyForm):
    """A reply of one of the units."""

    client_id = forms.UUIDField(widget=forms.HiddenInput({"id": False}), initial=uuid.uuid4)
    unit = forms.ModelChoiceField(
        label=gettext_lazy("答复单位"), queryset=Organization.objects.none(), to_field_name="uid", empty_label=None
    )
    field_order = ("unit",)

    def __init__(self, units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "unit", units)


class AssessForm(_UnitForm):
    """What the author thinks of the handling."""

    satisfaction = forms.ChoiceField(label=gettext_lazy("评价"), choices=Satisfaction.choices, widget=forms.RadioSelect)
    text = forms.CharField(
        label=gettext_lazy("说明"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    on_behalf = forms.CharField(label=gettext_lazy("代录说明"), max_length=120, required=False)


class KeyForm(forms.Form):
    """Who follows a key proposal."""

    leader = forms.CharField(label=gettext_lazy("领衔督办领导"), max_length=120, required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_leader(self) -> Person | None:
        """Return the person named; None makes it an ordinary proposal again."""
        typed = self.cleaned_data["leader"].strip()
        return person_by_words(self.office, typed) if typed else None


class PassForm(forms.Form):
    """For which unit a link is issued, and for how long."""

    organization = forms.ModelChoiceField(
        label=gettext_lazy("承办单位"), queryset=Organization.objects.none(), to_field_name="uid", empty_label=None
    )
    days = forms.IntegerField(label=gettext_lazy("有效天数"), min_value=1, max_value=LONGEST, initial=DAYS)

    def __init__(self, units: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "organization", units)
