"""Source status of documents and states of what was taken out of them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class SourceStatus(models.TextChoices):
    """How a document reached the office; requirements are accepted from issued ones only."""

    ISSUED = "issued", _("正式印发")
    DRAFT = "draft", _("内部稿")
    REFERENCE = "reference", _("网络参考")


class DocumentKind(models.TextChoices):
    """What sort of text it is."""

    SPEECH = "speech", _("讲话")
    WORK_POINTS = "work_points", _("工作要点")
    PLAN = "plan", _("计划")
    SCHEME = "scheme", _("方案")
    NOTICE = "notice", _("通知")
    REPORT = "report", _("报告")
    OPINION = "opinion", _("意见")
    REGULATION = "regulation", _("制度")
    OTHER = "other", _("其他")


class RequirementState(models.TextChoices):
    """What a person made of a proposed requirement."""

    PROPOSED = "proposed", _("待确认")
    ACCEPTED = "accepted", _("已采纳")
    DISMISSED = "dismissed", _("不作为要求")
    TASK = "task", _("转为任务")


#: States in which a requirement holds: somebody confirmed that it asks for something.
CONFIRMED_STATES = (RequirementState.ACCEPTED, RequirementState.TASK)


class PaperEvent(models.TextChoices):
    """What a paper did to an organization."""

    FOUNDING = "founding", _("成立")
    RENAMING = "renaming", _("更名")
    CHANGE = "change", _("调整")
    ENDING = "ending", _("撤销")


class RepairState(models.TextChoices):
    """What a person made of a suggested repair."""

    SUGGESTED = "suggested", _("待确认")
    ACCEPTED = "accepted", _("已采纳")
    DISMISSED = "dismissed", _("不采纳")


class PlaceholderKind(models.TextChoices):
    """What stands at an open place of a text."""

    PLACEHOLDER = "placeholder", _("待填")
    ELISION = "elision", _("原文省略")
    LIVE = "live", _("引用数据")


class PlaceholderState(models.TextChoices):
    """What a person made of an open place; a blank left on purpose stays blank."""

    OPEN = "open", _("待填")
    FILLED = "filled", _("已填")
    LEFT_BLANK = "left_blank", _("保留空白")


class ExpressionKind(models.TextChoices):
    """What sort of words the office approved."""

    PHRASE = "phrase", _("固定表述")
    NAME = "name", _("姓名")
    POST = "post", _("职务")
