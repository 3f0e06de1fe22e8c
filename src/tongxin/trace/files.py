"""The trace of a file that is not stored: read, bound, and compared with an office's findings if one is named."""

from __future__ import annotations

import datetime as dt

from tongxin.documents.dates import parse_day
from tongxin.documents.enums import RequirementState, SourceStatus
from tongxin.documents.reading.result import Reading
from tongxin.provisions.catalogue import find, provisions
from tongxin.registry.models import Office
from tongxin.trace.binding import propose, propose_task
from tongxin.trace.deadlines import due
from tongxin.trace.enums import BindingState
from tongxin.trace.findings import Standing, standings
from tongxin.trace.queries import (
    TaskSummary,
    Trace,
    TracedBinding,
    TracedRequirement,
    adopted_provisions,
    codes_of,
    link_to,
)


def trace_of_reading(reading: Reading, *, name: str, day: dt.date, office: Office | None = None) -> Trace:
    """Return the trace of a reading as of ``day``; without ``office`` no database is asked and no findings are given.

    ``name``: the file's name, used where the text has no title.
    """
    entries = provisions()
    proposed = [
        propose(item.text, entries, institution=item.institution or "", subject=item.subject or "")
        for item in reading.requirements
    ]
    adopted: frozenset[str] = frozenset()
    found: dict[str, Standing] = {}
    if office is not None:
        adopted = adopted_provisions(office, day)
        named = {proposal.provision for proposals in proposed for proposal in proposals}
        found = standings(office, codes_of(named), day)
    anchor = parse_day(reading.dated) or parse_day(reading.published)
    requirements = []
    for item, proposals in zip(reading.requirements, proposed, strict=True):
        links = tuple(
            link_to(
                find(proposal.provision),
                proposal.provision,
                proposal.reason,
                adopted=proposal.provision in adopted,
                found=found,
            )
            for proposal in proposals
        )
        if not links:
            task = propose_task(item.text, subject=item.subject or "", cadence=item.cadence_or_deadline or "")
            links = (
                TracedBinding(
                    uid="",
                    provision="",
                    name="转为任务",
                    source="",
                    modality="",
                    judged=False,
                    reason=task.reason,
                    state=BindingState.PROPOSED,
                    adopted=False,
                    task=TaskSummary(
                        title=task.title,
                        owner=task.owner,
                        due_on=due(item.cadence_or_deadline or item.text, anchor),
                        due_text=task.due_text,
                    ),
                ),
            )
        requirements.append(
            TracedRequirement(
                uid="",
                start=item.start,
                end=item.end,
                line=item.line,
                text=item.text,
                outline_path=item.outline_path,
                subject=item.subject or "",
                institution=item.institution or "",
                cadence=item.cadence_or_deadline or "",
                reason=item.reason,
                state=RequirementState.PROPOSED,
                bindings=links,
            )
        )
    return Trace(
        title=reading.title or name,
        source_status=SourceStatus.REFERENCE,
        day=day,
        office=office.name if office is not None else "",
        requirements=tuple(requirements),
    )
