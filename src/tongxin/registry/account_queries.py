"""What the office asks of its accounts, and who may pass on what: reads for the pages of accounts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, Q

from tongxin.accounts.models import Invitation, User
from tongxin.accounts.queries import has_second_factor
from tongxin.core import clock
from tongxin.core.vocabulary import said
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role
from tongxin.registry.models import AccountPolicy, Office, Person, RoleGrant
from tongxin.registry.queries import in_force, owned

#: Roles that are granted by an administrator only, never passed on.
UNDELEGABLE_ROLES = frozenset({Role.ADMINISTRATOR, Role.MEMBER})


@dataclass(frozen=True)
class AccountLine:
    """One account in the administrator's list.  No time of signing in: that is nobody's business."""

    uid: UUID
    username: str
    display_name: str
    is_active: bool
    roles: tuple[str, ...]
    second_factor: bool
    second_factor_needed: bool
    invited_until: dt.datetime | None


@dataclass(frozen=True)
class GrantLine:
    """One grant as its holder or the administrator sees it; ``until`` is the last day in force."""

    uid: UUID
    role: str
    unit: str
    since: dt.date | None
    until: dt.date | None
    delegated_by: str
    delegable: bool


def second_factor_roles(office: Office | int) -> frozenset[str]:
    """Return the roles that need a second factor in an office; one statement."""
    policy = owned(AccountPolicy, office).values_list("second_factor_roles", flat=True).first()
    return frozenset(policy or ())


def second_factor_missing(user: User, standing: Standing) -> bool:
    """Tell whether ``user`` must set up a second factor before doing anything else in this office.

    Two statements at most, one where no role of the user needs it.
    """
    if standing.office_id is None:
        return False
    needed = second_factor_roles(standing.office_id)
    return standing.has(*needed) and not has_second_factor(user)


def active_administrators(office: Office | int, day: dt.date, *, without: Iterable[int] = ()) -> int:
    """Return how many users who can sign in administrate ``office`` on ``day``, leaving some out."""
    grants = owned(RoleGrant, office).filter(in_force(day), role=Role.ADMINISTRATOR, user__is_active=True)
    return grants.exclude(user_id__in=list(without)).values("user_id").distinct().count()


def accounts_of(office: Office, day: dt.date) -> list[AccountLine]:
    """Return the accounts of ``office`` in order of user name: holders of grants and linked persons.

    Three statements however many accounts there are.
    """
    granted = owned(RoleGrant, office).values("user_id")
    linked = owned(Person, office).filter(user__isnull=False).values("user_id")
    strong = Authenticator.objects.filter(user_id=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    usable = Invitation.objects.filter(
        user_id=OuterRef("pk"), accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=clock.now()
    )
    users = (
        User.objects.filter(Q(pk__in=granted) | Q(pk__in=linked))
        .annotate(strong=Exists(strong), invited_until=usable.values("expires_at")[:1])
        .order_by("username")
    )
    needed = second_factor_roles(office)
    roles: dict[int, set[str]] = {}
    for user_id, role in owned(RoleGrant, office).filter(in_force(day)).values_list("user_id", "role"):
        roles.setdefault(user_id, set()).add(role)
    return [
        AccountLine(
            user.uid,
            user.username,
            user.display_name,
            user.is_active,
            tuple(said(str(role.label)) for role in Role if role in roles.get(user.pk, ())),
            user.strong,
            bool(needed & roles.get(user.pk, set())),
            user.invited_until,
        )
        for user in users
    ]


def grants_of(user: User, office: Office, day: dt.date) -> list[GrantLine]:
    """Return the grants of ``user`` in ``office`` that hold on ``day`` or later, with what may be passed on."""
    rows = (
        owned(RoleGrant, office)
        .filter(Q(valid_until__isnull=True) | Q(valid_until__gt=day), user=user)
        .select_related("organization", "delegated_by__user")
        .order_by("role", "pk")
    )
    return [
        GrantLine(
            row.uid,
            str(Role(row.role).label),
            row.organization.name if row.organization is not None else "",
            row.valid_from,
            row.valid_until - dt.timedelta(days=1) if row.valid_until else None,
            row.delegated_by.user.get_full_name() if row.delegated_by is not None else "",
            row.delegated_by_id is None and row.role not in UNDELEGABLE_ROLES,
        )
        for row in rows
    ]
