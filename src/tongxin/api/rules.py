"""Which roles may ask for what: the same that open the pages of it.  Pure predicates, no effects."""

from __future__ import annotations

from tongxin.activities.kinds import pair_kinds
from tongxin.documents.rules import READER_ROLES as LIBRARY
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role

CLERKS = (Role.PARTY_CLERK, Role.ROSTER_CLERK)
ORGANIZATIONS = (*CLERKS, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.LEADER)
PEOPLE = CLERKS
ACTIVITIES = LIBRARY
MATTERS = (
    Role.PARTY_CLERK,
    Role.SUPERVISOR,
    Role.LEADER,
    Role.EDITOR,
    Role.INFORMATION_OFFICE,
    Role.PROPOSALS_OFFICE,
    Role.BRANCH_SECRETARY,
    Role.COMMITTEE_OFFICE,
    Role.HANDLING_UNIT,
    Role.MEMBER,
)
WHOLE_BOARD = (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER)
FINDINGS = (*WHOLE_BOARD, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE)

#: Talks and contacts lie between two people; no program is told of them.
BETWEEN_TWO = pair_kinds()


def units_of_board(standing: Standing) -> frozenset[int] | None:
    """Return the ids of the units whose findings may be read; None for all."""
    return None if standing.has(*WHOLE_BOARD) else standing.unit_ids
