"""Writes of tasks beside the steps: what a Party-member member takes on of their own will."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities.queries import party_members
from tongxin.core import clock
from tongxin.core.errors import BadInput, NotAllowed
from tongxin.matters import operations
from tongxin.matters.enums import MatterKind, PersonRole, TaskSource
from tongxin.matters.models import Matter
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Person
from tongxin.registry.queries import owned, seats_on, standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User


def volunteer(
    office: Office,
    *,
    title: str,
    person: Person,
    due_on: dt.date | None = None,
    body: str = "",
    on_behalf: str = "",
    actor: User,
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Enter what ``person`` takes on, as they do so themselves or as the Party-affairs clerk was told; it is in progress.

    Raises NotAllowed for anybody else, BadInput for who is not a Party-member member today, for an entry on behalf
    that does not say how it is known, and as :func:`operations.open`.
    """
    if client_id is not None:
        known = owned(Matter, office).filter(uid=client_id).first()
        if known is not None:
            return known
    today = clock.today()
    own = person.pk in standing_of(actor, office, today).person_ids
    if not own and not standing_of(actor, office, today).has(Role.PARTY_CLERK):
        raise NotAllowed("matters.not_allowed", "您只能登记自己认领的事项。", hint="代他人登记请联系党务工作人员。")
    if not own and not on_behalf.strip():
        raise BadInput("matters.on_behalf", "代录缺少依据。", hint="如：据本人电话。", field="on_behalf")
    if not seats_on(office, today).filter(pk=person.pk).exists() or not party_members([person.pk], today):
        raise BadInput(
            "matters.volunteer",
            "这里登记党员委员认领的事项。",
            hint="请核对姓名；其他事项请登记为任务。",
            field="person",
        )
    with transaction.atomic():
        matter = operations.open(
            office,
            kind=MatterKind.TASK,
            title=title,
            topic=TaskSource.VOLUNTEERED,
            people=[(person, PersonRole.RESPONSIBLE)],
            due_on=due_on,
            body=body,
            on_behalf=on_behalf,
            actor=actor,
            client_id=client_id,
        )
        if matter.state != "assigned":
            return matter  # the same form arrived twice at the same moment
        operations.take_step(matter, "accept", actor=actor, person=person, on_behalf=on_behalf)
    return matter
