"""What a workflow is: states and the transitions between them, declared apart from the run.  Pure; no models.

    Workflow ── states ── State(code, name, closed)
             └─ transitions ── Transition(code, name, sources, target, who, needs)

``who`` names a predicate of :mod:`tongxin.matters.rules`; ``needs`` says what must be filled in.  A workflow that
contradicts itself cannot be built: that is checked when it is declared.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Need(StrEnum):
    """What a transition asks for."""

    REASON = "reason"
    REFERENCE = "reference"
    DUE_ON = "due_on"
    PERSON = "person"


#: Need → what it is called on forms.
NEED_NAMES: dict[Need, str] = {
    Need.REASON: "说明",
    Need.REFERENCE: "文号",
    Need.DUE_ON: "新期限",
    Need.PERSON: "办理人",
}


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter can stand; nothing is awaited in a ``closed`` one."""

    code: str
    name: str
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that may be taken from any of ``sources`` to ``target``.

    ``review``: the step is a review by a person; no two reviews of a round are by the same person, and none is by
    an author.  ``restarts``: reviews given before it no longer count.  ``resets_due``: a new date may be given.
    """

    code: str
    name: str
    sources: tuple[str, ...]
    target: str
    who: str
    needs: tuple[Need, ...] = ()
    review: bool = False
    restarts: bool = False
    resets_due: bool = False


@dataclass(frozen=True)
class Workflow:
    """The declared course of one kind of matter.

    ``initial`` is the state in which a matter is opened, by whoever ``opener`` allows; ``series`` heads its numbers.
    """

    kind: str
    name: str
    series: str
    opener: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    needs_lead: bool = False

    def __post_init__(self) -> None:
        """Refuse doubled codes, unknown states, steps out of closed states and states that cannot be reached."""
        codes = [state.code for state in self.states]
        verbs = [transition.code for transition in self.transitions]
        if len(set(codes)) != len(codes) or len(set(verbs)) != len(verbs):
            raise ValueError(f"workflow {self.kind}: a code is used twice")
        known = set(codes)
        closed = {state.code for state in self.states if state.closed}
        named = {self.initial} | {code for step in self.transitions for code in (*step.sources, step.target)}
        if named - known:
            raise ValueError(f"workflow {self.kind}: unknown states {sorted(named - known)}")
        leaving = {code for step in self.transitions for code in step.sources} & closed
        if leaving:
            raise ValueError(f"workflow {self.kind}: steps lead out of closed states {sorted(leaving)}")
        reached = {self.initial}
        while True:
            more = {step.target for step in self.transitions if reached & set(step.sources)} - reached
            if not more:
                break
            reached |= more
        if known - reached:
            raise ValueError(f"workflow {self.kind}: unreachable states {sorted(known - reached)}")
        stuck = known - closed - {code for step in self.transitions for code in step.sources}
        if stuck:
            raise ValueError(f"workflow {self.kind}: open states without a way on {sorted(stuck)}")

    def state(self, code: str) -> State:
        """Return the state ``code``.  Raises KeyError for an unknown one."""
        for state in self.states:
            if state.code == code:
                return state
        raise KeyError(code)

    def transition(self, code: str) -> Transition:
        """Return the transition ``code``.  Raises KeyError for an unknown one."""
        for transition in self.transitions:
            if transition.code == code:
                return transition
        raise KeyError(code)

    def leading_from(self, state: str) -> tuple[Transition, ...]:
        """Return the transitions that may be taken from ``state``, in order of declaration."""
        return tuple(transition for transition in self.transitions if state in transition.sources)

    @property
    def open_states(self) -> tuple[str, ...]:
        """Codes of the states in which something is awaited."""
        return tuple(state.code for state in self.states if not state.closed)
