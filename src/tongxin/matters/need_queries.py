"""Needs raised in contacts, as the two of a contact see them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from tongxin.matters.enums import LinkNature, MatterKind
from tongxin.matters.models import Matter, MatterLink
from tongxin.matters.queries import names_of, visible
from tongxin.matters.workflows import workflow_of
from tongxin.registry.access import Standing
from tongxin.registry.models import Office
from tongxin.registry.queries import owned


@dataclass(frozen=True, slots=True)
class RaisedNeed:
    """A need as it shows beside its contact: number and state to both, the words to whose need it is.

    ``uid`` is empty for somebody who may not open it.
    """

    number: str
    state: str
    uid: str


def needs_of_contacts(office: Office, activity_ids: Iterable[int], standing: Standing) -> dict[int, list[RaisedNeed]]:
    """Return activity id → needs that were raised there, oldest first; three statements."""
    links = list(
        MatterLink.objects.filter(
            origin_activity_id__in=list(activity_ids), matter__office=office, matter__kind=MatterKind.NEED,
            nature=LinkNature.CONTACT,
        ).select_related("matter").order_by("pk")
    )  # fmt: skip
    own = visible(owned(Matter, office).filter(pk__in=[link.matter_id for link in links]), standing)
    opened = set(own.values_list("pk", flat=True))
    names = names_of(office)
    found: dict[int, list[RaisedNeed]] = {}
    for link in links:
        matter = link.matter
        state = names.state(workflow_of(matter.kind), matter.state)
        shown = RaisedNeed(matter.number, state, str(matter.uid) if matter.pk in opened else "")
        found.setdefault(link.origin_activity_id or 0, []).append(shown)
    return found
