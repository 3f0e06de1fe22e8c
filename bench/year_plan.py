"""How long a proposed year plan takes, beside reading the unit's findings: the demo city's branches, next year.

Run in an environment whose demo is loaded: ``python bench/year_plan.py``.
"""

from __future__ import annotations

import os
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongxin.config.settings")

import django

django.setup()

from tongxin.activities.year_plan import propose  # noqa: E402
from tongxin.activities.year_plan_queries import asked_of, offers_of, workdays_of  # noqa: E402
from tongxin.core import clock  # noqa: E402
from tongxin.provisions.queries import current_findings  # noqa: E402
from tongxin.registry.models import Organization  # noqa: E402


def main() -> None:
    """Print unit, demands, occasions, bound, seconds to solve, and their ratio to reading the findings."""
    today = clock.today()
    print("| unit | demands | occasions | bound | read s | solve s | solve / read |")
    print("|---|---|---|---|---|---|---|")
    for unit in Organization.objects.filter(office__level="city", kind__in=("branch", "party_group")).order_by("pk"):
        list(current_findings(unit.office, today)[:1])
        begun = time.perf_counter()
        asked = asked_of(unit, today.year + 1, today)
        offers, days = offers_of(unit), workdays_of(today.year + 1, today)
        read = time.perf_counter() - begun
        begun = time.perf_counter()
        plan = propose(asked.demands, offers, days, load=4, items=3)
        solve = time.perf_counter() - begun
        print(
            f"| {unit} | {len(asked.demands)} | {len(plan.occasions)} | {plan.bound} | {read:.3f} | {solve:.3f} "
            f"| {solve / read:.1f} |"
        )


if __name__ == "__main__":
    main()
