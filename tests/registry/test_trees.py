"""Under what an organization may stand, and circles."""

from __future__ import annotations

import pytest

from tongxin.registry.enums import OrganizationKind
from tongxin.registry.trees import PARENTS, closes_circle, may_stand_under


@pytest.mark.parametrize(
    ("kind", "parent", "may"),
    [
        ("branch", "office_party_committee", True),
        ("small_group", "branch", True),
        ("small_group", "sector", False),
        ("committee", "committee", False),
        ("sector", "committee", True),
        ("committee", "sector", False),
    ],
)
def test_kind_decides_the_tree(kind: str, parent: str, may: bool):
    assert may_stand_under(kind, parent) is may


def test_table_names_kinds_only():
    named = set(PARENTS) | {kind for kinds in PARENTS.values() for kind in kinds}
    assert named <= set(OrganizationKind)


@pytest.mark.parametrize(
    ("organization", "parent", "closes"),
    [(1, None, False), (1, 1, True), (1, 3, True), (3, 1, False), (4, 3, False), (4, 5, True)],
)
def test_circles(organization: int, parent: int | None, closes: bool):
    # 3 under 2 under 1; 5 and 6 stand in a circle that was there before.
    assert closes_circle(organization, parent, {1: None, 2: 1, 3: 2, 5: 6, 6: 5}) is closes
