"""Proposes who keeps contact with whom, solved exactly as a flow of least cost.  Pure; imports no models.

Two links make the chain: Party-group members keep contact with Party-member members, Party-member members with
non-Party members (关于加强新时代人民政协党的建设工作的若干意见; how many each has is local).  What counts, in this
order, a later aim never at the price of an earlier one:

1. as many people as possible have a contact, nobody has more than the maximum;
2. contacts reach the minimum;
3. together: last year's pairs stay (the heaviest weight), loads are even, and people who share a sector, a special
   committee or a member group are preferred.

A superior and a subordinate are never paired.  Ethnic group and religion are not among the facts that come in here.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongxin.core.errors import BadInput, NotPossible


class Link(StrEnum):
    """A link of the chain."""

    GROUP_TO_PARTY = "group_to_party"
    PARTY_TO_NONPARTY = "party_to_nonparty"


LINK_NAMES = {
    Link.GROUP_TO_PARTY: gettext_lazy("党组成员联系党员委员"),
    Link.PARTY_TO_NONPARTY: gettext_lazy("党员委员联系党外委员"),
}


class Ground(StrEnum):
    """Why two people are paired."""

    KEPT = "kept"
    SECTOR = "sector"
    COMMITTEE = "committee"
    GROUP = "group"
    BALANCE = "balance"


#: What a shared body is worth; together they stay below one step of load.
WEIGHTS = {Ground.SECTOR: 40, Ground.COMMITTEE: 30, Ground.GROUP: 20}
KEEPING = 1000
STEP_OF_LOAD = 100
_GROUND_WORDS = {
    Ground.KEPT: gettext_lazy("沿用原有联系"),
    Ground.SECTOR: gettext_lazy("同界别"),
    Ground.COMMITTEE: gettext_lazy("同专委会"),
    Ground.GROUP: gettext_lazy("同履职小组"),
    Ground.BALANCE: gettext_lazy("均衡各联系人的人数"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A body in which somebody is.  ``ground``: what sharing it counts as, or None.

    ``above``: the precedence of an officer post held there (a smaller number stands higher), None for the others.
    """

    body: int
    ground: Ground | None = None
    above: int | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A person as the proposal sees them: nothing about belief, ethnic group or affiliation."""

    id: int
    name: str
    employer: str = ""
    leads: bool = False
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Demand:
    """What is to be solved.

    ``kept``: pairs (contact, target) of the year before.  ``declined``: pairs that were ended on request, never to be
    proposed again.  ``undecided``: names of members who stand in neither link, because no affiliation is recorded.
    """

    link: Link
    contacts: tuple[Candidate, ...]
    targets: tuple[Candidate, ...]
    kept: frozenset[tuple[int, int]] = frozenset()
    declined: frozenset[tuple[int, int]] = frozenset()
    undecided: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """A proposed pair with its grounds."""

    contact_id: int
    contact: str
    target_id: int
    target: str
    grounds: tuple[Ground, ...]

    @property
    def kept(self) -> bool:
        """Whether the pair is one of last year's."""
        return Ground.KEPT in self.grounds

    @property
    def reason(self) -> str:
        """The reason in words, for the page."""
        return "、".join(str(_GROUND_WORDS[ground]) for ground in self.grounds)


@dataclass(frozen=True, slots=True)
class Load:
    """How many people one contact would have; listed in official order, never by the number."""

    contact_id: int
    contact: str
    targets: int
    kept: int
    short: bool


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Somebody for whom no contact can be found, and why: ``nobody``, ``excluded`` or ``full``."""

    target_id: int
    target: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A pair of the year before that the proposal does not keep, and why: ``excluded``, ``left`` or ``balance``."""

    contact_id: int
    contact: str
    target_id: int
    target: str
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """The whole proposal, ready to print; nothing is written until somebody applies its pairs."""

    link: Link
    minimum: int
    maximum: int
    pairs: tuple[Pair, ...]
    loads: tuple[Load, ...]
    uncovered: tuple[Uncovered, ...]
    given_up: tuple[GivenUp, ...]
    undecided: tuple[str, ...]

    @property
    def title(self) -> str:
        """The link's name."""
        return str(LINK_NAMES[self.link])


@dataclass(frozen=True)
class Network:
    """Arcs of the flow problem as parallel columns of whole numbers; node 0 is the source, node 1 the sink."""

    tails: Any
    heads: Any
    capacities: Any
    costs: Any
    units: int
    pairs: Any


