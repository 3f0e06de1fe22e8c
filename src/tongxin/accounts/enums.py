"""Kinds of invitations, and what a program may be allowed."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class InvitationPurpose(models.TextChoices):
    """What the bearer of an invitation may do, once."""

    JOIN = "join", _("开通账号")
    RECOVER = "recover", _("找回账号")
    LINK = "link", _("关联统一身份认证")


class Scope(models.TextChoices):
    """What the bearer of an access token may do, within what its user may."""

    ORGANIZATIONS_READ = "organizations:read", _("读取组织")
    PEOPLE_READ = "people:read", _("读取人员（公开项目）")
    ACTIVITIES_READ = "activities:read", _("读取活动")
    ACTIVITIES_WRITE = "activities:write", _("登记活动")
    MATTERS_READ = "matters:read", _("读取事项")
    FINDINGS_READ = "findings:read", _("读取落实情况")
    DOCUMENTS_READ = "documents:read", _("读取文件与要求")
    FIGURES_READ = "figures:read", _("读取数据项")
