"""Moving the limit of a finding after an approval; the day of the clause itself stays readable."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.provisions import rules
from tongxin.provisions.enums import RulingBasis, RulingKind
from tongxin.provisions.extension_queries import extendable
from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Ruling
from tongxin.provisions.operations import checked_reason, put_down, renew, same_ruling
from tongxin.provisions.queries import finding_of
from tongxin.provisions.sentences import day_text
from tongxin.registry.models import Office
from tongxin.registry.queries import standing_of

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None


@transaction.atomic
def extend(
    office: Office,
    key: FindingKey,
    *,
    last_day: dt.date,
    reason: str,
    actor: Actor,
    client_id: uuid.UUID | None = None,
) -> Ruling:
    """Move the limit of a finding to ``last_day`` (inclusive), as approved, and return the ruling that says so.

    ``reason``: who approved it, and why.  The newest extension counts; one that names the day of the clause itself
    takes an earlier one back, and every one stays readable.  ``client_id`` makes repeating harmless.

    Raises BadInput for a missing reason and for a day before the clause's own, beyond what the clause allows, or that
    changes nothing; NotAllowed for who does not keep the approvals; NotPossible where there is no such finding, its
    clause knows no extension, or it is settled.
    """
    if client_id is not None:
        known = Ruling.objects.filter(uid=client_id).first()
        if known is not None:
            return same_ruling(known, office, key, RulingKind.EXTENDED)
    told = checked_reason(reason, "请写明由谁批准、因何原因。")
    today = clock.today()
    user = actor if isinstance(actor, User) else None
    if user is None or not rules.may_extend(standing_of(user, office, today), key):
        raise NotAllowed(
            "provisions.may_not_extend",
            "批准的延期由党务工作人员登记。",
            hint="请把批准的材料交党务工作人员；也可以先作说明。",
        )
    finding = finding_of(office, key, today)
    if finding is None:
        raise NotPossible("provisions.no_finding", "没有找到这一项。", hint="请从落实情况一览重新进入。")
    limits = extendable(office, finding)
    if limits is None:
        raise NotPossible(
            "provisions.no_extension", "条文没有规定这一项可以延期。", hint="确有原因的，请作说明。", field="last_day"
        )
    if not limits.open:
        raise NotPossible(
            "provisions.settled", "这一项已有结果，无须延期。", hint="已有认定的，请先撤回。", field="last_day"
        )
    if not limits.original <= last_day <= limits.furthest:
        raise BadInput(
            "provisions.extension_day",
            f"延期应在 {day_text(limits.original)} 以后，最迟到 {day_text(limits.furthest)}。",
            hint="请按批准的日期填写；恢复原期限的，填写原来的最后一日。",
            field="last_day",
        )
    if last_day == (limits.approved or limits.original):
        raise BadInput(
            "provisions.extension_day",
            f"期限现在就是 {day_text(last_day)}。",
            hint="请填写新的最后一日。",
            field="last_day",
        )
    ruling, made = put_down(
        office,
        key,
        user,
        client_id,
        window_start=key.window_start,
        event_type=key.event_type,
        event_id=key.event_id,
        excused_until=last_day + dt.timedelta(days=1),
        kind=RulingKind.EXTENDED,
        basis=RulingBasis.APPROVED,
        reason=told,
    )
    if not made:
        return same_ruling(ruling, office, key, RulingKind.EXTENDED)
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="provisions.extend",
        subject=ruling,
        before={"last_day": limits.approved or limits.original},
        after={"provision": key.provision, "last_day": last_day, "reason": told},
        person_ids=[number for number in (key.person_id, key.other_person_id) if number],
    )
    renew(office, key.provision)
    return ruling
