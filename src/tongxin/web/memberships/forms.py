"""Forms for people and their memberships; nothing is saved here."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.registry import rules
from tongxin.registry.access import Standing
from tongxin.registry.code_tables import ethnic_names
from tongxin.registry.correction_operations import MembershipFacts, mark_of
from tongxin.registry.enums import PARTY_UNIT_KINDS, AffiliationCode, MembershipReason, Sex
from tongxin.registry.models import Affiliation, Membership, Office, Organization, Person, Post, Term
from tongxin.registry.queries import in_force, owned
from tongxin.web.forms import DayField, offer, offer_rows

#: Why a membership begins, as somebody would say it of one person.
BEGINNINGS = (MembershipReason.CO_OPTED, MembershipReason.ADJUSTMENT, MembershipReason.TRANSFER)
#: Why one ends.
ENDINGS = (
    MembershipReason.ADJUSTMENT,
    MembershipReason.RESIGNED,
    MembershipReason.TRANSFER,
    MembershipReason.RETIRED,
    MembershipReason.REMOVED,
    MembershipReason.DECEASED,
)


def _choices(reasons: tuple[MembershipReason, ...]) -> list[tuple[str, Any]]:
    return [("", "—"), *((reason.value, reason.label) for reason in reasons)]


class PersonForm(forms.Form):
    """Somebody new."""

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=300)
    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=Sex.choices, initial=Sex.UNKNOWN)
    birth_date = DayField(label=gettext_lazy("出生日期"), required=False)
    ethnic_group = forms.ChoiceField(label=gettext_lazy("民族"), required=False)
    employer = forms.CharField(label=gettext_lazy("工作单位"), max_length=150, required=False)
    position = forms.CharField(label=gettext_lazy("职务"), max_length=150, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=40, required=False)
    email = forms.EmailField(label=gettext_lazy("电子邮箱"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "ethnic_group", [("", "—"), *ethnic_names().items()])


class EnrolForm(forms.Form):
    """Where somebody goes, as what and from when."""

    organization = forms.ModelChoiceField(
        label=gettext_lazy("组织"), queryset=Organization.objects.none(), to_field_name="uid"
    )
    post = forms.ModelChoiceField(
        label=gettext_lazy("职务"), queryset=Post.objects.none(), to_field_name="uid", required=False
    )
    since = DayField(label=gettext_lazy("自"), initial=clock.today)
    home = forms.BooleanField(label=gettext_lazy("组织关系在此"), required=False)
    reason = forms.ChoiceField(label=gettext_lazy("原因"), choices=_choices(BEGINNINGS), required=False)
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)

    def __init__(self, office: Office, standing: Standing, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = clock.today()
        kept = owned(Organization, office).filter(in_force(today), kind__in=rules.kept_kinds(standing))
        offer_rows(self, "organization", kept.order_by("kind", "precedence", "pk"))
        offer_rows(self, "post", owned(Post, office).order_by("organization_kind", "precedence", "pk"))
        if not rules.may_keep_party_units(standing):
            del self.fields["home"]

    def clean(self) -> dict[str, Any]:
        """Refuse a post of another kind of organization."""
        values = super().clean() or self.cleaned_data
        post, organization = values.get("post"), values.get("organization")
        if post is not None and organization is not None and post.organization_kind != organization.kind:
            self.add_error("post", gettext_lazy("这个职务不属于这类组织，请重新选择。"))
        return values


class LeaveForm(forms.Form):
    """When somebody leaves and why."""

    last_day = DayField(label=gettext_lazy("最后一天"), help_text=gettext_lazy("仍在任的最后一天。"))
    reason = forms.ChoiceField(label=gettext_lazy("原因"), choices=_choices(ENDINGS))
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)


class TransferForm(forms.Form):
    """To which organization of the same kind somebody goes, from when."""

    to = forms.ModelChoiceField(label=gettext_lazy("转到"), queryset=Organization.objects.none(), to_field_name="uid")
    post = forms.ModelChoiceField(
        label=gettext_lazy("职务"), queryset=Post.objects.none(), to_field_name="uid", required=False
    )
    on = DayField(label=gettext_lazy("自"), initial=clock.today, help_text=gettext_lazy("在新组织的第一天。"))
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)

    def __init__(self, unit: Organization, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = PARTY_UNIT_KINDS if unit.kind in PARTY_UNIT_KINDS else (unit.kind,)
        others = owned(Organization, unit.office_id).filter(in_force(clock.today()), kind__in=kinds)
        offer_rows(self, "to", others.exclude(pk=unit.pk).order_by("kind", "precedence", "pk"))
        posts = owned(Post, unit.office_id).filter(organization_kind__in=kinds)
        offer_rows(self, "post", posts.order_by("organization_kind", "precedence", "pk"))

    def clean(self) -> dict[str, Any]:
        """Refuse a post of another kind of organization."""
        values = super().clean() or self.cleaned_data
        post, unit = values.get("post"), values.get("to")
        if post is not None and unit is not None and post.organization_kind != unit.kind:
            self.add_error("post", gettext_lazy("这个职务不属于这类组织，请重新选择。"))
        return values


class AffiliationForm(forms.Form):
    """A person's political affiliation from a day on."""

    code = forms.ChoiceField(label=gettext_lazy("政治面貌"), choices=[("", "—"), *AffiliationCode.choices])
    since = DayField(
        label=gettext_lazy("自"), required=False, help_text=gettext_lazy("首次登记、不知起始日期的可以不填。")
    )


class CorrectionForm(forms.Form):
    """Why something is corrected, and the state of the row that was looked at."""

    reason = forms.CharField(
        label=gettext_lazy("更正理由"),
        max_length=200,
        help_text=gettext_lazy("写明依据什么材料，例如“干部任免表”。记入审计记录。"),
    )
    mark = forms.CharField(widget=forms.HiddenInput, max_length=16, required=False, empty_value=None)


