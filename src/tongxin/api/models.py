"""What the interface itself keeps: answers already given, so that a request sent twice is one request."""

from __future__ import annotations

from django.db import models

from tongxin.accounts.models import AccessToken
from tongxin.core.privacy import declare


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
