"""What somebody types when recording an activity, and the faults found in it.  Pure; imports no models."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from tongxin.activities.enums import ParticipantRole, Presence
from tongxin.core.errors import BadInput, Refusal


@dataclass(frozen=True, slots=True)
class Item:
    """One agenda item; its place is its place in the list.  ``kind`` is a code of the catalogue."""

    kind: str
    title: str = ""
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Attendee:
    """One person as typed: ``person`` is the person's id, ``presence`` stays unknown unless somebody marked it.

    ``leave`` marks leave asked for; ``leave_reason`` is a code of :class:`tongxin.activities.enums.LeaveReason`.
    """

    person: int
    role: str = ParticipantRole.MEMBER
    presence: str = Presence.UNKNOWN
    late: bool = False
    left_early: bool = False
    leave: bool = False
    leave_reason: str = ""
    leave_approved_by: str = ""


def merged(known: Sequence[Attendee], expected: Collection[int], named: Sequence[Attendee]) -> list[Attendee]:
    """Return the register after a correction of those named by hand: marks of everybody who stays are kept.

    ``known``: the register before.  ``expected``: ids of those who stand in it by their membership; they stay, as
    participants unless named otherwise.  ``named``: the whole list of the others.
    """
    by_hand = {attendee.person: attendee for attendee in named}
    result = []
    for line in known:
        wanted = by_hand.pop(line.person, None)
        if wanted is not None:
            result.append(replace(line, role=wanted.role))
        elif line.person in expected:
            result.append(replace(line, role=ParticipantRole.MEMBER))
    return result + list(by_hand.values())


class Faults(BadInput):
    """Everything that is wrong with what was typed, all at once; nothing was written.

    ``faults``: the single refusals, each with code, sentence, hint and field, in the order of the form.
    With one fault this refusal reads like it.
    """

    def __init__(self, faults: Iterable[Refusal]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        if len(self.faults) == 1:
            super().__init__(first.code, first.message, hint=first.hint, field=first.field)
            return
        sentences = "".join(fault.message for fault in self.faults)
        super().__init__(
            "activities.faults",
            f"有{len(self.faults)}处需要核对：{sentences}",
            hint="请逐处核对后再登记。",
            field=first.field,
        )

    def by_field(self) -> dict[str, list[Refusal]]:
        """Return field name → faults, so that a form shows each at its place; unplaced ones under ``""``."""
        placed: dict[str, list[Refusal]] = {}
        for fault in self.faults:
            placed.setdefault(fault.field or "", []).append(fault)
        return placed
