"""Writes on accounts that need to know offices and roles: inviting, delegating, deactivating, recovering.

What touches the account alone stands in ``accounts.operations``; here is who may, and the guard of the last
administrator.  The row of the office serialises two administrators who act at the same moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from tongxin.accounts import operations as accounts
from tongxin.accounts.enums import InvitationPurpose
from tongxin.accounts.models import Invitation, User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.registry import operations
from tongxin.registry.account_queries import UNDELEGABLE_ROLES, active_administrators
from tongxin.registry.enums import Role
from tongxin.registry.models import AccountPolicy, Office, Organization, Person, RoleGrant
from tongxin.registry.queries import in_force, owned


@dataclass(frozen=True)
class Issued:
    """An invitation just issued; ``token`` goes into the link, is shown this once and kept nowhere."""

    user: User
    invitation: Invitation
    token: str


@transaction.atomic
def invite(
    office: Office,
    *,
    username: str,
    display_name: str,
    actor: User | None,
    roles: Sequence[tuple[str, Organization | None]] = (),
    person: Person | None = None,
    since: dt.date | None = None,
    days: int = accounts.INVITATION_DAYS,
) -> Issued:
    """Open an account with its roles, tie it to a person of the register, and issue its invitation.

    ``roles``: role and the unit it is limited to.  Whoever is neither given a role nor tied to a person could
    see nothing, and is refused.  Raises as :func:`accounts.open_account`, :func:`operations.grant_role` and
    :func:`accounts.invite`; nothing is half done.
    """
    if not roles and person is None:
        raise BadInput("registry.account_idle", "账号既无角色，也未对应人员。", hint="请至少选择一项。", field="roles")
    if person is not None and person.office_id != office.pk:
        raise BadInput("registry.other_office", "所选人员不属于本机关。", hint="请重新选择。", field="person")
    user = accounts.open_account(username, display_name=display_name, actor=actor, office_id=office.pk)
    for role, unit in roles:
        operations.grant_role(office, user, role, since=since or clock.today(), actor=actor, organization=unit)
    if person is not None:
        link_person(person, user, actor=actor)
    invitation, token = accounts.invite(user, InvitationPurpose.JOIN, actor=actor, office_id=office.pk, days=days)
    return Issued(user, invitation, token)


@transaction.atomic
def invite_again(office: Office, user: User, *, actor: User, days: int = accounts.INVITATION_DAYS) -> Issued:
    """Issue a new invitation to an account that has not been opened yet; the earlier one is void.

    Raises NotAllowed for an account of another office, and as :func:`accounts.invite`.
    """
    _refuse_foreign(office, user, actor)
    invitation, token = accounts.invite(user, InvitationPurpose.JOIN, actor=actor, office_id=office.pk, days=days)
    return Issued(user, invitation, token)


@transaction.atomic
def recover(
    office: Office,
    user: User,
    *,
    actor: User,
    second_factor_lost: bool = False,
    days: int = accounts.INVITATION_DAYS,
) -> Issued:
    """Issue an invitation with which ``user`` chooses a new password; take a lost second factor away.

    The administrator never learns or sets a password.  Raises NotAllowed for an account that other offices
    use too, unless the actor administrates them as well, and as :func:`accounts.invite`.
    """
    _refuse_foreign(office, user, actor)
    if second_factor_lost:
        accounts.reset_second_factor(user, actor=actor, office_id=office.pk)
    invitation, token = accounts.invite(user, InvitationPurpose.RECOVER, actor=actor, office_id=office.pk, days=days)
    return Issued(user, invitation, token)


@transaction.atomic
def invite_to_link(office: Office, user: User, *, actor: User, days: int = accounts.INVITATION_DAYS) -> Issued:
    """Issue an invitation with which ``user`` ties the account to their subject at the identity provider.

    Raises as :func:`recover`.
    """
    _refuse_foreign(office, user, actor)
    invitation, token = accounts.invite(user, InvitationPurpose.LINK, actor=actor, office_id=office.pk, days=days)
    return Issued(user, invitation, token)


@transaction.atomic
def link_person(person: Person, user: User | None, *, actor: User | None) -> None:
    """Say which account is that of ``person``, or (None) that none is.

    Raises Conflict where the person has another account or the account another person of the office.
    """
    if user is not None:
        if owned(Person, person.office_id).filter(user=user).exclude(pk=person.pk).exists():
            raise Conflict(
                "registry.account_linked", "这个账号已对应本机关另一名人员。", hint="请核对。", field="person"
            )
        changed = Person.objects.filter(Q(user__isnull=True) | Q(user=user), pk=person.pk).update(user=user)
        if not changed:
            raise Conflict(
                "registry.person_linked", f"{person.name}已有账号。", hint="请先解除原来的对应。", field="person"
            )
    else:
        Person.objects.filter(pk=person.pk).update(user=None)
    before, person.user = person.user_id, user
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.link_person",
        subject=person,
        before={"user": before},
        after={"user": user.pk if user is not None else None},
        person_ids=[person.pk],
    )


@transaction.atomic
def delegate(grant: RoleGrant, to: User, *, since: dt.date, until: dt.date, actor: User) -> RoleGrant:
    """Pass a role on for ``since <= day < until`` and return the new grant, marked with where it came from.

    The holder keeps the role too.  What was passed on is not passed on again, and administration never is.
    Raises NotAllowed for somebody else than the holder, BadInput for days in the wrong order, in the past or
    outside the grant, NotPossible for a role that cannot be passed on or an account that cannot sign in,
    Conflict where the grant has ended meanwhile.
    """
    today = clock.today()
    if grant.user_id != actor.pk:
        raise NotAllowed("registry.not_own_grant", "只能委托本人持有的角色。")
    if grant.delegated_by_id is not None:
        raise NotPossible("registry.delegate_again", "受委托的角色不能再委托。", hint="请由原持有人办理委托。")
    if grant.role in UNDELEGABLE_ROLES:
        raise NotPossible(
            "registry.undelegable", f"“{Role(grant.role).label}”不能委托。", hint="请由系统管理员另行授权。"
        )
    if to.pk == actor.pk:
        raise BadInput("registry.delegate_self", "不能委托给本人。", hint="请选择他人。", field="to")
    if not to.is_active:
        raise NotPossible(
            "registry.delegate_inactive", f"{to.get_full_name()}的账号未启用。", hint="请选择他人。", field="to"
        )
    if until <= since:
        raise BadInput("registry.dates_order", "结束日期不晚于开始日期。", hint="请核对日期。", field="until")
    if since < today:
        raise BadInput(
            "registry.delegate_past", "委托不能从过去的日期开始。", hint="请从今天或以后开始。", field="since"
        )
    # The grant is read again under a lock: it may have been ended a moment ago.
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.valid_until is not None and grant.valid_until <= today:
        raise Conflict("registry.grant_ended", "这项授权已经结束。", hint="请刷新页面查看最新情况。")
    if (grant.valid_from is not None and since < grant.valid_from) or (
        grant.valid_until is not None and until > grant.valid_until
    ):
        last = f"至 {grant.valid_until - dt.timedelta(days=1)}" if grant.valid_until else "起"
        raise BadInput(
            "registry.delegate_too_long",
            f"委托的日期超出本人的授权({grant.valid_from or '起始日期不详'} {last})。",
            hint="请缩短委托的日期。",
            field="until",
        )
    if (
        not owned(RoleGrant, grant.office_id).filter(user=to).exists()
        and not owned(Person, grant.office_id).filter(user=to).exists()
    ):
        raise NotPossible("registry.delegate_outside", "受委托人不在本机关。", hint="请选择本机关人员。", field="to")
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=since)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lt=until)
    unit = Q(organization=grant.organization) if grant.organization is not None else Q(organization__isnull=True)
    if owned(RoleGrant, grant.office_id).filter(lasting, begun, unit, user=to, role=grant.role).exists():
        raise NotPossible("registry.delegate_twice", f"{to.get_full_name()}在这段日期内已有这个角色。", field="to")
    passed_on = RoleGrant.objects.create(
        office_id=grant.office_id,
        created_by=actor,
        user=to,
        role=grant.role,
        organization_id=grant.organization_id,
        valid_from=since,
        valid_until=until,
        delegated_by=grant,
    )
    audit.record(
        office_id=grant.office_id,
        actor=actor,
        action="registry.delegate",
        subject=passed_on,
        after={"user": to.pk, "role": grant.role, "since": since, "until": until, "from": grant.pk},
    )
    return passed_on


@transaction.atomic
def end_grant(grant: RoleGrant, *, actor: User | None) -> None:
    """End a grant today, and first what was passed on from it.

    Use this rather than :func:`operations.revoke_role`, which knows of no delegation.  Raises as that one.
    """
    Office.objects.select_for_update().get(pk=grant.office_id)
    today = clock.today()
    passed_on = RoleGrant.objects.filter(delegated_by=grant).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=today)
    )
    for row in passed_on:
        operations.revoke_role(row, actor=actor)
    operations.revoke_role(grant, actor=actor)


@transaction.atomic
def take_back(grant: RoleGrant, *, actor: User) -> None:
    """End a delegation before its time; its giver and its receiver both may.

    Raises NotAllowed for anybody else, NotPossible for a grant that isn't one, Conflict where it has ended.
    """
    if grant.delegated_by is None:
        raise NotPossible("registry.no_delegation", "这不是委托的角色。", hint="请由系统管理员撤销授权。")
    if actor.pk not in (grant.user_id, grant.delegated_by.user_id):
        raise NotAllowed("registry.not_own_grant", "只有委托双方可以结束委托。")
    operations.revoke_role(grant, actor=actor)


@transaction.atomic
def deactivate(office: Office, user: User, *, actor: User) -> None:
    """Switch an account off: it is signed out everywhere and what it passed on ends.

    Raises NotAllowed for an account that another office uses too (there the grants here are ended instead),
    NotPossible for the last administrator of any office, Conflict where it is off already.
    """
    _refuse_foreign(office, user, actor)
    _refuse_without_administrator(user)
    today = clock.today()
    passed_on = RoleGrant.objects.filter(delegated_by__user=user).filter(
        Q(valid_until__isnull=True) | Q(valid_until__gt=today)
    )
    for row in passed_on:
        operations.revoke_role(row, actor=actor)
    accounts.set_active(user, False, actor=actor, office_id=office.pk)


@transaction.atomic
def reactivate(office: Office, user: User, *, actor: User) -> None:
    """Switch an account on again.  Raises as :func:`deactivate`, save for the last administrator."""
    _refuse_foreign(office, user, actor)
    accounts.set_active(user, True, actor=actor, office_id=office.pk)


@transaction.atomic
def require_second_factor(office: Office, roles: Iterable[str], *, actor: User) -> AccountPolicy:
    """Say which roles need a second factor in ``office``; it holds on their holders' next request.

    Raises BadInput for an unknown role.
    """
    wanted = sorted(set(roles))
    unknown = [role for role in wanted if role not in Role.values]
    if unknown:
        raise BadInput(
            "registry.role", f"角色“{'、'.join(unknown)}”不在列表中。", hint="请从列表中选择。", field="roles"
        )
    Office.objects.select_for_update().get(pk=office.pk)
    policy, _ = AccountPolicy.objects.get_or_create(office=office, defaults={"created_by": actor})
    before, policy.second_factor_roles = policy.second_factor_roles, wanted
    policy.save(update_fields=["second_factor_roles"])
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="registry.require_second_factor",
        subject=policy,
        before={"roles": before},
        after={"roles": wanted},
    )
    return policy


def _refuse_foreign(office: Office, user: User, actor: User) -> None:
    """Refuse to touch an account as a whole where another office, not the actor's, uses it too."""
    today = clock.today()
    using = set(RoleGrant.objects.filter(in_force(today), user=user).values_list("office_id", flat=True))
    using |= set(Person.objects.filter(user=user).values_list("office_id", flat=True))
    known = using or set(RoleGrant.objects.filter(user=user).values_list("office_id", flat=True))
    administrated = set(
        RoleGrant.objects.filter(in_force(today), user=actor, role=Role.ADMINISTRATOR).values_list(
            "office_id", flat=True
        )
    )
    if office.pk not in known:
        raise NotAllowed("registry.foreign_account", "这个账号不属于本机关。")
    if using - administrated - {office.pk}:
        raise NotAllowed(
            "registry.shared_account",
            "这个账号还在其他机关使用。",
            hint="请撤销其在本机关的授权；账号本身请由各机关管理员商定。",
        )


def _refuse_without_administrator(user: User) -> None:
    """Refuse where an office would be left without an administrator who can sign in."""
    today = clock.today()
    grants = RoleGrant.objects.filter(in_force(today), user=user, role=Role.ADMINISTRATOR)
    ids = sorted(set(grants.values_list("office_id", flat=True)))
    # Locked in one order, so that two administrators who switch each other off wait for one another.
    for office in Office.objects.select_for_update().filter(pk__in=ids).order_by("pk"):
        if not active_administrators(office, today, without=[user.pk]):
            raise NotPossible(
                "registry.last_administrator",
                f"这是{office.name}最后一名系统管理员。",
                hint="请先授权另一名管理员，再停用此账号。",
            )
