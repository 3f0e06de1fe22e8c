"""Truth table: who sees the trace and decides."""

from __future__ import annotations

import pytest

from tongxin.registry.access import standing
from tongxin.registry.enums import Role
from tongxin.trace.rules import may_decide, may_see_trace


@pytest.mark.parametrize(
    ("role", "see", "decide"),
    [
        (Role.PARTY_CLERK, True, True),
        (Role.SUPERVISOR, True, True),
        (Role.EDITOR, True, False),
        (Role.LEADER, True, False),
        (Role.ADMINISTRATOR, False, False),
        (Role.MEMBER, False, False),
    ],
)
def test_predicates_by_role(role, see, decide):
    holder = standing(1, [(role, None)], [])
    assert [may_see_trace(holder), may_decide(holder)] == [see, decide]
