"""管理: the office's settings and who may do what.  Shows no personal records."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import quote

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.core.vocabulary import choices as choices_of
from tongxin.registry import account_operations, erasure_operations, export, operations
from tongxin.registry import retention as keeping
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Organization, Person, RoleGrant
from tongxin.registry.queries import in_force, organizations_on, owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import DayField, offer_rows, put_back


class GrantForm(forms.Form):
    """A role for somebody who has an account."""

    username = forms.CharField(label=gettext_lazy("用户名"), max_length=150)
    role = forms.ChoiceField(label=gettext_lazy("角色"), choices=choices_of(dict(Role.choices)))
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
    """End a grant today, and what was passed on from it."""
    grant = get_object_or_404(owned(RoleGrant, request.office).select_related("user"), uid=uid)
    try:
        account_operations.end_grant(grant, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已撤销授权。"))
    # Back to the account's page where the form stood there; a grant of today leaves no trace, the account then none.
    if request.POST.get("back") == str(grant.user.uid):
        left = owned(RoleGrant, request.office).filter(user=grant.user).exists()
        left = left or owned(Person, request.office).filter(user=grant.user).exists()
        return redirect("account_of", grant.user.uid) if left else redirect("accounts")
    return redirect("administration")


@requires(Role.ADMINISTRATOR)
def audit_book(request: OfficeRequest) -> HttpResponse:
    """Check the audit book and say what was found."""
    return render(request, "administration/audit.html", {"verification": audit.verify()})


class RetentionForm(forms.Form):
    """The second asking: sure, and of as many rows as were shown."""

    sure = forms.BooleanField(
        label=gettext_lazy("已核对，确认清除"), error_messages={"required": gettext_lazy("请先勾选确认。")}
    )
    rows = forms.IntegerField(widget=forms.HiddenInput)


@requires(Role.ADMINISTRATOR)
@require_http_methods(["GET", "POST"])
def retention(request: OfficeRequest) -> HttpResponse:
    """Show what the rules would let go in this office today, in numbers; let it go once it is confirmed.

    Rows of the installation (sessions, logs) belong to no office and go by the command only.
    """
    due = keeping.plan(keeping.load(), clock.today(), offices=(request.office,))
    total = sum(item.rows for item in due)
    form = RetentionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if form.cleaned_data["rows"] != total:
            form.add_error(
                None,
                _("到期的条数已由%(seen)s变为%(now)s，请重新核对。")
                % {"seen": form.cleaned_data["rows"], "now": total},
            )
        else:
            done = erasure_operations.apply_retention(due, actor=request.user)
            messages.success(request, _("已清除%(count)s条。") % {"count": sum(item.rows for item in done)})
            return redirect("retention")
    context = {"due": due, "total": total, "form": form}
    return render(request, "administration/retention.html", context, status=422 if request.method == "POST" else 200)


class ExportForm(forms.Form):
    """What the copy of everything is for, and whether the original files go with it."""

    purpose = forms.CharField(label=gettext_lazy("用途"), max_length=export.PURPOSE_LIMIT)
    with_files = forms.BooleanField(label=gettext_lazy("含原始文件"), required=False)


@requires(Role.ADMINISTRATOR)
def export_office(request: OfficeRequest) -> HttpResponse:
    """Show the form of the full export to who may have it, and the reason to the others."""
    return _export(request, ExportForm())


@requires(Role.ADMINISTRATOR)
@require_POST
def download_office(request: OfficeRequest) -> HttpResponseBase:
    """Hand out everything of the office as one file.

    An administrator sees no personal records by that role; so this needs the roster clerk's role as well.
    """
    if not _may_export(request):
        raise PermissionDenied(_("全部数据须由同时担任系统管理员和名册管理员的人导出。"))
    form = ExportForm(request.POST)
    if not form.is_valid():
        return _export(request, form, status=422)
    try:
        pieces = export.export_office(
            request.office,
            actor=request.user,
            purpose=form.cleaned_data["purpose"],
            files=form.cleaned_data["with_files"],
        )
    except Refusal as refusal:
        put_back(form, refusal)
        return _export(request, form, status=422)
    answer = StreamingHttpResponse(pieces, content_type="application/zip")
    name = _("%(office)s-%(day)s.zip") % {"office": request.office.short_name, "day": clock.today().isoformat()}
    answer["Content-Disposition"] = f"attachment; filename=\"office.zip\"; filename*=UTF-8''{quote(name)}"
    answer["Cache-Control"] = "no-store"
    return answer


def _may_export(request: OfficeRequest) -> bool:
    return request.standing.has(Role.ROSTER_CLERK)


def _export(request: OfficeRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "may_export": _may_export(request)}
    return render(request, "administration/export.html", context, status=status)
