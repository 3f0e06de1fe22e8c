"""统筹安排建议: the fewest occasions of a year that meet everything asked of one unit.  Pure; imports no models.

    Demand     so many occasions with one of these facts between two days
    Offer      one sort of occasion: what it counts as by itself, and by the items that may stand on its agenda
    Occasion   one that is proposed: day, kind, agenda items, the demands it serves

The year is cut into stretches at every beginning and end of a demand and at every first of a month: within a stretch
one day is as good as another, so the choice is only how many occasions of which kind with which items a stretch has.
That is solved exactly by CP-SAT (the optional extra ``optimise``); days are then spread over the working days.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tongxin.core.errors import NotPossible

#: Seconds after which the best plan found so far is taken; the bound then tells how far it may be from the best.
LIMIT_SECONDS = 3.0
#: Seconds for looking for a plainer plan with equally few occasions.
PLAINER_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Demand:
    """``count`` occasions with any of ``facts`` on days ``start <= day < end``; ``name`` and ``window`` for people."""

    code: str
    name: str
    window: str
    facts: frozenset[str]
    start: dt.date
    end: dt.date
    count: int = 1


@dataclass(frozen=True, slots=True)
class Offer:
    """One sort of occasion: facts of the kind itself, and agenda item → facts that the item adds."""

    kind: str
    name: str
    facts: frozenset[str]
    items: Mapping[str, frozenset[str]]

    @property
    def reach(self) -> frozenset[str]:
        """Everything that it can count as."""
        return self.facts.union(*self.items.values())


@dataclass(frozen=True, slots=True)
class Occasion:
    """One occasion proposed; ``serves`` are places in the list of demands."""

    day: dt.date
    kind: str
    items: tuple[str, ...]
    serves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """The occasions by day; ``bound``: no plan can do with fewer; ``unmet``: demands that no occasion of the unit meets.

    ``best`` where the number of occasions equals the bound.
    """

    occasions: tuple[Occasion, ...]
    bound: int
    unmet: tuple[int, ...] = ()

    @property
    def best(self) -> bool:
        """Tell whether fewer are proved to be impossible."""
        return len(self.occasions) == self.bound


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Working days between two cuts; never over the end of a month."""

    days: tuple[dt.date, ...]

    @property
    def month(self) -> tuple[int, int]:
        return self.days[0].year, self.days[0].month

    def lies_in(self, demand: Demand) -> bool:
        return demand.start <= self.days[0] < demand.end


def installed() -> bool:
    """Tell whether the solver is there."""
    try:
        import ortools.sat.python.cp_model  # noqa: F401, PLC0415 - an optional extra of 80 MB
    except ImportError:
        return False
    return True


def propose(
    demands: Sequence[Demand], offers: Sequence[Offer], workdays: Sequence[dt.date], *, load: int, items: int
) -> Plan:
    """Return the fewest occasions that meet all demands, on working days, at most ``load`` a month.

    ``items``: how many agenda items one occasion may carry.  A demand that none of the offers can meet, or that has
    no working day, is left out and named in ``unmet``.  Among plans with equally few occasions one with the fewest
    agenda items is taken.  Raises NotPossible where the solver is missing or ``load`` is too small.
    """
    if not installed():
        raise NotPossible(
            "activities.no_solver",
            "没有安装求解组件，不能给出统筹安排建议。",
            hint="请管理员安装可选组件：pip install 'tongxin[optimise]'。",
        )
    stretches = _stretches(demands, workdays)
    unmet = tuple(
        number
        for number, demand in enumerate(demands)
        if not any(demand.facts & offer.reach for offer in offers)
        or not any(stretch.lies_in(demand) for stretch in stretches)
    )
    wanted = {number: demand for number, demand in enumerate(demands) if number not in unmet and demand.count > 0}
    if not wanted:
        return Plan((), 0, unmet)
    return _solved(wanted, offers, stretches, load, items, unmet)


def _stretches(demands: Sequence[Demand], workdays: Sequence[dt.date]) -> list[_Stretch]:
    cuts = {day for demand in demands for day in (demand.start, demand.end)}
    found: list[list[dt.date]] = []
    for day in sorted(workdays):
        last = found[-1][-1] if found else dt.date.min
        if (last.year, last.month) != (day.year, day.month) or any(last < cut <= day for cut in cuts):
            found.append([])
        found[-1].append(day)
    return [_Stretch(tuple(days)) for days in found]


