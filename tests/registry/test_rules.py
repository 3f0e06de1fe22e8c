from __future__ import annotations

import pytest

from tongxin.registry import rules
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role

EVERY_ROLE = [role.value for role in Role]


@pytest.mark.parametrize(
    ("predicate", "allowed"),
    [
        (rules.may_keep_roster, {"roster_clerk"}),
        (rules.may_keep_party_units, {"party_clerk"}),
        (rules.may_see_affiliation, {"roster_clerk", "party_clerk"}),
        (rules.may_see_uncovered_by_name, {"roster_clerk", "party_clerk"}),
        (rules.may_manage_grants, {"administrator"}),
    ],
)
def test_truth_table(predicate, allowed):
    assert {role for role in EVERY_ROLE if predicate(Standing(1, frozenset({role})))} == allowed
    assert predicate(Standing(1)) is False


def test_a_person_sees_their_own_page_and_no_other():
    me = Standing(1, frozenset({Role.MEMBER}), person_ids=frozenset({5}))
    assert (rules.may_see_person(me, 5), rules.may_see_person(me, 6)) == (True, False)
