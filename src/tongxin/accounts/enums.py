"""Kinds of invitations."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvitationPurpose(models.TextChoices):
    """What the bearer of an invitation may do, once."""

    JOIN = "join", _("开通账号")
    RECOVER = "recover", _("找回账号")
    LINK = "link", _("关联统一身份认证")
