"""All writes of accounts: invitations, sessions, second factor, activity of an account.

Who may is decided above, where offices and roles are known (``registry.account_operations``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from tongxin.accounts import queries
from tongxin.accounts.enums import InvitationPurpose
from tongxin.accounts.models import Invitation, User, UserSession
from tongxin.accounts.tokens import hashed, new_token
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible

#: How many days an invitation is good for, unless told otherwise; and the longest that may be told.
INVITATION_DAYS = 7
LONGEST_INVITATION_DAYS = 30
NAME_LIMIT = 100
ERASED_USER_NAME = "已注销用户"


@transaction.atomic
def set_large_type(user: User, wanted: bool, *, actor: User) -> None:
    """Keep whether ``user`` reads in large type; a change leaves an audit entry, the same again nothing."""
    if user.large_type == wanted:
        return
    before, user.large_type = user.large_type, wanted
    user.save(update_fields=["large_type"])
    audit.record(
        office_id=None,
        actor=actor,
        action="accounts.set_large_type",
        subject=user,
        before={"large_type": before},
        after={"large_type": wanted},
    )


@transaction.atomic
def open_account(username: str, *, display_name: str, actor: User | None, office_id: int = 0) -> User:
    """Create an account that cannot sign in until its invitation is accepted, and return it.

    Raises BadInput for an unfit user name and Conflict where the name is taken.
    """
    clean = username.strip()
    try:
        UnicodeUsernameValidator()(clean)
    except ValidationError as fault:
        raise BadInput(
            "accounts.username", "用户名只能用文字、数字和 @ . + - _。", hint="请重新填写用户名。", field="username"
        ) from fault
    if not 1 <= len(clean) <= 150:
        raise BadInput("accounts.username", "用户名应为1至150个字。", hint="请重新填写用户名。", field="username")
    user = User(username=clean, display_name=_name(display_name), is_active=False)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError as fault:
        raise Conflict(
            "accounts.username_taken", f"用户名“{clean}”已有人使用。", hint="请换一个用户名。", field="username"
        ) from fault
    audit.record(office_id=office_id, actor=actor, action="accounts.open", subject=user, after={"username": clean})
    return user


@transaction.atomic
def invite(
    user: User,
    purpose: str,
    *,
    actor: User | None,
    office_id: int = 0,
    days: int = INVITATION_DAYS,
) -> tuple[Invitation, str]:
    """Issue an invitation and return it with its token, which is shown this once and kept nowhere.

    Earlier unused invitations of the same user are taken back.  Raises BadInput for an unknown purpose or a
    span outside 1 to 30 days, NotPossible for joining with an account that is in use and for the reverse.
    """
    if purpose not in InvitationPurpose.values:
        raise BadInput("accounts.purpose", f"没有“{purpose}”这种邀请。", hint="请从列表中选择。", field="purpose")
    if not 1 <= days <= LONGEST_INVITATION_DAYS:
        raise BadInput(
            "accounts.invitation_days",
            f"邀请有效期应为1至{LONGEST_INVITATION_DAYS}天。",
            hint="请重新填写天数。",
            field="days",
        )
    if purpose == InvitationPurpose.JOIN and user.is_active:
        raise NotPossible("accounts.in_use", f"账号“{user.username}”已经开通。", hint="如忘记密码，请用“找回账号”。")
    if purpose != InvitationPurpose.JOIN and not user.is_active:
        raise NotPossible(
            "accounts.not_in_use", f"账号“{user.username}”尚未开通或已停用。", hint="请先用“开通账号”发出邀请。"
        )
    now = clock.now()
    Invitation.objects.filter(user=user, accepted_at__isnull=True, revoked_at__isnull=True).update(revoked_at=now)
    token = new_token()
    issued = Invitation.objects.create(
        user=user,
        purpose=purpose,
        token_hash=hashed(token),
        office_id=office_id,
        created_at=now,
        created_by=actor,
        expires_at=now + dt.timedelta(days=days),
    )
    audit.record(
        office_id=office_id,
        actor=actor,
        action="accounts.invite",
        subject=issued,
        after={"user": user.pk, "purpose": purpose, "expires_at": issued.expires_at},
    )
    return issued, token


@transaction.atomic
def revoke_invitation(issued: Invitation, *, actor: User | None) -> None:
    """Take an unused invitation back.  Raises Conflict where it was used or taken back meanwhile."""
    open_ones = Invitation.objects.filter(pk=issued.pk, accepted_at__isnull=True, revoked_at__isnull=True)
    if not open_ones.update(revoked_at=clock.now()):
        raise Conflict("accounts.invitation_closed", "邀请已经使用或撤回。", hint="请刷新页面查看最新情况。")
    audit.record(office_id=issued.office_id, actor=actor, action="accounts.revoke_invitation", subject=issued)


@transaction.atomic
def accept(token: str, *, password: str, display_name: str = "") -> User:
    """Use an invitation by choosing a password; return the user, who can sign in now.

    In this order: the invitation is used up, name and password are set, the account becomes active, and all
    its sessions end.  Raises as :func:`queries.invitation`, BadInput for a weak password or overlong name,
    NotPossible for an invitation that is only for linking, Conflict where it was used a moment ago.
    """
    issued = queries.invitation(token)
    if issued.purpose == InvitationPurpose.LINK:
        raise NotPossible(
            "accounts.invitation_links_only", "这个邀请只用于关联统一身份认证。", hint="请点“用统一身份认证登录”。"
        )
    user = issued.user
    if display_name:
        user.display_name = _name(display_name)
    _refuse_weak(password, user)
    _use_up(issued)
    user.set_password(password)
    user.is_active = True
    user.save(update_fields=["display_name", "password", "is_active"])
    _end(UserSession.objects.filter(user=user))
    audit.record(
        office_id=issued.office_id,
        actor=user,
        action="accounts.accept",
        subject=user,
        after={"purpose": issued.purpose, "by": "password"},
    )
    return user


@transaction.atomic
def accept_with_provider(token: str, *, provider: str, subject: str) -> User:
    """Use an invitation by signing in at the office's identity provider; return the user, now active.

    The caller stores the link itself in the same transaction.  Raises as :func:`queries.invitation`,
    NotPossible where the provider's subject is linked to another account already.
    """
    issued = queries.invitation(token)
    user = issued.user
    if SocialAccount.objects.filter(provider=provider, uid=subject).exclude(user=user).exists():
        raise NotPossible("accounts.subject_taken", "这个统一身份已经关联了另一个账号。", hint="请联系系统管理员核对。")
    _use_up(issued)
    if not user.is_active:
        user.is_active = True
        user.save(update_fields=["is_active"])
    audit.record(
        office_id=issued.office_id,
        actor=user,
        action="accounts.accept",
        subject=user,
        after={"purpose": issued.purpose, "by": provider},
    )
    return user


@transaction.atomic
def change_password(user: User, password: str, *, actor: User, current_key: str = "") -> int:
    """Set a new password, end all other sessions of ``user`` and return how many ended.

    Raises BadInput for a weak password.
    """
    _refuse_weak(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(office_id=None, actor=actor, action="accounts.change_password", subject=user)
    return _end(UserSession.objects.filter(user=user).exclude(key_hash=hashed(current_key)))


@transaction.atomic
def note_session(user: User, key: str, *, earlier_hash: str = "") -> str:
    """Keep that ``user`` uses the session ``key`` today; return its hash.

    ``earlier_hash``: under which it was known before its key was renewed.  Twice on one day is once.
    """
    today, key_hash = clock.today(), hashed(key)
    known = UserSession.objects.filter(key_hash=key_hash).exists()
    if earlier_hash and earlier_hash != key_hash and not known:
        UserSession.objects.filter(user=user, key_hash=earlier_hash).update(key_hash=key_hash)
    row, created = UserSession.objects.get_or_create(
        key_hash=key_hash, defaults={"user": user, "created_on": today, "last_seen_on": today}
    )
    if not created and (row.last_seen_on != today or row.user_id != user.pk):
        UserSession.objects.filter(pk=row.pk).update(user=user, last_seen_on=today)
    return key_hash


@transaction.atomic
def forget_session(key: str) -> None:
    """Drop the row of a session that was signed out."""
    UserSession.objects.filter(key_hash=hashed(key)).delete()


@transaction.atomic
def end_session(user: User, uid: UUID, *, actor: User) -> None:
    """End one session of ``user``; the browser is signed out on its next request.

    Raises Conflict where there is no such session any more, or it is somebody else's.
    """
    if not _end(UserSession.objects.filter(user=user, uid=uid)):
        raise Conflict("accounts.session_gone", "这个登录会话已经结束。", hint="请刷新页面查看最新情况。")
    audit.record(office_id=None, actor=actor, action="accounts.end_session", subject=user)


@transaction.atomic
def end_sessions(user: User, *, actor: User | None, except_key: str = "") -> int:
    """End all sessions of ``user``, save the one with ``except_key``; return how many."""
    ended = _end(UserSession.objects.filter(user=user).exclude(key_hash=hashed(except_key)))
    if ended:
        audit.record(
            office_id=None, actor=actor, action="accounts.end_sessions", subject=user, after={"sessions": ended}
        )
    return ended


@transaction.atomic
def reset_second_factor(user: User, *, actor: User | None, office_id: int = 0) -> int:
    """Take the second factor and its recovery codes from ``user`` (lost telephone); end all sessions.

    Returns how many means were taken away; none is no fault.
    """
    removed, _ = Authenticator.objects.filter(user=user).delete()
    _end(UserSession.objects.filter(user=user))
    audit.record(
        office_id=office_id,
        actor=actor,
        action="accounts.reset_second_factor",
        subject=user,
        after={"removed": removed},
    )
    return removed


@transaction.atomic
def set_active(user: User, wanted: bool, *, actor: User | None, office_id: int = 0) -> None:
    """Let an account sign in, or not.  Switching it off ends its sessions and takes back its invitations.

    Raises Conflict where somebody else was faster.  The guard of the last administrator stands in ``registry``.
    """
    if not User.objects.filter(pk=user.pk, is_active=not wanted).update(
        is_active=wanted, rights_version=F("rights_version") + 1
    ):
        raise Conflict(
            "accounts.active_already",
            "账号已经启用。" if wanted else "账号已经停用。",
            hint="请刷新页面查看最新情况。",
        )
    user.refresh_from_db()
    if not wanted:
        Invitation.objects.filter(user=user, accepted_at__isnull=True, revoked_at__isnull=True).update(
            revoked_at=clock.now()
        )
        _end(UserSession.objects.filter(user=user))
    audit.record(
        office_id=office_id,
        actor=actor,
        action="accounts.activate" if wanted else "accounts.deactivate",
        subject=user,
        before={"is_active": not wanted},
        after={"is_active": wanted},
    )


@transaction.atomic
def unlink_provider(user: User, *, actor: User | None, office_id: int = 0) -> int:
    """Remove the links of ``user`` to identity providers; return how many there were.

    Raises NotPossible where the account has no password and could never sign in again.
    """
    if not user.has_usable_password():
        raise NotPossible(
            "accounts.no_password_left", "解除关联后，这个账号将无法登录。", hint="请先用“找回账号”设置密码。"
        )
    removed, _ = SocialAccount.objects.filter(user=user).delete()
    audit.record(office_id=office_id, actor=actor, action="accounts.unlink", subject=user, after={"removed": removed})
    return removed


@transaction.atomic
def erase(user: User, *, actor: Any, office_id: int = 0) -> None:
    """Blank everything that tells who ``user`` was; the row stays, because records refer to it.

    Names become a fixed word and a number, password, second factor, provider links, sessions and
    invitations go, and the audited values of the account are destroyed.
    """
    _end(UserSession.objects.filter(user=user))
    Invitation.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    user.username, user.display_name, user.email = f"erased-{user.uid}", ERASED_USER_NAME, ""
    user.is_active, user.last_login = False, None
    user.set_unusable_password()
    user.save(update_fields=["username", "display_name", "email", "is_active", "last_login", "password"])
    audit.erase(user)
    audit.record(office_id=office_id, actor=actor, action="accounts.erase", subject=user)


def _end(rows: Any) -> int:
    """Delete sessions together with their rows here; return how many rows there were."""
    hashes = set(rows.values_list("key_hash", flat=True))
    Session.objects.filter(session_key__in=queries.session_keys(hashes)).delete()
    return int(UserSession.objects.filter(key_hash__in=hashes).delete()[0])


def _use_up(issued: Invitation) -> None:
    """Mark an invitation as used; of two who come at the same moment one gets the refusal."""
    now = clock.now()
    usable = Invitation.objects.filter(
        pk=issued.pk, accepted_at__isnull=True, revoked_at__isnull=True, expires_at__gt=now
    )
    if not usable.update(accepted_at=now):
        raise Conflict("accounts.invitation_used", "邀请链接已经使用过。", hint="请系统管理员重新发出邀请。")


def _name(text: str) -> str:
    clean = " ".join(text.split())
    if not clean or len(clean) > NAME_LIMIT:
        raise BadInput(
            "accounts.display_name", f"显示名应为1至{NAME_LIMIT}个字。", hint="请填写姓名。", field="display_name"
        )
    return clean


def _refuse_weak(password: str, user: User) -> None:
    try:
        validate_password(password, user)
    except ValidationError as fault:
        raise BadInput("accounts.password", "".join(fault.messages), hint="请换一个密码。", field="password") from fault
