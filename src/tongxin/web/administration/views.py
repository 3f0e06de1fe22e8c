"""管理: the office's settings and who may do what.  Shows no personal records."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.registry import operations
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, RoleGrant
from tongxin.registry.queries import in_force, organizations_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import DayField, offer_rows, put_back


class GrantForm(forms.Form):
    """A role for somebody who has an account."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=150)
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=Role.choices)
    organization = forms.ModelChoiceField(
        label=gettext_lazy("所限单位"),
        queryset=Organization.objects.none(),
        required=False,
        help_text=gettext_lazy("支部书记、专委会办公室、承办单位须指明单位。"),
    )
    since = DayField(label=gettext_lazy("自"))

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_rows(self, "organization", organizations_on(office, clock.today()))

    def clean_username(self) -> User:
        """Return the user of this name."""
        user = User.objects.filter(username=self.cleaned_data["username"].strip(), is_active=True).first()
        if user is None:
            raise forms.ValidationError(_("没有这个用户名。请核对写法，或先开通账号。"))
        return user


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def administration(request: OfficeRequest) -> HttpResponse:
    """Show the office and the grants in force; grant a role."""
    today = clock.today()
    form = GrantForm(request.office, request.POST or None, initial={"since": today})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            operations.grant_role(
                request.office,
                values["username"],
                values["role"],
                since=values["since"],
                organization=values["organization"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已授权，对方下一次打开页面即生效。"))
            return redirect("administration")
    grants = (
        owned(RoleGrant, request.office)
        .filter(in_force(today))
        .select_related("user", "organization")
        .order_by("user__username", "role", "pk")
    )
    context = {"form": form, "grants": grants}
    return render(request, "administration/office.html", context, status=422 if form.errors else 200)


@requires(Role.ADMINISTRATOR)
@require_POST
def revoke_grant(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End a grant today."""
    grant = get_object_or_404(owned(RoleGrant, request.office), uid=uid)
    try:
        operations.revoke_role(grant, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已撤销授权。"))
    return redirect("administration")


@requires(Role.ADMINISTRATOR)
def audit_book(request: OfficeRequest) -> HttpResponse:
    """Check the audit book and say what was found."""
    return render(request, "administration/audit.html", {"verification": audit.verify()})
