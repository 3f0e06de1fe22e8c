"""Papers of the library as facts: a plan, a file or an assessment that is there in its period.

Documents lie beside provisions; what joins the two lies here.  A paper is known by words of its title, counts for the
bodies named here, on the day of the document; a text from the web (网络参考) is no paper of the office.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import ibis
from ibis.expr.types import Table

from tongxin.core.relations import table, union_all
from tongxin.documents.enums import SourceStatus
from tongxin.documents.models import Document
from tongxin.provisions.occurrences import fact, register_source
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Organization


@dataclass(frozen=True, slots=True)
class Paper:
    """One sort of paper: any of ``words`` stands in its title; it counts for the office's bodies of ``kinds``."""

    words: tuple[str, ...]
    kinds: tuple[str, ...]


#: Kind of fact → the paper that it is.
PAPERS: Mapping[str, Paper] = MappingProxyType(
    {
        "study_plan": Paper(("学习计划", "学习安排"), (OrganizationKind.PARTY_GROUP,)),
        "study_file": Paper(("学习档案",), (OrganizationKind.PARTY_GROUP,)),
        "consultation_plan": Paper(("协商计划",), (OrganizationKind.COMMITTEE,)),
        "impact_assessment": Paper(("影响评估",), (OrganizationKind.STAFF,)),
    }
)


def facts() -> Table:
    """Return the papers of all offices, as FACT_SCHEMA says; no parameters."""
    document, body = table(Document), table(Organization)
    own = document.filter(document.source_status != str(SourceStatus.REFERENCE), document.document_day.notnull())
    parts = []
    for name, paper in PAPERS.items():
        named = own.filter(ibis.or_(*(own.title.contains(word) for word in paper.words)))
        bodies = body.filter(body.kind.isin([str(kind) for kind in paper.kinds]))
        bodies = bodies.select(body_office="office_id", body_id="id")
        joined = named.join(bodies, named.office_id == bodies.body_office)
        parts.append(
            fact(
                joined,
                office_id=joined.office_id,
                kind=name,
                organization_id=joined.body_id,
                day=joined.document_day,
                source_type="document",
                source_id=joined.id,
            )
        )
    return union_all(parts)


def register() -> None:
    """Register the source; called once at start-up."""
    register_source("papers", facts, kinds=PAPERS)
