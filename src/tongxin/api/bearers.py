"""Who asks: the token of a request, its user and office, and what they may do there today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from ninja.security import HttpBearer
from ninja.throttling import SimpleRateThrottle

from tongxin.accounts.enums import Scope
from tongxin.accounts.models import AccessToken, User
from tongxin.accounts.token_operations import note_use
from tongxin.accounts.token_queries import token_in_force
from tongxin.api.problems import Problem
from tongxin.core import clock
from tongxin.registry.access import Standing
from tongxin.registry.account_queries import second_factor_missing
from tongxin.registry.enums import Role
from tongxin.registry.models import Office
from tongxin.registry.queries import offices_of, standing_of
from tongxin.registry.rules import may_hold_token


@dataclass(frozen=True)
class Bearer:
    """Whoever asks: a user in an office, by a token."""

    token: AccessToken
    user: User
    office: Office
    standing: Standing

    def must(self, scope: Scope, *roles: Role) -> None:
        """Raise Problem unless the token has ``scope`` and its user today any of ``roles``."""
        if scope not in self.token.scopes:
            raise Problem(
                403,
                "scope_missing",
                f"令牌的权限范围不含“{scope.label}”（{scope.value}）。请另行签发令牌。",
                headers={"WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{scope.value}"'},
            )
        if roles and not self.standing.has(*roles):
            raise Problem(403, "role_missing", "令牌的持有人目前没有查看此项的角色。")


class TokenBearer(HttpBearer):
    """``Authorization: Bearer …``; rights are those of today, so a change of rights holds at once."""

    openapi_description = "在“账号—接口令牌”签发。令牌只代表签发人，权限不超过本人当天的角色和所选范围。"

    def authenticate(self, request: HttpRequest, token: str) -> Bearer:
        """Return whoever bears ``token``.  Raises Problem for a token that is unknown, over, or whose user may no more."""
        today = clock.today()
        found = token_in_force(token, today)
        if found is None:
            raise unauthorized()
        office = next((one for one in offices_of(found.user, today) if one.pk == found.office_id), None)
        if office is None:
            raise unauthorized()
        standing = standing_of(found.user, office, today)
        if not may_hold_token(standing):
            raise unauthorized()
        if second_factor_missing(found.user, standing):
            raise Problem(403, "second_factor", "令牌的持有人须先在页面上设置两步验证。")
        note_use(found, today)
        return Bearer(found, found.user, office, standing)


def unauthorized() -> Problem:
    """Return the problem of a request without a token in force; it does not say which of the reasons applies."""
    return Problem(
        401,
        "token",
        "令牌无效、已停用或已到期。请在“账号—接口令牌”核对或重新签发。",
        headers={"WWW-Authenticate": "Bearer"},
    )


class TokenThrottle(SimpleRateThrottle):
    """At most so many requests a minute by one token."""

    scope = "token"

    def get_cache_key(self, request: HttpRequest) -> str | None:
        """Return the key under which the requests of a token are counted."""
        bearer: Any = getattr(request, "auth", None)
        return f"api-rate-{bearer.token.pk}" if isinstance(bearer, Bearer) else None
