"""How large the example is.  Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Size:
    """Sizes of one office.

    ``branches``: number of Party members of each office branch; ``retired`` is the place of the branch of retired
    members in that list, or -1; ``grouped`` that of the branch with small groups, or -1.
    """

    members: int
    standing: int
    vice_chairs: int
    party_group: int
    committees: int
    sectors: int
    groups: int
    group_branches: int
    branches: tuple[int, ...]
    retired: int
    grouped: int
    other_staff: int


CITY = Size(
    members=380, standing=68, vice_chairs=6, party_group=7, committees=9, sectors=28, groups=10, group_branches=8,
    branches=(12, 9, 16, 20, 6), retired=3, grouped=2, other_staff=14,
)  # fmt: skip
COUNTY = Size(
    members=180, standing=32, vice_chairs=4, party_group=5, committees=6, sectors=20, groups=6, group_branches=4,
    branches=(10, 5), retired=-1, grouped=-1, other_staff=6,
)  # fmt: skip
SMALL_CITY = Size(
    members=64, standing=14, vice_chairs=4, party_group=5, committees=4, sectors=10, groups=4, group_branches=3,
    branches=(9, 8, 5, 8), retired=3, grouped=1, other_staff=4,
)  # fmt: skip
SMALL_COUNTY = Size(
    members=36, standing=8, vice_chairs=3, party_group=4, committees=3, sectors=8, groups=2, group_branches=1,
    branches=(8, 4), retired=-1, grouped=-1, other_staff=2,
)  # fmt: skip
