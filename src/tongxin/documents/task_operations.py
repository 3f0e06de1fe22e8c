"""All writes to the table of duties and to 《任务分解表》."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.core.audit import record
from tongxin.core.errors import BadInput
from tongxin.documents.duties import keywords
from tongxin.documents.enums import CONFIRMED_STATES
from tongxin.documents.models import Document, Duty, Requirement, TaskLine
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import owned

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: Lines that a table of duties may have.
MOST_DUTIES = 200


@dataclass(frozen=True)
class TypedDuty:
    """A line of the table of duties as typed: words, names of unit and leader."""

    keywords: str
    unit: str
    leader: str = ""


@dataclass(frozen=True)
class TypedTask:
    """A line of 《任务分解表》 as typed: the requirement's uid, names of unit, leader and partners, the time."""

    requirement: str
    unit: str = ""
    leader: str = ""
    partners: str = ""
    due: str = ""


def _unit(office: Office | int, name: str, field: str) -> Organization | None:
    """Return the unit of this name; the newest where several bore it.  Raises BadInput for an unknown one."""
    if not name:
        return None
    found = owned(Organization, office).filter(name=name).order_by("-pk").first()
    if found is None:
        raise BadInput("tasks.unit", f"没有名为“{name}”的单位。", hint="请从列表中选择责任单位。", field=field)
    return found


def _person(office: Office | int, name: str, field: str) -> Person | None:
    """Return the person of this name.  Raises BadInput for nobody and for several of one name."""
    if not name:
        return None
    found = list(owned(Person, office).filter(name=name)[:2])
    if not found:
        raise BadInput("tasks.leader", f"名册中没有“{name}”。", hint="请从列表中选择牵头领导。", field=field)
    if len(found) > 1:
        raise BadInput(
            "tasks.leader_twice", f"名册中有几位“{name}”，不能确定是哪一位。", hint="请先在名册中区分。", field=field
        )
    return found[0]


def set_duties(office: Office, typed: Iterable[TypedDuty], *, actor: User | None) -> list[Duty]:
    """Replace the office's table of duties by ``typed``; lines without anything typed are left out.

    Raises BadInput naming the line (counted from 1) where words or unit are missing or unknown, or where there are
    more than 200 lines; nothing is written then.
    """
    rows: list[Duty] = []
    for number, line in enumerate(typed, 1):
        words, unit, leader = " ".join(keywords(line.keywords)), line.unit.strip(), line.leader.strip()
        if not (words or unit or leader):
            continue
        if not words:
            raise BadInput(
                "tasks.keywords", f"第{number}行没有职责词。", hint="请填写职责词，用空格隔开。", field="keywords"
            )
        if not unit:
            raise BadInput(
                "tasks.no_unit", f"第{number}行没有责任单位。", hint="请从列表中选择责任单位。", field="unit"
            )
        if len(words) > 300:
            raise BadInput("tasks.long", f"第{number}行的职责词超过300字。", hint="请分成几行。", field="keywords")
        rows.append(
            Duty(
                office=office,
                created_by=actor,
                position=len(rows),
                keywords=words,
                unit=_unit(office, unit, "unit"),
                leader=_person(office, leader, "leader"),
            )
        )
    if len(rows) > MOST_DUTIES:
        raise BadInput("tasks.many", f"职责表超过{MOST_DUTIES}行。", hint="请合并相近的职责。", field="keywords")
    with transaction.atomic():
        before = [f"{one.keywords}→{one.unit.name}" for one in owned(Duty, office).select_related("unit")]
        owned(Duty, office).delete()
        Duty.objects.bulk_create(rows)
        record(
            office_id=office.pk,
            actor=actor,
            action="documents.set_duties",
            subject=office,
            before={"duties": before},
            after={"duties": [f"{one.keywords}→{one.unit.name}" for one in rows]},
        )
    return rows


def settle_tasks(document: Document, typed: Iterable[TypedTask], *, actor: User | None) -> int:
    """Keep what was settled for the document's confirmed requirements; return how many lines changed.

    Requirements of other documents, and those not confirmed, are passed over.  Raises BadInput for an unknown unit
    or leader; nothing is written then.
    """
    office = document.office_id
    lines = list(typed)
    found = {
        str(item.uid): item
        for item in Requirement.objects.filter(
            revision__document=document, state__in=CONFIRMED_STATES, uid__in=[line.requirement for line in lines]
        )
    }
    known = {line.requirement_id: line for line in TaskLine.objects.filter(requirement__in=list(found.values()))}
    units: dict[str, Organization | None] = {}
    leaders: dict[str, Person | None] = {}
    new, changed = [], []
    for line in lines:
        requirement = found.get(line.requirement)
        if requirement is None:
            continue
        unit, leader = line.unit.strip(), line.leader.strip()
        if unit not in units:
            units[unit] = _unit(office, unit, "unit")
        if leader not in leaders:
            leaders[leader] = _person(office, leader, "leader")
        values = (units[unit], leaders[leader], line.partners.strip()[:300], line.due.strip()[:120])
        row = known.get(requirement.pk)
        if row is None:
            new.append(
                TaskLine(
                    office_id=office, created_by=actor, requirement=requirement,
                    unit=values[0], leader=values[1], partners=values[2], due=values[3],
                )
            )  # fmt: skip
        elif (row.unit_id, row.leader_id, row.partners, row.due) != (
            values[0].pk if values[0] else None,
            values[1].pk if values[1] else None,
            *values[2:],
        ):
            row.unit, row.leader, row.partners, row.due = values
            changed.append(row)
    if not new and not changed:
        return 0
    with transaction.atomic():
        TaskLine.objects.bulk_create(new)
        TaskLine.objects.bulk_update(changed, ["unit", "leader", "partners", "due"])
        record(
            office_id=office,
            actor=actor,
            action="documents.settle_tasks",
            subject=document,
            after={
                "tasks": [
                    f"{row.requirement_id}：{row.unit.name if row.unit else ''}，{row.due}" for row in (*new, *changed)
                ]
            },
            person_ids=sorted({row.leader_id for row in (*new, *changed) if row.leader_id}),
        )
    return len(new) + len(changed)
