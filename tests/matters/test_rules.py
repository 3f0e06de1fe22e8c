"""Truth tables: who may take steps and see matters."""

from __future__ import annotations

import pytest

from tongxin.core.errors import NotPossible
from tongxin.matters.rules import PREDICATES, Stakes, check_reviewer, may_see
from tongxin.matters.workflows import WORKFLOWS
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
    stakes = Stakes(units=frozenset({7}))
    assert PREDICATES["handles"](holder(Role.HANDLING_UNIT, 7), stakes) is True
    assert PREDICATES["handles"](holder(Role.HANDLING_UNIT, 8), stakes) is False
    assert PREDICATES["handles"](standing(1, [], [3]), Stakes(responsible=frozenset({3}))) is True


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
    seen = [may_see(holder(role, 8), kind, Stakes(units=frozenset({7}))) for kind in ("task", "request", "manuscript")]
    assert seen == [task, request_, manuscript]


def test_reviewer_is_neither_author_nor_earlier_reviewer():
    check_reviewer(3, [1, 2], [4])
    with pytest.raises(NotPossible) as author:
        check_reviewer(4, [1, 2], [4])
    with pytest.raises(NotPossible) as twice:
        check_reviewer(2, [1, 2], [4])
    assert [author.value.code, twice.value.code] == ["matters.reviewer_is_author", "matters.reviewer_twice"]


#: Transition → roles that may take it without a stake in the matter.
MAY_STEP = {
    "task": {
        "accept": {"party_clerk", "supervisor"},
        "decline": {"party_clerk", "supervisor"},
        "explain": {"party_clerk", "supervisor"},
        "report": {"party_clerk", "supervisor"},
        "send_back": {"party_clerk", "supervisor"},
        "close": {"party_clerk", "supervisor"},
        "cancel": {"party_clerk", "supervisor"},
    },
    "request": dict.fromkeys(("submit", "ask_again", "answer", "finish", "withdraw"), {"party_clerk"}),
    "report": dict.fromkeys(("submit", "withdraw"), {"party_clerk"}),
    "manuscript": {
        "submit": {"editor", "information_office"},
        "pass_first": {"editor", "leader"},
        "pass_second": {"editor", "leader"},
        "pass_third": {"editor", "leader"},
        "send_back": {"editor", "leader"},
        "clear_secrecy": {"editor", "leader"},
        "doubt_secrecy": {"editor", "leader"},
        "resume": {"editor", "leader"},
        "publish": {"editor", "information_office"},
        "withdraw": {"editor", "information_office"},
    },
}


@pytest.mark.parametrize("kind", sorted(WORKFLOWS))
def test_every_transition_by_every_role(kind):
    allowed = {
        step.code: {str(role) for role in Role if PREDICATES[step.who](holder(role), Stakes())}
        for step in WORKFLOWS[kind].transitions
    }
    assert allowed == MAY_STEP[kind]
