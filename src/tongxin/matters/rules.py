"""Who may take which step, and what the reviews of a manuscript must be.  No effects."""

from __future__ import annotations

from collections.abc import Iterable

from tongxin.core.errors import NotPossible
from tongxin.matters.predicates import PREDICATES, Stakes, may_see, sees_all
from tongxin.registry.access import Standing
from tongxin.registry.enums import Role

__all__ = ["PREDICATES", "Stakes", "check_reviewer", "keeps_outlet", "keeps_outlets", "may_see", "sees_all"]

#: Who keeps the register of channels and venues.
OUTLET_KEEPERS = (Role.EDITOR, Role.INFORMATION_OFFICE, Role.PARTY_CLERK)


def keeps_outlets(standing: Standing) -> bool:
    """Tell whether ``standing`` enters channels and venues and looks after all of them."""
    return standing.has(*OUTLET_KEEPERS)


def keeps_outlet(standing: Standing, unit: int, keeper: int | None) -> bool:
    """Tell whether ``standing`` looks after one: as keeper of the register, for its unit, or in person.  Ids."""
    return keeps_outlets(standing) or unit in standing.unit_ids or keeper in standing.person_ids


def check_reviewer(reviewer: int, earlier: Iterable[int], authors: Iterable[int]) -> None:
    """Raise NotPossible where a review would be by an author or by somebody who reviewed this round already.

    Ids of persons.  Source: publication rules 第三条 (2024): three persons, each a review and a proof.
    """
    if reviewer in set(authors):
        raise NotPossible(
            "matters.reviewer_is_author", "作者不能审核自己的稿件。", hint="请由其他人审核。", field="person"
        )
    if reviewer in set(earlier):
        raise NotPossible(
            "matters.reviewer_twice",
            "此人已审过本稿，三审须由三个不同的人完成。",
            hint="请由其他人审核。",
            field="person",
        )
