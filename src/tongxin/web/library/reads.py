"""One page of a document with what was read out of it, each note beside the line where it stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tongxin.documents.enums import RequirementState
from tongxin.documents.models import Repair
from tongxin.documents.queries import DocumentPage, OpenPlace
from tongxin.documents.segments import PLACEHOLDER, REPAIR, Run
from tongxin.trace.queries import TracedBinding, TracedRequirement


@dataclass(frozen=True)
class TypedOwner:
    """What was typed to make a requirement a task, where that was refused."""

    requirement: str
    owner: str
    due_on: str


@dataclass(frozen=True)
class ShownRequirement:
    """A requirement as its note names it."""

    uid: str
    order: int
    state: str
    state_name: str
    subject: str
    cadence: str
    bindings: tuple[TracedBinding, ...]
    text: str = ""
    institution: str = ""
    following: str = ""
    typed: TypedOwner | None = None

    @property
    def has_provision(self) -> bool:
        """Tell whether a provision is proposed or bound."""
        return any(binding.provision for binding in self.bindings)

    @property
    def proposed_owner(self) -> str:
        """The unit that was typed, else the one that the text names, as far as it goes."""
        if self.typed is not None:
            return self.typed.owner
        return next((binding.task.owner for binding in self.bindings if binding.task), "")

    @property
    def proposed_due(self) -> str:
        """The day that was typed, else the one that the text names, as far as it goes; as a date field wants it."""
        if self.typed is not None:
            return self.typed.due_on
        day = next((binding.task.due_on for binding in self.bindings if binding.task), None)
        return day.isoformat() if day is not None else ""


@dataclass(frozen=True)
class Note:
    """Something to say beside a line: requirement, places, repairs or chrome."""

    kind: str
    requirement: ShownRequirement | None = None
    places: tuple[OpenPlace, ...] = ()
    repairs: tuple[Repair, ...] = ()


@dataclass(frozen=True)
class ShownLine:
    """One line with its runs and notes; ``orders`` and ``states``: requirement ref → its number, its state."""

    number: int
    chrome: bool
    runs: tuple[Run, ...]
    notes: tuple[Note, ...]
    orders: Mapping[str, int] = field(repr=False)
    states: Mapping[str, str] = field(repr=False)


def shown_lines(
    page: DocumentPage, traced: Iterable[TracedRequirement], typed: TypedOwner | None = None
) -> list[ShownLine]:
    """Return the lines of a page with their notes.  A requirement's note stands where the requirement begins."""
    orders = {ref: item.order + 1 for ref, item in page.requirements.items()}
    states = {ref: item.state for ref, item in page.requirements.items()}
    by_line: dict[int, list[Note]] = {}
    undecided = [ref for ref, one in page.requirements.items() if one.state == RequirementState.PROPOSED]
    following = dict(zip(undecided, undecided[1:], strict=False))
    for item in sorted(traced, key=lambda one: one.start):
        if item.uid in orders:
            shown = ShownRequirement(
                item.uid,
                orders[item.uid],
                item.state,
                item.state_name,
                item.subject,
                item.cadence,
                item.bindings,
                text=page.requirements[item.uid].text,
                institution=page.requirements[item.uid].institution,
                following=following.get(item.uid, ""),
                typed=typed if typed is not None and typed.requirement == item.uid else None,
            )
            by_line.setdefault(item.line, []).append(Note("requirement", requirement=shown))
    lines = []
    for line in page.lines:
        notes = list(by_line.get(line.number, ()))
        places = tuple(page.places[run.ref] for run in line.runs if run.kind == PLACEHOLDER and run.ref in page.places)
        if places:
            notes.append(Note("places", places=places))
        repairs = tuple(page.repairs[run.ref] for run in line.runs if run.kind == REPAIR and run.ref in page.repairs)
        if repairs:
            notes.append(Note("repairs", repairs=repairs))
        if line.chrome:
            notes.append(Note("chrome"))
        lines.append(ShownLine(line.number, line.chrome, line.runs, tuple(notes), orders, states))
    return lines
