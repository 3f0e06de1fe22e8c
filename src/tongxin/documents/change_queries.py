"""Which documents of the library changed of late: read from the audit book, which every write goes through."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.db.models import Max

from tongxin.core.models import AuditEntry
from tongxin.documents.models import Document, Placeholder, Repair, Requirement, Revision
from tongxin.registry.models import Office
from tongxin.registry.queries import owned

#: Acts on a document that leave it as it was.
_NO_CHANGE = ("documents.export", "export")
_PARTS = (Requirement, Placeholder, Repair)


def changed_since(office: Office | int, since: dt.datetime) -> dict[int, dt.datetime]:
    """Return document → instant of its last change at or after ``since``: it was put in, got a new text, was confirmed
    or set terms for, or something read out of it was decided, corrected or filled.

    At most six statements, however much changed.  Handing a document out is no change.
    """
    office_id = office.pk if isinstance(office, Office) else office
    types = [model._meta.label_lower for model in (Document, Revision, *_PARTS)]
    rows = (
        AuditEntry.objects.filter(office_id=office_id, at__gte=since, subject_type__in=types)
        .exclude(action__in=_NO_CHANGE)
        .order_by()
        .values_list("subject_type", "subject_id")
        .annotate(last=Max("at"))
    )
    by_type: dict[str, dict[int, dt.datetime]] = {}
    for subject_type, subject_id, last in rows:
        by_type.setdefault(subject_type, {})[subject_id] = last
    found: dict[int, dt.datetime] = {}
    _take_later(found, by_type.get(Document._meta.label_lower, {}).items())
    texts = by_type.get(Revision._meta.label_lower, {})
    if texts:
        belong = owned(Revision, office).filter(pk__in=texts).values_list("pk", "document_id")
        _take_later(found, ((document, texts[pk]) for pk, document in belong))
    for model in _PARTS:
        parts = by_type.get(model._meta.label_lower, {})
        if parts:
            rows_of = model.objects.filter(pk__in=parts, revision__office_id=office_id)
            pairs = list(rows_of.values_list("pk", "revision__document_id"))
            _take_later(found, [(document, parts[pk]) for pk, document in pairs])
    still = set(owned(Document, office).filter(pk__in=found).values_list("pk", flat=True)) if found else set()
    return {document: last for document, last in found.items() if document in still}


def _take_later(found: dict[int, dt.datetime], pairs: Iterable[tuple[int, dt.datetime]]) -> None:
    for document, last in pairs:
        found[document] = max(found.get(document, last), last)
