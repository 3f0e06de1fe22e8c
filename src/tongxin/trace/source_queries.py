"""Which sentence of which document asked for a provision: the way back from the board to the text."""

from __future__ import annotations

from dataclasses import dataclass

from tongxin.registry.models import Office
from tongxin.registry.queries import owned
from tongxin.trace.enums import BindingState
from tongxin.trace.models import Binding


@dataclass(frozen=True, slots=True)
class SourceSentence:
    """A sentence that asks for a provision, and where it stands."""

    document: str
    title: str
    requirement: str
    line: int
    text: str


def sources_of(office: Office) -> dict[str, tuple[SourceSentence, ...]]:
    """Return provision → the sentences accepted as asking for it, newest document first; one statement.

    The keys are ids of provisions, not codes of checks.  ``document`` and ``requirement`` are uids.
    """
    rows = (
        owned(Binding, office)
        .filter(state=BindingState.ACCEPTED)
        .exclude(provision="")
        .select_related("requirement__revision__document")
        .order_by("-requirement__revision__document_id", "requirement__order")
    )
    found: dict[str, list[SourceSentence]] = {}
    for row in rows:
        document = row.requirement.revision.document
        found.setdefault(row.provision, []).append(
            SourceSentence(
                str(document.uid), document.title, str(row.requirement.uid), row.requirement.line, row.requirement.text
            )
        )
    return {provision: tuple(sentences) for provision, sentences in found.items()}


def documents_in(sources: dict[str, tuple[SourceSentence, ...]]) -> list[tuple[str, str]]:
    """Return (uid, title) of the documents among these sources, as they come."""
    return list({sentence.document: sentence.title for some in sources.values() for sentence in some}.items())