def _solved(
    demands: Mapping[int, Demand],
    offers: Sequence[Offer],
    stretches: Sequence[_Stretch],
    load: int,
    items: int,
    unmet: tuple[int, ...],
) -> Plan:
    from ortools.sat.python import cp_model  # noqa: PLC0415 - an optional extra of 80 MB

    asked = frozenset().union(*(demand.facts for demand in demands.values()))
    useful = [offer for offer in offers if offer.reach & asked]
    carried = {item: facts & asked for offer in useful for item, facts in offer.items.items() if facts & asked}
    model = cp_model.CpModel()
    # slot → (used, kind → chosen, item → on the agenda, demand → served)
    slots: dict[tuple[int, int], tuple[Any, list[Any], dict[str, Any], dict[int, Any]]] = {}
    for at, stretch in enumerate(stretches):
        own = [number for number, demand in demands.items() if stretch.lies_in(demand)]
        for place in range(load if own else 0):
            slots[at, place] = _slot(model, f"{at}_{place}", useful, carried, {n: demands[n] for n in own}, items)
        for place in range(1, load if own else 0):
            before, after = slots[at, place - 1], slots[at, place]
            model.add(before[0] >= after[0])
            rank = [sum((number + 1) * chosen for number, chosen in enumerate(slot[1])) for slot in (before, after)]
            # of slots alike the earlier has the earlier kind; an empty one, after all others, has none
            model.add(rank[0] <= rank[1] + (len(useful) + 1) * (1 - after[0]))
    for number, demand in demands.items():
        model.add(sum(slot[3][number] for slot in slots.values() if number in slot[3]) >= demand.count)
    for month in {stretch.month for stretch in stretches}:
        model.add(sum(slot[0] for (at, _place), slot in slots.items() if stretches[at].month == month) <= load)
    used = sum(slot[0] for slot in slots.values())
    on_agendas = sum(on for slot in slots.values() for on in slot[2].values())
    model.minimize(used)
    solver = _solver(cp_model, LIMIT_SECONDS)
    if solver.solve(model) not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        raise NotPossible(
            "activities.load_too_small",
            f"每月最多{load}次、每次最多{items}个议题，排不下全部要求。",
            hint="请放宽每月次数或者每次议题数。",
            field="load",
        )
    fewest, bound = round(solver.objective_value), -int(-solver.best_objective_bound // 1)
    # second, the plainest of the plans with so few occasions; starting from the one found
    for slot in slots.values():
        for variable in (slot[0], *slot[1], *slot[2].values(), *slot[3].values()):
            model.add_hint(variable, solver.value(variable))
    model.add(used <= fewest)
    model.minimize(on_agendas)
    plainer = _solver(cp_model, PLAINER_SECONDS)
    if plainer.solve(model) in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        solver = plainer
    chosen: dict[int, list[tuple[str, tuple[str, ...], tuple[int, ...]]]] = {}
    for (at, _place), (taken, kinds, agenda, served) in slots.items():
        if solver.value(taken):
            kind = next(
                offer.kind for offer, chosen_kind in zip(useful, kinds, strict=True) if solver.value(chosen_kind)
            )
            on = tuple(item for item, variable in agenda.items() if solver.value(variable))
            chosen.setdefault(at, []).append(
                (kind, on, tuple(n for n, variable in served.items() if solver.value(variable)))
            )
    return Plan(_dated(chosen, stretches), bound, unmet)


def _solver(cp_model: Any, seconds: float) -> Any:
    """Return a solver that gives the same answer each time."""
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = 1
    return solver


def _slot(
    model: Any,
    name: str,
    offers: Sequence[Offer],
    carried: Mapping[str, frozenset[str]],
    demands: Mapping[int, Demand],
    items: int,
) -> tuple[Any, list[Any], dict[str, Any], dict[int, Any]]:
    """Return the variables of one possible occasion: used, kinds, agenda items, demands served."""
    used = model.new_bool_var(f"used_{name}")
    kinds = [model.new_bool_var(f"kind_{name}_{offer.kind}") for offer in offers]
    agenda = {item: model.new_bool_var(f"item_{name}_{item}") for item in carried}
    served = {number: model.new_bool_var(f"served_{name}_{number}") for number in demands}
    model.add(sum(kinds) == used)
    model.add(sum(agenda.values()) <= items)
    for item, on in agenda.items():
        model.add(on <= sum(chosen for offer, chosen in zip(offers, kinds, strict=True) if item in offer.items))
    for number, does in served.items():
        facts = demands[number].facts
        by_kind = [chosen for offer, chosen in zip(offers, kinds, strict=True) if offer.facts & facts]
        by_item = [on for item, on in agenda.items() if carried[item] & facts]
        model.add(does <= sum(by_kind) + sum(by_item))
    return used, kinds, agenda, served


def _dated(
    chosen: Mapping[int, Sequence[tuple[str, tuple[str, ...], tuple[int, ...]]]], stretches: Sequence[_Stretch]
) -> tuple[Occasion, ...]:
    """Spread the occasions of each stretch evenly over its working days, those of one kind about the same day."""
    found = []
    for at, occasions in chosen.items():
        days = stretches[at].days
        for place, (kind, on, serves) in enumerate(occasions):
            day = days[min(len(days) * (2 * place + 1) // (2 * len(occasions)), len(days) - 1)]
            found.append(Occasion(day, kind, on, serves))
    return tuple(sorted(found, key=lambda each: (each.day, each.kind)))


def by_kind(plan: Plan) -> dict[str, int]:
    """Return how many occasions of each kind a plan has, in the order of their first day."""
    return dict(Counter(each.kind for each in plan.occasions))
