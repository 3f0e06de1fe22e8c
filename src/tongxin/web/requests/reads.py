"""Open requests, and the entry that an objection speaks of, as far as the clerk may see it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongxin.core import dossier
from tongxin.registry.enums import ProposalState
from tongxin.registry.models import CorrectionProposal, Objection, Office, Suggestion
from tongxin.registry.queries import owned

#: Entries whose words the clerk of the register may read.  Of the others (reasons of leave, rulings on a person,
#: what was written to the office) only title, day and who entered them are shown: they go to who decided on them.
READABLE = (
    "registry.person",
    "registry.affiliation",
    "registry.membership",
    "registry.membership_guarded",
    "registry.contact",
    "registry.reads",
    "registry.changes",
)


@dataclass(frozen=True)
class Disputed:
    """The entry that an objection speaks of; ``text`` is empty where the clerk may not read it."""

    title: str
    text: str
    day: dt.date | None
    recorded_by: str


def open_corrections(office: Office) -> list[CorrectionProposal]:
    """Return the corrections that wait, oldest first."""
    rows = owned(CorrectionProposal, office).filter(state=ProposalState.PROPOSED)
    return list(rows.select_related("person").order_by("pk"))


def objections(office: Office, *, waiting: bool) -> list[Objection]:
    """Return the objections that wait (oldest first), or the fifty answered last."""
    rows = owned(Objection, office).filter(answered_at__isnull=waiting).select_related("person", "answered_by")
    return list(rows.order_by("pk") if waiting else rows.order_by("-answered_at")[:50])


def open_suggestions(office: Office) -> list[Suggestion]:
    """Return the complaints and suggestions that wait, oldest first; senders are not loaded, nor shown."""
    return list(owned(Suggestion, office).filter(answered_at__isnull=True).order_by("pk"))


def title_of(row: Objection) -> str:
    """Return what kind of entry an objection speaks of; no statement."""
    titles = [held.title for held in dossier.holdings() if held.model._meta.label_lower == row.subject_type]
    return titles[0] if titles else ""


def disputed(row: Objection) -> Disputed | None:
    """Return the entry that an objection speaks of, or None where it has gone meanwhile."""
    for held in dossier.holdings():
        if held.model._meta.label_lower == row.subject_type:
            entry = held.rows(row.person_id, row.office_id).filter(pk=row.subject_id).first()
            if entry is not None:
                line = held.line(entry, row.person_id)
                text = line.text if held.code in READABLE else ""
                return Disputed(held.title, text, line.day, line.recorded_by)
    return None
