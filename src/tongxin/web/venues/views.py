"""阵地: the register of the office's own channels and venues, one of them with its checks, and what is to be mended."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.core import clock
from tongxin.matters import outlet_operations, outlet_queries
from tongxin.matters.models import Outlet, OutletFault
from tongxin.matters.rules import OUTLET_KEEPERS, keeps_outlet, keeps_outlets
from tongxin.registry.enums import Role
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.forms import carry_out, status_of
from tongxin.web.venues.forms import CheckForm, CloseForm, MendForm, OutletForm

#: Who sees the register; each checks what is their unit's or their own.
READERS = (
    *OUTLET_KEEPERS,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.PROPOSALS_OFFICE,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.MEMBER,
)


@requires(*READERS)
def outlets(request: OfficeRequest) -> HttpResponse:
    """List channels and venues with their last check, the next one, and what is still to be mended."""
    closed = "closed" in request.GET
    rows = outlet_queries.outlets(request.office).filter(closed_on__isnull=not closed)
    today = clock.today()
    context = {
        "rows": [(each, each.is_due(today)) for each in outlet_queries.kept(rows)],
        "closed": closed,
        "may_enter": keeps_outlets(request.standing),
        "tab": "outlets",
    }
    return render(request, "venues/list.html", context)


@requires(*OUTLET_KEEPERS)
@require_http_methods(["GET", "POST"])
def enter_outlet(request: OfficeRequest) -> HttpResponse:
    """Enter a channel or venue."""
    form = OutletForm(request.office, request.POST or None, initial={"since": clock.today()})
    if done := carry_out(request, form, outlet_operations.enter, request.office, actor=request.user):
        messages.success(request, _("已登记。"))
        return redirect("outlet", done.value.uid)
    return render(request, "venues/form.html", {"form": form, "title": _("登记阵地")}, status=status_of(form))


@requires(*READERS)
def outlet(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show one with its checks and faults."""
    return _show(request, _found(request, uid))


@requires(*OUTLET_KEEPERS)
@require_http_methods(["GET", "POST"])
def edit_outlet(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Correct what is entered of one."""
    shown = _found(request, uid)
    initial = {
        "name": shown.name,
        "kind": shown.kind,
        "unit": shown.unit,
        "keeper": shown.keeper.name if shown.keeper else "",
        "address": shown.address,
        "check_every": shown.check_every,
        "since": shown.since,
    }
    form = OutletForm(request.office, request.POST or None, initial=initial)
    if carry_out(request, form, outlet_operations.enter, request.office, outlet=shown, actor=request.user):
        messages.success(request, _("已保存。"))
        return redirect("outlet", uid)
    context = {"form": form, "title": _("修改登记"), "outlet": shown}
    return render(request, "venues/form.html", context, status=status_of(form))


@requires(*READERS)
@require_POST
def check_outlet(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter a check and what it found."""
    shown = _kept(request, uid)
    form = CheckForm(request.POST, auto_id="check_%s")
    if carry_out(request, form, outlet_operations.check, shown, actor=request.user):
        messages.success(request, _("已登记检查。"))
        return redirect("outlet", uid)
    return _show(request, shown, check=form)


@requires(*READERS)
@require_http_methods(["GET", "POST"])
def mend_fault(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter how a fault was mended."""
    try:
        fault = outlet_queries.fault_by_uid(request.office, uid)
    except OutletFault.DoesNotExist:
        raise Http404 from None
    shown = _kept(request, fault.outlet.uid)
    form = MendForm(request.POST or None, initial={"day": clock.today()})
    if carry_out(request, form, outlet_operations.mend, fault, actor=request.user):
        messages.success(request, _("已登记整改。"))
        return redirect("outlet", shown.uid)
    context = {"form": form, "title": _("登记整改"), "outlet": shown, "fault": fault}
    return render(request, "venues/form.html", context, status=status_of(form))


@requires(*OUTLET_KEEPERS)
@require_POST
def close_outlet(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Give one up; what was entered stays."""
    shown = _found(request, uid)
    form = CloseForm(request.POST, auto_id="close_%s")
    if carry_out(request, form, outlet_operations.close, shown, actor=request.user):
        messages.success(request, _("已停用，检查和发布记录都保留。"))
        return redirect("outlet", uid)
    return _show(request, shown, closing=form)


def _found(request: OfficeRequest, uid: uuid.UUID) -> Outlet:
    try:
        return outlet_queries.outlet_by_uid(request.office, uid)
    except Outlet.DoesNotExist:
        raise Http404 from None


def _kept(request: OfficeRequest, uid: uuid.UUID) -> Outlet:
    """Return one that this user looks after; refuse another."""
    shown = _found(request, uid)
    if not keeps_outlet(request.standing, shown.unit_id, shown.keeper_id):
        raise PermissionDenied(_("这个阵地由责任单位检查。"))
    return shown


def _show(
    request: OfficeRequest, shown: Outlet, *, check: CheckForm | None = None, closing: CloseForm | None = None
) -> HttpResponse:
    today = clock.today()
    [kept] = outlet_queries.kept(outlet_queries.outlets(request.office).filter(pk=shown.pk))
    keeps = keeps_outlet(request.standing, shown.unit_id, shown.keeper_id)
    in_use = shown.closed_on is None
    context: dict[str, Any] = {
        "outlet": shown,
        "kept": kept,
        "due": kept.is_due(today),
        "checks": outlet_queries.checks_of(shown),
        "check_form": (check or CheckForm(auto_id="check_%s", initial={"day": today})) if keeps and in_use else None,
        "close_form": (closing or CloseForm(auto_id="close_%s", initial={"day": today}))
        if in_use and keeps_outlets(request.standing)
        else None,
        "keeps": keeps,
    }
    return render(request, "venues/detail.html", context, status=status_of(check, closing))
