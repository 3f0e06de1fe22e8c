"""Truth tables: who may do what with documents."""

from __future__ import annotations

import pytest

from tongxin.documents.models import Document
from tongxin.documents.rules import may_decide, may_keep, may_read, why_not_acceptable
from tongxin.registry.access import standing
from tongxin.registry.enums import UNIT_ROLES, Role


@pytest.mark.parametrize(
    ("role", "read", "keep", "decide"),
    [
        (Role.ADMINISTRATOR, False, False, False),
        (Role.ROSTER_CLERK, True, False, False),
        (Role.PARTY_CLERK, True, True, True),
        (Role.BRANCH_SECRETARY, True, False, False),
        (Role.COMMITTEE_OFFICE, True, False, False),
        (Role.PROPOSALS_OFFICE, True, False, False),
        (Role.INFORMATION_OFFICE, True, False, False),
        (Role.EDITOR, True, True, False),
        (Role.SUPERVISOR, True, True, True),
        (Role.LEADER, True, False, False),
        (Role.HANDLING_UNIT, False, False, False),
        (Role.MEMBER, False, False, False),
    ],
)
def test_predicates_by_role(role, read, keep, decide):
    holder = standing(1, [(role, 7 if role in UNIT_ROLES else None)], [])
    assert [may_read(holder), may_keep(holder), may_decide(holder)] == [read, keep, decide]


@pytest.mark.parametrize(
    ("status", "code"), [("issued", None), ("draft", "documents.not_issued"), ("reference", "documents.not_issued")]
)
def test_only_issued_originals_are_accepted_from(status, code):
    refusal = why_not_acceptable(Document(title="讲话", source_status=status))
    assert (refusal.code if refusal else None) == code
