"""接口令牌: what programs may do in one's name; administrators see and revoke those of the whole office."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.accounts.enums import Scope
from tongxin.accounts.models import AccessToken
from tongxin.accounts.token_operations import LONGEST_DAYS, NAME_LIMIT, issue_token, revoke_token
from tongxin.accounts.token_queries import tokens_in, tokens_of
from tongxin.core import clock
from tongxin.registry.enums import Role
from tongxin.registry.rules import TOKEN_HOLDERS
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import DayField, attempt, carry_out, status_of


class TokenForm(forms.Form):
    """For which program, what it may do, until when."""

    name = forms.CharField(
        label=gettext_lazy("用途"), max_length=NAME_LIMIT, help_text=gettext_lazy("给哪个程序用，如“市委数据平台”。")
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("权限范围"), choices=Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    last = DayField(label=gettext_lazy("有效至（最后一天）"), help_text=gettext_lazy("最长一年。"))

    def clean(self) -> dict[str, Any]:
        """Tell the first day on which the token is no longer in force."""
        values = super().clean() or {}
        last = values.pop("last", None)
        return {**values, "expires_on": last + dt.timedelta(days=1) if last is not None else None}


@requires(*TOKEN_HOLDERS)
@never_cache
@require_http_methods(["GET", "POST"])
def tokens(request: OfficeRequest) -> HttpResponse:
    """List one's own tokens, and issue another; its secret shows this once."""
    today = clock.today()
    form = TokenForm(request.POST or None, initial={"last": today + dt.timedelta(days=LONGEST_DAYS - 1)})
    done = carry_out(
        request,
        form,
        issue_token,
        request.user,
        names={"expires_on": "last"},
        office_id=request.office.pk,
        actor=request.user,
    )
    if done is not None:
        issued, secret = done.value
        return render(request, "session/token.html", {"issued": issued, "secret": secret, "scopes": _words(issued)})
    everybody = request.standing.has(Role.ADMINISTRATOR)
    shown = tokens_in(request.office.pk) if everybody else tokens_of(request.user, request.office.pk)
    context = {
        "form": form,
        "everybody": everybody,
        "rows": [(row, _words(row), _state(row, today)) for row in shown],
    }
    return render(request, "session/tokens.html", context, status=status_of(form))


@requires(*TOKEN_HOLDERS)
@require_POST
def end_token(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Revoke a token: one's own, or as an administrator any of the office."""
    rows = AccessToken.objects.filter(office_id=request.office.pk)
    if not request.standing.has(Role.ADMINISTRATOR):
        rows = rows.filter(user=request.user)
    if attempt(request, revoke_token, get_object_or_404(rows, uid=uid), actor=request.user) is not None:
        messages.success(request, _("已停用，用它的程序下一次请求即被拒绝。"))
    return redirect("tokens")


def _words(token: AccessToken) -> list[str]:
    labels = dict(Scope.choices)
    return [str(labels[scope]) for scope in token.scopes if scope in labels]


def _state(token: AccessToken, today: dt.date) -> str:
    if token.revoked_at is not None:
        return _("已停用")
    return _("已到期") if token.expires_on <= today else ""
