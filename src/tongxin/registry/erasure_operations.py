"""Letting go: a person is erased, and what a retention rule names is deleted or blanked.

What becomes of which rows is declared with the rows (``core.dossier``); here it is carried out.
Grounds: 个人信息保护法 第四十七条 (deletion when the purpose is reached), 第十九条 (shortest keeping),
档案法 第十四条 (what belongs to the archives stays, here without a name).
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from tongxin.accounts import operations as account_changes
from tongxin.accounts.models import User, UserSession
from tongxin.core import audit, changes, clock, dossier
from tongxin.core.dossier import Holding, OnErasure
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditValue, SubjectKey
from tongxin.registry.dossier import ERASED_NAME, naming
from tongxin.registry.models import Membership, Person, RoleGrant
from tongxin.registry.queries import in_force, owned
from tongxin.registry.retention import Due

PURPOSE_LIMIT = 200
#: How many rows or ids go into one statement; SQLite takes no more than some thousands.
CHUNK = 500
#: Rows of the linked account go with the account, and stay where it is used elsewhere.
OF_THE_ACCOUNT = (User, UserSession)

_WHAT = {
    OnErasure.DELETE: "删除",
    OnErasure.BLANK: "清除内容",
    OnErasure.DETACH: "与本人脱离，只留人数",
    OnErasure.KEEP: "保留，不再具名",
}


@dataclass(frozen=True)
class Erased:
    """One line of what erasing does or did: title, what happens, how many rows, on which ground."""

    code: str
    title: str
    what: str
    rows: int
    law: str


@dataclass(frozen=True)
class Erasure:
    """What erasing a person does or did; ``values``: audited values destroyed; ``account``: the account went too."""

    lines: tuple[Erased, ...]
    values: int
    account: bool


@dataclass(frozen=True)
class LetGo:
    """What a retention rule did: the due item and the number of rows deleted or blanked."""

    due: Due
    rows: int


def plan_erasure(person: Person) -> Erasure:
    """Return what :func:`erase_person` would do, line by line; nothing is changed.

    Raises NotPossible for a person in office and Conflict for one erased already.
    """
    _refuse_erasing(person)
    lines = tuple(_line(holding, holding.rows(person.pk, person.office_id).count()) for holding in dossier.holdings())
    return Erasure(lines, len(_value_ids(person, _erased_subjects(person))), _lone_user(person) is not None)


@transaction.atomic
def erase_person(person: Person, *, actor: Any, purpose: str) -> Erasure:
    """Erase a person and return what was done.

    In this order: the audited values of the person and of all rows that go are destroyed with their keys;
    each holding is deleted, blanked, detached or kept as declared; the linked account is blanked unless it is
    used elsewhere; one audit entry says that it happened, and why.  Detached rows hang on one nameless
    stand-in, so that units keep their numbers and nobody can tell whose they were; the ``uid`` changes.  The audit chain still
    verifies: it holds hashes and numbers only.

    Raises BadInput without a purpose, NotPossible for a person in office, Conflict for one erased already.
    """
    text = purpose.strip()
    if not 1 <= len(text) <= PURPOSE_LIMIT:
        raise BadInput(
            "registry.erasure_purpose", "请写明删除的依据（200字以内）。", hint="例如：本人书面申请。", field="purpose"
        )
    # The row serialises two who would erase the same person; the second sees the blank name.
    person = Person.objects.select_for_update().get(pk=person.pk)
    _refuse_erasing(person)
    user = _lone_user(person)
    organizations = list(person.memberships.values_list("organization_id", flat=True))
    values = _value_ids(person, subjects := _erased_subjects(person))
    for chunk in _chunks(values):
        AuditValue.objects.filter(pk__in=chunk).delete()
    for chunk in _chunks(subjects):
        SubjectKey.objects.filter(subject__in=chunk).delete()
    stand_in: Person | None = None
    lines: dict[str, Erased] = {}
    # The person's own row comes last: the other holdings still need its link to the account.
    for holding in sorted(dossier.holdings(), key=lambda entry: entry.model is Person):
        ids = list(holding.rows(person.pk, person.office_id).order_by().values_list("pk", flat=True))
        if ids and holding.on_erasure is OnErasure.DETACH and stand_in is None:
            stand_in = Person.objects.create(office_id=person.office_id, name=ERASED_NAME)
        _carry_out(holding, ids, person, stand_in)
        lines[holding.code] = _line(holding, len(ids))
    # Files and feeds handed out earlier knew the person by this number.
    Person.objects.filter(pk=person.pk).update(uid=uuid.uuid4())
    if user is not None:
        account_changes.erase(user, actor=actor, office_id=person.office_id)
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.erase_person",
        subject=person,
        purpose=text,
        person_ids=[person.pk],
    )
    changes.announce(person.office_id, registry=True, organizations=organizations)
    return Erasure(tuple(lines[holding.code] for holding in dossier.holdings()), len(values), user is not None)


@transaction.atomic
def apply_retention(due: Iterable[Due], *, actor: Any) -> tuple[LetGo, ...]:
    """Let go what is due and return what was done; one audit entry a rule and office that had rows.

    What is due is worked out again from the rule's day, so a plan that lay about for a while does no harm.
    """
    done: list[LetGo] = []
    for item in due:
        if item.before is None:
            continue
        disposal = dossier.disposal(item.rule.table)
        rows = disposal.rows(item.office_id, item.before)
        columns = ("pk", disposal.people) if disposal.people else ("pk",)
        found = list(rows.order_by().values_list(*columns))
        model = rows.model
        for chunk in _chunks([row[0] for row in found]):
            if disposal.blank:
                model._default_manager.filter(pk__in=chunk).update(**disposal.blank)
            else:
                model._default_manager.filter(pk__in=chunk).delete()
        if found:
            audit.record(
                office_id=item.office_id,
                actor=actor,
                action="registry.apply_retention",
                purpose=f"{disposal.title} {len(found)} 条：{item.rule.source}"[:PURPOSE_LIMIT],
                person_ids=[row[1] for row in found if len(row) > 1 and row[1]],
            )
        done.append(LetGo(item, len(found)))
    return tuple(done)


def _refuse_erasing(person: Person) -> None:
    if person.name == ERASED_NAME:
        raise Conflict("registry.erased_already", "这名人员的信息已经删除。", hint="请刷新页面查看最新情况。")
    today = clock.today()
    seat = (
        Membership.objects.filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today), person=person)
        .select_related("organization")
        .first()
    )
    if seat is not None:
        raise NotPossible(
            "registry.erase_in_office",
            f"{person.name}仍在“{seat.organization.name}”任职，履行职责期间须保存其登记信息。",
            hint="请先办理离任；如信息有误，请用“更正”。",
        )
    grants = owned(RoleGrant, person.office_id).filter(in_force(today), user__persons=person)
    if grants.exists():
        raise NotPossible(
            "registry.erase_with_rights",
            f"{person.name}的账号在本机关仍有授权。",
            hint="请先由系统管理员撤销授权。",
        )


def _lone_user(person: Person) -> User | None:
    """Return the linked account where nobody else's record and no other office's grant needs it."""
    if person.user_id is None:
        return None
    elsewhere = Person.objects.filter(user_id=person.user_id).exclude(pk=person.pk).exists()
    granted = RoleGrant.objects.filter(in_force(clock.today()), user_id=person.user_id).exists()
    return None if elsewhere or granted else person.user


def _erased_subjects(person: Person) -> list[str]:
    """Return the names of the audit keys of all rows about the person that do not stay as they are."""
    names = [f"{Person._meta.label_lower}:{person.pk}"]
    for holding in dossier.holdings():
        if holding.on_erasure is not OnErasure.KEEP and holding.model not in OF_THE_ACCOUNT:
            ids = holding.rows(person.pk, person.office_id).order_by().values_list("pk", flat=True)
            names.extend(f"{holding.model._meta.label_lower}:{pk}" for pk in ids)
    return sorted(set(names))


def _value_ids(person: Person, subjects: list[str]) -> list[int]:
    """Return the ids of audited values to destroy: under those keys, or in an entry that names nobody else."""
    found: set[int] = set()
    for chunk in _chunks(subjects):
        found.update(AuditValue.objects.filter(key__subject__in=chunk).values_list("pk", flat=True))
    alone = (
        naming(person.pk, person.office_id).annotate(text=Cast("person_ids", TextField())).filter(text=f"[{person.pk}]")
    )
    found.update(AuditValue.objects.filter(entry__in=alone.order_by().values("pk")).values_list("pk", flat=True))
    return sorted(found)


def _carry_out(holding: Holding, ids: list[Any], person: Person, stand_in: Person | None) -> None:
    """Do to the rows what their holding declares."""
    if holding.on_erasure is OnErasure.KEEP or holding.model in OF_THE_ACCOUNT:
        return
    for chunk in _chunks(ids):
        rows = holding.model._default_manager.filter(pk__in=chunk)
        if holding.on_erasure is OnErasure.DELETE:
            rows.delete()
            continue
        if holding.on_erasure is OnErasure.DETACH:
            for column in holding.people:
                rows.filter(**{column: person.pk}).update(**{column: _stands_for(column, stand_in)})
        if holding.blank:
            rows.update(**holding.blank)


def _stands_for(column: str, stand_in: Person | None) -> Any:
    """Return the stand-in as the column takes it: a plain number where it ends in ``_id``."""
    return stand_in.pk if stand_in is not None and column.endswith("_id") else stand_in


def _line(holding: Holding, rows: int) -> Erased:
    return Erased(holding.code, holding.title, _WHAT[holding.on_erasure], rows, holding.law)


def _chunks(values: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
