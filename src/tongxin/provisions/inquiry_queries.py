"""Questions put to units about their findings, and the answers."""

from __future__ import annotations

import uuid
from collections.abc import Collection

from django.db.models import QuerySet

from tongxin.provisions.keys import FindingKey
from tongxin.provisions.models import Inquiry
from tongxin.registry.models import Office
from tongxin.registry.queries import owned


def inquiries_on(office: Office, key: FindingKey) -> QuerySet[Inquiry]:
    """Return what was asked about a finding, newest first."""
    return (
        owned(Inquiry, office)
        .filter(
            provision=key.provision,
            organization_id=key.organization_id,
            window_start=key.window_start,
            event_type=key.event_type,
            event_id=key.event_id,
        )
        .select_related("created_by", "answered_by")
    )


def waiting(office: Office, organization_ids: Collection[int] | None = None) -> QuerySet[Inquiry]:
    """Return what waits for an answer, oldest first; ``organization_ids``: only of these units."""
    rows = owned(Inquiry, office).filter(answered_at__isnull=True).select_related("organization", "created_by")
    if organization_ids is not None:
        rows = rows.filter(organization_id__in=organization_ids)
    return rows.order_by("pk")


def inquiry_by_uid(office: Office, uid: uuid.UUID | str) -> Inquiry:
    """Return an inquiry of the office.  Raises Inquiry.DoesNotExist also for another office's."""
    return owned(Inquiry, office).select_related("organization", "office").get(uid=uid)


def key_of_inquiry(inquiry: Inquiry) -> FindingKey:
    """Return the key of the finding that an inquiry asks about."""
    return FindingKey(
        inquiry.provision,
        inquiry.subject_kind,
        inquiry.organization_id,
        0,
        0,
        inquiry.window_start,
        inquiry.event_type,
        inquiry.event_id,
    )
