"""Asking a unit about a finding, and its answer.  Only a person asks, with a sentence; no state is set by it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.provisions import rules
from tongxin.provisions.enums import OPEN_STATES, FindingState
from tongxin.provisions.inquiry_queries import inquiries_on
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Inquiry
from tongxin.provisions.queries import finding_of
from tongxin.registry.models import Office
from tongxin.registry.queries import standing_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

LIMIT = 300


@transaction.atomic
def ask(office: Office, key: FindingKey, *, sentence: str, actor: Actor, client_id: uuid.UUID | None = None) -> Inquiry:
    """Ask the unit that a finding binds, in one sentence, and return the inquiry.

    ``client_id`` makes repeating harmless: the same id returns the inquiry made before.
    Raises BadInput without a sentence, NotAllowed for who does not oversee units or asks the own unit, NotPossible
    where there is nothing open or a question about the same finding still waits for its answer.
    """
    told = _sentence(sentence, "sentence", "请用一句话写明想了解什么。")
    if client_id is not None:
        known = Inquiry.objects.filter(uid=client_id, office=office).first()
        if known is not None:
            return known
    user = actor if isinstance(actor, User) else None
    today = clock.today()
    if user is None or not rules.may_ask(standing_of(user, office, today), key):
        raise NotAllowed(
            "provisions.may_not_ask",
            "只有分管领导、督查和党务工作人员可以就其他单位的情况提请说明。",
            hint="本单位的情况请直接登记或者说明。",
        )
    finding = finding_of(office, key, today)
    if finding is None or finding.state not in (*OPEN_STATES, FindingState.MISSED):
        raise NotPossible("provisions.nothing_to_ask", "这一项没有需要说明的情况。", hint="请刷新页面查看。")
    if inquiries_on(office, key).filter(answered_at__isnull=True).exists():
        raise NotPossible(
            "provisions.asked_already",
            "已就这一项提请说明，尚待答复。",
            hint="答复之前不必重复提出。",
            field="sentence",
        )
    try:
        with transaction.atomic():
            row = Inquiry.objects.create(
                office=office,
                created_by=user,
                uid=client_id or uuid.uuid4(),
                provision=key.provision,
                subject_kind=key.subject_kind,
                organization_id=key.organization_id,
                window_start=key.window_start,
                event_type=key.event_type,
                event_id=key.event_id,
                sentence=told,
            )
    except IntegrityError:
        # the same form arrived twice in the same moment, or its number is used elsewhere
        twin = Inquiry.objects.filter(uid=client_id).first() if client_id is not None else None
        if twin is None:
            raise
        if twin.office_id != office.pk:
            raise Conflict(
                "provisions.asked", "这张表单已经用过，新的内容没有写入。", hint="请重新打开页面再试。"
            ) from None
        return twin
    audit.record(office_id=office.pk, actor=actor, action="provisions.ask", subject=row, after={"sentence": told})
    return row


@transaction.atomic
def answer(inquiry: Inquiry, *, text: str, actor: Actor, on_behalf: str = "") -> Inquiry:
    """Answer an inquiry for the unit and return it; the finding stays what records and rulings make it.

    Raises BadInput without a text, NotAllowed for who is not of the unit (the clerk names whose word it is),
    Conflict where it was answered meanwhile.
    """
    told = _sentence(text, "answer", "请用一句话答复。")
    user = actor if isinstance(actor, User) else None
    if user is None or not rules.may_answer(
        standing_of(user, inquiry.office, clock.today()), inquiry.organization_id, on_behalf=on_behalf
    ):
        raise NotAllowed(
            "provisions.may_not_answer",
            "只有所问的单位可以答复。",
            hint="代为登记的，请写明由谁、何时、以何方式告知。",
            field="on_behalf",
        )
    changed = Inquiry.objects.filter(pk=inquiry.pk, answered_at__isnull=True).update(
        answer=told, answered_at=clock.now(), answered_by=user, on_behalf=on_behalf.strip()
    )
    if not changed:
        raise Conflict("provisions.answered", "这一问已经答复。", hint="请刷新页面查看。")
    inquiry.refresh_from_db()
    audit.record(
        office_id=inquiry.office_id,
        actor=actor,
        action="provisions.answer",
        subject=inquiry,
        after={"answer": told},
        on_behalf=on_behalf.strip(),
    )
    return inquiry


def _sentence(text: str, field: str, hint: str) -> str:
    told = text.strip()
    if not told or len(told) > LIMIT:
        raise BadInput("provisions.sentence", f"应在1到{LIMIT}字之间。", hint=hint, field=field)
    return told
