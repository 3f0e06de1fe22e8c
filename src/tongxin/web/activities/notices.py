"""通知和回复: the notice of a planned activity, answers of those invited, leave and who approves it."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from tongxin.activities import notice_operations as operations
from tongxin.activities import queries, rules
from tongxin.activities.enums import LeaveReason, Reply
from tongxin.activities.kinds import kind_of
from tongxin.activities.models import Activity
from tongxin.core import audit, clock
from tongxin.core.errors import Refusal
from tongxin.registry.enums import PARTY_UNIT_KINDS, Role
from tongxin.registry.models import Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.activities.forms import RECORDERS, parsed_day
from tongxin.web.reach import correctable, found


@requires(*RECORDERS)
@require_http_methods(["GET", "POST"])
def notice(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the notice with its invitation list and the answers; give notice."""
    shown = correctable(request, uid)
    if request.method == "POST":
        typed = request.POST.get("reply_by", "")
        until = parsed_day(typed, dt.date.min) if typed else None
        try:
            if until == dt.date.min:
                messages.warning(request, _("没有“%(day)s”这一天。") % {"day": typed[:20]})
                return _page(request, shown, status=422)
            operations.notify(shown, text=request.POST.get("text", ""), reply_by=until, actor=request.user)
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            return _page(request, shown, status=422)
        messages.success(request, _("已通知，名单中的人员可以回复。"))
        return redirect("notice", uid)
    return _page(request, shown)


@requires(*RECORDERS)
@require_POST
def answer_notice(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Enter an answer: one's own, or on behalf of somebody by those who keep the register."""
    shown = found(request, uid)
    units = [organizer.organization for organizer in shown.organizers.all()]
    keeps = rules.may_correct(request.standing, shown, kind_of(shown.kind), units)
    own = sorted(request.standing.person_ids & set(shown.participations.values_list("person_id", flat=True)))
    named = _person(request) if keeps else None
    if named is None and not own:
        if keeps:
            messages.warning(request, _("请选择是谁的回复。"))
            return redirect("notice", uid)
        raise Http404
    data = request.POST
    try:
        operations.answer(
            shown,
            named.pk if named is not None else own[0],
            data.get("reply", ""),
            leave_reason=data.get("leave_reason", ""),
            substitute=data.get("substitute", ""),
            on_behalf=(data.get("on_behalf", "") or _("代录")) if named is not None else "",
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        again = f"?person={named.uid}" if named is not None else ""
    else:
        messages.success(request, _("回复已登记。"))
        again = ""
    return redirect(f"{reverse('notice', args=[uid])}{again}" if named is not None else "invitations")


@requires(*RECORDERS)
@require_POST
def decide_leave(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Approve leave or decline it; nobody decides on their own, the Party clerk enters what was decided elsewhere."""
    shown = correctable(request, uid)
    units = [organizer.organization for organizer in shown.organizers.all()]
    person = _person(request)
    if person is None:
        raise Http404
    if not rules.may_decide_leave(request.standing, units, person.pk):
        raise PermissionDenied(_("请假由登记单位审批，不能审批本人的请假。"))
    try:
        operations.decide_leave(
            shown,
            person.pk,
            approve=request.POST.get("step") == "approve",
            approved_by=request.POST.get("approved_by", ""),
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
    return redirect("notice", uid)


@requires(Role.MEMBER)
def invitations(request: OfficeRequest) -> HttpResponse:
    """Show a member what they are invited to, with the form to answer each."""
    lines = queries.invitations_of(request.office, request.standing.person_ids, clock.today())
    context = {
        "lines": [(line, kind_of(line.activity.kind)) for line in lines],
        "reasons": LeaveReason.choices,
    }
    return render(request, "activities/invitations.html", context)


@requires(*RECORDERS)
def notice_slips(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show the notice as slips of paper for those who do not sign in and have not answered; the look is recorded."""
    shown = correctable(request, uid)
    answerable = shown.status in operations.ANSWERABLE
    rows = queries.participants_of(shown) if answerable else []
    people = [row for row in rows if row.person.user_id is None and not row.reply]
    if people:
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=shown,
            purpose=_("打印纸质通知"),
            person_ids=[row.person_id for row in people],
        )
    context = {
        "activity": shown,
        "kind": kind_of(shown.kind),
        "people": people,
        "answerable": answerable,
    }
    return render(request, "activities/notice_slips.html", context)


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def _person(request: OfficeRequest) -> Person | None:
    uid = _uid(request.POST.get("person", ""))
    return owned(Person, request.office).filter(uid=uid).first() if uid else None


def _page(request: OfficeRequest, shown: Activity, status: int = 200) -> HttpResponse:
    units = [organizer.organization for organizer in shown.organizers.all()]
    people = queries.participants_of(shown)
    sees_reasons = rules.may_see_leave_reasons(request.standing, units)
    guarded = any(unit.kind in PARTY_UNIT_KINDS for unit in units)
    if people and (guarded or (sees_reasons and any(row.leave_reason for row in people))):
        audit.record(
            office_id=request.office.pk,
            actor=request.user,
            action="read",
            subject=shown,
            purpose=_("查看通知名单和请假事由") if sees_reasons else _("查看通知名单"),
            person_ids=[row.person_id for row in people],
        )
    replies = {str(reply): sum(1 for row in people if row.reply == reply) for reply in Reply}
    context = {
        "activity": shown,
        "kind": kind_of(shown.kind),
        "people": [(row, rules.may_decide_leave(request.standing, units, row.person_id)) for row in people],
        "sees_reasons": sees_reasons,
        "reasons": LeaveReason.choices,
        "attending": replies[Reply.ATTENDING],
        "on_leave": replies[Reply.LEAVE],
        "silent": replies[Reply.NONE],
        "answerable": shown.status in operations.ANSWERABLE,
        "typed_text": request.POST.get("text", shown.notice),
        "typed_reply_by": request.POST.get("reply_by", shown.reply_by.isoformat() if shown.reply_by else ""),
        "approver": request.user.get_full_name(),
        "chosen": _uid(request.GET.get("person", "")),
    }
    return render(request, "activities/notice.html", context, status=status)