#: Stands for an ethnic group that is left as it is: what is registered does not show in the form.
KEEP = "="


class PersonCorrectionForm(CorrectionForm):
    """What is registered of a person, to be written anew.  The operation checks the values and names the field."""

    field_order = ("name", "sex", "birth_date", "ethnic_group", "employer", "position", "phone", "email", "precedence")

    name = forms.CharField(label=gettext_lazy("姓名"), max_length=300)
    sex = forms.ChoiceField(label=gettext_lazy("性别"), choices=Sex.choices)
    birth_date = DayField(label=gettext_lazy("出生日期"), required=False)
    ethnic_group = forms.ChoiceField(label=gettext_lazy("民族"), required=False)
    employer = forms.CharField(label=gettext_lazy("工作单位"), max_length=300, required=False)
    position = forms.CharField(label=gettext_lazy("职务"), max_length=300, required=False)
    phone = forms.CharField(label=gettext_lazy("电话"), max_length=100, required=False)
    email = forms.CharField(label=gettext_lazy("电子邮箱"), max_length=200, required=False)
    precedence = forms.CharField(
        label=gettext_lazy("排序号"),
        max_length=20,
        required=False,
        help_text=gettext_lazy("名单中排在笔画次序之前，数小的在前。姓名中有笔画表没有的字时须填写。"),
    )

    def __init__(self, person: Person, *args: Any, **kwargs: Any) -> None:
        held = {name: getattr(person, name) for name in self.field_order if name != "ethnic_group"}
        kwargs.setdefault("initial", {**held, "ethnic_group": KEEP, "mark": mark_of(person)})
        super().__init__(*args, **kwargs)
        offer(self, "ethnic_group", [(KEEP, _("（不变）")), ("", _("（清除）")), *ethnic_names().items()])

    def values(self) -> dict[str, str]:
        """Return field → text of what is to stand in the register."""
        data = self.cleaned_data
        values = {name: str(data[name] if data[name] is not None else "") for name in self.field_order if name in data}
        if values.get("ethnic_group") == KEEP:
            del values["ethnic_group"]
        return values


class MembershipCorrectionForm(CorrectionForm):
    """The days, post and reasons of a membership as they should have been registered."""

    field_order = ("since", "last_day", "post", "term", "home", "begin_reason", "end_reason", "basis", "reason")

    since = DayField(label=gettext_lazy("自"), required=False, help_text=gettext_lazy("不知道起始日期的可以不填。"))
    last_day = DayField(label=gettext_lazy("最后一天"), required=False, help_text=gettext_lazy("仍在任的不填。"))
    post = forms.ModelChoiceField(
        label=gettext_lazy("职务"), queryset=Post.objects.none(), to_field_name="uid", required=False
    )
    term = forms.ModelChoiceField(
        label=gettext_lazy("届"), queryset=Term.objects.none(), to_field_name="uid", required=False
    )
    home = forms.BooleanField(label=gettext_lazy("组织关系在此"), required=False)
    begin_reason = forms.ChoiceField(
        label=gettext_lazy("开始原因"), choices=[("", "—"), *MembershipReason.choices], required=False
    )
    end_reason = forms.ChoiceField(
        label=gettext_lazy("结束原因"), choices=[("", "—"), *MembershipReason.choices], required=False
    )
    basis = forms.CharField(label=gettext_lazy("依据"), max_length=200, required=False)

    def __init__(self, row: Membership, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {
                "since": row.valid_from,
                "last_day": row.valid_until - dt.timedelta(days=1) if row.valid_until else None,
                "post": row.post.uid if row.post else None,
                "term": row.term.uid if row.term else None,
                "home": row.home,
                "begin_reason": row.begin_reason,
                "end_reason": row.end_reason,
                "basis": row.basis,
                "mark": mark_of(row),
            },
        )
        super().__init__(*args, **kwargs)
        kind = row.organization.kind
        posts = owned(Post, row.office_id).filter(organization_kind=kind)
        offer_rows(self, "post", posts.order_by("precedence", "pk"))
        offer_rows(self, "term", owned(Term, row.office_id).order_by("-ordinal"))
        if kind not in PARTY_UNIT_KINDS:
            del self.fields["home"]

    def facts(self) -> MembershipFacts:
        """Return what is to stand in the register, with the day after the last one as the end."""
        values = self.cleaned_data
        last = values["last_day"]
        return MembershipFacts(
            values["since"],
            last + dt.timedelta(days=1) if last else None,
            values["post"],
            values["term"],
            values.get("home", False),
            values["begin_reason"],
            values["end_reason"],
            values["basis"].strip(),
        )


class AffiliationCorrectionForm(CorrectionForm):
    """One entry of political affiliation as it should have been; what is registered does not show here."""

    field_order = ("code", "since", "last_day", "reason")

    code = forms.ChoiceField(
        label=gettext_lazy("政治面貌"),
        choices=[("", "—"), *AffiliationCode.choices],
        help_text=gettext_lazy("原登记的内容不在此显示，请按材料填写。"),
    )
    since = DayField(label=gettext_lazy("自"), required=False)
    last_day = DayField(label=gettext_lazy("最后一天"), required=False, help_text=gettext_lazy("现在仍是的不填。"))

    def __init__(self, row: Affiliation, *args: Any, **kwargs: Any) -> None:
        last = row.valid_until - dt.timedelta(days=1) if row.valid_until else None
        kwargs.setdefault("initial", {"since": row.valid_from, "last_day": last, "mark": mark_of(row)})
        super().__init__(*args, **kwargs)
