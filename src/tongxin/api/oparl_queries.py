"""All reads of the public subset: published rows of offices that the set-up names, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from tongxin.api.enums import OparlType
from tongxin.api.models import PublishedObject
from tongxin.api.oparl.serving import Rows, inner_references


def published() -> QuerySet[PublishedObject]:
    """Return what the open interface may read."""
    return PublishedObject.objects.filter(office__area_code__in=settings.OPARL_OFFICES)


def bodies() -> QuerySet[PublishedObject]:
    """Return the bodies, in the order in which they were first published."""
    return published().filter(type=OparlType.BODY).order_by("pk")


def object_of(kind: str, uid: UUID) -> PublishedObject | None:
    """Return one object, also one that is gone."""
    return published().filter(type=kind, uid=uid).first()


def list_of(body: PublishedObject, kind: str, filters: Mapping[str, object]) -> QuerySet[PublishedObject]:
    """Return a list of a body; ``filters``: lookups on ``created`` and ``modified``.

    What is gone stands in a list only for whoever asks what has changed: a copy made anew has no use of it.
    """
    rows = published().filter(office_id=body.office_id, type=kind, **filters)
    if not any(name.startswith("modified") for name in filters):
        rows = rows.filter(deleted=False)
    return rows.order_by("pk")


def inner_of(rows: Iterable[PublishedObject]) -> Rows:
    """Return the objects that stand inside ``rows``; one statement."""
    wanted = {reference for row in rows for reference in inner_references(row)}
    if not wanted:
        return {}
    found = published().filter(type__in={kind for kind, _ in wanted}, uid__in={uid for _, uid in wanted})
    return {(row.type, str(row.uid)): row for row in found}
