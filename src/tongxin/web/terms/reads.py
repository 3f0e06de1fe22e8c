"""What the pages of a change of term show, worked out from one version of a draft; no statements of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from tongxin.registry.enums import PartySide, PostCode, Sex
from tongxin.registry.term_change import Content, SeatFacts
from tongxin.registry.term_operations import SectorPlan

_LEADERS = frozenset({PostCode.CHAIR.value, PostCode.VICE_CHAIR.value, PostCode.SECRETARY_GENERAL.value})


@dataclass(frozen=True)
class SectorRow:
    """A sector with its seats: how many have a name, how many do not, and what is planned for the latter."""

    sector: str
    quota: int
    reserved: int
    named: int
    open: int
    plan: SectorPlan


@dataclass(frozen=True)
class ShownSeat:
    """A seat as its form shows it; ``side`` and ``sex`` are what is planned, as codes."""

    seat: SeatFacts
    side: str
    sex: str


def sector_rows(content: Content) -> list[SectorRow]:
    """Return the sectors in their order."""
    rows = []
    for quota in content.quotas:
        here = [seat for seat in content.seats if seat.sector == quota.name]
        free = [seat for seat in here if seat.person_id is None]
        plan = SectorPlan(
            party=sum(seat.planned_nonparty is False for seat in free),
            nonparty=sum(seat.planned_nonparty is True for seat in free),
            women=sum(seat.planned_woman is True for seat in free),
            renewed=sum(seat.planned_renewed is True for seat in free),
            standing=sum(seat.position == PostCode.STANDING_MEMBER for seat in free),
        )
        rows.append(SectorRow(quota.name, quota.quota, quota.reserved, len(here) - len(free), len(free), plan))
    return rows


def with_plans(content: Content, plans: Mapping[str, SectorPlan]) -> Content:
    """Return the content as it would be with these plans, spread over the seats as their saving spreads them."""
    seats = []
    at: dict[str, int] = {}
    below: dict[str, int] = {}
    for seat in content.seats:
        plan = plans.get(seat.sector)
        if plan is None or seat.person_id is not None:
            seats.append(seat)
            continue
        index = at.get(seat.sector, 0)
        at[seat.sector] = index + 1
        position = seat.position
        if position not in _LEADERS:
            rank = below.get(seat.sector, 0)
            below[seat.sector] = rank + 1
            position = (PostCode.STANDING_MEMBER if rank < plan.standing else PostCode.MEMBER).value
        side = True if index < plan.nonparty else False if index < plan.nonparty + plan.party else None
        seats.append(
            replace(
                seat,
                position=position,
                planned_nonparty=side,
                planned_woman=True if index < plan.women else None,
                planned_renewed=True if index < plan.renewed else None,
            )
        )
    return Content(content.quotas, tuple(seats))


def shown_seats(content: Content, sector: str) -> list[ShownSeat]:
    """Return the seats of a sector, those with a name first."""
    sides = {None: PartySide.UNDECIDED, True: PartySide.NON_PARTY, False: PartySide.PARTY}
    sexes = {None: Sex.UNKNOWN, True: Sex.FEMALE, False: Sex.MALE}
    here = sorted((seat for seat in content.seats if seat.sector == sector), key=lambda seat: seat.person_id is None)
    return [ShownSeat(seat, sides[seat.planned_nonparty].value, sexes[seat.planned_woman].value) for seat in here]
