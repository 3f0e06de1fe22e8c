"""Publishing counts to the office above: once for a day, small counts hidden, no row of a person leaves."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry import statistics
from tongxin.registry.models import Office, PublishedCounts
from tongxin.registry.published_counts import stored

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None


@transaction.atomic
def publish_counts(office: Office, *, day: dt.date, actor: Actor) -> PublishedCounts:
    """Publish the count tables of ``office`` as of ``day`` to the office above and return what was published.

    What is published stands: later changes of the register do not touch it, and a day is published once.  Raises
    NotPossible without an office above or without members on that day, BadInput for a day to come, Conflict where
    the day was published already.
    """
    if office.parent_id is None:
        raise NotPossible(
            "registry.no_office_above", "本机关没有登记上级政协，无处公布。", hint="请系统管理员先登记上级机关。"
        )
    if day > clock.today():
        raise BadInput(
            "registry.day_to_come", "不能公布将来某一天的统计。", hint="请填写今天或以前的一天。", field="day"
        )
    tables = statistics.simple_tables(office, day, exact=False)
    if not tables[0].denominator:
        raise NotPossible(
            "registry.no_members", "这一天没有在任委员，没有可以公布的统计。", hint="请核对日期。", field="day"
        )
    try:
        with transaction.atomic():
            row = PublishedCounts.objects.create(
                office=office,
                created_by=actor if isinstance(actor, User) else None,
                day=day,
                members=tables[0].denominator,
                tables=[stored(table) for table in tables],
            )
    except IntegrityError as fault:
        raise Conflict(
            "registry.counts_published",
            "这一天的统计已经公布。",
            hint="公布后的统计不再改动；情况有变的，请另公布一天。",
            field="day",
        ) from fault
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.publish_counts",
        subject=row,
        after={"day": day, "members": row.members},
    )
    return row
