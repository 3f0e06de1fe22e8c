"""账号: the list, invitations, recovery, grants; and the page on which the bearer of a link opens the account."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.accounts import operations as own_operations
from tongxin.accounts import queries as own_queries
from tongxin.accounts.adapter import remember_invitation
from tongxin.accounts.enums import InvitationPurpose
from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.core.errors import BadInput, Refusal
from tongxin.registry import account_operations, account_queries, operations
from tongxin.registry.enums import Role
from tongxin.registry.models import Person
from tongxin.web.access import OfficeRequest, open_to_all, requires
from tongxin.web.accounts import reads
from tongxin.web.accounts.forms import AcceptForm, InviteForm, IssueForm, LinkForm, RoleForm, SecondFactorForm
from tongxin.web.forms import put_back
from tongxin.web.tables import page_of


@requires(Role.ADMINISTRATOR)
def accounts(request: OfficeRequest) -> HttpResponse:
    """List the accounts of the office with their roles; no time of signing in."""
    lines = account_queries.accounts_of(request.office, clock.today())
    text = "".join(request.GET.get("text", "").split()).lower()
    if text:
        lines = [line for line in lines if text in line.username.lower() or text in line.display_name.lower()]
    return render(request, "accounts/list.html", {"page": page_of(request, lines), "text": text})


@requires(Role.ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "POST"])
def invite(request: OfficeRequest) -> HttpResponse:
    """Open an account and show its link, this once."""
    form = InviteForm(request.office, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            issued = account_operations.invite(
                request.office,
                username=values["username"],
                display_name=values["display_name"],
                roles=[(values["role"], values["organization"])] if values["role"] else [],
                person=values["person"],
                days=values["days"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"roles": "role"})
        else:
            return _link(request, issued)
    return render(request, "accounts/invite.html", {"form": form}, status=422 if request.method == "POST" else 200)


@requires(Role.ADMINISTRATOR)
def account_of(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one account: its grants, whose it is, and what may be done with it."""
    return _account(request, _user(request, uid))


