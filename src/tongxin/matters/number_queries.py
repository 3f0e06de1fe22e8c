"""Whether the numbers of matters run on without gaps and doubles; a series edited by hand shows here."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from tongxin.matters.models import Matter
from tongxin.matters.workflows import WORKFLOWS
from tongxin.registry.models import Series

_NUMBER = re.compile(r"^(?P<series>\D+)(?P<year>\d{4})-(?P<number>\d+)$")


@dataclass(frozen=True)
class SeriesFault:
    """What does not fit in one series of an office: numbers left out, given twice, and where it would go on.

    ``behind``: the series would issue a number that is in use.
    """

    office_id: int
    name: str
    year: int
    missing: tuple[int, ...]
    doubled: tuple[int, ...]
    behind: bool

    @property
    def words(self) -> str:
        """The fault in one line, a few numbers named."""
        found = []
        if self.missing:
            found.append(f"缺{_listed(self.missing)}")
        if self.doubled:
            found.append(f"重{_listed(self.doubled)}")
        if self.behind:
            found.append("下一个编号已在使用")
        return f"{self.name}{self.year}年：{'，'.join(found)}"


def _listed(numbers: tuple[int, ...]) -> str:
    more = f"等{len(numbers)}个" if len(numbers) > 3 else ""
    return "、".join(f"{number}号" for number in numbers[:3]) + more


def series_faults() -> Iterator[SeriesFault]:
    """Yield the faults of all offices' series of matters, office by office; two statements.

    A number that was typed with another number of digits (3 for 0003) is the same number given twice.
    """
    kinds = {workflow.series: workflow.kind for workflow in WORKFLOWS.values()}
    used: dict[tuple[int, str, int], Counter[int]] = defaultdict(Counter)
    rows = Matter.objects.exclude(number="").order_by("office_id").values_list("office_id", "kind", "number")
    for office_id, kind, text in rows.iterator(chunk_size=5000):
        matched = _NUMBER.match(text)
        if matched is not None and kinds.get(matched["series"]) == kind:
            used[office_id, matched["series"], int(matched["year"])][int(matched["number"])] += 1
    going_on = {
        (office_id, code, year): number
        for office_id, code, year, number in Series.objects.values_list("office_id", "code", "year", "next")
    }
    for (office_id, name, year), numbers in sorted(used.items()):
        upto = max(numbers)
        following = going_on.get((office_id, f"matters.{kinds[name]}", year), upto + 1)
        # Numbers up to the next one were issued; one that is nowhere was taken out by hand.
        missing = tuple(number for number in range(1, max(upto + 1, following)) if number not in numbers)
        doubled = tuple(sorted(number for number, count in numbers.items() if count > 1))
        behind = following <= upto
        if missing or doubled or behind:
            yield SeriesFault(office_id, name, year, missing, doubled, behind)
