"""What the interface itself keeps: answers already given, so that a request sent twice is one request."""

from __future__ import annotations

from django.db import models

from tongxin.accounts.models import AccessToken
from tongxin.api.enums import OparlType
from tongxin.core.privacy import declare
from tongxin.registry.models import Office


class GivenAnswer(models.Model):
    """The answer to a writing request, under the key that its sender chose; the same key gets the same answer.

    ``request_hash``: of method, path and body, so that a key which comes back with another request is noticed.
    """

    token = models.ForeignKey(AccessToken, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request_hash = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField()
    body = models.JSONField()
    given_at = models.DateTimeField(db_index=True)

    privacy = declare(open="token key request_hash status given_at", restricted="body")

    class Meta:
        verbose_name = "已答复的请求"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_givenanswer_one_key")]


class PublishedObject(models.Model):
    """One object of the public subset as it was published last; the open interface reads these rows and nothing else.

    ``body``: its members in OParl's words, other objects named ``oparl:type/uid``.  What is no longer published keeps
    its row, emptied, as OParl asks: whoever has a copy learns that it is gone.
    """

    office = models.ForeignKey(Office, on_delete=models.CASCADE, related_name="+")
    type = models.CharField(max_length=20, choices=OparlType.choices)
    uid = models.UUIDField()
    body = models.JSONField(default=dict)
    created = models.DateTimeField("首次公开")
    modified = models.DateTimeField("最近变动")
    deleted = models.BooleanField("已撤下", default=False)

    privacy = declare(open="type body created modified deleted")

    class Meta:
        verbose_name = "公开数据"
        constraints = [models.UniqueConstraint(fields=["office", "type", "uid"], name="api_publishedobject_once")]
        indexes = [models.Index(fields=["office", "type", "modified", "id"], name="api_published_by_change")]