@requires(Role.ADMINISTRATOR)
@require_POST
def grant_to(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Grant this account a role."""
    user = _user(request, uid)
    form = RoleForm(request.office, request.POST)
    if form.is_valid():
        values = form.cleaned_data
        try:
            operations.grant_role(
                request.office,
                user,
                values["role"],
                since=values["since"],
                until=values["last"] + dt.timedelta(days=1) if values["last"] else None,
                organization=values["organization"],
                actor=request.user,
            )
        except Refusal as refusal:
            put_back(form, refusal, names={"until": "last"})
        else:
            messages.success(request, _("已授权，对方下一次打开页面即生效。"))
            return redirect("account_of", uid)
    return _account(request, user, role_form=form, status=422)


@requires(Role.ADMINISTRATOR)
@require_POST
def link_account(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say whose account this is, or that it is nobody's."""
    user = _user(request, uid)
    if request.POST.get("step") == "unlink":
        person = reads.person_of(request.office, user)
        if person is not None:
            account_operations.link_person(person, None, actor=request.user)
            messages.success(request, _("已解除对应。"))
        # Whoever has neither a role nor a person is an account of this office no longer.
        there = reads.accounts(request.office).filter(pk=user.pk).exists()
        return redirect("account_of", uid) if there else redirect("accounts")
    form = LinkForm(request.office, request.POST)
    if form.is_valid():
        try:
            account_operations.link_person(form.cleaned_data["person"], user, actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已对应。"))
            return redirect("account_of", uid)
    return _account(request, user, link_form=form, status=422)


@requires(Role.ADMINISTRATOR)
@never_cache
@require_POST
def issue_link(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Issue another link for an account: to open it, to recover it, or to tie it to the identity provider."""
    user = _user(request, uid)
    form = IssueForm(request.POST)
    if form.is_valid():
        days = form.cleaned_data["days"]
        try:
            match request.POST.get("step", ""):
                case "again":
                    issued = account_operations.invite_again(request.office, user, days=days, actor=request.user)
                case "recover":
                    issued = account_operations.recover(
                        request.office,
                        user,
                        second_factor_lost=form.cleaned_data["second_factor_lost"],
                        days=days,
                        actor=request.user,
                    )
                case "link":
                    issued = account_operations.invite_to_link(request.office, user, days=days, actor=request.user)
                case step:
                    raise BadInput("web.step", _("没有这一步“%(step)s”。") % {"step": step[:20]})
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            return _link(request, issued)
    return _account(request, user, issue_form=form, status=422)


@requires(Role.ADMINISTRATOR)
@require_POST
def switch_account(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Switch an account off (it is signed out everywhere) or on again."""
    user = _user(request, uid)
    try:
        if request.POST.get("step") == "on":
            account_operations.reactivate(request.office, user, actor=request.user)
            messages.success(request, _("账号已启用。"))
        else:
            account_operations.deactivate(request.office, user, actor=request.user)
            messages.success(request, _("账号已停用，并已在各处退出登录。"))
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("account_of", uid)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def second_factor(request: OfficeRequest) -> HttpResponse:
    """Say which roles need a one-time password in this office."""
    chosen = sorted(account_queries.second_factor_roles(request.office))
    form = SecondFactorForm(request.POST if request.method == "POST" else None, initial={"roles": chosen})
    if request.method == "POST" and form.is_valid():
        try:
            account_operations.require_second_factor(request.office, form.cleaned_data["roles"], actor=request.user)
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("已保存，有关人员下一次打开页面即生效。"))
            return redirect("second_factor")
    return render(request, "accounts/second_factor.html", {"form": form}, status=422 if form.errors else 200)


@open_to_all
@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "POST"])
def invitation(request: OfficeRequest, token: str) -> HttpResponse:
    """Let the bearer of a link choose a password, or sign in at the identity provider; a dead link says why."""
    try:
        issued = own_queries.invitation(token)
    except Refusal as refusal:
        status = 404 if isinstance(refusal, BadInput) else 410
        return render(request, "accounts/invitation_dead.html", {"refusal": refusal}, status=status)
    if request.method == "POST" and request.POST.get("step") == "provider" and reads.provider():
        remember_invitation(request, token)
        # 307 keeps the form, and with it the guard against forgery, on the way to the library's own address.
        address = reverse("openid_connect_login", args=[reads.provider()])
        return HttpResponse(status=307, headers={"Location": address})
    form = AcceptForm(request.POST or None, initial={"display_name": issued.user.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            own_operations.accept(
                token, password=form.cleaned_data["password"], display_name=form.cleaned_data["display_name"]
            )
        except Refusal as refusal:
            put_back(form, refusal)
        else:
            messages.success(request, _("密码已设置，请登录。"))
            return redirect("account_login")
    context = {
        "form": form,
        "invited": issued.user,
        "purpose": InvitationPurpose(issued.purpose).label,
        "links_only": issued.purpose == InvitationPurpose.LINK,
        "until": clock.local_day(issued.expires_at),
        "provider_name": reads.provider_name(),
    }
    return render(request, "accounts/invitation.html", context, status=422 if request.method == "POST" else 200)


def _user(request: OfficeRequest, uid: uuid.UUID) -> User:
    return get_object_or_404(reads.accounts(request.office), uid=uid)


def _link(request: OfficeRequest, issued: account_operations.Issued) -> HttpResponse:
    """Show the link of an invitation.  It is in this answer and nowhere else, so there is no redirect."""
    context = {
        "issued": issued,
        "purpose": InvitationPurpose(issued.invitation.purpose).label,
        "address": request.build_absolute_uri(reverse("invitation", args=[issued.token])),
        "until": clock.local_day(issued.invitation.expires_at),
    }
    return render(request, "accounts/link.html", context)


def _account(request: OfficeRequest, user: User, *, status: int = 200, **forms_shown: forms.Form) -> HttpResponse:
    today = clock.today()
    person: Person | None = reads.person_of(request.office, user)
    context: dict[str, Any] = {
        "account": user,
        "person": person,
        "never_opened": not user.is_active and not user.has_usable_password(),
        "grants": account_queries.grants_of(user, request.office, today),
        "second_factor": own_queries.has_second_factor(user),
        "provider_name": reads.provider_name(),
        "role_form": RoleForm(request.office, initial={"since": today}),
        "link_form": LinkForm(request.office),
        "issue_form": IssueForm(),
        **forms_shown,
    }
    return render(request, "accounts/account.html", context, status=status)
