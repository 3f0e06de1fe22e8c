"""A writing request sent twice is one request: the key that its sender chose brings back the first answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from tongxin.accounts.models import AccessToken
from tongxin.api.models import GivenAnswer
from tongxin.api.problems import Problem
from tongxin.core import clock

#: How long an answer is kept: a sender that was cut off asks again sooner.
KEPT = dt.timedelta(days=2)
LONGEST_KEY = 100


def once(request: HttpRequest, token: AccessToken, key: str, work: Callable[[], dict[str, Any]]) -> tuple[int, Any]:
    """Do ``work`` and return ``(201, its answer)``, or what was answered to this key before.

    Work and answer are written in one transaction: neither stands without the other.  A second request with the same
    key waits for the first.  Raises Problem where the key came with another request, or is empty or too long.
    """
    if not key.strip() or len(key) > LONGEST_KEY:
        raise Problem(422, "idempotency_key", f"Idempotency-Key 应为1至{LONGEST_KEY}个字符。请每个请求自拟一个。")
    told = hashlib.sha256(
        b"\0".join([(request.method or "").encode(), request.path.encode(), request.body])
    ).hexdigest()
    known = _known(token, key, told)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            GivenAnswer.objects.filter(given_at__lt=clock.now() - KEPT).delete()
            given = GivenAnswer.objects.create(
                token=token, key=key, request_hash=told, status=201, body={}, given_at=clock.now()
            )
            given.body = json.loads(json.dumps(work(), cls=DjangoJSONEncoder))
            given.save(update_fields=["body"])
    except IntegrityError:
        # The same request arrived twice in the same moment; the other one was written first.
        known = _known(token, key, told)
        if known is None:
            raise
        return known
    return given.status, given.body


def _known(token: AccessToken, key: str, told: str) -> tuple[int, Any] | None:
    found = GivenAnswer.objects.filter(token=token, key=key).first()
    if found is None:
        return None
    if found.request_hash != told:
        raise Problem(422, "idempotency_key_reused", "这个 Idempotency-Key 已用于另一个请求。请换一个。")
    return found.status, found.body
