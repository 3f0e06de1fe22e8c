"""Publishing counts to the office above: once for a day, small counts hidden, no row of a person leaves."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.dossier import day_words
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry import counts_file, statistics
from tongxin.registry.models import Office, Organization, PublishedCounts, RoleGrant
from tongxin.registry.published_counts import stored
from tongxin.registry.queries import owned, published_counts

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None


#: Two publications lie at least so far apart: the difference of two near ones tells of the few who came or left.
APART = dt.timedelta(days=28)


class Receipt(StrEnum):
    """What a file of counts brings."""

    NEW = "new"
    KNOWN = "known"


@dataclass(frozen=True)
class Arrival:
    """A file of counts as it would be taken over: whose, of which day, how many members, and whether it is known."""

    office: Office
    day: dt.date
    members: int
    receipt: Receipt
    content: Mapping[str, Any]


@transaction.atomic
def publish_counts(office: Office, *, day: dt.date, actor: Actor) -> PublishedCounts:
    """Publish the count tables of ``office`` as of ``day`` to the office above and return what was published.

    What is published stands: later changes of the register do not touch it, and a day is published once.  Raises
    NotPossible without an office above, without members on that day, or less than ``APART`` from another publication;
    BadInput for a day to come, Conflict where the day was published already.
    """
    if office.parent_id is None:
        raise NotPossible(
            "registry.no_office_above", "本机关没有登记上级政协，无处公布。", hint="请系统管理员先登记上级机关。"
        )
    if day > clock.today():
        raise BadInput(
            "registry.day_to_come", "不能公布将来某一天的统计。", hint="请填写今天或以前的一天。", field="day"
        )
    near = (
        published_counts(office)
        .filter(day__gt=day - APART, day__lt=day + APART)
        .exclude(day=day)
        .values_list("day", flat=True)
        .first()
    )
    if near is not None:
        raise NotPossible(
            "registry.counts_too_near",
            f"与{day_words(near)}公布的统计相隔不足{APART.days}天。",
            hint="两次公布相隔太近，由两次之差可以推算出个别委员的情况。请隔一个月以上再公布。",
            field="day",
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


@transaction.atomic
def hand_out_counts(row: PublishedCounts, *, actor: Actor) -> bytes:
    """Return published counts as a file for the office above and enter in the audit book that they left."""
    office = row.office
    content = {
        "office": office.name,
        "area_code": office.area_code,
        "day": row.day.isoformat(),
        "members": row.members,
        "tables": row.tables,
    }
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.export_counts",
        subject=row,
        after={"day": row.day, "checksum": counts_file.checksum_of(content)},
    )
    return counts_file.written(content)


def arrival_of(office: Office, data: bytes) -> Arrival:
    """Return what a file would bring to ``office``; nothing is written.

    Raises BadInput for the file (see ``counts_file.read``) and for a day to come, NotPossible where the file is of no
    office directly below or of one that publishes here itself, Conflict where other counts of that day are there.
    """
    content = counts_file.read(data)
    day = counts_file.day_of(content)
    below = Office.objects.filter(parent=office, area_code=content["area_code"]).first()
    if below is None:
        raise NotPossible(
            "registry.counts_not_below",
            f"“{content['office']}”（{content['area_code']}）不是本机关登记的直接下级。",
            hint="请核对文件；确属下级的，请系统管理员先登记这个机关。",
            field="file",
        )
    if owned(RoleGrant, below).exists() or owned(Organization, below).exists():
        raise NotPossible(
            "registry.counts_kept_here",
            f"“{below.name}”在本系统内自行公布，不由文件导入。",
            hint="请该机关在“向上级公布统计”页公布。",
            field="file",
        )
    if day > clock.today():
        raise BadInput("registry.day_to_come", "文件的日期在今天以后。", hint="请向公布机关核对。", field="file")
    known = published_counts(below).filter(day=day).first()
    if known is not None and known.checksum != counts_file.checksum_of(content):
        raise Conflict(
            "registry.counts_differ",
            f"“{below.name}”{day_words(day)}的统计已经收到，与本文件不同。",
            hint="公布后的统计不再改动；确需更正的，请对方另公布一天。",
            field="file",
        )
    return Arrival(below, day, content["members"], Receipt.KNOWN if known else Receipt.NEW, content)


@transaction.atomic
def receive_counts(office: Office, data: bytes, *, actor: Actor) -> Arrival:
    """Take over the counts of a file and return what it brought; a file that is there already changes nothing.

    Raises as :func:`arrival_of` does.
    """
    # The row of the office serialises two who take over one file at the same moment.
    Office.objects.select_for_update().get(pk=office.pk)
    arrival = arrival_of(office, data)
    if arrival.receipt is Receipt.KNOWN:
        return arrival
    row = PublishedCounts.objects.create(
        office=arrival.office,
        created_by=actor if isinstance(actor, User) else None,
        day=arrival.day,
        members=arrival.members,
        tables=arrival.content["tables"],
        checksum=counts_file.checksum_of(arrival.content),
    )
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.receive_counts",
        subject=row,
        after={"office": arrival.office.name, "day": arrival.day, "members": arrival.members, "checksum": row.checksum},
    )
    return arrival
