"""Subjects of documents: the themes of the catalogue that the provisions have to which their sentences are bound.

Nobody types a tag: a document carries 组织生活 because a sentence in its newest text is bound, or proposed to be bound,
to a provision of that theme.  What was dismissed, sentence or link, gives none.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import OuterRef, QuerySet, Subquery

from tongxin.documents.enums import RequirementState
from tongxin.documents.models import Revision
from tongxin.provisions.catalogue import find, provisions
from tongxin.provisions.models import Adoption
from tongxin.provisions.queries import provision_of
from tongxin.registry.models import Office
from tongxin.registry.queries import owned
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding


def themes_in_use(office: Office | int) -> dict[str, str]:
    """Return provision → its theme for every provision that documents of the office are bound to.

    One statement, a second one where the office has provisions of its own among them.
    """
    ids = set(_links(office).order_by().values_list("provision", flat=True).distinct())
    found = {provision: entry.theme for provision in ids if (entry := find(provision)) is not None}
    own = ids - set(found)
    if own:
        for row in owned(Adoption, office).filter(provision__in=own).order_by("valid_from", "id"):
            entry = provision_of(row)
            if entry is not None:
                found[row.provision] = entry.theme
    return found


def names(used: dict[str, str]) -> list[str]:
    """Return the themes of ``used`` once each, in the order of the catalogue, the office's own words last."""
    order = {theme: place for place, theme in enumerate(dict.fromkeys(entry.theme for entry in provisions()))}
    return sorted(set(used.values()), key=lambda theme: (order.get(theme, len(order)), theme))


def documents_on(office: Office | int, theme: str, used: dict[str, str]) -> frozenset[int]:
    """Return the documents that carry ``theme``; ``used`` is what :func:`themes_in_use` told.  One statement."""
    on_it = [provision for provision, name in used.items() if name == theme]
    if not on_it:
        return frozenset()
    rows = _links(office).filter(provision__in=on_it).order_by()
    return frozenset(rows.values_list("requirement__revision__document_id", flat=True).distinct())


def themes_of(office: Office | int, documents: Collection[int], used: dict[str, str]) -> dict[int, tuple[str, ...]]:
    """Return document → its themes in the order of :func:`names`, for one page.  One statement."""
    found: dict[int, set[str]] = {}
    if documents and used:
        rows = _links(office).filter(requirement__revision__document__in=documents).order_by()
        for document, provision in rows.values_list("requirement__revision__document_id", "provision").distinct():
            if provision in used:
                found.setdefault(document, set()).add(used[provision])
    order = names(used)
    return {document: tuple(sorted(some, key=order.index)) for document, some in found.items()}


def _links(office: Office | int) -> QuerySet[Binding]:
    """Links to provisions that stand, in the newest text of each document."""
    newest = Revision.objects.filter(document=OuterRef("requirement__revision__document")).order_by("-id")
    return (
        owned(Binding, office)
        .exclude(provision="")
        .exclude(state=BindingState.DISMISSED)
        .exclude(requirement__state=RequirementState.DISMISSED)
        .filter(requirement__revision=Subquery(newest.values("pk")[:1]))
    )
