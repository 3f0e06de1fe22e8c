"""Kinds of invitations."""

from __future__ import annotations

from django.db import models


class InvitationPurpose(models.TextChoices):
    """What the bearer of an invitation may do, once."""

    JOIN = "join", "开通账号"
    RECOVER = "recover", "找回账号"
    LINK = "link", "关联统一身份认证"
