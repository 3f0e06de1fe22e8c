"""What goes out, and to whom: secret addresses of calendars, letters to be sent, who wants none."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from tongxin.core.privacy import PersonSees, declare
from tongxin.notices.enums import DeliveryState, HookEvent
from tongxin.registry.models import OfficeOwned, Organization, Person


class CalendarFeed(OfficeOwned):
    """A secret address at which somebody's calendar program reads: of a person, or of a unit for which they work.

    Only the hash of the secret is kept.  It belongs to the user who asked for it (``created_by``) and shows what that
    user may see on the day it is read; with the right it ends by itself.
    """

    person = models.ForeignKey(Person, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    organization = models.ForeignKey(Organization, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    token_hash = models.CharField(max_length=64, unique=True)
    revoked_at = models.DateTimeField("停用时间", null=True, blank=True)

    privacy = declare(open="person organization revoked_at", sensitive="token_hash")
    person_sees = PersonSees.NOW

    class Meta:
        ordering = ["-id"]
        verbose_name = "日历订阅"
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, organization__isnull=True)
                | Q(person__isnull=True, organization__isnull=False),
                name="notices_feed_of_one",
            ),
            models.UniqueConstraint(
                fields=["created_by", "person"],
                condition=Q(revoked_at__isnull=True, person__isnull=False),
                name="notices_feed_one_of_person",
            ),
            models.UniqueConstraint(
                fields=["created_by", "organization"],
                condition=Q(revoked_at__isnull=True, organization__isnull=False),
                name="notices_feed_one_of_unit",
            ),
        ]


class Delivery(OfficeOwned):
    """One letter to one user, by mail: the digest of the week that begins on ``week`` (a Monday).  The outbox.

    It holds no text: what is sent is worked out when it is sent, from what the recipient may then see.  A row is
    claimed (sending) before the server is spoken to and settled afterwards; one whose sender died in between stays
    claimed, and is *unclear*: sent again only by a person.  ``fault``: what the server said.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    week = models.DateField("周")
    state = models.CharField("情况", max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送", null=True, blank=True)
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    settled_at = models.DateTimeField("办结", null=True, blank=True)
    fault = models.CharField("原因", max_length=200, blank=True)

    privacy = declare(open="recipient week state attempts next_at claimed_at settled_at", restricted="fault")

    class Meta:
        ordering = ["id"]
        verbose_name = "送达"
        constraints = [
            models.UniqueConstraint(fields=["office", "recipient", "week"], name="notices_delivery_once_a_week")
        ]
        indexes = [
            models.Index(
                fields=["office", "id"],
                name="notices_delivery_open",
                condition=Q(state__in=[DeliveryState.WAITING, DeliveryState.SENDING]),
            )
        ]


class MailChoice(OfficeOwned):
    """Whether a user wants the digest by mail, and whether their address refused it.

    ``refused``: the address that did; nothing is sent to it until it is corrected or an administrator says to try.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    declined = models.BooleanField("不接收邮件", default=False)
    refused = models.EmailField("退信地址", blank=True)
    refused_on = models.DateField("退信日期", null=True, blank=True)
    fault = models.CharField("退信原因", max_length=200, blank=True)

    privacy = declare(open="user declined refused_on", restricted="refused fault")

    class Meta:
        verbose_name = "邮件提示"
        constraints = [models.UniqueConstraint(fields=["office", "user"], name="notices_mailchoice_once")]


class Webhook(OfficeOwned):
    """An address of another program of the office that is told when something happened.

    ``after_entry``: entries of the audit book up to this one are no longer looked at.  The secret by which messages are
    signed is worked out from ``uid`` and the set-up's own secret and kept nowhere.
    """

    name = models.CharField("用途", max_length=60)
    url = models.URLField("地址", max_length=300)
    events = models.JSONField("告知的事", default=list)
    after_entry = models.BigIntegerField(default=0)
    stopped_at = models.DateTimeField("停用时间", null=True, blank=True)

    privacy = declare(open="name events after_entry stopped_at", restricted="url")

    class Meta:
        ordering = ["-id"]
        verbose_name = "事件推送"

    def __str__(self) -> str:
        return self.name


class HookMessage(models.Model):
    """One message to one receiver about one entry of the audit book, until it was taken or given up.

    A sender that dies leaves it claimed; it is then sent again, under the same number, which tells the receiver.
    """

    webhook = models.ForeignKey(Webhook, on_delete=models.CASCADE, related_name="messages")
    entry_id = models.BigIntegerField()
    event = models.CharField("事件", max_length=30, choices=HookEvent.choices)
    subject = models.UUIDField()
    happened_at = models.DateTimeField("发生时间")
    state = models.CharField("情况", max_length=10, choices=DeliveryState.choices, default=DeliveryState.WAITING)
    attempts = models.PositiveSmallIntegerField("次数", default=0)
    next_at = models.DateTimeField("下次发送")
    claimed_at = models.DateTimeField("开始发送", null=True, blank=True)
    settled_at = models.DateTimeField("办结", null=True, blank=True)
    fault = models.CharField("原因", max_length=200, blank=True)

    privacy = declare(
        open="webhook entry_id event subject happened_at state attempts next_at claimed_at settled_at fault"
    )

    class Meta:
        ordering = ["id"]
        verbose_name = "推送消息"
        constraints = [models.UniqueConstraint(fields=["webhook", "entry_id"], name="notices_hookmessage_once")]
        indexes = [
            models.Index(
                fields=["next_at"],
                name="notices_hookmessage_open",
                condition=Q(state__in=[DeliveryState.WAITING, DeliveryState.SENDING]),
            )
        ]
