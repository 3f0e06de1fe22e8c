"""What a register says: how many ought to be there, were there, were excused; and whether that is enough.

Pure; imports no models.  Unknown presence is never taken for absence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from tongxin.activities.enums import ParticipantRole, Presence, Reply
from tongxin.activities.kinds import Quorum

#: Entered more than so many days after its last day, a record is marked 补录 beside both dates.  No blame lies in it.
LATE_ENTRY_DAYS = 7


@dataclass(frozen=True, slots=True)
class Line:
    """One person's line of a register, or ``count`` alike.  ``expected``: belonged to those who ought to be there."""

    role: str
    presence: str
    expected: bool = False
    reply: str = ""
    late: bool = False
    left_early: bool = False
    entitled: bool = False
    count: int = 1


@dataclass(frozen=True, slots=True)
class Totals:
    """The totals of a register.

    ``expected`` 应到, ``present`` 实到 (of those expected), ``leave`` 请假, ``unknown`` 未到(原因待核), ``absent`` 缺席:
    these four add up to ``expected``.  ``entitled`` have a vote, ``entitled_present`` of them were there, of
    ``entitled_unknown`` nobody said.  ``kept``: somebody marked the register at all.
    """

    expected: int = 0
    present: int = 0
    leave: int = 0
    absent: int = 0
    unknown: int = 0
    late: int = 0
    left_early: int = 0
    observers: int = 0
    invited: int = 0
    entitled: int = 0
    entitled_present: int = 0
    entitled_unknown: int = 0
    kept: bool = False

    @property
    def deserted(self) -> bool:
        """Tell whether by the register nobody came of those expected; such an occasion counts for nothing."""
        return self.expected > 0 and self.present == 0 and self.unknown == 0

    def quorum_reached(self, quorum: Quorum | None, *, closed: bool) -> bool | None:
        """Tell whether enough were there; None where no quorum is asked for, none can be said, or not yet.

        Before the register is confirmed (``closed``) those of whom nobody said anything may still have been there.
        """
        base, there, unsaid = self.expected, self.present, self.unknown
        if quorum is not None and quorum.of == "entitled":
            base, there, unsaid = self.entitled, self.entitled_present, self.entitled_unknown
        if quorum is None or not self.kept or base == 0:
            return None
        if quorum.reached(there, base):
            return True
        return False if closed or not quorum.reached(there + unsaid, base) else None


def totals(lines: Iterable[Line]) -> Totals:
    """Count the lines of one register."""
    counts = dict.fromkeys(
        "expected present leave absent unknown late left_early observers invited entitled entitled_present "
        "entitled_unknown".split(),
        0,
    )
    kept = False
    for line in lines:
        there, n = line.presence == Presence.PRESENT, line.count
        counts["late"] += n * (there and line.late)
        counts["left_early"] += n * (there and line.left_early)
        counts["observers"] += n * (there and line.role == ParticipantRole.OBSERVER)
        counts["invited"] += n * (there and line.role == ParticipantRole.INVITED)
        if not line.expected:
            continue
        kept = kept or line.presence != Presence.UNKNOWN
        counts["expected"] += n
        counts["entitled"] += n * line.entitled
        counts["entitled_present"] += n * (there and line.entitled)
        if there:
            counts["present"] += n
        elif line.reply == Reply.LEAVE:
            counts["leave"] += n
        elif line.presence == Presence.ABSENT:
            counts["absent"] += n
        else:
            counts["unknown"] += n
            counts["entitled_unknown"] += n * line.entitled
    return Totals(**counts, kept=kept)


def entered_late(last_day: dt.date, entered_on: dt.date) -> bool:
    """Tell whether a record is a later entry (补录): made more than ``LATE_ENTRY_DAYS`` days after ``last_day``."""
    return (entered_on - last_day).days > LATE_ENTRY_DAYS
