"""联系记录: what each contact person has to keep, one line a contact, a need passed on in one step, consent of both."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tongxin.activities import life_operations, queries
from tongxin.activities.enums import ContactPurpose
from tongxin.activities.models import Activity, Participation
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.matters import operations as matters
from tongxin.matters.enums import LinkNature, MatterKind, PersonRole
from tongxin.matters.need_queries import needs_of_contacts
from tongxin.provisions.queries import state_label
from tongxin.registry.enums import Role
from tongxin.registry.models import ContactAssignment
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, requires
from tongxin.web.tables import page_of


@requires(Role.MEMBER, Role.PARTY_CLERK)
def contacts_due(request: OfficeRequest) -> HttpResponse:
    """List the contacts to be kept: one's own, or for the Party clerk everybody's; in the official order, never by count."""
    return _page(request)


def _page(request: OfficeRequest, wrong: ContactAssignment | None = None) -> HttpResponse:
    """Show the list; ``wrong``: the line whose form was refused, with what was typed."""
    everybody = request.standing.has(Role.PARTY_CLERK) and "own" not in request.GET
    today = clock.today()
    rows = queries.contacts_due(request.office, today, None if everybody else request.standing.person_ids)
    if request.GET.get("left"):
        rows = [row for row in rows if row.state in ("due", "not_recorded")]
    page = page_of(request, rows)
    own = Participation.objects.filter(
        person_id__in=request.standing.person_ids, activity__office=request.office, activity__kind="contact",
        activity__status="held",
    ).select_related("activity").prefetch_related("activity__participations__person")  # fmt: skip
    own = own.order_by("-activity__day", "-pk")[:20]
    needs = needs_of_contacts(request.office, [line.activity_id for line in own], request.standing)
    context = {
        "page": page,
        "rows": [(row, state_label(row.state) if row.state else "", uuid.uuid4()) for row in page.object_list],
        "everybody": everybody,
        "left": request.GET.get("left"),
        "purposes": ContactPurpose.choices,
        "today": today,
        "own": [(line, _partners(line), needs.get(line.activity_id, [])) for line in own],
        "wrong": wrong,
        "typed": request.POST if wrong is not None else {},
        "has_person": bool(request.standing.person_ids),
        "may_see_all": request.standing.has(Role.PARTY_CLERK),
    }
    return render(request, "contacts/due.html", context, status=422 if wrong is not None else 200)


@requires(Role.MEMBER, Role.PARTY_CLERK)
@require_POST
def record_contact(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Record a contact in one line; a need that was raised becomes a matter in the same step, in its owner's words."""
    row = owned(ContactAssignment, request.office).select_related("contact", "target", "office").filter(uid=uid).first()
    if row is None:
        raise Http404
    own = bool(request.standing.person_ids & {row.contact_id, row.target_id})
    if not own and not request.standing.has(Role.PARTY_CLERK):
        raise PermissionDenied(_("联系由双方或党务工作人员登记。"))
    data = request.POST
    try:
        activity = life_operations.record_contact(
            row,
            day=data.get("day", ""),
            purpose=data.get("purpose", ""),
            on_behalf="" if own else (data.get("on_behalf", "") or _("代录")),
            client_id=_token(data.get("client_id")),
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, str(refusal))
        return _page(request, row)
    messages.success(request, _("已登记与%(name)s的联系。") % {"name": row.target.name})
    need = " ".join(data.get("need", "").split())
    if need:
        _pass_on(request, row, activity, need)
    return redirect("contacts_due")


@requires(Role.MEMBER)
@require_POST
def show_contact(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Say for oneself whether others may see that a contact took place; it shows only where both agree."""
    line = (
        Participation.objects.filter(
            activity__uid=uid, activity__office=request.office, person_id__in=request.standing.person_ids
        )
        .select_related("activity")
        .first()
    )
    if line is None:
        raise Http404
    life_operations.agree_to_show(line, agrees="agree" in request.POST, actor=request.user)
    messages.success(request, _("已记下您的意见；双方都同意才向其他人显示。"))
    return redirect("contacts_due")


def _pass_on(request: OfficeRequest, row: ContactAssignment, activity: Activity, need: str) -> None:
    """Open a matter for a need; it leaves in the words that its owner confirms there."""
    try:
        matter = matters.open(
            request.office,
            kind=MatterKind.NEED,
            title=need[:200],
            people=[(row.target, PersonRole.AUTHOR)],
            # The form sent twice finds the contact that exists, and so does its need.
            client_id=uuid.uuid5(activity.uid, need),
            origin_activity=activity,
            nature=LinkNature.CONTACT,
            actor=request.user,
        )
    except Refusal as refusal:
        messages.warning(request, _("联系已登记，需求没有立项：%(why)s") % {"why": refusal})
    else:
        messages.success(request, _("需求已立项%(number)s。") % {"number": matter.number})


def _partners(line: Participation) -> str:
    """Return by name with whom somebody was in contact."""
    return "、".join(row.person.name for row in line.activity.participations.all() if row.pk != line.pk)


def _token(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
