"""All writes of the registry.  One verb, one function; each knows who acted and leaves an audit entry.

A dated row is never overwritten by a change: the change closes it and opens another.  A correction is an
entry of its own.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import F, Q

from tongxin.accounts.models import User
from tongxin.core import audit, changes, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry.enums import (
    UNIT_ROLES,
    AffiliationCode,
    MembershipReason,
    OrganizationKind,
    Role,
)
from tongxin.registry.models import (
    Affiliation,
    ContactAssignment,
    Membership,
    Office,
    Organization,
    Person,
    Post,
    RoleGrant,
    Term,
)
from tongxin.registry.names import pinyin_key
from tongxin.registry.organization_operations import check_parent, refuse_same_name
from tongxin.registry.queries import in_force, overlapping, owned
from tongxin.registry.strokes import stroke_key

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    Actor = AbstractBaseUser | None

NAME_LIMIT = 60
EARLIEST = dt.date(1900, 1, 1)


@transaction.atomic
def enter_person(
    office: Office,
    *,
    name: str,
    actor: Actor,
    sex: str = "0",
    birth_date: dt.date | None = None,
    employer: str = "",
    position: str = "",
    ethnic_group: str = "",
    phone: str = "",
    email: str = "",
) -> Person:
    """Enter a person into the register of ``office`` and return them.

    Raises BadInput for an empty or overlong name and for a birth date in the future or before 1900.
    """
    clean = "".join(name.split())
    if not clean:
        raise BadInput("registry.name_missing", "姓名没有填写。", hint="请填写姓名。", field="name")
    if len(clean) > NAME_LIMIT:
        raise BadInput(
            "registry.name_too_long",
            f"姓名有{len(clean)}个字，超过了{NAME_LIMIT}个字。",
            hint="请核对姓名。",
            field="name",
        )
    if birth_date is not None and not EARLIEST <= birth_date <= clock.today():
        raise BadInput(
            "registry.birth_date", f"出生日期 {birth_date} 不合理。", hint="请核对出生日期。", field="birth_date"
        )
    person = Person.objects.create(
        office=office,
        created_by=_user(actor),
        name=clean,
        pinyin_key=pinyin_key(clean),
        stroke_key=stroke_key(clean),
        sex=sex,
        birth_date=birth_date,
        employer=employer,
        position=position,
        ethnic_group=ethnic_group,
        phone=phone,
        email=email,
    )
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.enter_person",
        subject=person,
        after={"name": clean, "employer": employer, "position": position},
        person_ids=[person.pk],
    )
    changes.announce(office.pk, registry=True)
    return person


@transaction.atomic
def state_affiliation(person: Person, code: str, *, since: dt.date | None, actor: Actor) -> Affiliation:
    """Enter a person's political affiliation from ``since`` on; the one before it is closed on that day.

    Raises BadInput for a code outside GB/T 4762 as listed, NotPossible where ``since`` does not lie after
    the beginning of the one before.
    """
    if code not in AffiliationCode.values:
        raise BadInput(
            "registry.affiliation", f"政治面貌代码“{code}”不在代码表中。", hint="请从列表中选择。", field="code"
        )
    _hold(person)
    current = Affiliation.objects.filter(person=person, valid_until__isnull=True).first()
    if current is not None:
        if since is None or (current.valid_from is not None and since <= current.valid_from):
            raise NotPossible(
                "registry.affiliation_order",
                "新的政治面貌的起始日期必须晚于原有记录的起始日期。",
                hint="请填写变更发生的日期；如原记录有误，请先更正。",
                field="since",
            )
        current.valid_until = since
        current.save(update_fields=["valid_until"])
    row = Affiliation.objects.create(
        office_id=person.office_id, person=person, code=code, valid_from=since, created_by=_user(actor)
    )
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.state_affiliation",
        subject=person,
        before={"affiliation": current.code} if current else None,
        after={"affiliation": code, "since": since},
        person_ids=[person.pk],
    )
    changes.announce(person.office_id, registry=True)
    return row


@transaction.atomic
def found_organization(
    office: Office,
    *,
    kind: str,
    name: str,
    founded: dt.date | None,
    actor: Actor,
    short_name: str = "",
    parent: Organization | None = None,
    based_on: Organization | None = None,
    purpose: str = "",
    reference: str = "",
    approved_on: dt.date | None = None,
) -> Organization:
    """Found an organization and return it.

    Raises BadInput for an unknown kind, an empty name, a parent of another office or of a kind that does not fit,
    NotPossible where the parent has ended or an organization of the kind bears the name.
    """
    if kind not in OrganizationKind.values:
        raise BadInput("registry.kind", f"组织类型“{kind}”不在列表中。", hint="请从列表中选择。", field="kind")
    if not name.strip():
        raise BadInput("registry.organization_name", "组织名称没有填写。", hint="请填写全称。", field="name")
    if parent is not None:
        check_parent(office.pk, kind, parent)
    if based_on is not None and based_on.office_id != office.pk:
        raise BadInput("registry.other_office", "所选组织不属于本机关。", hint="请重新选择。", field="based_on")
    # The office row serialises two who would found one and the same organization.
    Office.objects.select_for_update().get(pk=office.pk)
    refuse_same_name(office.pk, kind, name.strip())
    organization = Organization.objects.create(
        office=office,
        created_by=_user(actor),
        kind=kind,
        name=name.strip(),
        short_name=short_name.strip(),
        parent=parent,
        based_on=based_on,
        purpose=purpose,
        founding_reference=reference,
        approved_on=approved_on,
        valid_from=founded,
    )
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.found_organization",
        subject=organization,
        after={"kind": kind, "name": name, "founded": founded, "reference": reference},
    )
    changes.announce(office.pk, registry=True, organizations=[organization.pk])
    return organization


@transaction.atomic
def dissolve_organization(
    organization: Organization, *, on: dt.date, reference: str, actor: Actor, approved_on: dt.date | None = None
) -> None:
    """End an organization on the day ``on`` (its last day is the day before) and all its open memberships.

    With a member group ends the temporary branch that is based on it.  Raises NotPossible where it has ended already, ``on`` is not after its founding, or other organizations that
    go on stand under it.
    """
    organization = Organization.objects.select_for_update().get(pk=organization.pk)
    if organization.valid_until is not None:
        raise NotPossible("registry.dissolved", f"“{organization.name}”已于 {organization.valid_until} 撤销。")
    if organization.valid_from is not None and on <= organization.valid_from:
        raise NotPossible(
            "registry.dissolve_before_founding", "撤销日期必须晚于成立日期。", hint="请核对日期。", field="on"
        )
    below = Organization.objects.filter(overlapping(on, None), parent=organization).order_by("precedence", "pk").first()
    if below is not None:
        raise NotPossible(
            "registry.organizations_below",
            f"“{organization.name}”之下还有“{below.name}”等组织。",
            hint="请先撤销下级组织，或调整其隶属关系。",
            field="on",
        )
    Membership.objects.filter(organization=organization, valid_from__gte=on).delete()
    Membership.objects.filter(organization=organization).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=on)
    ).update(valid_until=on, end_reason=MembershipReason.DISSOLVED)
    Organization.objects.filter(pk=organization.pk).update(
        valid_until=on, closing_reference=reference, closing_approved_on=approved_on
    )
    audit.record(
        office_id=organization.office_id,
        actor=actor,
        action="registry.dissolve_organization",
        subject=organization,
        before={"valid_until": None},
        after={"valid_until": on, "reference": reference, "approved_on": approved_on},
    )
    changes.announce(organization.office_id, registry=True, organizations=[organization.pk])
    if organization.kind == OrganizationKind.MEMBER_GROUP:
        words = f"随“{organization.name}”撤销"[:120]
        end_group_branches(organization.office_id, on=on, reference=words, actor=actor, group=organization)


@transaction.atomic
def end_group_branches(
    office_id: int, *, on: dt.date, reference: str, actor: Actor, group: Organization | None = None
) -> int:
    """End on the day ``on`` the temporary branches of member groups, or of one ``group``; return how many.

    They end with their group, and with the term: the groups are drawn up anew.  One that is founded on that day or
    later, or has an earlier end, is left alone.
    """
    rows = Organization.objects.filter(
        office_id=office_id, kind=OrganizationKind.TEMPORARY_BRANCH, valid_until=None,
        based_on__kind=OrganizationKind.MEMBER_GROUP,
    ).exclude(valid_from__gte=on)  # fmt: skip
    if group is not None:
        rows = rows.filter(based_on=group)
    found = list(rows.order_by("pk"))
    for branch in found:
        dissolve_organization(branch, on=on, reference=reference, actor=actor)
    return len(found)


@transaction.atomic
def enrol(
    person: Person,
    organization: Organization,
    *,
    since: dt.date | None,
    actor: Actor,
    post: Post | None = None,
    term: Term | None = None,
    home: bool = False,
    reason: str = "",
    basis: str = "",
    until: dt.date | None = None,
) -> Membership:
    """Make ``person`` a member of ``organization`` from ``since`` (None: unknown) and return the membership.

    Raises BadInput where the two belong to different offices or the end lies before the beginning,
    NotPossible where the organization does not exist on these days, where the same membership overlaps,
    or where a second home unit would arise.
    """
    if person.office_id != organization.office_id:
        raise BadInput("registry.other_office", "人员与组织不属于同一机关。", hint="请重新选择。", field="organization")
    if since is not None and until is not None and until <= since:
        raise BadInput(
            "registry.dates_order", f"结束日期 {until} 不晚于开始日期 {since}。", hint="请核对起止日期。", field="until"
        )
    _refuse_outside_life(organization, since)
    _hold(person)
    overlap = overlapping(since, until)
    same = Membership.objects.filter(overlap, person=person, organization=organization).first()
    if same is not None:
        raise NotPossible(
            "registry.membership_overlaps",
            f"{person.name}在“{organization.name}”已有一段任职({_span(same)})，与所填日期重叠。",
            hint="如是调整职务，请用“调整”；如原记录有误，请先更正。",
            field="since",
        )
    if home and Membership.objects.filter(overlap, person=person, home=True).exists():
        raise NotPossible(
            "registry.second_home",
            f"{person.name}的组织关系同一时间只能隶属一个党组织。",
            hint="请先结束原来的组织关系，再登记新的。",
            field="home",
        )
    membership = Membership.objects.create(
        office_id=person.office_id,
        created_by=_user(actor),
        person=person,
        organization=organization,
        post=post,
        term=term,
        home=home,
        valid_from=since,
        valid_until=until,
        begin_reason=reason,
        basis=basis,
    )
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.enrol",
        subject=membership,
        after={"person": person.pk, "organization": organization.pk, "since": since, "until": until},
        person_ids=[person.pk],
    )
    changes.announce(person.office_id, registry=True, organizations=[organization.pk])
    return membership


@transaction.atomic
def leave(membership: Membership, *, on: dt.date, reason: str, actor: Actor, basis: str = "") -> Membership:
    """End a membership on the day ``on`` (its last day is the day before) and return it.

    Raises NotPossible where ``on`` is not after its beginning, Conflict where somebody ended it meanwhile.
    """
    if membership.valid_from is not None and on <= membership.valid_from:
        raise NotPossible(
            "registry.leave_before_begin",
            f"离任日期 {on} 不晚于任职日期 {membership.valid_from}。",
            hint="如这段任职从未成立，请用“更正”。",
            field="on",
        )
    changed = Membership.objects.filter(pk=membership.pk, valid_until__isnull=True).update(
        valid_until=on, end_reason=reason, basis=basis or F("basis")
    )
    if changed == 0:
        raise Conflict("registry.already_left", "这段任职已经结束。", hint="请刷新页面查看最新情况。")
    membership.refresh_from_db()
    audit.record(
        office_id=membership.office_id,
        actor=actor,
        action="registry.leave",
        subject=membership,
        before={"valid_until": None},
        after={"valid_until": on, "reason": reason},
        person_ids=[membership.person_id],
    )
    changes.announce(membership.office_id, registry=True, organizations=[membership.organization_id])
    return membership


@transaction.atomic
def transfer(
    membership: Membership,
    to: Organization,
    *,
    on: dt.date,
    actor: Actor,
    post: Post | None = None,
    basis: str = "",
) -> Membership:
    """Move a person from one organization to another on the day ``on``: close the old membership, open the new.

    Returns the new membership.  Raises as :func:`leave` and :func:`enrol`; nothing is half done.
    """
    closed = leave(membership, on=on, reason=MembershipReason.TRANSFER, actor=actor, basis=basis)
    return enrol(
        closed.person,
        to,
        since=on,
        actor=actor,
        post=post,
        term=closed.term,
        home=closed.home,
        reason=MembershipReason.TRANSFER,
        basis=basis,
    )


@transaction.atomic
def assign_contact(
    contact: Person, target: Person, *, since: dt.date, actor: Actor, basis: str = ""
) -> ContactAssignment:
    """Make ``contact`` the contact person of ``target`` from ``since`` on and return the assignment.

    Raises BadInput for one and the same person or two offices, NotPossible where the pair exists already.
    """
    if contact.pk == target.pk:
        raise BadInput("registry.contact_self", "联系人与联系对象是同一个人。", hint="请重新选择。", field="target")
    if contact.office_id != target.office_id:
        raise BadInput("registry.other_office", "联系人与联系对象不属于同一机关。", hint="请重新选择。", field="target")
    _hold(target)
    if ContactAssignment.objects.filter(overlapping(since, None), contact=contact, target=target).exists():
        raise NotPossible("registry.contact_exists", f"{contact.name}与{target.name}的联系安排已经存在。")
    row = ContactAssignment.objects.create(
        office_id=contact.office_id,
        created_by=_user(actor),
        contact=contact,
        target=target,
        valid_from=since,
        basis=basis,
    )
    audit.record(
        office_id=contact.office_id,
        actor=actor,
        action="registry.assign_contact",
        subject=row,
        after={"contact": contact.pk, "target": target.pk, "since": since},
        person_ids=[contact.pk, target.pk],
    )
    changes.announce(contact.office_id, registry=True)
    return row


@transaction.atomic
def end_contact(assignment: ContactAssignment, *, on: dt.date, actor: Actor) -> None:
    """End a contact assignment on the day ``on``; no reason is asked for.

    Raises Conflict where it has ended already, NotPossible where ``on`` is not after its beginning.
    """
    if assignment.valid_from is not None and on <= assignment.valid_from:
        raise NotPossible("registry.contact_end", "结束日期必须晚于开始日期。", hint="请核对日期。", field="on")
    if not ContactAssignment.objects.filter(pk=assignment.pk, valid_until__isnull=True).update(valid_until=on):
        raise Conflict("registry.contact_ended", "这项联系安排已经结束。", hint="请刷新页面查看最新情况。")
    audit.record(
        office_id=assignment.office_id,
        actor=actor,
        action="registry.end_contact",
        subject=assignment,
        after={"valid_until": on},
        person_ids=[assignment.contact_id, assignment.target_id],
    )
    changes.announce(assignment.office_id, registry=True)


@transaction.atomic
def grant_role(
    office: Office,
    user: User,
    role: str,
    *,
    since: dt.date,
    actor: Actor,
    organization: Organization | None = None,
    until: dt.date | None = None,
) -> RoleGrant:
    """Grant ``role`` in ``office`` from ``since`` on and return the grant; it holds on the user's next request.

    Raises BadInput for an unknown role, a unit role without a unit, or an end before the beginning.
    """
    if role not in Role.values:
        raise BadInput("registry.role", f"角色“{role}”不在列表中。", hint="请从列表中选择。", field="role")
    if role in UNIT_ROLES and organization is None:
        raise BadInput(
            "registry.role_unit", f"“{Role(role).label}”须指明所限单位。", hint="请选择单位。", field="organization"
        )
    if organization is not None and organization.office_id != office.pk:
        raise BadInput("registry.other_office", "所选单位不属于本机关。", hint="请重新选择。", field="organization")
    if until is not None and until <= since:
        raise BadInput("registry.dates_order", "结束日期不晚于开始日期。", hint="请核对日期。", field="until")
    grant = RoleGrant.objects.create(
        office=office,
        created_by=_user(actor),
        user=user,
        role=role,
        organization=organization if role in UNIT_ROLES else None,
        valid_from=since,
        valid_until=until,
    )
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.grant_role",
        subject=grant,
        after={"user": user.pk, "role": role, "since": since, "until": until},
    )
    return grant


@transaction.atomic
def revoke_role(grant: RoleGrant, *, actor: Actor) -> None:
    """End a grant today; it is gone on the user's next request.

    Raises NotPossible for the office's last administrator, Conflict where it has ended already.
    """
    today = clock.today()
    # The office row serialises two administrators who would revoke each other at the same moment.
    Office.objects.select_for_update().get(pk=grant.office_id)
    if grant.role == Role.ADMINISTRATOR:
        others = owned(RoleGrant, grant.office_id).filter(in_force(today), role=Role.ADMINISTRATOR).exclude(pk=grant.pk)
        if not others.filter(user__is_active=True).exclude(user_id=grant.user_id).exists():
            raise NotPossible(
                "registry.last_administrator",
                "这是本机关最后一名系统管理员。",
                hint="请先授权另一名管理员，再撤销此授权。",
            )
    if grant.valid_from is not None and grant.valid_from >= today:
        # Granted today: it never was in force for a whole day, and an empty span is no row.
        removed, _ = RoleGrant.objects.filter(pk=grant.pk).delete()
        changed = bool(removed)
    else:
        changed = bool(
            RoleGrant.objects.filter(pk=grant.pk)
            .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=today))
            .update(valid_until=today)
        )
    if not changed:
        raise Conflict("registry.grant_ended", "这项授权已经结束。", hint="请刷新页面查看最新情况。")
    audit.record(
        office_id=grant.office_id,
        actor=actor,
        action="registry.revoke_role",
        subject=None,
        purpose=f"{Role(grant.role).label}",
        person_ids=[],
    )


def _hold(person: Person) -> None:
    """Hold the person's row, so that two rows that overlap only together cannot both be written."""
    Person.objects.select_for_update(of=("self",)).only("pk").get(pk=person.pk)


def _user(actor: Actor) -> User | None:
    return actor if isinstance(actor, User) else None


def _span(row: Membership) -> str:
    """Return a dated row's days for people: the last day in force, not the day after."""
    begin = str(row.valid_from) if row.valid_from else "起始日期不详"
    return f"{begin}至{row.valid_until - dt.timedelta(days=1)}" if row.valid_until else f"{begin}起"


def _refuse_outside_life(organization: Organization, since: dt.date | None) -> None:
    if since is None:
        return
    if organization.valid_from is not None and since < organization.valid_from:
        raise NotPossible(
            "registry.before_founding",
            f"“{organization.name}”于 {organization.valid_from} 成立，任职不能早于这一天。",
            hint="请核对任职日期或组织成立日期。",
            field="since",
        )
    if organization.valid_until is not None and since >= organization.valid_until:
        raise NotPossible(
            "registry.after_dissolving",
            f"“{organization.name}”已于 {organization.valid_until} 撤销。",
            hint="请选择现有组织。",
            field="organization",
        )
