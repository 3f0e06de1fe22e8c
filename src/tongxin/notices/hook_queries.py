"""All reads of webhooks: receivers, their messages, and which entries of the audit book are to be told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Count, Q, QuerySet

from tongxin.activities.kinds import pair_kinds
from tongxin.activities.models import Activity
from tongxin.core.models import AuditEntry
from tongxin.documents.models import Document
from tongxin.matters.models import Matter
from tongxin.matters.workflows import WORKFLOWS
from tongxin.notices.enums import DeliveryState, HookEvent
from tongxin.notices.models import HookMessage, Webhook
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: Entries are looked at again for this long: one with a lower number may be committed after one with a higher.
LATE = dt.timedelta(minutes=10)
_ACTIONS = {
    "activities.record": HookEvent.ACTIVITY_RECORDED,
    "activities.correct": HookEvent.ACTIVITY_CHANGED,
    "activities.cancel": HookEvent.ACTIVITY_CHANGED,
    "activities.close_register": HookEvent.REGISTER_CLOSED,
    "matters.open": HookEvent.MATTER_OPENED,
    "documents.register": HookEvent.DOCUMENT_REGISTERED,
}
_STEPS = tuple(f"matters.{kind}." for kind in WORKFLOWS)
#: Talks and contacts lie between two people; nobody is told.
_BETWEEN_TWO = pair_kinds()


@dataclass(frozen=True)
class Told:
    """An entry of the audit book to be told: which, what it was, of which row, when."""

    entry_id: int
    event: HookEvent
    subject: UUID
    at: dt.datetime


def event_of(action: str) -> HookEvent | None:
    """Return what receivers call an action of the audit book; None for one that is not told."""
    return HookEvent.MATTER_MOVED if action.startswith(_STEPS) else _ACTIONS.get(action)


def entries_after(office: Office, after: int) -> list[AuditEntry]:
    """Return the entries of an office after the one numbered ``after`` that may be told, oldest first."""
    steps = Q()
    for start in _STEPS:
        steps |= Q(action__startswith=start)
    found = AuditEntry.objects.filter(office_id=office.pk, id__gt=after).filter(Q(action__in=_ACTIONS) | steps)
    return list(found.order_by("id")[:5000])


def to_tell(office: Office, entries: Iterable[AuditEntry]) -> Iterator[Told]:
    """Yield what of ``entries`` is told: rows that are there and open to more than the people in them; three statements."""
    entries = list(entries)
    shown = [
        owned(Activity, office).exclude(kind__in=_BETWEEN_TWO),
        owned(Matter, office).exclude(_private()),
        owned(Document, office),
    ]
    uids: dict[tuple[str, int], UUID] = {}
    for rows in shown:
        label = rows.model._meta.label_lower
        wanted = {entry.subject_id for entry in entries if entry.subject_type == label}
        uids |= {(label, pk): uid for pk, uid in _numbers(rows, wanted)}
    for entry in entries:
        event, uid = event_of(entry.action), uids.get((entry.subject_type, entry.subject_id or 0))
        if event is not None and uid is not None:
            yield Told(entry.pk, event, uid, entry.at)


def _numbers(rows: QuerySet[Any], wanted: set[int | None]) -> Iterable[tuple[int, UUID]]:
    return rows.filter(pk__in=wanted).values_list("pk", "uid") if wanted else ()


def _private() -> Q:
    """Matters that are their authors' own so far."""
    told = Q(pk__in=[])
    for kind, workflow in WORKFLOWS.items():
        told |= Q(kind=kind, state__in=workflow.private_states)
    return told


def hooks_of(office: Office) -> QuerySet[Webhook]:
    """Return the receivers of an office with how many messages wait (``waiting``) and were given up (``failed``)."""
    return owned(Webhook, office).annotate(
        waiting=Count("messages", filter=Q(messages__state__in=[DeliveryState.WAITING, DeliveryState.SENDING])),
        failed=Count("messages", filter=Q(messages__state=DeliveryState.FAILED)),
        last=models.Max("messages__settled_at", filter=Q(messages__state=DeliveryState.SENT)),
    )


def due_messages(now: dt.datetime, most: int) -> list[HookMessage]:
    """Return messages to be sent by ``now`` to receivers in use, the longest due first."""
    due = HookMessage.objects.filter(state=DeliveryState.WAITING, next_at__lte=now, webhook__stopped_at__isnull=True)
    return list(due.select_related("webhook__office").order_by("next_at", "id")[:most])


def hook_by_uid(office: Office, uid: UUID) -> Webhook | None:
    """Return a receiver of an office; None where it is not the office's."""
    return hooks_of(office).filter(uid=uid).first()
