from __future__ import annotations

from tongxin.registry.access import standing
from tongxin.registry.enums import Role


def test_an_office_role_holds_for_every_unit():
    who = standing(1, [(Role.PARTY_CLERK, None)], [])
    assert (who.has(Role.PARTY_CLERK), who.has_for(9, Role.PARTY_CLERK), who.has(Role.LEADER)) == (True, True, False)


def test_a_unit_role_holds_for_its_unit_only():
    who = standing(1, [(Role.BRANCH_SECRETARY, 9)], [])
    assert (who.has_for(9, Role.BRANCH_SECRETARY), who.has_for(8, Role.BRANCH_SECRETARY)) == (True, False)
    assert who.unit_ids == frozenset({9})


def test_a_unit_role_without_a_unit_is_void():
    assert standing(1, [(Role.BRANCH_SECRETARY, None)], []).has(Role.BRANCH_SECRETARY) is False


def test_being_a_person_of_the_office_makes_a_member():
    assert standing(1, [], [5]).has(Role.MEMBER) is True
