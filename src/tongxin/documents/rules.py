"""Who may do what with documents, and what a document must be for it.  Pure predicates, no effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tongxin.core.errors import NotPossible, Refusal
from tongxin.documents.enums import SourceStatus
from tongxin.registry.enums import Role

if TYPE_CHECKING:
    from tongxin.documents.models import Document
    from tongxin.registry.access import Standing

#: Who reads the library: everybody who works for the office.  Members see what is published to them elsewhere.
READER_ROLES = (
    Role.PARTY_CLERK,
    Role.ROSTER_CLERK,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.PROPOSALS_OFFICE,
    Role.INFORMATION_OFFICE,
    Role.EDITOR,
    Role.SUPERVISOR,
    Role.LEADER,
)
#: Who registers documents, fills open places and judges repairs.
KEEPER_ROLES = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.EDITOR)
#: Who decides what a sentence asks for.
DECIDER_ROLES = (Role.PARTY_CLERK, Role.SUPERVISOR)


def may_read(standing: Standing) -> bool:
    """Tell whether the library is open to this standing."""
    return standing.has(*READER_ROLES)


def may_keep(standing: Standing) -> bool:
    """Tell whether this standing may register documents, confirm their source and fill their open places."""
    return standing.has(*KEEPER_ROLES)


def may_decide(standing: Standing) -> bool:
    """Tell whether this standing may accept, edit or dismiss requirements."""
    return standing.has(*DECIDER_ROLES)


def why_not_acceptable(document: Document) -> Refusal | None:
    """Return why requirements of ``document`` cannot be accepted yet, or None.

    Source: house decision 27: a text from the web or an internal draft is read and tried; what binds is the
    issued original, known by issuer and number.
    """
    if document.source_status == SourceStatus.ISSUED:
        return None
    return NotPossible(
        "documents.not_issued",
        f"《{document.title}》登记为“{SourceStatus(document.source_status).label}”，其中的要求可以查看和试用，尚不能采纳。",
        hint="请先“核对来源”：对照正式印发的原件，填写发文机关、发文字号和成文日期。",
        field="source_status",
    )
