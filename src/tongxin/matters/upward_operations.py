"""Writes of requests and reports beside the steps: an emergency told by word, and proof before a decision."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.models import AgendaItem
from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, NotAllowed
from tongxin.matters import operations
from tongxin.matters.enums import LedgerTopic, MatterKind
from tongxin.matters.models import DecisionProof, Matter, Upward
from tongxin.matters.rules import PREDICATES, Stakes
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import owned, standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User

REASON_LENGTH = 300


def report_emergency(
    office: Office,
    *,
    title: str,
    lead: Organization,
    told_to: str,
    told_at: dt.datetime,
    person: Person | None = None,
    actor: User | None,
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Enter an emergency that was told by word, in one go: the report, who told whom, when; the paper follows.

    ``title``: neutral, no content.  ``told_at``: the instant; its local day is the day of the report.  Raises BadInput
    for an instant after now or without whom it was told to, and as :func:`operations.open`; nothing is half done.
    """
    if client_id is not None:
        known = owned(Matter, office).filter(uid=client_id).first()
        if known is not None:
            return known
    if told_at > clock.now():
        raise BadInput("matters.told_at", "口头报告的时间晚于现在。", hint="请核对时间。", field="told_at")
    if not told_to.strip():
        raise BadInput("matters.told_to", "缺少口头报告的对象。", hint="请填写机关或者值班室。", field="told_to")
    day = clock.local_day(told_at)
    with transaction.atomic():
        matter = operations.open(
            office,
            kind=MatterKind.REPORT,
            topic=LedgerTopic.EMERGENCY,
            title=title,
            lead=lead,
            addressee="",
            day=day,
            actor=actor,
            client_id=client_id,
        )
        if matter.state != "registered":
            return matter  # the same form arrived twice at the same moment
        Upward.objects.create(matter=matter, told_at=told_at, told_to=told_to.strip()[:120])
        operations.take_step(matter, "tell", actor=actor, day=day, person=person, reason="" if person else "口头报告")
    return matter


def prove(
    item: AgendaItem,
    *,
    major: bool,
    number: str = "",
    reason: str = "",
    actor: User | None,
) -> DecisionProof:
    """Say of a decision which request came before it, or why there was none; said again, it replaces what was said.

    ``major``: whether it is a major matter at all; one that is not needs neither.  ``number``: of the request in the
    ledger.  Raises NotAllowed for who does not keep the ledger, BadInput for a major one with neither request nor
    reason, an unknown number, a request that was not handed up by the day of the meeting, and a reason too long.
    """
    office = item.activity.office
    if actor is not None and not PREDICATES["keeps_ledger"](standing_of(actor, office, clock.today()), Stakes()):
        raise NotAllowed("matters.not_allowed", "您没有登记决策前请示的权限。", hint="请联系党务工作人员。")
    number, reason = number.strip(), reason.strip()
    if len(reason) > REASON_LENGTH:
        raise BadInput("matters.too_long", f"说明超过{REASON_LENGTH}字。", hint="请写得简短一些。", field="reason")
    request: Matter | None = None
    if major and number:
        request = owned(Matter, office).filter(kind=MatterKind.REQUEST, number=number).first()
        if request is None:
            raise BadInput("matters.no_request", "台账中没有这个编号的请示。", hint="请核对编号。", field="number")
        before = request.steps.filter(transition="submit", day__lte=item.activity.day).exists()
        if not before and not reason:
            raise BadInput(
                "matters.request_after",
                f"请示{number}在{item.activity.day:%Y-%m-%d}会议之前没有呈报。",
                hint="请核对编号，或者写明原因。",
                field="reason",
            )
    if major and request is None and not reason:
        raise BadInput(
            "matters.no_proof",
            "重大事项决定之前应当请示。",
            hint="请填写请示编号，或者写明没有请示的原因。",
            field="number",
        )
    with transaction.atomic():
        values = {"major": major, "request": request, "reason": reason}
        proof, _created = DecisionProof.objects.update_or_create(
            office=office, item=item, defaults=values, create_defaults=values | {"created_by": actor}
        )
        record(
            office_id=office.pk,
            actor=actor,
            action="matters.prove",
            subject=proof,
            after={"major": major, "request": request.pk if request else None},
            purpose=reason[:200],
        )
    return proof
