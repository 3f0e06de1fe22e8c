"""事件推送: which other programs are told that something was entered, and what became of it."""

from __future__ import annotations

import uuid

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.notices import hook_operations as operations
from tongxin.notices import hook_queries as queries
from tongxin.notices.enums import HookEvent
from tongxin.notices.models import HookMessage, Webhook
from tongxin.registry.enums import Role
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import attempt, carry_out, status_of

#: How many messages of a receiver the page shows.
SHOWN = 10


class HookForm(forms.Form):
    """Which program, at which address, about what."""

    name = forms.CharField(label=gettext_lazy("用途"), max_length=60)
    url = forms.CharField(label=gettext_lazy("地址"), max_length=300)
    events = forms.MultipleChoiceField(
        label=gettext_lazy("告知的事"), choices=HookEvent.choices, widget=forms.CheckboxSelectMultiple
    )


@requires(Role.ADMINISTRATOR)
@never_cache
@require_http_methods(["GET", "POST"])
def hooks(request: OfficeRequest) -> HttpResponse:
    """List the receivers with their latest messages, and add one; its secret shows this once."""
    form = HookForm(request.POST or None)
    done = carry_out(request, form, operations.add_hook, request.office, actor=request.user)
    if done is not None:
        hook, secret = done.value
        return render(request, "hooks/added.html", {"hook": hook, "secret": secret})
    labels = dict(HookEvent.choices)
    rows = [
        (hook, [labels[event] for event in hook.events if event in labels], _latest(hook))
        for hook in queries.hooks_of(request.office)
    ]
    context = {"form": form, "rows": rows, "hosts": settings.WEBHOOK_HOSTS}
    return render(request, "hooks/list.html", context, status=status_of(form))


@requires(Role.ADMINISTRATOR)
@require_POST
def settle_hook(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Stop a receiver, or send again what was given up."""
    hook = queries.hook_by_uid(request.office, uid)
    if hook is None:
        raise Http404
    if request.POST.get("step") == "again":
        number = operations.send_again(hook, actor=request.user)
        messages.success(request, _("已重新排入%(count)s条。") % {"count": number})
    elif attempt(request, operations.stop_hook, hook, actor=request.user) is not None:
        messages.success(request, _("已停用，尚未送出的不再送出。"))
    return redirect("hooks")


def _latest(hook: Webhook) -> list[HookMessage]:
    return list(hook.messages.order_by("-pk")[:SHOWN])
