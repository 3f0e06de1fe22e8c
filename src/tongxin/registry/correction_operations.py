"""Corrections: what was registered had been wrong from the beginning.  Each is an audit entry of its own, with reason.

A change of life (a new post, a transfer, an end) is not a correction: it closes one dated row and opens another.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction

from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry.enums import OFFICE_CORRECTABLE_FIELDS, AffiliationCode, MembershipReason, Sex
from tongxin.registry.models import Affiliation, Membership, Organization, Person, Post, Term
from tongxin.registry.names import pinyin_key
from tongxin.registry.organization_operations import reason_of
from tongxin.registry.queries import overlapping
from tongxin.registry.strokes import stroke_key

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

EARLIEST = dt.date(1900, 1, 1)
#: The longest short text of a person.
SHORT_LIMIT = 200


@dataclass(frozen=True)
class MembershipFacts:
    """What a correction says of a membership: half-open days (None: open or unknown), post, term, home, reasons."""

    since: dt.date | None
    until: dt.date | None
    post: Post | None = None
    term: Term | None = None
    home: bool = False
    begin_reason: str = ""
    end_reason: str = ""
    basis: str = ""


def mark_of(row: Person | Membership | Affiliation) -> str:
    """Return a short text that changes with any value of the row; a form keeps it to notice who was faster."""
    values = "\x1f".join(str(getattr(row, column.attname)) for column in row._meta.concrete_fields)
    return hashlib.sha256(values.encode()).hexdigest()[:16]


@transaction.atomic
def correct_person(
    person: Person, values: Mapping[str, str], *, reason: str, actor: Actor, mark: str | None = None
) -> Person:
    """Correct fields of a person (``OFFICE_CORRECTABLE_FIELDS`` as text) and return the person.

    ``mark``: of the person as they stood when the correction was begun (:func:`mark_of`).  Raises BadInput without a
    reason, for a value that cannot be and where nothing changes; Conflict where somebody was faster.
    """
    clean_reason = reason_of(reason)
    person = Person.objects.select_for_update(of=("self",)).get(pk=person.pk)
    _refuse_overtaken(person, mark)
    before: dict[str, object] = {}
    after: dict[str, object] = {}
    for field, text in values.items():
        if field not in OFFICE_CORRECTABLE_FIELDS:
            raise BadInput("registry.correctable", f"“{field}”不能更正。", hint="请重新选择。")
        value, held = value_of(field, text, at=field), getattr(person, field)
        if value == held:
            continue
        before[field], after[field] = held, value
        setattr(person, field, value)
    if not after:
        raise BadInput("registry.nothing_changed", "没有任何变动。", hint="请修改需要更正的内容，或取消。")
    write_corrected(person, before, after, purpose=clean_reason, actor=actor)
    return person


def write_corrected(
    person: Person, before: Mapping[str, object], after: Mapping[str, object], *, purpose: str, actor: Actor
) -> None:
    """Write fields of a locked person that were set already, with the keys made of the name and the audit entry."""
    fields = list(after)
    if "name" in after:
        person.pinyin_key = pinyin_key(person.name)
        person.stroke_key = stroke_key(person.name)
        fields += ["pinyin_key", "stroke_key"]
    person.save(update_fields=fields)
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.correct_person",
        subject=person,
        before=before,
        after=after,
        purpose=purpose,
        person_ids=[person.pk],
    )
    changes.announce(person.office_id, registry=True)


@transaction.atomic
def correct_membership(
    membership: Membership, facts: MembershipFacts, *, reason: str, actor: Actor, mark: str | None = None
) -> Membership:
    """Correct the days, post, term and reasons of a membership and return it.

    Raises BadInput without a reason, for days in the wrong order, a post of another kind of organization and where
    nothing changes; NotPossible where it would overlap another membership in the organization, lie outside its life
    or make a second home; Conflict where it was struck meanwhile or somebody changed it since it was read.
    """
    clean_reason = reason_of(reason)
    membership = _locked(membership)
    _refuse_overtaken(membership, mark)
    held = _facts_of(membership)
    _check_facts(membership, facts)
    if facts == held:
        raise BadInput("registry.nothing_changed", "没有任何变动。", hint="请修改需要更正的内容，或取消。")
    membership.valid_from, membership.valid_until = facts.since, facts.until
    membership.post, membership.term, membership.home = facts.post, facts.term, facts.home
    membership.begin_reason, membership.end_reason = facts.begin_reason, facts.end_reason
    membership.basis = facts.basis
    membership.save()
    told, tells = _told(held), _told(facts)
    changed = [name for name in told if told[name] != tells[name]]
    _record(
        membership,
        "registry.correct_membership",
        {name: told[name] for name in changed},
        {name: tells[name] for name in changed},
        clean_reason,
        actor,
    )
    return membership


@transaction.atomic
def strike_membership(membership: Membership, *, reason: str, actor: Actor, mark: str | None = None) -> None:
    """Take out a membership that never was; what stood there stays in the audit book.

    Raises BadInput without a reason, Conflict where it was struck or changed meanwhile.
    """
    clean_reason = reason_of(reason)
    membership = _locked(membership)
    _refuse_overtaken(membership, mark)
    told = {**_told(_facts_of(membership)), "organization": membership.organization_id}
    _record(membership, "registry.strike_membership", told, {}, clean_reason, actor)
    membership.delete()


@transaction.atomic
def correct_affiliation(
    row: Affiliation,
    *,
    code: str,
    since: dt.date | None,
    until: dt.date | None,
    reason: str,
    actor: Actor,
    mark: str | None = None,
) -> Affiliation:
    """Correct one entry of a person's political affiliation and return it.

    Raises BadInput without a reason, for an unknown code and days in the wrong order, NotPossible where it would
    overlap another entry of the person.
    """
    clean_reason = reason_of(reason)
    if code not in AffiliationCode.values:
        raise BadInput(
            "registry.affiliation", f"政治面貌代码“{code}”不在代码表中。", hint="请从列表中选择。", field="code"
        )
    _refuse_days(since, until)
    # The person's row serialises two corrections that would overlap only together.
    Person.objects.select_for_update(of=("self",)).get(pk=row.person_id)
    row = Affiliation.objects.select_related("person").get(pk=row.pk)
    _refuse_overtaken(row, mark)
    others = Affiliation.objects.filter(overlapping(since, until), person_id=row.person_id).exclude(pk=row.pk)
    if others.exists():
        raise NotPossible(
            "registry.affiliation_overlaps",
            "与另一段政治面貌的日期重叠。",
            hint="请核对起止日期；需要时先更正另一段。",
            field="since",
        )
    before = {"code": row.code, "since": row.valid_from, "until": row.valid_until}
    after = {"code": code, "since": since, "until": until}
    if before == after:
        raise BadInput("registry.nothing_changed", "没有任何变动。", hint="请修改需要更正的内容，或取消。")
    row.code, row.valid_from, row.valid_until = code, since, until
    row.save()
    audit.record(
        office_id=row.office_id,
        actor=actor,
        action="registry.correct_affiliation",
        subject=row.person,
        before=before,
        after=after,
        purpose=clean_reason,
        person_ids=[row.person_id],
    )
    changes.announce(row.office_id, registry=True)
    return row


def value_of(field: str, text: str, *, at: str = "value") -> Any:
    """Return ``text`` as the field of a person holds it.  Raises BadInput naming the field ``at`` of the form."""
    column = Person._meta.get_field(field)
    title = str(column.verbose_name)  # type: ignore[union-attr]
    clean = " ".join(text.split())

    def unfit(why: str) -> BadInput:
        return BadInput("registry.correction_value", f"{title}{why}。", hint="请重新填写。", field=at)

    if field == "name":
        clean = "".join(text.split())
        if not clean:
            raise unfit("不能为空")
    if field == "birth_date":
        if not clean:
            return None
        try:
            day = dt.date.fromisoformat(clean)
        except ValueError as fault:
            raise unfit("应写作 1970-01-31 的样子") from fault
        if not EARLIEST <= day <= clock.today():
            raise unfit("不合理")
        return day
    if field == "precedence":
        if not clean:
            return None
        if not (clean.isascii() and clean.isdigit() and int(clean[:9]) > 0 and len(clean) <= 9):
            raise unfit("应为1至999999999之间的整数")
        return int(clean)
    if field == "sex" and clean not in Sex.values:
        raise unfit("不在列表中")
    if field == "ethnic_group" and clean and not (len(clean) == 2 and clean.isdigit()):
        raise unfit("应为两位代码")
    if field == "email" and clean and ("@" not in clean[1:-1] or " " in clean):
        raise unfit("不像电子邮箱")
    limit = min(getattr(column, "max_length", None) or SHORT_LIMIT, SHORT_LIMIT)
    if len(clean) > limit:
        raise unfit(f"有{len(clean)}个字，超过了{limit}个字")
    return clean


def written(value: object) -> str:
    """Return a value as its form shows it; nothing for None."""
    return "" if value is None else str(value)


def _refuse_overtaken(row: Person | Membership | Affiliation, mark: str | None) -> None:
    if mark is not None and mark != mark_of(row):
        raise Conflict(
            "registry.correction_overtaken", "这条记录刚由其他人改动。", hint="请重新打开页面，核对后再更正。"
        )


def _locked(membership: Membership) -> Membership:
    # The person's row serialises two corrections that would overlap only together.
    Person.objects.select_for_update(of=("self",)).get(pk=membership.person_id)
    found = Membership.objects.select_related("person", "organization", "post", "term").filter(pk=membership.pk).first()
    if found is None:
        raise Conflict("registry.membership_gone", "这段任职记录已被撤销。", hint="请返回查看最新情况。")
    return found


def _facts_of(row: Membership) -> MembershipFacts:
    return MembershipFacts(
        row.valid_from, row.valid_until, row.post, row.term, row.home, row.begin_reason, row.end_reason, row.basis
    )


def _told(facts: MembershipFacts) -> dict[str, object]:
    """Return the facts as the audit book holds them."""
    return {
        "since": facts.since,
        "until": facts.until,
        "post": facts.post.pk if facts.post else None,
        "term": facts.term.pk if facts.term else None,
        "home": facts.home,
        "begin_reason": facts.begin_reason,
        "end_reason": facts.end_reason,
        "basis": facts.basis,
    }


def _record(
    row: Membership,
    action: str,
    before: Mapping[str, object],
    after: Mapping[str, object],
    reason: str,
    actor: Actor,
) -> None:
    audit.record(
        office_id=row.office_id,
        actor=actor,
        action=action,
        subject=row,
        before=before,
        after=after,
        purpose=reason,
        person_ids=[row.person_id],
    )
    changes.announce(row.office_id, registry=True, organizations=[row.organization_id])


def _refuse_days(since: dt.date | None, until: dt.date | None) -> None:
    if since is not None and until is not None and until <= since:
        raise BadInput(
            "registry.dates_order", "结束早于开始。", hint="请核对起止日期，最后一天不能早于第一天。", field="until"
        )


def _check_facts(row: Membership, facts: MembershipFacts) -> None:
    person, unit = row.person, row.organization
    _refuse_days(facts.since, facts.until)
    for reason, field in ((facts.begin_reason, "begin_reason"), (facts.end_reason, "end_reason")):
        if reason and reason not in MembershipReason.values:
            raise BadInput("registry.reason", "原因不在列表中。", hint="请从列表中选择。", field=field)
    if facts.post is not None and facts.post.organization_kind != unit.kind:
        raise BadInput("registry.post_kind", "这个职务不属于这类组织。", hint="请重新选择。", field="post")
    _refuse_outside(unit, facts)
    others = Membership.objects.filter(overlapping(facts.since, facts.until), person=person).exclude(pk=row.pk)
    if others.filter(organization=unit).exists():
        raise NotPossible(
            "registry.membership_overlaps",
            f"{person.name}在“{unit.name}”另有一段任职，与所填日期重叠。",
            hint="请核对起止日期；多登记的一段可以撤销。",
            field="since",
        )
    if facts.home and others.filter(home=True).exists():
        raise NotPossible(
            "registry.second_home",
            f"{person.name}的组织关系同一时间只能隶属一个党组织。",
            hint="请先更正另一个党组织的记录。",
            field="home",
        )


def _refuse_outside(unit: Organization, facts: MembershipFacts) -> None:
    """Refuse days on which the organization did not exist."""
    if unit.valid_from is not None and facts.since is not None and facts.since < unit.valid_from:
        raise NotPossible(
            "registry.before_founding",
            f"“{unit.name}”于 {unit.valid_from} 成立，任职不能早于这一天。",
            hint="请核对任职日期或组织成立日期。",
            field="since",
        )
    if unit.valid_until is not None and (facts.until is None or facts.until > unit.valid_until):
        last = unit.valid_until - dt.timedelta(days=1)
        raise NotPossible(
            "registry.after_dissolving",
            f"“{unit.name}”存续到 {last}，任职不能晚于这一天。",
            hint="请填写最后一天。",
            field="until",
        )
