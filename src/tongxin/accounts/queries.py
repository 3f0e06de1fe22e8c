"""All reads of accounts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from tongxin.accounts.models import Invitation, User, UserSession
from tongxin.accounts.tokens import hashed
from tongxin.core import clock
from tongxin.core.errors import BadInput, NotPossible


@dataclass(frozen=True)
class SessionLine:
    """One line of the list of sessions: days only, and whether it is the one that asks."""

    uid: UUID
    created_on: dt.date
    last_seen_on: dt.date
    current: bool


def invitation(token: str) -> Invitation:
    """Return the usable invitation of ``token``, with its user.

    Raises BadInput for an unknown token, NotPossible for one that was used, taken back or has expired.
    """
    found = Invitation.objects.filter(token_hash=hashed(token)).select_related("user").first() if token else None
    if found is None:
        raise BadInput(
            "accounts.invitation_unknown", "邀请链接不正确。", hint="请核对是否完整复制了链接，或请系统管理员重新发出。"
        )
    refuse_unusable(found)
    return found


def refuse_unusable(found: Invitation) -> None:
    """Raise NotPossible where an invitation can no longer be used, with the reason."""
    again = "请系统管理员重新发出邀请。"
    if found.accepted_at is not None:
        raise NotPossible("accounts.invitation_used", "邀请链接已经使用过。", hint=again)
    if found.revoked_at is not None:
        raise NotPossible("accounts.invitation_revoked", "邀请链接已被撤回。", hint=again)
    if found.expires_at <= clock.now():
        raise NotPossible("accounts.invitation_expired", "邀请链接已过有效期。", hint=again)


def session_keys(wanted: set[str]) -> list[str]:
    """Return the keys of living sessions whose hash is in ``wanted``.

    The keys are no longer known here; hashing all of them takes milliseconds for some thousands.
    """
    if not wanted:
        return []
    keys = Session.objects.filter(expire_date__gt=clock.now()).values_list("session_key", flat=True)
    return [key for key in keys.iterator() if hashed(key) in wanted]


def sessions_of(user: User, current_key: str = "") -> list[SessionLine]:
    """Return the living sessions of ``user``, last used first; ``current_key``: the session that asks.

    Two statements however many sessions there are.
    """
    rows = list(UserSession.objects.filter(user=user))
    living = {hashed(key) for key in session_keys({row.key_hash for row in rows})}
    current = hashed(current_key) if current_key else ""
    return [
        SessionLine(row.uid, row.created_on, row.last_seen_on, row.key_hash == current)
        for row in rows
        if row.key_hash in living
    ]


def has_second_factor(user: User) -> bool:
    """Tell whether ``user`` has set up a one-time password; recovery codes alone are none."""
    return Authenticator.objects.filter(user=user).exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
