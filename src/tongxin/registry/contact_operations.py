"""Writes contact assignments in batches: what was proposed and looked at becomes what holds."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from tongxin.accounts.models import User
from tongxin.core import audit, changes
from tongxin.core.errors import BadInput, Conflict
from tongxin.registry.models import ContactAssignment, Office, Person
from tongxin.registry.queries import owned

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

BASIS_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Applied:
    """What a batch did: assignments opened, found in place already, ended because another takes over."""

    opened: int
    kept: int
    ended: int


@transaction.atomic
def apply_proposal(
    office: Office,
    pairs: Iterable[tuple[int, int]],
    *,
    since: dt.date,
    basis: str,
    actor: Actor,
    replacing: Collection[int] | None = None,
) -> Applied:
    """Make ``pairs`` (contact id, target id) hold from ``since`` on and return what was done.

    In order: assignments of the same targets by other contacts are ended on ``since`` (only those with an id in
    ``replacing``, where that is given), missing pairs are opened, one audit entry names everybody concerned, the
    judgement is told.  Applying the same batch again changes nothing.

    Raises BadInput for an empty batch, a pair named twice, one person on both sides, a person of another office or
    an overlong basis; Conflict where an assignment of one of the targets begins on ``since`` or later, because
    somebody else was faster.
    """
    wanted = _clean(office, pairs, basis)
    # The office row serialises two clerks who would both apply a batch.
    Office.objects.select_for_update().get(pk=office.pk)
    rows = list(
        owned(ContactAssignment, office)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=since))
        .select_related("contact", "target")
        .order_by("pk")
    )
    by_target: dict[int, list[ContactAssignment]] = defaultdict(list)
    for row in rows:
        by_target[row.target_id].append(row)
    targets = {target for _contact, target in wanted}
    in_place = set()
    ending = []
    for target in sorted(targets):
        for row in by_target[target]:
            pair = (row.contact_id, row.target_id)
            begun = row.valid_from is None or row.valid_from < since
            # Begun today by the same batch counts as in place, so that a second click changes nothing.
            if pair in wanted and (begun or row.valid_from == since):
                in_place.add(pair)
            elif not begun:
                raise Conflict(
                    "registry.contacts_changed",
                    f"{row.contact.name}与{row.target.name}的联系安排自{row.valid_from}起，刚由他人登记。",
                    hint="请刷新页面，按最新情况重新提出。",
                )
            elif replacing is None or row.pk in replacing:
                ending.append(row)
    for row in ending:
        row.valid_until = since
    ContactAssignment.objects.bulk_update(ending, ["valid_until"])
    # One that was to end later, though wanted, goes on without an end.
    prolonged = [row for row in rows if (row.contact_id, row.target_id) in in_place and row.valid_until is not None]
    for row in prolonged:
        row.valid_until = None
    ContactAssignment.objects.bulk_update(prolonged, ["valid_until"])
    opening = [
        ContactAssignment(
            office=office,
            created_by=actor if isinstance(actor, User) else None,
            contact_id=contact,
            target_id=target,
            valid_from=since,
            basis=basis.strip(),
        )
        for contact, target in sorted(wanted - in_place)
    ]
    ContactAssignment.objects.bulk_create(opening)
    done = Applied(len(opening), len(in_place), len(ending))
    if opening or ending or prolonged:
        # Numbers only: the dated rows say who, and lie where a person's erasure reaches them.
        audit.record(
            office_id=office.pk,
            actor=actor,
            action="registry.apply_contacts",
            subject=office,
            before={"ended": len(ending)},
            after={"opened": len(opening), "since": since, "basis": basis.strip()},
            person_ids={
                person for row in [*opening, *ending, *prolonged] for person in (row.contact_id, row.target_id)
            },
        )
        changes.announce(office.pk, registry=True)
    return done


def _clean(office: Office, pairs: Iterable[tuple[int, int]], basis: str) -> set[tuple[int, int]]:
    listed = list(pairs)
    if not listed:
        raise BadInput("registry.contacts_empty", "没有选择任何联系安排。", hint="请至少选择一对。", field="pairs")
    if len(basis.strip()) > BASIS_LIMIT:
        raise BadInput(
            "registry.contact_basis", f"依据超过了{BASIS_LIMIT}个字。", hint="请写文件名称和文号。", field="basis"
        )
    names = dict(
        owned(Person, office).filter(pk__in={person for pair in listed for person in pair}).values_list("pk", "name")
    )
    seen = set()
    for contact, target in listed:
        if contact not in names or target not in names:
            raise BadInput(
                "registry.contact_unknown", "所选人员不在本机关名册中。", hint="请刷新页面后重新选择。", field="pairs"
            )
        if contact == target:
            raise BadInput(
                "registry.contact_self", f"{names[contact]}不能作自己的联系人。", hint="请重新选择。", field="pairs"
            )
        if (contact, target) in seen:
            raise BadInput(
                "registry.contact_repeated",
                f"{names[contact]}与{names[target]}出现了两次。",
                hint="请去掉重复的一对。",
                field="pairs",
            )
        seen.add((contact, target))
    return seen