_TITLES_ONLY = (
    "主任医师", "主任药师", "主任护师", "主任技师", "主任编辑", "主任记者", "主任科员", "主任法医师", "主任播音员",
)  # fmt: skip
_LEADING = ("长", "主任", "书记", "主席", "经理", "董事", "总裁", "负责人", "主委", "理事", "会长", "总监", "主持工作")
_UNDER = ("秘书", "助理")


def leads_employer(position: str) -> bool:
    """Tell whether the words of a position name a leading post (局长, 副主任, 总经理 …), not only a title (主任医师)."""
    words = unicodedata.normalize("NFKC", position)
    for title in _TITLES_ONLY:
        words = words.replace("副" + title, "").replace(title, "")
    for word in _UNDER:
        if words.endswith(word):
            return False
    return any(word in words for word in _LEADING)


def employer_key(employer: str) -> str:
    """Return what two spellings of one employer share: width and spaces folded."""
    return "".join(unicodedata.normalize("NFKC", employer).split())


def bounds(contacts: int, targets: int, minimum: int | None, maximum: int | None) -> tuple[int, int]:
    """Return least and most per contact; by default as even as numbers allow.  Raises BadInput for impossible ones."""
    for value, name in ((minimum, "minimum"), (maximum, "maximum")):
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or value < 0):
            raise BadInput(
                "registry.contact_bounds", "每人联系人数须为不小于零的整数。", hint="请填写整数。", field=name
            )
    even = -(-targets // contacts) if contacts else 0
    most = maximum if maximum is not None else max(even, minimum or 0)
    least = minimum if minimum is not None else min(targets // contacts if contacts else 0, most)
    if least > most:
        raise BadInput(
            "registry.contact_bounds",
            f"每人至少联系{least}名，大于至多{most}名。",
            hint="请核对上下限。",
            field="minimum",
        )
    return least, most


def propose(demand: Demand, *, minimum: int | None = None, maximum: int | None = None) -> Proposal:
    """Return the best proposal for ``demand``; the same input gives the same answer, in whatever order it comes.

    ``minimum`` and ``maximum``: people per contact; by default as even as the numbers allow.  The order of
    ``contacts`` is kept for the loads.  Raises BadInput for impossible bounds or a person named twice, NotPossible
    ``registry.optimiser_missing`` where the optional extra ``optimise`` is not installed.
    """
    for group, field_name in ((demand.contacts, "contacts"), (demand.targets, "targets")):
        if len({person.id for person in group}) != len(group):
            raise BadInput("registry.contact_twice", "同一人在名单中出现两次。", hint="请核对名单。", field=field_name)
    least, most = bounds(len(demand.contacts), len(demand.targets), minimum, maximum)
    contacts = sorted(demand.contacts, key=lambda person: person.id)
    targets = sorted(demand.targets, key=lambda person: person.id)
    excluded = _excluded(contacts, targets, demand.declined)
    shared = _shared(contacts, targets)
    kept = _positions(demand.kept, contacts, targets) - excluded
    chosen: list[tuple[int, int]] = []
    if contacts and targets and most:
        chosen = solve(build(len(contacts), len(targets), excluded, shared, kept, least, most))
    pairs = tuple(
        Pair(
            contacts[row].id,
            contacts[row].name,
            targets[column].id,
            targets[column].name,
            _grounds((row, column), kept, shared),
        )
        for row, column in sorted(chosen, key=lambda pair: (contacts[pair[0]].id, targets[pair[1]].id))
    )
    return Proposal(
        demand.link,
        least,
        most,
        pairs,
        _loads(demand.contacts, pairs, least),
        _uncovered(contacts, targets, chosen, excluded, most),
        _given_up(demand, pairs, contacts, targets, excluded),
        demand.undecided,
    )


def build(
    contacts: int,
    targets: int,
    excluded: set[tuple[int, int]],
    shared: Mapping[Ground, set[tuple[int, int]]],
    kept: set[tuple[int, int]],
    least: int,
    most: int,
) -> Network:
    """Build the flow problem: source → contact (load) → target → sink, and source → target for who stays uncovered.

    Costs are whole numbers in three tiers, each larger than all of the tier below can sum up to.
    """
    numpy = _numpy()
    dearest = KEEPING + sum(WEIGHTS.values())
    cost = numpy.full((contacts, targets), dearest, dtype=numpy.int64)
    for ground, cells in shared.items():
        _subtract(cost, cells, WEIGHTS[ground])
    _subtract(cost, kept, KEEPING)
    open_cells = numpy.ones((contacts, targets), dtype=bool)
    if excluded:
        rows, columns = zip(*excluded, strict=True)
        open_cells[list(rows), list(columns)] = False
    pair_rows, pair_columns = numpy.nonzero(open_cells)

    # Nobody can have more people than there are; arcs beyond would only weigh.
    least, most = min(least, targets), min(most, targets)
    lower_tier = targets * (dearest + STEP_OF_LOAD * (most + 1)) + 1
    upper_tier = targets * (lower_tier + dearest + STEP_OF_LOAD * (most + 1)) + 1
    nodes = numpy.arange(contacts, dtype=numpy.int64) + 2
    target_nodes = numpy.arange(targets, dtype=numpy.int64) + 2 + contacts
    loads = numpy.arange(least + 1, most + 1, dtype=numpy.int64)
    pieces = [
        (pair_rows + 2, pair_columns + 2 + contacts, 1, cost[pair_rows, pair_columns]),
        (0, nodes, least, 0),
        (0, numpy.repeat(nodes, len(loads)), 1, numpy.tile(lower_tier + STEP_OF_LOAD * loads, contacts)),
        (target_nodes, 1, 1, 0),
        (0, target_nodes, 1, upper_tier),
    ]
    columns_of: list[list[Any]] = [[], [], [], []]
    for piece in pieces:
        for column, value in zip(columns_of, numpy.broadcast_arrays(*piece), strict=True):
            column.append(value.astype(numpy.int64))
    tails, heads, capacities, costs = (numpy.concatenate(column) for column in columns_of)
    return Network(tails, heads, capacities, costs, targets, numpy.column_stack((pair_rows, pair_columns)))


def solve(network: Network) -> list[tuple[int, int]]:
    """Solve exactly and return the pairs chosen, as (row of the contact, column of the target)."""
    min_cost_flow = _optimiser()
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(network.tails, network.heads, network.capacities, network.costs)
    flow.set_node_supply(0, network.units)
    flow.set_node_supply(1, -network.units)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the solver stopped with status {status}")
    used = flow.flows(_numpy().arange(len(network.pairs), dtype="int32")) > 0
    return [(int(row), int(column)) for row, column in network.pairs[used]]


def optimiser_is_there() -> bool:
    """Tell whether proposals can be worked out on this machine, so that a page may say so beforehand."""
    try:
        _optimiser()
    except NotPossible:
        return False
    return True


def _optimiser() -> Any:
    try:
        from ortools.graph.python import (  # noqa: PLC0415 - an optional extra of 80 MB
            min_cost_flow,
        )
    except ImportError as fault:
        raise NotPossible(
            "registry.optimiser_missing",
            "本机没有安装优化组件，不能自动提出联系安排。",
            hint="请由系统管理员安装可选组件“optimise”；也可以逐人登记联系安排。",
        ) from fault
    return min_cost_flow


def _numpy() -> Any:
    _optimiser()
    import numpy  # noqa: PLC0415 - comes with the optimiser

    return numpy


def _subtract(cost: Any, cells: Iterable[tuple[int, int]], weight: int) -> None:
    listed = list(cells)
    if listed:
        rows, columns = zip(*listed, strict=True)
        cost[list(rows), list(columns)] -= weight


def _positions(
    pairs: Iterable[tuple[int, int]], contacts: Sequence[Candidate], targets: Sequence[Candidate]
) -> set[tuple[int, int]]:
    row = {person.id: index for index, person in enumerate(contacts)}
    column = {person.id: index for index, person in enumerate(targets)}
    return {(row[one], column[other]) for one, other in pairs if one in row and other in column}


def _excluded(
    contacts: Sequence[Candidate], targets: Sequence[Candidate], declined: Iterable[tuple[int, int]]
) -> set[tuple[int, int]]:
    """Return the cells that may not be chosen: oneself, superior and subordinate either way, declined."""
    found = _positions(declined, contacts, targets)
    column = {person.id: index for index, person in enumerate(targets)}
    found |= {(row, column[person.id]) for row, person in enumerate(contacts) if person.id in column}
    by_employer: dict[str, list[int]] = defaultdict(list)
    by_body: dict[int, list[tuple[int, int | None]]] = defaultdict(list)
    for index, person in enumerate(targets):
        if key := employer_key(person.employer):
            by_employer[key].append(index)
        for place in person.places:
            by_body[place.body].append((index, place.above))
    for row, person in enumerate(contacts):
        for index in by_employer.get(employer_key(person.employer), ()):
            if person.leads or targets[index].leads:
                found.add((row, index))
        for place in person.places:
            found |= {(row, index) for index, above in by_body.get(place.body, ()) if _is_above(place.above, above)}
    return found


def _is_above(one: int | None, other: int | None) -> bool:
    """Tell whether either of two posts in one body stands above the other."""
    return one != other


def _shared(contacts: Sequence[Candidate], targets: Sequence[Candidate]) -> dict[Ground, set[tuple[int, int]]]:
    """Return for each ground the cells of people who share such a body; two shared bodies of a kind count once."""
    by_body: dict[int, list[int]] = defaultdict(list)
    for index, person in enumerate(targets):
        for place in person.places:
            if place.ground is not None:
                by_body[place.body].append(index)
    found: dict[Ground, set[tuple[int, int]]] = {ground: set() for ground in WEIGHTS}
    for row, person in enumerate(contacts):
        for place in person.places:
            if place.ground is not None:
                found[place.ground].update((row, index) for index in by_body.get(place.body, ()))
    return found


def _grounds(
    cell: tuple[int, int], kept: set[tuple[int, int]], shared: Mapping[Ground, set[tuple[int, int]]]
) -> tuple[Ground, ...]:
    grounds = [Ground.KEPT] if cell in kept else []
    grounds += [ground for ground in WEIGHTS if cell in shared[ground]]
    return tuple(grounds) or (Ground.BALANCE,)


def _loads(contacts: Sequence[Candidate], pairs: Sequence[Pair], least: int) -> tuple[Load, ...]:
    count: dict[int, int] = defaultdict(int)
    kept: dict[int, int] = defaultdict(int)
    for pair in pairs:
        count[pair.contact_id] += 1
        kept[pair.contact_id] += pair.kept
    return tuple(
        Load(person.id, person.name, count[person.id], kept[person.id], count[person.id] < least) for person in contacts
    )


def _uncovered(
    contacts: Sequence[Candidate],
    targets: Sequence[Candidate],
    chosen: Iterable[tuple[int, int]],
    excluded: set[tuple[int, int]],
    most: int,
) -> tuple[Uncovered, ...]:
    covered = {column for _row, column in chosen}
    found = []
    for column, person in enumerate(targets):
        if column in covered:
            continue
        possible = sum((row, column) not in excluded for row in range(len(contacts)))
        if not contacts:
            code, reason = "nobody", _("没有可以担任联系人的人员。")
        elif not possible:
            code = "excluded"
            reason = _("与全部%(count)s名可选联系人都有上下级关系，或已按要求不再联系。") % {"count": len(contacts)}
        else:
            code = "full"
            reason = _("可选的%(count)s名联系人都已达到每人至多%(most)s名的上限。") % {"count": possible, "most": most}
        found.append(Uncovered(person.id, person.name, code, reason))
    return tuple(found)


def _given_up(
    demand: Demand,
    pairs: Sequence[Pair],
    contacts: Sequence[Candidate],
    targets: Sequence[Candidate],
    excluded: set[tuple[int, int]],
) -> tuple[GivenUp, ...]:
    proposed = {(pair.contact_id, pair.target_id) for pair in pairs}
    row = {person.id: index for index, person in enumerate(contacts)}
    column = {person.id: index for index, person in enumerate(targets)}
    found = []
    for one, other in sorted(demand.kept - proposed):
        if other not in column:
            continue
        if one not in row:
            code, reason, name = "left", _("原联系人不再担任联系人。"), ""
        elif (row[one], column[other]) in excluded:
            code, reason, name = "excluded", _("双方有上下级关系，或已按要求不再联系。"), contacts[row[one]].name
        else:
            code, reason, name = "balance", _("为使更多人有联系人、各联系人人数均衡而调整。"), contacts[row[one]].name
        found.append(GivenUp(one, name, other, targets[column[other]].name, code, reason))
    return tuple(found)
