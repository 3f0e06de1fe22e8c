"""Forms for people and their memberships; nothing is saved here."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy

from tongxin.core import clock
from tongxin.registry import rules
from tongxin.registry.access import Standing
from tongxin.registry.code_tables import ethnic_names
from tongxin.registry.enums import PARTY_UNIT_KINDS, AffiliationCode, MembershipReason, Sex
from tongxin.registry.models import Office, Organization, Post
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


def kept_by(standing: Standing) -> Q:
    """Return the condition on kinds of organizations whose memberships a user keeps (``kind`` of an organization)."""
    condition = Q(pk__in=[])
    if rules.may_keep_roster(standing):
        condition |= ~Q(kind__in=PARTY_UNIT_KINDS)
    if rules.may_keep_party_units(standing):
        condition |= Q(kind__in=PARTY_UNIT_KINDS)
    return condition


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
        kept = owned(Organization, office).filter(in_force(today)).filter(kept_by(standing))
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
