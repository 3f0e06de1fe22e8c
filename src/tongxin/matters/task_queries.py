"""Reads of tasks: parts and order, and what Party-member members took on, by matter."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from tongxin.matters import queries
from tongxin.matters.enums import LinkNature, MatterKind, TaskSource
from tongxin.matters.models import Matter, MatterLink
from tongxin.matters.workflows import workflow_of
from tongxin.registry.access import Standing
from tongxin.registry.models import Office

#: How many levels of parts are shown; deeper ones stand on the page of their own task.
DEPTH = 4


@dataclass(frozen=True)
class Part:
    """A task below another: how deep, where it stands."""

    matter: Matter
    depth: int
    state: str
    open: bool


@dataclass(frozen=True)
class Order:
    """How a task stands to others: of what it is a part, what must come first, its parts, what waits for it."""

    whole: tuple[Part, ...]
    first: tuple[Part, ...]
    parts: tuple[Part, ...]
    after: tuple[Part, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to show."""
        return bool(self.whole or self.first or self.parts or self.after)

    @property
    def still_open(self) -> int:
        """How many of the parts and of what must come first are not finished."""
        return sum(part.open for part in (*self.first, *self.parts))


def order_of(matter: Matter, names: queries.Names) -> Order:
    """Return how a task stands to others; two statements and one for each level of parts."""
    workflow = workflow_of(MatterKind.TASK)

    def part(one: Matter, depth: int = 0) -> Part:
        return Part(one, depth, names.state(workflow, one.state), one.state in workflow.open_states)

    up = list(
        MatterLink.objects.filter(matter=matter, nature__in=(LinkNature.SUBTASK, LinkNature.DEPENDS))
        .select_related("origin_matter")
        .order_by("id")
    )
    below = MatterLink.objects.select_related("matter").order_by("id")
    after = [link.matter for link in below.filter(origin_matter=matter, nature=LinkNature.DEPENDS)]
    children: dict[int, list[Matter]] = {}
    level = [matter.pk]
    for _depth in range(DEPTH):
        links = list(below.filter(origin_matter__in=level, nature=LinkNature.SUBTASK)) if level else []
        for link in links:
            children.setdefault(link.origin_matter_id or 0, []).append(link.matter)
        level = [link.matter_id for link in links]

    def walk(key: int, depth: int) -> list[Part]:
        found = []
        for one in children.get(key, []):
            found += [part(one, depth), *walk(one.pk, depth + 1)]
        return found

    return Order(
        tuple(part(link.origin_matter) for link in up if link.nature == LinkNature.SUBTASK and link.origin_matter),
        tuple(part(link.origin_matter) for link in up if link.nature == LinkNature.DEPENDS and link.origin_matter),
        tuple(walk(matter.pk, 0)),
        tuple(part(one) for one in after),
    )


def volunteered(office: Office, standing: Standing) -> QuerySet[Matter]:
    """Return what Party-member members took on, as far as ``standing`` may see it: by matter, the latest first."""
    filters = queries.LedgerFilter(kind=MatterKind.TASK, topic=TaskSource.VOLUNTEERED)
    return queries.visible(queries.ledger(office, filters), standing)
