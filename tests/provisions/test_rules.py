import datetime as dt

import pytest

from tongxin.provisions.keys import FindingKey
from tongxin.provisions.rules import is_bound, may_adopt, may_see_finding
from tongxin.registry.access import standing
from tongxin.registry.enums import Role

DAY = dt.date(2026, 1, 1)
UNIT = FindingKey("life.theme_day", "organization", 7, 0, 0, DAY)
PERSON = FindingKey("life.heart_talk", "person", 0, 5, 0, DAY)
PAIR = FindingKey("contact.party_to_nonparty", "pair", 0, 5, 6, DAY)
OCCASION = FindingKey("edit.three_reviews", "event", 0, 0, 0, DAY, "matter", 9)


@pytest.mark.parametrize(
    ("grants", "people", "unit", "person", "pair", "occasion"),
    [
        ([(Role.PARTY_CLERK, None)], [], True, True, True, True),
        ([(Role.SUPERVISOR, None)], [], True, False, False, True),
        ([(Role.LEADER, None)], [], True, False, False, True),
        ([(Role.BRANCH_SECRETARY, 7)], [], True, False, False, False),
        ([(Role.BRANCH_SECRETARY, 8)], [], False, False, False, False),
        ([(Role.ROSTER_CLERK, None)], [], False, False, False, False),
        ([(Role.ADMINISTRATOR, None)], [], False, False, False, False),
        ([], [5], False, True, True, False),
        ([], [6], False, False, True, False),
        ([], [4], False, False, False, False),
        ([], [], False, False, False, False),
    ],
)
def test_who_sees_a_finding(grants, people, unit, person, pair, occasion) -> None:
    user = standing(1, grants, people)
    assert [may_see_finding(user, key) for key in (UNIT, PERSON, PAIR, OCCASION)] == [unit, person, pair, occasion]


def test_an_occasion_without_a_unit_binds_nobody() -> None:
    assert not is_bound(standing(1, [(Role.BRANCH_SECRETARY, 7)], [5]), OCCASION)


@pytest.mark.parametrize(
    ("role", "allowed"), [(Role.PARTY_CLERK, True), (Role.ADMINISTRATOR, False), (Role.LEADER, False)]
)
def test_who_adopts(role, allowed) -> None:
    assert may_adopt(standing(1, [(role, None)], [])) is allowed
