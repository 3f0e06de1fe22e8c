"""Which cells of a table of counts to hide, so that small ones cannot be reckoned back.  Pure; imports no models.

A table is a network: each sum (a row, a column, a group) is a node, each count an arc out of the one sum and into
the other in which it stands.  Other numbers that fit what is shown are then circulations over the hidden arcs, and how
large a hidden count could be is a maximum flow.  A count of 1 … ``smallest`` − 1 is *protected* when, by all that is
shown, it could as well be ``smallest`` or more.  Zeros are shown, so a hidden count is known to be at least 1; the
reckoning takes that into account.  What has to be hidden besides is found along cheapest paths, small counts first.

This protects against reckoning from one table; the tables of one page share their margins (see ``statistics``).
"""

from __future__ import annotations

import heapq
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from typing import TypeVar

#: Counts below this are hidden from viewers outside the roster office; an office may ask for more.
SMALLEST = 5

K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Cell:
    """One count: ``key`` names it, ``out_of`` and ``into`` are the sums it stands in, ``fixed`` is always shown."""

    key: Hashable
    count: int
    out_of: Hashable
    into: Hashable
    fixed: bool = False


def to_hide(cells: Sequence[Cell], smallest: int = SMALLEST, also: Collection[Hashable] = ()) -> set[Hashable] | None:
    """Return the keys of the cells to hide; None where only withholding the whole table protects the small ones.

    ``also``: keys to hide in any case, because another table hides them.  Raises ValueError for a negative count,
    a key named twice, or ``smallest`` below 1.
    """
    if smallest < 1 or any(cell.count < 0 for cell in cells) or len({cell.key for cell in cells}) != len(cells):
        raise ValueError("counts are not negative, keys differ, and smallest is at least 1")
    small = [cell for cell in cells if 0 < cell.count < smallest]
    hidden = {cell.key for cell in small} | {cell.key for cell in cells if cell.key in also and cell.count}
    if any(cell.fixed for cell in small):
        return None
    # The order decides ties only; it does not depend on who the counted are.
    for cell in small:
        if not _protect(cell, cells, hidden, smallest):
            return None
    return hidden


def could_be(key: Hashable, cells: Sequence[Cell], hidden: Collection[Hashable], limit: int) -> int:
    """Return the largest count, up to ``limit``, that a hidden cell could have by all that is shown."""
    cell = next(cell for cell in cells if cell.key == key)
    return cell.count + _raise(cell, [other for other in cells if other.key in hidden], set(hidden), limit - cell.count)


def _protect(cell: Cell, cells: Sequence[Cell], hidden: set[Hashable], smallest: int) -> bool:
    """Hide more cells until ``cell`` could be ``smallest``; tell whether that was possible."""
    usable = [other for other in cells if other.key in hidden or (other.count and not other.fixed)]
    needed = smallest - cell.count
    return _raise(cell, usable, hidden, needed) >= needed


def _raise(cell: Cell, usable: Sequence[Cell], hidden: set[Hashable], needed: int) -> int:
    """Return by how much ``cell`` can be raised, at most ``needed``; what is used on the way joins ``hidden``.

    Raising it sends flow from ``into`` back to ``out_of``: along another cell by raising that one, against it by
    lowering it, to no less than 1.
    """
    others = [other for other in usable if other.key != cell.key]
    change = dict.fromkeys((other.key for other in others), 0)
    raised = 0
    while raised < needed:
        path = _cheapest(cell.into, cell.out_of, others, change, hidden)
        if path is None:
            break
        amount = needed - raised
        for other, sign in path:
            if sign < 0:
                amount = min(amount, other.count - 1 + change[other.key])
        for other, sign in path:
            change[other.key] += sign * amount
            hidden.add(other.key)
        raised += amount
    return raised


def _cheapest(
    start: Hashable,
    goal: Hashable,
    cells: Sequence[Cell],
    change: dict[Hashable, int],
    hidden: set[Hashable],
) -> list[tuple[Cell, int]] | None:
    """Return the path from ``start`` to ``goal`` that hides the least, as (cell, raised or lowered)."""
    arcs: dict[Hashable, list[tuple[Hashable, int, Cell, int]]] = {}
    for cell in cells:
        cost = 0 if cell.key in hidden else cell.count
        arcs.setdefault(cell.out_of, []).append((cell.into, cost, cell, 1))
        if cell.count - 1 + change[cell.key] > 0:
            arcs.setdefault(cell.into, []).append((cell.out_of, cost, cell, -1))
    best: dict[Hashable, int] = {start: 0}
    came: dict[Hashable, tuple[Hashable, Cell, int]] = {}
    serial = 0
    waiting: list[tuple[int, int, Hashable]] = [(0, serial, start)]
    while waiting:
        cost, _serial, node = heapq.heappop(waiting)
        if node == goal:
            break
        if cost > best[node]:
            continue
        for target, step, cell, sign in arcs.get(node, ()):
            if target not in best or cost + step < best[target]:
                best[target] = cost + step
                came[target] = (node, cell, sign)
                serial += 1
                heapq.heappush(waiting, (cost + step, serial, target))
    if goal not in came:
        return None
    path = []
    node = goal
    while node != start:
        node, cell, sign = came[node]
        path.append((cell, sign))
    return path
