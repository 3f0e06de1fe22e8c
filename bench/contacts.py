#!/usr/bin/env python3
"""How long proposing contacts takes, and how much of it is the solver: a table by number of members.

usage: python -m bench.contacts [--seed N] [--largest MEMBERS]

People are made up from a fixed seed: two in five Party members, 28 sectors, 9 special committees, 20 member
groups, one employer for nine people, half of the pairs of the year before still possible. Members → proposal is
the whole of it (exclusions, shared bodies, network, solving, reasons); the ratio is against the solver alone on the
same network.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "src"))

from django.conf import settings

settings.configure(USE_I18N=False)  # reasons are words; no other setting is needed, and no database

from tongxin.registry import contact_proposals  # noqa: E402
from tongxin.registry.contact_proposals import Candidate, Demand, Ground, Link, Place, propose  # noqa: E402

ROUNDS = 5


def make_demand(members: int, seed: int) -> Demand:
    """Made-up members: contacts are the Party members, targets the others."""
    rng = random.Random(seed)
    people = []
    for number in range(members):
        committee = rng.randrange(9)
        places = (
            Place(rng.randrange(28), Ground.SECTOR),
            Place(100 + committee, Ground.COMMITTEE, 1 if number < 18 else None),
            Place(200 + rng.randrange(20), Ground.GROUP),
        )
        people.append(
            Candidate(number, f"委员{number}", f"单位{rng.randrange(members // 9 + 1)}", rng.random() < 0.3, places)
        )
    cut = members * 2 // 5
    contacts, targets = people[:cut], people[cut:]
    kept = {(rng.choice(contacts).id, target.id) for target in targets if rng.random() < 0.5}
    return Demand(Link.PARTY_TO_NONPARTY, tuple(contacts), tuple(targets), frozenset(kept))


class TimedSolver:
    """Stands in for the solver's module and measures what its solve() takes alone."""

    def __init__(self) -> None:
        from ortools.graph.python import min_cost_flow

        self._module = min_cost_flow
        self.seconds = 0.0

    def SimpleMinCostFlow(self):  # noqa: N802 - the solver's own name
        flow = self._module.SimpleMinCostFlow()
        outer = self

        class Timed:
            OPTIMAL = flow.OPTIMAL

            def __getattr__(self, name):
                return getattr(flow, name)

            def solve(self):
                started = time.perf_counter()
                status = flow.solve()
                outer.seconds += time.perf_counter() - started
                return status

        return Timed()


def main() -> int:
    """Measure and print; fail where 700 members take two seconds or more."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--largest", type=int, default=2100)
    options = parser.parse_args()
    if not contact_proposals.optimiser_is_there():
        print("optional extra “optimise” is not installed: nothing measured")
        return 0
    solver = TimedSolver()
    contact_proposals._optimiser = lambda: solver
    propose(make_demand(50, options.seed))
    failed = 0
    print(f"{'members':>8} {'pairs':>6} {'uncovered':>9} {'ms (median)':>12} {'solver ms':>10} {'ratio':>6}")
    for members in (180, 380, 700, 2100):
        if members > options.largest:
            break
        demand = make_demand(members, options.seed)
        whole, alone = [], []
        for _ in range(ROUNDS):
            solver.seconds = 0.0
            started = time.perf_counter()
            proposal = propose(demand)
            whole.append(time.perf_counter() - started)
            alone.append(solver.seconds)
        total, solving = statistics.median(whole), statistics.median(alone)
        print(
            f"{members:>8} {len(proposal.pairs):>6} {len(proposal.uncovered):>9} {total * 1000:>12.1f} "
            f"{solving * 1000:>10.1f} {total / solving:>6.2f}"
        )
        failed |= members == 700 and total >= 2
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
