"""What the page of the account shows."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from tongxin.accounts.models import User
from tongxin.registry.models import Office, Person, RoleGrant
from tongxin.registry.queries import owned


def colleagues_called(office: Office, text: str) -> list[User]:
    """Return the accounts of the office with this user name, or else with this display name; two at most."""
    granted = owned(RoleGrant, office).values("user_id")
    linked = owned(Person, office).filter(user__isnull=False).values("user_id")
    users = User.objects.filter(Q(pk__in=granted) | Q(pk__in=linked))
    return list(users.filter(username=text)[:1]) or list(users.filter(display_name=text).order_by("username")[:2])


def delegations(office: Office, user: User) -> QuerySet[RoleGrant]:
    """Return the delegations that ``user`` gave or received in ``office``."""
    return (
        owned(RoleGrant, office)
        .filter(delegated_by__isnull=False)
        .filter(Q(user=user) | Q(delegated_by__user=user))
        .select_related("user", "organization", "delegated_by")
    )


def passed_on(office: Office, user: User, day: dt.date) -> QuerySet[RoleGrant]:
    """Return what ``user`` passed on and has not ended on ``day``."""
    lasting = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    return delegations(office, user).filter(lasting, delegated_by__user=user).order_by("valid_from", "pk")
