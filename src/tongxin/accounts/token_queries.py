"""All reads of access tokens."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from tongxin.accounts.models import AccessToken, User
from tongxin.accounts.tokens import hashed


def token_in_force(secret: str, day: dt.date) -> AccessToken | None:
    """Return the token of ``secret`` with its user, if it is in force on ``day`` and the account is in use."""
    if not secret:
        return None
    found = AccessToken.objects.filter(
        token_hash=hashed(secret), revoked_at__isnull=True, expires_on__gt=day, user__is_active=True
    )
    return found.select_related("user").first()


def tokens_of(user: User, office_id: int) -> QuerySet[AccessToken]:
    """Return the tokens of ``user`` in one office, the newest first, those that are over too."""
    return AccessToken.objects.filter(user=user, office_id=office_id).order_by("-pk")


def tokens_in(office_id: int) -> QuerySet[AccessToken]:
    """Return all tokens of an office with their users, the newest first."""
    return AccessToken.objects.filter(office_id=office_id).select_related("user").order_by("-pk")
