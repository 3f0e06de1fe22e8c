"""What became of something that was to be sent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """How far one letter to one recipient has come."""

    WAITING = "waiting", _("待发送")
    SENDING = "sending", _("发送中")
    SENT = "sent", _("已发送")
    NOTHING = "nothing", _("无须发送")
    FAILED = "failed", _("未能送达")
    UNCLEAR = "unclear", _("送达不明")


#: Nothing more happens to these by itself.
SETTLED = (DeliveryState.SENT, DeliveryState.NOTHING, DeliveryState.FAILED, DeliveryState.UNCLEAR)
#: What an administrator is told of.
TROUBLED = (DeliveryState.FAILED, DeliveryState.UNCLEAR)


class HookEvent(models.TextChoices):
    """What a receiver may ask to be told of; a message names the row and nothing of what stands in it."""

    ACTIVITY_RECORDED = "activity.recorded", _("登记了活动")
    ACTIVITY_CHANGED = "activity.changed", _("活动有更正或取消")
    REGISTER_CLOSED = "register.closed", _("确认了参会登记")
    MATTER_OPENED = "matter.opened", _("登记了事项")
    MATTER_MOVED = "matter.moved", _("事项办到下一步")
    DOCUMENT_REGISTERED = "document.registered", _("登记了文件")
