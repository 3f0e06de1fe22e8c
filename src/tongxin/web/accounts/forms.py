"""Forms of the accounts: inviting, recovering, granting, tying to a person, choosing a password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.accounts.operations import INVITATION_DAYS, LONGEST_INVITATION_DAYS, NAME_LIMIT
from tongxin.core import clock
from tongxin.core.vocabulary import choices as choices_of
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import organizations_on
from tongxin.web.accounts import reads
from tongxin.web.forms import DayField, offer_rows


class PersonField(forms.CharField):
    """A person of the office by name; where several bear it, by name and employer."""

    office: Office | None = None

    def clean(self, value: Any) -> Person | None:
        """Return the one person meant, or None for an empty field; names why it is none or several."""
        text = str(super().clean(value))
        if not text or self.office is None:
            return None
        found = reads.people_called(self.office, text)
        if not found:
            raise forms.ValidationError(_("名册中没有“%(name)s”。请核对写法，或先由名册管理员登记。") % {"name": text})
        if len(found) > 1:
            raise forms.ValidationError(
                _("名册中有%(count)s名“%(name)s”，请在姓名后空一格，再写工作单位。")
                % {"count": len(found), "name": text}
            )
        return found[0]


def _person_field(*, required: bool) -> PersonField:
    return PersonField(
        label=gettext_lazy("对应人员"),
        max_length=200,
        required=required,
        help_text=gettext_lazy("名册中的姓名；同名的，在姓名后空一格，再写工作单位。"),
    )


def _days_field() -> forms.IntegerField:
    return forms.IntegerField(
        label=gettext_lazy("有效天数"), min_value=1, max_value=LONGEST_INVITATION_DAYS, initial=INVITATION_DAYS
    )


class InviteForm(forms.Form):
    """A new account: who it is for and what it is for."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=150)
    display_name = forms.CharField(label=gettext_lazy("显示名"), max_length=NAME_LIMIT)
    role = forms.ChoiceField(
        label=gettext_lazy("角色"),
        choices=[("", gettext_lazy("不授角色")), *choices_of(dict(Role.choices))],
        required=False,
    )
    organization = forms.ModelChoiceField(
        label=gettext_lazy("所限单位"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=gettext_lazy("支部书记、专委会办公室、承办单位须指明单位。"),
    )
    person = _person_field(required=False)
    days = _days_field()

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "organization", organizations_on(office, clock.today()))
        self.fields["person"].office = office  # type: ignore[attr-defined]


class IssueForm(forms.Form):
    """Another link for an account that is there."""

    second_factor_lost = forms.BooleanField(label=gettext_lazy("动态口令也已遗失，一并清除"), required=False)
    days = _days_field()


class LinkForm(forms.Form):
    """Which person of the register an account belongs to."""

    person = _person_field(required=True)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].office = office  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    """A role for this account."""

    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=choices_of(dict(Role.choices)))
    organization = forms.ModelChoiceField(
        label=gettext_lazy("所限单位"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=gettext_lazy("支部书记、专委会办公室、承办单位须指明单位。"),
    )
    since = DayField(label=gettext_lazy("自"))
    last = DayField(label=gettext_lazy("至（最后一天）"), required=False)

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "organization", organizations_on(office, clock.today()))


class SecondFactorForm(forms.Form):
    """Which roles need a one-time password."""

    roles = forms.MultipleChoiceField(
        label=gettext_lazy("须用动态口令的角色"),
        choices=choices_of(dict(Role.choices)),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class AcceptForm(forms.Form):
    """What the bearer of an invitation chooses."""

    display_name = forms.CharField(label=gettext_lazy("显示名"), max_length=NAME_LIMIT)
    password = forms.CharField(
        label=gettext_lazy("密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy("不要与用户名相近，也不要用常见的密码。"),
    )
    again = forms.CharField(
        label=gettext_lazy("再输一次密码"),
        max_length=200,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean(self) -> dict[str, Any]:
        """Return the values; both passwords are the same."""
        values = super().clean() or {}
        if "password" in values and "again" in values and values["password"] != values["again"]:
            self.add_error("again", _("两次输入的密码不同，请重新输入。"))
        return values
