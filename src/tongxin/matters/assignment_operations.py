"""Writes that put units to work on a matter and take them off again."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.core import clock
from tongxin.core.errors import BadInput
from tongxin.matters import operations
from tongxin.matters.enums import MatterKind
from tongxin.matters.models import Matter, Step
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Organization, Person

if TYPE_CHECKING:
    import datetime as dt

    from tongxin.accounts.models import User


def assign(
    matter: Matter,
    *,
    lead: Organization | None = None,
    co: Sequence[Organization] = (),
    separate: Sequence[Organization] = (),
    reason: str = "",
    actor: User | None,
    day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Give a matter to the units that are to handle it and return the step.

    One unit in charge with others beside it, or several that each answer for themselves.  Raises BadInput for
    neither or both, and as :func:`operations.set_units` and :func:`operations.take_step`; nothing is half done.
    """
    co, separate = list(co), list(separate)
    if (lead is None) == (not separate):
        raise BadInput("matters.assignment", "请指定一个主办单位，或几个分办单位。", hint="两者选其一。", field="lead")
    if separate and (co or len(separate) < 2):
        raise BadInput(
            "matters.assignment",
            "分办须有两个以上单位，且不设会办单位。",
            hint="只有一个单位时请作为主办。",
            field="separate",
        )
    declared = next(step for step in workflow_of(matter.kind).transitions if step.special == "assign")
    with transaction.atomic():
        known = Step.objects.filter(uid=client_id, matter=matter).first() if client_id is not None else None
        if known is not None:
            return known
        operations.set_units(matter, lead=lead, co=co, separate=separate, day=day or clock.today())
        return operations.take_step(
            matter, declared.code, actor=actor, day=day, reason=reason, special="assign", client_id=client_id
        )


def give_back(
    matter: Matter,
    transition: str,
    *,
    reason: str,
    actor: User | None,
    day: dt.date | None = None,
    on_behalf: str = "",
    person: Person | None = None,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Give a wrong assignment back within its days, or take one back; the units are released and see it no more.

    A unit may not pass the matter on itself: it goes back to whoever assigns.  Raises as
    :func:`operations.take_step`.
    """
    if matter.kind != MatterKind.PROPOSAL:
        raise BadInput("matters.transition", "这类事项不能退办。", field="transition")
    with transaction.atomic():
        step = operations.take_step(
            matter,
            transition,
            actor=actor,
            day=day,
            reason=reason,
            on_behalf=on_behalf,
            person=person,
            special="return",
            client_id=client_id,
        )
        operations.set_units(matter, day=step.day)
    return step
