"""What an activity counts as: from its kind, its agenda and what is known of it.  Pure; imports no models.

One record serves several provisions at once: a theme day with a general meeting and a class is three facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tongxin.activities.kinds import Kind, Thresholds, catalogue

#: Fact that a class becomes when the Party group's secretary gives it.
_CLASS, _SECRETARY_LECTURE = "party_class", "secretary_lecture"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What decides, besides kind and agenda, what an activity counts as.

    ``day`` and ``last_day`` are both inclusive local days.  ``party_members``: Party members among those who take part
    and are not known to be absent.  ``secretary_speaks``: a secretary of the Party group is a speaker.
    ``temporary_branch``: one was set up for this activity.
    """

    day: dt.date
    last_day: dt.date
    party_members: int = 0
    secretary_speaks: bool = False
    temporary_branch: bool = False

    @property
    def days(self) -> int:
        """How many days the activity lasts; one for an ordinary meeting."""
        return (self.last_day - self.day).days + 1


def meanings(
    kind: Kind, agenda: Sequence[str], circumstances: Circumstances, thresholds: Thresholds | None = None
) -> frozenset[str]:
    """Return the facts that an activity of ``kind`` with these agenda-item kinds, in order, counts as.

    Items that the kind does not offer count for nothing.  A long tour is one of more than
    ``thresholds.more_than_days`` days with at least ``thresholds.party_members`` Party members
    (江苏省政协机关党组 办法(临时党支部) 2023, articles 2 to 5, as parameters).
    """
    known = catalogue()
    limits = thresholds or known.long_tour
    facts = set(kind.facts)
    for place, code in enumerate(agenda):
        item = known.agenda.get(code)
        if item is None or code not in kind.agenda or (item.first_only and place > 0) or item.ordered:
            continue
        facts.update(item.facts)
    if _CLASS in facts and circumstances.secretary_speaks:
        facts.add(_SECRETARY_LECTURE)
    long_enough = circumstances.days > limits.more_than_days
    if kind.tour and long_enough and circumstances.party_members >= limits.party_members:
        facts.add("long_tour")
    if circumstances.temporary_branch:
        facts.add("temporary_branch_formed")
    return frozenset(facts)


def misplaced(kind: Kind, agenda: Sequence[str]) -> list[str]:
    """Return the agenda-item kinds that would count in the first place and stand elsewhere."""
    known = catalogue().agenda
    return [code for code in agenda[1:] if code in kind.agenda and known[code].first_only]
