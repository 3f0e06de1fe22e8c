"""All writes of webhooks.  What is told is read from the audit book, which is written with what it tells of.

    waiting ──claim──▶ sending ──▶ sent | failed
                          └──▶ waiting (not taken; again later)

So nothing is told that did not happen, and nothing that happened is forgotten where a sender dies: its messages are
sent again, under the same number.  Nothing is sent unless the set-up names the receiver's host.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlsplit

import requests
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max

from tongxin.accounts.models import User
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict
from tongxin.core.models import AuditEntry
from tongxin.notices import hook_queries as queries
from tongxin.notices.enums import DeliveryState, HookEvent
from tongxin.notices.hours import LOST_AFTER
from tongxin.notices.models import HookMessage, Webhook
from tongxin.notices.signing import body_of, headers_of, secret_of
from tongxin.registry.models import Office

#: Waiting times after the first, second … failure; after the last the message is given up.
BACKOFF = tuple(
    dt.timedelta(**span)
    for span in ({"seconds": 30}, {"minutes": 5}, {"minutes": 30}, {"hours": 2}, {"hours": 8}, {"hours": 24})
)
#: Seconds for the connection and for the answer.
TIMEOUT = (5, 10)
#: How many messages one run sends; the next run follows within a minute.
MOST = 200
#: How long what was sent stays to be looked at.
KEPT = dt.timedelta(days=30)


@transaction.atomic
def add_hook(office: Office, *, name: str, url: str, events: Iterable[str], actor: User) -> tuple[Webhook, str]:
    """Add a receiver and return it with the secret by which its messages are signed; it is told of what comes from now on.

    Raises BadInput for an empty or overlong name, no or an unknown event, and an address whose host the set-up does
    not name (``TONGXIN_WEBHOOK_HOSTS``).
    """
    clean, wanted = " ".join(name.split()), sorted(set(events))
    if not 1 <= len(clean) <= 60:
        raise BadInput("notices.hook_name", "用途应为1至60个字。", hint="请写明推送给哪个程序。", field="name")
    if not wanted or not set(wanted) <= set(HookEvent.values):
        raise BadInput("notices.hook_events", "没有选择告知的事。", hint="请从列表中至少选一项。", field="events")
    _check_address(url)
    newest = AuditEntry.objects.aggregate(newest=Max("id"))["newest"] or 0
    hook = Webhook.objects.create(
        office=office, name=clean, url=url, events=wanted, after_entry=newest, created_by=actor
    )
    audit.record(
        office_id=office.pk,
        actor=actor,
        action="notices.add_hook",
        subject=hook,
        after={"name": clean, "events": wanted},
    )
    return hook, secret_of(hook.uid, settings.SECRET_KEY)


def _check_address(url: str) -> None:
    try:
        URLValidator(schemes=["http", "https"])(url)
    except ValidationError as fault:
        raise BadInput(
            "notices.hook_url", "地址的写法不对。", hint="请填写 https:// 开头的完整地址。", field="url"
        ) from fault
    parts = urlsplit(url)
    if parts.username or parts.password:
        raise BadInput("notices.hook_url_user", "地址中不能写用户名和密码。", hint="请去掉后重填。", field="url")
    if parts.netloc.lower() not in settings.WEBHOOK_HOSTS:
        raise BadInput(
            "notices.hook_host",
            f"设置中没有列入主机“{parts.netloc}”，不向它推送。",
            hint="请在设置 TONGXIN_WEBHOOK_HOSTS 中列入，再添加。",
            field="url",
        )


@transaction.atomic
def stop_hook(hook: Webhook, *, actor: User) -> None:
    """Stop telling a receiver; what waits is not sent.  Raises Conflict where that was done before."""
    if not Webhook.objects.filter(pk=hook.pk, stopped_at__isnull=True).update(stopped_at=clock.now()):
        raise Conflict("notices.hook_stopped", "已经停用。", hint="请刷新页面查看最新情况。")
    audit.record(office_id=hook.office_id, actor=actor, action="notices.stop_hook", subject=hook)


@transaction.atomic
def send_again(hook: Webhook, *, actor: User) -> int:
    """Put the messages that were given up back among those to be sent and return how many."""
    given_up = HookMessage.objects.filter(webhook=hook, state=DeliveryState.FAILED)
    number = given_up.update(state=DeliveryState.WAITING, attempts=0, next_at=clock.now(), settled_at=None)
    if number:
        audit.record(office_id=hook.office_id, actor=actor, action="notices.send_hooks_again", subject=hook)
    return number


def collect(office: Office) -> int:
    """Put down messages about what was entered since, for each receiver of the office; return how many are new.

    A message about an entry is put down once, however often and by however many this runs.
    """
    hooks = list(Webhook.objects.filter(office=office, stopped_at__isnull=True))
    if not hooks:
        return 0
    settled = clock.now() - queries.LATE
    entries = queries.entries_after(office, min(hook.after_entry for hook in hooks))
    told = list(queries.to_tell(office, entries))
    passed = max((entry.pk for entry in entries if entry.at < settled), default=0)
    new = 0
    for hook in hooks:
        wanted = [one for one in told if one.entry_id > hook.after_entry and one.event in hook.events]
        known = set(
            HookMessage.objects.filter(webhook=hook, entry_id__in=[one.entry_id for one in wanted]).values_list(
                "entry_id", flat=True
            )
        )
        fresh = [one for one in wanted if one.entry_id not in known]
        with transaction.atomic():
            HookMessage.objects.bulk_create(
                [
                    HookMessage(
                        webhook=hook,
                        entry_id=one.entry_id,
                        event=one.event,
                        subject=one.subject,
                        happened_at=one.at,
                        next_at=one.at,
                    )
                    for one in fresh
                ],
                ignore_conflicts=True,
            )
            Webhook.objects.filter(pk=hook.pk, after_entry__lt=passed).update(after_entry=passed)
        new += len(fresh)
    return new


def send_due() -> dict[str, int]:
    """Send what is due and return how many were taken, wait again, and were given up."""
    now = clock.now()
    lost = HookMessage.objects.filter(state=DeliveryState.SENDING, claimed_at__lt=now - LOST_AFTER)
    lost.update(state=DeliveryState.WAITING)
    HookMessage.objects.filter(state=DeliveryState.SENT, settled_at__lt=now - KEPT).delete()
    counts = {"sent": 0, "later": 0, "failed": 0}
    for message in queries.due_messages(now, MOST):
        claimed = HookMessage.objects.filter(pk=message.pk, state=DeliveryState.WAITING)
        if claimed.update(state=DeliveryState.SENDING, claimed_at=clock.now()):
            counts[_settle(message, _post(message))] += 1
    return counts


def _post(message: HookMessage) -> str:
    """Send a message and return why it was not taken, in words; empty where it was."""
    hook = message.webhook
    if urlsplit(hook.url).netloc.lower() not in settings.WEBHOOK_HOSTS:
        return "设置中不再列入这个主机。"
    happened = clock.local(message.happened_at).isoformat(timespec="seconds")
    body = body_of(message.event, message.subject, hook.office.uid, happened)
    number = f"msg_{hook.uid.hex[:12]}_{message.entry_id}"
    headers = headers_of(secret_of(hook.uid, settings.SECRET_KEY), number, int(clock.now().timestamp()), body)
    try:
        answer = requests.post(hook.url, data=body, headers=headers, timeout=TIMEOUT, allow_redirects=False)
    except requests.Timeout:
        return "没有在时限内应答。"
    except requests.RequestException as fault:
        return f"连接不上：{type(fault).__name__}。"
    return "" if 200 <= answer.status_code < 300 else f"应答 {answer.status_code}。"


def _settle(message: HookMessage, fault: str) -> str:
    """Write down what became of a message under way and return the count in which it belongs."""
    now = clock.now()
    attempts = message.attempts + 1
    values: dict[str, object] = {"attempts": attempts, "fault": fault[:200], "claimed_at": None}
    if not fault:
        outcome = "sent"
        values |= {"state": DeliveryState.SENT, "settled_at": now}
    elif attempts <= len(BACKOFF):
        outcome = "later"
        values |= {"state": DeliveryState.WAITING, "next_at": now + BACKOFF[attempts - 1]}
    else:
        outcome = "failed"
        values |= {"state": DeliveryState.FAILED, "settled_at": now}
    HookMessage.objects.filter(pk=message.pk, state=DeliveryState.SENDING).update(**values)
    return outcome
