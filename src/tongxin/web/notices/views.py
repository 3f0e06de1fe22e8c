"""提示: the weekly digest as a page, whether it comes by mail, and what did not arrive."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.notices import delivery_operations as operations
from tongxin.notices import delivery_queries as queries
from tongxin.notices.models import Delivery, MailChoice
from tongxin.registry.digests import as_text, compile_digest
from tongxin.registry.enums import Role
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires, signed_in
from tongxin.web.tables import page_of


@signed_in
def weekly(request: OfficeRequest) -> HttpResponse:
    """Show 本周提示: what this user should know this week, also as plain text and, printed, as a slip of paper."""
    digest = compile_digest(request.office, request.standing, clock.today())
    context = {"digest": digest, "text": as_text(digest), "name": request.user.get_full_name()}
    return render(request, "notices/weekly.html", context)


@signed_in
@require_http_methods(["GET", "POST"])
def mail_choice(request: OfficeRequest) -> HttpResponse:
    """Show how the digest reaches this user; stop or resume it by mail."""
    if request.method == "POST":
        row = operations.choose(request.office, request.user, wanted=request.POST.get("wanted") == "1")
        said = _("不再给您发送邮件提示。") if row.declined else _("已恢复邮件提示。")
        messages.success(request, said)
        return redirect("mail_choice")
    context = {
        "enabled": settings.TONGXIN_MAIL,
        "address": queries.address_of(request.user, request.office),
        "choice": queries.choice_of(request.user, request.office),
    }
    return render(request, "notices/choice.html", context)


@requires(Role.ADMINISTRATOR)
def deliveries(request: OfficeRequest) -> HttpResponse:
    """Show what became of the letters: counts by week, addresses that refuse, letters that wait for a decision."""
    context = {
        "enabled": settings.TONGXIN_MAIL,
        "hours": settings.TONGXIN_OFFICE_HOURS,
        "weeks": queries.weeks_of(request.office),
        "refused": queries.refused(request.office),
        "page": page_of(request, queries.troubled(request.office)),
        "people": queries.recipients(request.office, clock.today()),
    }
    return render(request, "notices/deliveries.html", context)


@requires(Role.ADMINISTRATOR)
@require_POST
def decide_delivery(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Send a letter that failed or is unclear again, or let it rest."""
    row = get_object_or_404(owned(Delivery, request.office), uid=uid)
    try:
        operations.settle_by_hand(row, again=request.POST.get("step") == "again", actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已处理。"))
    return redirect("deliveries")


@requires(Role.ADMINISTRATOR)
@require_POST
def try_address(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Write again to an address that refused."""
    row = get_object_or_404(owned(MailChoice, request.office), uid=uid)
    operations.try_again(row, actor=request.user)
    messages.success(request, _("下周起恢复发送。"))
    return redirect("deliveries")


@requires(Role.ADMINISTRATOR)
@require_POST
def enter_return(request: OfficeRequest) -> HttpResponse:
    """Enter a letter that came back to the office's mailbox."""
    uid = request.POST.get("user", "")
    rows = queries.recipients(request.office, clock.today())
    user = next((row for row in rows if str(row.uid) == uid), None)
    if user is None:
        messages.warning(request, _("请选择是哪一位的退信。"))
        return redirect("deliveries")
    try:
        operations.returned(request.office, user, actor=request.user)
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, _("已登记，不再发往这个地址。"))
    return redirect("deliveries")
