"""Writes of the register of the office's own channels and venues: enter one, check it, mend what was found."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.matters.enums import CheckEvery, OutletKind
from tongxin.matters.models import Outlet, OutletCheck, OutletFault
from tongxin.matters.rules import keeps_outlet, keeps_outlets
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import owned, standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User

NAME_LENGTH, TEXT_LENGTH = 100, 300


def enter(
    office: Office,
    *,
    name: str,
    kind: str,
    unit: Organization,
    check_every: str,
    keeper: Person | None = None,
    address: str = "",
    since: dt.date | None = None,
    outlet: Outlet | None = None,
    actor: User | None,
    client_id: uuid.UUID | None = None,
) -> Outlet:
    """Enter a channel or venue, or correct one (``outlet``), and return it.

    Raises BadInput naming the field, NotAllowed for who does not keep the register, NotPossible for a name that
    one in use already bears.
    """
    if client_id is not None and outlet is None:
        known = owned(Outlet, office).filter(uid=client_id).first()
        if known is not None:
            return known
    if actor is not None and not keeps_outlets(standing_of(actor, office, clock.today())):
        raise NotAllowed("matters.not_allowed", "您没有登记阵地的权限。", hint="请联系编辑审核人员或者党务工作人员。")
    name, since = name.strip(), since or clock.today()
    if not name or len(name) > NAME_LENGTH:
        raise BadInput("matters.outlet_name", f"名称应为1至{NAME_LENGTH}个字。", field="name")
    if kind not in OutletKind.values or check_every not in CheckEvery.values:
        wrong = "kind" if kind not in OutletKind.values else "check_every"
        raise BadInput("matters.outlet_kind", "没有这个选项。", hint="请从列表中选择。", field=wrong)
    if unit.office_id != office.pk:
        raise BadInput("matters.unit", "没有这个单位。", hint="请选择本机关的单位。", field="unit")
    if keeper is not None and keeper.office_id != office.pk:
        raise BadInput("matters.person", "没有这个人员。", hint="请填写名册中的姓名。", field="keeper")
    if since > clock.today():
        raise BadInput("matters.day", "启用日期晚于今天。", hint="请核对日期。", field="since")
    row = outlet or Outlet(office=office, created_by=actor)
    if client_id is not None and outlet is None:
        row.uid = client_id
    before = {} if outlet is None else {"name": outlet.name, "check_every": outlet.check_every}
    row.name, row.kind, row.unit, row.keeper = name, kind, unit, keeper
    row.address, row.check_every, row.since = address.strip()[:200], check_every, since
    try:
        with transaction.atomic():
            row.save()
            record(
                office_id=office.pk,
                actor=actor,
                action="matters.enter_outlet",
                subject=row,
                before=before,
                after={"name": name, "check_every": check_every},
                person_ids=[keeper.pk] if keeper is not None else [],
            )
    except IntegrityError:
        known = owned(Outlet, office).filter(uid=client_id).first() if client_id is not None else None
        if known is not None and outlet is None:
            return known
        raise NotPossible(
            "matters.outlet_twice", f"已经登记了“{name}”。", hint="请核对名称，或先停用原来的。", field="name"
        ) from None
    return row


def close(outlet: Outlet, *, day: dt.date | None = None, actor: User) -> Outlet:
    """Give up a channel or venue on ``day``; its checks, faults and publications stay."""
    _may(outlet, actor)
    day = day or clock.today()
    if not outlet.since <= day <= clock.today():
        raise BadInput("matters.day", "停用日期应在启用之后、今天以前。", hint="请核对日期。", field="day")
    with transaction.atomic():
        if Outlet.objects.filter(pk=outlet.pk, closed_on=None).update(closed_on=day):
            record(
                office_id=outlet.office_id,
                actor=actor,
                action="matters.close_outlet",
                subject=outlet,
                after={"closed_on": day},
            )
    outlet.refresh_from_db()
    return outlet


def check(
    outlet: Outlet,
    *,
    day: dt.date | None = None,
    note: str = "",
    faults: Sequence[str] = (),
    actor: User,
    client_id: uuid.UUID | None = None,
) -> OutletCheck:
    """Enter a check of a channel or venue with what was found wrong, and return it.

    Raises BadInput for a day before its start or after today, and for texts that are too long; NotPossible for one
    that was given up.  The same id sent again gives the check that exists.
    """
    if client_id is not None:
        known = OutletCheck.objects.filter(uid=client_id, outlet=outlet).first()
        if known is not None:
            return known
    _may(outlet, actor)
    if outlet.closed_on is not None:
        raise NotPossible("matters.outlet_closed", f"“{outlet.name}”已停用。", hint="停用的阵地不再检查。", field="day")
    day = day or clock.today()
    if not outlet.since <= day <= clock.today():
        raise BadInput("matters.day", "检查日期应在启用之后、今天以前。", hint="请填写实际检查的日期。", field="day")
    found = [text.strip() for text in faults if text.strip()]
    for text, field in ((note, "note"), *((each, "faults") for each in found)):
        if len(text.strip()) > TEXT_LENGTH:
            raise BadInput("matters.too_long", f"每条不超过{TEXT_LENGTH}字。", hint="请写得简短一些。", field=field)
    try:
        with transaction.atomic():
            row = OutletCheck.objects.create(
                uid=client_id or uuid.uuid4(),
                office_id=outlet.office_id,
                created_by=actor,
                outlet=outlet,
                day=day,
                note=note.strip(),
            )
            OutletFault.objects.bulk_create(
                OutletFault(office_id=outlet.office_id, created_by=actor, outlet=outlet, found_in=row, text=text)
                for text in found
            )
            record(
                office_id=outlet.office_id,
                actor=actor,
                action="matters.check_outlet",
                subject=outlet,
                after={"day": day, "faults": len(found)},
            )
    except IntegrityError:  # the same form arrived twice at the same moment
        if client_id is None:
            raise
        return OutletCheck.objects.get(uid=client_id, outlet=outlet)
    return row


def mend(fault: OutletFault, *, mended: str, day: dt.date | None = None, actor: User) -> OutletFault:
    """Enter that a fault was mended, and how; one that is mended stays as it is.

    Raises BadInput without a word on how, or for a day before it was found or after today.
    """
    _may(fault.outlet, actor)
    mended, day = mended.strip(), day or clock.today()
    if not mended or len(mended) > TEXT_LENGTH:
        raise BadInput("matters.mended", f"请写明整改情况，{TEXT_LENGTH}字以内。", field="mended")
    if not fault.found_in.day <= day <= clock.today():
        raise BadInput("matters.day", "整改日期应在检查之后、今天以前。", hint="请核对日期。", field="day")
    with transaction.atomic():
        if OutletFault.objects.filter(pk=fault.pk, mended_on=None).update(mended_on=day, mended=mended):
            record(
                office_id=fault.office_id,
                actor=actor,
                action="matters.mend_outlet",
                subject=fault.outlet,
                after={"fault": fault.pk, "day": day},
            )
    fault.refresh_from_db()
    return fault


def _may(outlet: Outlet, actor: User) -> None:
    if not keeps_outlet(standing_of(actor, outlet.office, clock.today()), outlet.unit_id, outlet.keeper_id):
        raise NotAllowed("matters.not_allowed", "您没有办理这个阵地的权限。", hint="请联系它的责任单位。")
