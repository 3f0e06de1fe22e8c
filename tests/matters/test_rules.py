"""Truth tables: who may take steps and see matters."""

from __future__ import annotations

import pytest

from tongxin.core.errors import NotPossible
from tongxin.matters.rules import PREDICATES, Stakes, check_reviewer, may_see
from tongxin.registry.access import standing
from tongxin.registry.enums import UNIT_ROLES, Role

ALL = ("supervises", "handles", "keeps_ledger", "edits", "reviews")


def holder(role, unit=7, people=()):
    return standing(1, [(role, unit if role in UNIT_ROLES else None)], people)


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ADMINISTRATOR, set()),
        (Role.ROSTER_CLERK, set()),
        (Role.PARTY_CLERK, {"supervises", "handles", "keeps_ledger"}),
        (Role.BRANCH_SECRETARY, set()),
        (Role.COMMITTEE_OFFICE, set()),
        (Role.PROPOSALS_OFFICE, set()),
        (Role.INFORMATION_OFFICE, {"edits"}),
        (Role.EDITOR, {"edits", "reviews"}),
        (Role.SUPERVISOR, {"supervises", "handles"}),
        (Role.LEADER, {"reviews"}),
        (Role.HANDLING_UNIT, set()),
    ],
)
def test_predicates_for_somebody_without_a_stake(role, allowed):
    assert {name for name in ALL if PREDICATES[name](holder(role), Stakes())} == allowed


def test_own_unit_handles_and_strangers_unit_does_not():
    stakes = Stakes({"lead": frozenset({7})})
    assert PREDICATES["handles"](holder(Role.HANDLING_UNIT, 7), stakes) is True
    assert PREDICATES["handles"](holder(Role.HANDLING_UNIT, 8), stakes) is False
    assert PREDICATES["handles"](standing(1, [], [3]), Stakes({}, {"responsible": frozenset({3})})) is True


@pytest.mark.parametrize(
    ("role", "task", "request_", "manuscript"),
    [
        (Role.SUPERVISOR, True, False, False),
        (Role.PARTY_CLERK, True, True, False),
        (Role.EDITOR, False, False, True),
        (Role.LEADER, True, True, True),
        (Role.ADMINISTRATOR, False, False, False),
        (Role.HANDLING_UNIT, False, False, False),
    ],
)
def test_may_see_by_role(role, task, request_, manuscript):
    seen = [
        may_see(holder(role, 8), kind, Stakes({"lead": frozenset({7})})) for kind in ("task", "request", "manuscript")
    ]
    assert seen == [task, request_, manuscript]


def test_a_private_matter_is_seen_by_its_own_people_only():
    stakes = Stakes({"lead": frozenset({7})}, {"author": frozenset({3})})
    office, unit, author = holder(Role.PROPOSALS_OFFICE), holder(Role.HANDLING_UNIT, 7), standing(1, [], [3])
    assert [may_see(each, "proposal", stakes, private=True) for each in (office, unit, author)] == [False, False, True]
    assert [may_see(each, "proposal", stakes) for each in (office, unit, author)] == [True, True, True]


def test_reviewer_is_neither_author_nor_earlier_reviewer():
    check_reviewer(3, [1, 2], [4])
    with pytest.raises(NotPossible) as author:
        check_reviewer(4, [1, 2], [4])
    with pytest.raises(NotPossible) as twice:
        check_reviewer(2, [1, 2], [4])
    assert [author.value.code, twice.value.code] == ["matters.reviewer_is_author", "matters.reviewer_twice"]
