"""The user, invitations and sessions: who is signed in.

What a user may do is said in ``registry`` by dated grants.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models

from tongxin.accounts.enums import InvitationPurpose
from tongxin.core.models import Identified
from tongxin.core.privacy import declare


class User(Identified, AbstractUser):
    """A person who can sign in.  A member never needs to be one."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    display_name = models.CharField("显示名", max_length=100, blank=True)
    large_type = models.BooleanField("大字", default=False)
    rights_version = models.PositiveIntegerField(default=0)

    REQUIRED_FIELDS: ClassVar[list[str]] = []

    privacy = declare(
        open="username display_name is_active is_staff is_superuser large_type rights_version groups user_permissions",
        restricted="email date_joined last_login",
        sensitive="password",
    )

    class Meta(AbstractUser.Meta):
        verbose_name = "用户"

    def get_full_name(self) -> str:
        """Return the name shown on pages."""
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """Return the name shown on pages."""
        return self.get_full_name()


class Invitation(Identified):
    """A link that opens, recovers or links one account, once, until it expires; only its hash is kept.

    ``office_id`` is a plain number: the office lies above this package.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="invitations")
    purpose = models.CharField("用途", max_length=10, choices=InvitationPurpose.choices)
    token_hash = models.CharField(max_length=64, unique=True)
    office_id = models.BigIntegerField(default=0)
    created_at = models.DateTimeField("发出时间")
    created_by = models.ForeignKey(User, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField("有效至")
    accepted_at = models.DateTimeField("使用时间", null=True, blank=True)
    revoked_at = models.DateTimeField("撤回时间", null=True, blank=True)

    privacy = declare(
        open="user purpose office_id", restricted="expires_at accepted_at revoked_at", sensitive="token_hash"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "邀请"


class UserSession(Identified):
    """One browser in which a user is signed in: since which day, and the last day it was used.

    Days only: how long somebody is at work here is nobody's business.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="sessions")
    key_hash = models.CharField(max_length=64, unique=True)
    created_on = models.DateField("登录日期")
    last_seen_on = models.DateField("最近使用日期")

    privacy = declare(open="user", restricted="created_on last_seen_on", sensitive="key_hash")

    class Meta:
        ordering = ["-last_seen_on", "-id"]
        verbose_name = "登录会话"


class AccessToken(Identified):
    """A secret by which a program speaks for a user in one office, within ``scopes``; only its hash is kept.

    ``office_id`` is a plain number: the office lies above this package.  ``last_used_on`` is a day, for the list of
    tokens that nobody uses any more.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="access_tokens")
    office_id = models.BigIntegerField()
    name = models.CharField("用途", max_length=60)
    scopes = models.JSONField("权限范围", default=list)
    token_hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField("签发时间")
    expires_on = models.DateField("有效至（不含）")
    last_used_on = models.DateField("最近使用日期", null=True, blank=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    privacy = declare(
        open="user office_id name scopes", restricted="expires_on last_used_on revoked_at", sensitive="token_hash"
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = "接口令牌"

    def __str__(self) -> str:
        return self.name
