"""The account: which office is looked at, how large the type is, where one is signed in, what one passes on."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.accounts import operations, queries
from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.registry import account_operations, account_queries
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, RoleGrant
from tongxin.registry.queries import in_force, owned
from tongxin.registry.rules import may_hold_token
from tongxin.web.access import OfficeRequest, open_to_all, signed_in
from tongxin.web.forms import DayField, put_back
from tongxin.web.session import reads


class DelegationForm(forms.Form):
    """To whom a role is passed on, and for which days."""

    to = forms.CharField(
        label=gettext_lazy("受委托人"), max_length=150, help_text=gettext_lazy("本机关人员的用户名，或显示名。")
    )
    since = DayField(label=gettext_lazy("自"))
    last = DayField(label=gettext_lazy("至（最后一天）"))

    def __init__(self, office: Office, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.office = office

    def clean_to(self) -> User:
        """Return the account meant; names why it is none or several."""
        text = str(self.cleaned_data["to"]).strip()
        found = reads.colleagues_called(self.office, text)
        if not found:
            raise forms.ValidationError(_("本机关没有“%(name)s”这个账号。请核对写法。") % {"name": text})
        if len(found) > 1:
            raise forms.ValidationError(_("有几个账号都叫“%(name)s”，请填用户名。") % {"name": text})
        return found[0]


@signed_in
@require_POST
def switch_office(request: OfficeRequest) -> HttpResponse:
    """Look at another office of which the user is part; any other value changes nothing."""
    wanted = request.POST.get("office", "")
    for office in request.offices:
        if str(office.uid) == wanted:
            request.session["office"] = office.pk
    return redirect("today")


@open_to_all
@require_POST
def large_type(request: OfficeRequest) -> HttpResponse:
    """Switch between standard and large type for this user, and go back to the page."""
    if request.user.is_authenticated:
        operations.set_large_type(request.user, not request.user.large_type, actor=request.user)
    back = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    return redirect(back)


@signed_in
def account(request: OfficeRequest) -> HttpResponse:
    """Show the account: roles and what was passed on, password and second factor, where one is signed in."""
    today = clock.today()
    context = {
        "grants": account_queries.grants_of(request.user, request.office, today),
        "is_member": Role.MEMBER in request.standing.roles,
        "passed_on": reads.passed_on(request.office, request.user, today),
        "sessions": queries.sessions_of(request.user, request.session.session_key or ""),
        "second_factor": queries.has_second_factor(request.user),
        "may_hold_token": may_hold_token(request.standing),
    }
    return render(request, "session/account.html", context)


@signed_in
@require_POST
def end_session(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Sign out of one browser."""
    try:
        operations.end_session(request.user, uid, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已结束这个登录会话。"))
    return redirect("account")


@signed_in
@require_POST
def end_other_sessions(request: OfficeRequest) -> HttpResponse:
    """Sign out everywhere but here."""
    ended = operations.end_sessions(request.user, actor=request.user, except_key=request.session.session_key or "")
    messages.success(request, _("已结束其他%(count)s个登录会话。") % {"count": ended})
    return redirect("account")


@signed_in
@require_http_methods(["GET", "POST"])
def delegate(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Pass one's own role on for some days."""
    today = clock.today()
    grants = owned(RoleGrant, request.office).filter(in_force(today), user=request.user).select_related("organization")
    grant = get_object_or_404(grants, uid=uid)
    posted = request.method == "POST"
    form = DelegationForm(request.office, request.POST if posted else None, initial={"since": today})
    if posted and form.is_valid():
        values = form.cleaned_data
        try:
            account_operations.delegate(
                grant,
                values["to"],
                since=values["since"],
                until=values["last"] + dt.timedelta(days=1),
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"until": "last"})
        else:
            messages.success(request, _("已委托，到期自动结束；双方都可以提前结束。"))
            return redirect("account")
    return render(request, "session/delegate.html", {"grant": grant, "form": form}, status=422 if posted else 200)


@signed_in
@require_POST
def take_back(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """End a delegation, given or received, before its time."""
    grant = get_object_or_404(reads.delegations(request.office, request.user), uid=uid)
    try:
        account_operations.take_back(grant, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("委托已结束。"))
    return redirect("account")


@signed_in
def no_password(request: OfficeRequest) -> HttpResponse:
    """Say to somebody who signs in through the identity service that there is no password here to change."""
    if not request.user.has_usable_password():
        messages.info(request, _("您用统一身份认证登录，在本系统没有密码。需要密码的，请系统管理员发找回链接。"))
    return redirect("account")
