"""All writes of access tokens: issue, revoke, note that one was used."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from tongxin.accounts.enums import Scope
from tongxin.accounts.models import AccessToken, User
from tongxin.accounts.tokens import hashed, new_token
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict

#: Stands before every secret, so that one which leaked into a file or a log can be searched for.
PREFIX = "txin_"
#: How many days a token is good for at the most: somebody looks at it at least once a year.
LONGEST_DAYS = 366
NAME_LIMIT = 60
#: How many tokens of one user in one office may be in force at once.
MOST = 20


@transaction.atomic
def issue_token(
    user: User, *, office_id: int, name: str, scopes: Iterable[str], expires_on: dt.date, actor: User
) -> tuple[AccessToken, str]:
    """Issue a token and return it with its secret, which is shown this once and kept nowhere.

    ``expires_on``: the first day on which it is no longer in force.  Raises BadInput for an empty or overlong name, no
    or an unknown scope, and a day that is not within the next 366; Conflict for more than 20 in force.
    """
    wanted = sorted(set(scopes))
    clean = " ".join(name.split())
    today = clock.today()
    if not 1 <= len(clean) <= NAME_LIMIT:
        raise BadInput(
            "accounts.token_name", f"用途应为1至{NAME_LIMIT}个字。", hint="请写明给哪个程序用。", field="name"
        )
    if not wanted:
        raise BadInput("accounts.token_scopes", "没有选择权限范围。", hint="请至少选一项。", field="scopes")
    unknown = [scope for scope in wanted if scope not in Scope.values]
    if unknown:
        raise BadInput(
            "accounts.token_scope_unknown",
            f"没有“{'、'.join(unknown)}”这种权限范围。",
            hint="请从列表中选择。",
            field="scopes",
        )
    if not today < expires_on <= today + dt.timedelta(days=LONGEST_DAYS):
        raise BadInput(
            "accounts.token_days",
            f"有效期应在明天至{LONGEST_DAYS}天之内。",
            hint="请重新填写日期，到期可另行签发。",
            field="expires_on",
        )
    # One user's tokens are issued one after another, so that two at once do not both find room.
    User.objects.select_for_update().get(pk=user.pk)
    held = AccessToken.objects.filter(user=user, office_id=office_id, revoked_at__isnull=True, expires_on__gt=today)
    if held.count() >= MOST:
        raise Conflict("accounts.token_many", f"在用的令牌已有{MOST}个。", hint="请先停用不再使用的令牌。")
    secret = PREFIX + new_token()
    issued = AccessToken.objects.create(
        user=user,
        office_id=office_id,
        name=clean,
        scopes=wanted,
        token_hash=hashed(secret),
        created_at=clock.now(),
        expires_on=expires_on,
    )
    audit.record(
        office_id=office_id,
        actor=actor,
        action="accounts.issue_token",
        subject=issued,
        after={"user": user.pk, "name": clean, "scopes": wanted, "expires_on": expires_on},
    )
    return issued, secret


@transaction.atomic
def revoke_token(token: AccessToken, *, actor: User) -> None:
    """Take a token back; it is refused from then on.  Raises Conflict where that was done before."""
    if not AccessToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=clock.now()):
        raise Conflict("accounts.token_revoked", "这个令牌已经停用。", hint="请刷新页面查看最新情况。")
    audit.record(office_id=token.office_id, actor=actor, action="accounts.revoke_token", subject=token)


def note_use(token: AccessToken, day: dt.date) -> None:
    """Note the day on which a token was used, once a day; when within the day, and how often, is kept nowhere."""
    if token.last_used_on != day:
        AccessToken.objects.filter(pk=token.pk).update(last_used_on=day)
