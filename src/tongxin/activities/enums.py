"""States of activities and of taking part in them."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ActivityStatus(models.TextChoices):
    """Where an activity stands; only ``held`` ones count."""

    PLANNED = "planned", _("计划中")
    NOTIFIED = "notified", _("已通知")
    HELD = "held", _("已开展")
    CANCELLED = "cancelled", _("已取消")


class ParticipantRole(models.TextChoices):
    """In which capacity somebody takes part."""

    MEMBER = "member", _("参会人员")
    OBSERVER = "observer", _("列席")
    INVITED = "invited", _("受邀")
    CHAIR = "chair", _("主持人")
    SPEAKER = "speaker", _("主讲人")
    CONTACT = "contact", _("联系人")
    TARGET = "target", _("联系对象")


#: Capacities in which those who ought to be there (应到) take part.
EXPECTED_ROLES = (
    ParticipantRole.MEMBER,
    ParticipantRole.CHAIR,
    ParticipantRole.SPEAKER,
    ParticipantRole.CONTACT,
    ParticipantRole.TARGET,
)


class Presence(models.TextChoices):
    """Whether somebody was there; unknown is never taken for absent."""

    UNKNOWN = "unknown", _("未到（原因待核）")
    PRESENT = "present", _("实到")
    ABSENT = "absent", _("缺席")


class Reply(models.TextChoices):
    """Answer to an invitation."""

    NONE = "", _("未回复")
    ATTENDING = "attending", _("参加")
    LEAVE = "leave", _("请假")
    SUBSTITUTE = "substitute", _("委托")


class LeaveReason(models.TextChoices):
    """Why somebody asks for leave: a code, never medical text; shown to the approver only."""

    DUTY = "duty", _("公务")
    SUPERIOR_MEETING = "superior_meeting", _("上级会议")
    ABROAD = "abroad", _("出国（境）")
    PERSONAL = "personal", _("个人事务")
    OTHER = "other", _("其他")


class LeaveDecision(models.TextChoices):
    """What became of a request for leave."""

    NONE = "", _("待批")
    APPROVED = "approved", _("准假")
    DECLINED = "declined", _("未准假")


class MarkSource(models.TextChoices):
    """How a presence mark came about."""

    LIST = "list", _("名单勾选")
    ALL_PRESENT = "all_present", _("全到")
    BADGE = "badge", _("凭证登记")
    PAPER = "paper", _("纸质补录")
    IMPORT = "import", _("导入")


class MinutesForm(models.TextChoices):
    """What is written of a meeting: everything that was said (记录), or what was agreed (纪要)."""

    RECORD = "record", _("会议记录")
    SUMMARY = "summary", _("会议纪要")


class StationKind(models.TextChoices):
    """What a link without sign-in is for."""

    DOOR = "door", _("登记台")
    SCREEN = "screen", _("会场屏幕")


class MinutesStatus(models.TextChoices):
    """Where minutes stand."""

    DRAFT = "draft", _("草稿")
    COMPLETED = "completed", _("待核对")
    COMMENTING = "commenting", _("征求意见")
    APPROVED = "approved", _("已定稿")


#: Minutes whose text may still be changed.
OPEN_MINUTES = (MinutesStatus.DRAFT, MinutesStatus.COMMENTING)


class ContactPurpose(models.TextChoices):
    """What a contact was for, by code; what was said is kept nowhere."""

    VISIT = "visit", _("走访看望")
    OPINIONS = "opinions", _("听取意见")
    BRIEFING = "briefing", _("通报情况")
    STUDY = "study", _("学习交流")
    SUPPORT = "support", _("支持履职")
