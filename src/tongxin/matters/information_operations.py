"""Writes of social information: the author's wording, the office's edited copy, where it was sent, what became of it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.core import clock
from tongxin.core.errors import BadInput, NotAllowed
from tongxin.documents.secrecy import refuse_marked
from tongxin.matters import operations
from tongxin.matters.enums import InformationLevel, MatterKind, PersonRole
from tongxin.matters.models import Matter, Step
from tongxin.registry.enums import Role
from tongxin.registry.models import Office, Person
from tongxin.registry.queries import standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: One matter, short: 政协广州市委员会 须知 二 (2019), local; the office's editors may shorten what is longer.
LENGTH = 1500


def write(
    office: Office,
    *,
    title: str,
    text: str,
    author: Person,
    actor: User | None,
    on_behalf: str = "",
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Hand in an item of information and return it; the wording is kept as its author wrote it.

    Raises BadInput for an empty or overlong text, NotAllowed for writing in somebody else's name.
    """
    length = len("".join(text.split()))
    if not length:
        raise BadInput("information.empty", "还没有写内容。", hint="请写明情况、分析和建议。", field="text")
    if length > LENGTH:
        raise BadInput(
            "information.long", f"正文{length}字，超过{LENGTH}字。", hint="一事一议，请精简或分成几件。", field="text"
        )
    refuse_marked(text[:200], field="text")
    if actor is not None:
        standing = standing_of(actor, office, clock.today())
        if author.pk not in standing.person_ids:
            if not standing.has(Role.INFORMATION_OFFICE, Role.COMMITTEE_OFFICE, Role.BRANCH_SECRETARY):
                raise NotAllowed("information.not_yours", "不能以他人名义反映信息。", hint="请由本人提交。")
            if not on_behalf.strip():
                raise BadInput("information.on_behalf", "代录须写明依据。", hint="如：据本人来稿。", field="on_behalf")
    return operations.open(
        office,
        kind=MatterKind.INFORMATION,
        title=title,
        actor=actor,
        people=[(author, PersonRole.AUTHOR)],
        body=text,
        on_behalf=on_behalf,
        client_id=client_id,
    )


def edit(matter: Matter, text: str, *, actor: User | None, client_id: uuid.UUID | None = None) -> Step:
    """Keep an edited copy beside the author's wording, which stays as it is.  Raises as the step and the body."""
    with transaction.atomic():
        known = Step.objects.filter(uid=client_id, matter=matter).first() if client_id is not None else None
        if known is not None:
            return known
        step = operations.take_step(matter, "edit", actor=actor, special="edit", client_id=client_id)
        operations.revise_body(matter, text, actor=actor, edited=True)
    return step


def send(
    matter: Matter,
    levels: Sequence[str],
    *,
    actor: User | None,
    reference: str = "",
    on_behalf: str = "",
    day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Sign an edited item and send it to one level or several; its author is told where."""
    chosen = [level for level in InformationLevel.values if level in levels]
    if not chosen or set(levels) - set(chosen):
        raise BadInput("information.levels", "请选择报送到哪里。", hint="至少选一项。", field="levels")
    return operations.take_step(
        matter,
        "send",
        actor=actor,
        reason="、".join(str(InformationLevel(level).label) for level in chosen),
        reference=reference,
        on_behalf=on_behalf,
        day=day,
        special="send",
        client_id=client_id,
    )


def tell_fate(
    matter: Matter,
    *,
    level: str,
    fate: str,
    reason: str,
    actor: User | None,
    day: dt.date | None = None,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Keep what a level did with an item, and why; its author is told.  Raises BadInput without reason or level."""
    if level not in InformationLevel.values:
        raise BadInput("information.level", "没有这一级。", hint="请从列表中选择。", field="level")
    if not reason.strip():
        raise BadInput("matters.needs_reason", "缺少说明。", hint="请写明采用的用途，或未采用的原因。", field="reason")
    return operations.take_step(
        matter,
        "fate",
        actor=actor,
        code=fate,
        reason=f"{InformationLevel(level).label}：{reason.strip()}",
        day=day,
        special="fate",
        client_id=client_id,
    )
