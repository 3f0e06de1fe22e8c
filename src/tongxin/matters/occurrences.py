"""What matters say happened: requests and reports handed up, manuscripts reviewed and published.

The facts of tongxin.provisions.occurrences, source_type ``matter``.  A request, report or publication counts for
the unit in charge (lead); a review counts for the reviewer and carries the same matter as the publication.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import ibis
from ibis.expr.types import Table

from tongxin.core.relations import table
from tongxin.matters.enums import LedgerTopic, MatterKind, UnitRole
from tongxin.matters.models import Matter, MatterUnit, Step
from tongxin.matters.workflows.manuscript import MANUSCRIPT
from tongxin.provisions.occurrences import fact, register_source

#: (kind of matter, transition) → kinds of facts that the step yields; a yearly report is also ``report_annual``.
FACTS_OF_STEPS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        (MatterKind.REQUEST, "submit"): ("request_submitted",),
        (MatterKind.REPORT, "submit"): ("report_submitted", "report_annual"),
        (MatterKind.MANUSCRIPT, "publish"): ("manuscript_published",),
        **{
            (MatterKind.MANUSCRIPT, transition.code): ("manuscript_reviewed",)
            for transition in MANUSCRIPT.transitions
            if transition.review
        },
    }
)
_REVIEWS = tuple(transition.code for transition in MANUSCRIPT.transitions if transition.review)


def facts() -> Table:
    """Return the facts of all matters of all offices, as FACT_SCHEMA says; no parameters."""
    steps, matters = table(Step), table(Matter)
    leads = table(MatterUnit).filter(lambda unit: unit.role == UnitRole.LEAD.value)
    taken = (
        steps.join(matters, steps.matter_id == matters.id)
        .select(
            transition=steps.transition,
            day=steps.day,
            reviewer=steps.person_id,
            matter_id=matters.id,
            office_id=matters.office_id,
            matter_kind=matters.kind,
            topic=matters.topic,
        )
        .left_join(leads, [("matter_id", "matter_id")])
    )
    taken = taken.select(
        "transition",
        "day",
        "matter_id",
        "office_id",
        "matter_kind",
        "topic",
        reviewer=ibis.coalesce(taken.reviewer, 0),
        unit=ibis.coalesce(taken.organization_id, 0),
    )

    def of(kind: str, transitions: tuple[str, ...]) -> Table:
        return taken.filter(taken.matter_kind == kind, taken.transition.isin(transitions))

    def for_unit(rows: Table, name: str) -> Table:
        return fact(
            rows,
            office_id=rows.office_id,
            kind=name,
            organization_id=rows.unit,
            day=rows.day,
            topic=rows.topic,
            source_type="matter",
            source_id=rows.matter_id,
        )

    reports = of(MatterKind.REPORT.value, ("submit",))
    reviews = of(MatterKind.MANUSCRIPT.value, _REVIEWS).filter(lambda row: row.reviewer > 0)
    return ibis.union(
        for_unit(of(MatterKind.REQUEST.value, ("submit",)), "request_submitted"),
        for_unit(reports, "report_submitted"),
        for_unit(reports.filter(reports.topic == LedgerTopic.ANNUAL.value), "report_annual"),
        for_unit(of(MatterKind.MANUSCRIPT.value, ("publish",)), "manuscript_published"),
        fact(
            reviews,
            office_id=reviews.office_id,
            kind="manuscript_reviewed",
            organization_id=reviews.unit,
            person_id=reviews.reviewer,
            day=reviews.day,
            topic=reviews.topic,
            source_type="matter",
            source_id=reviews.matter_id,
        ),
        distinct=False,
    )


def register() -> None:
    """Register the source; called once at start-up."""
    register_source("matters", facts)
