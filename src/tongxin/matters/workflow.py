"""What a workflow is: states, the transitions between them and the clocks that run meanwhile.  Pure; no models.

    Workflow ── states ── State(code, name, closed, private)
             ├─ transitions ── Transition(code, name, sources, target, who, needs, after …)
             └─ clocks ── ClockRule(code, name, states, amount, unit, source …)

``who`` names a predicate of :mod:`tongxin.matters.predicates`; ``needs`` says what must be filled in; ``after`` says
what happens in the same transaction.  The declaration knows nothing of a run: runs are rows (``models.Step``,
``models.StageClock``).  An office overrides the length, unit and names of what is declared here, never the course.
A workflow that contradicts itself cannot be built: that is checked when it is declared.
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
    CODE = "code"
    PROOF = "proofread"


#: Need → what it is called on forms.
NEED_NAMES: dict[Need, str] = {
    Need.REASON: "说明",
    Need.REFERENCE: "文号",
    Need.DUE_ON: "新期限",
    Need.PERSON: "办理人",
    Need.CODE: "类别",
    Need.PROOF: "校对确认",
}


class ClockUnit(StrEnum):
    """In what a clock is counted.  ``given``: it ends on the matter's own date; ``fixed``: on a day of the year."""

    DAYS = "days"
    WORKDAYS = "workdays"
    MONTHS = "months"
    GIVEN = "given"
    FIXED = "fixed"


#: Unit → what people call it.
UNIT_NAMES: dict[ClockUnit, str] = {
    ClockUnit.DAYS: "日",
    ClockUnit.WORKDAYS: "个工作日",
    ClockUnit.MONTHS: "个月",
    ClockUnit.GIVEN: "按事项期限",
    ClockUnit.FIXED: "固定日期",
}


class Audience(StrEnum):
    """To whom something is told."""

    AUTHORS = "authors"
    UNITS = "units"
    LEAD = "lead"
    OFFICE = "office"
    LEADERS = "leaders"


#: Audience → what people call it.
AUDIENCE_NAMES: dict[Audience, str] = {
    Audience.AUTHORS: "提出人",
    Audience.UNITS: "办理单位",
    Audience.LEAD: "牵头单位",
    Audience.OFFICE: "归口工作人员",
    Audience.LEADERS: "责任领导",
}


#: Target of a step that leaves a matter where it is.
STAY = "="


@dataclass(frozen=True, slots=True)
class Tell:
    """After a step: say ``words`` to ``to``.  It is written with the step and handed out later."""

    to: Audience
    words: str


@dataclass(frozen=True, slots=True)
class Grow:
    """After a step: open a matter of ``kind`` that grew out of this one by ``nature``, with title, people and body."""

    kind: str
    nature: str


@dataclass(frozen=True, slots=True)
class ClockRule:
    """How long a matter may stand in ``states``: it starts on entering them and stops on leaving.

    ``amount`` in ``unit``; ``month_day``: the day of the year for ``fixed`` (the next one after the start).
    ``paused_in``: states in which it stands still.  ``longest``: how long after the start, in ``unit``, an extension
    may reach; None: no bound.  ``binds``: who is reminded.  ``needs_unit``: it runs only where there is a unit in this
    capacity.  ``beside``: it does not give the matter its date.  ``source``: regulation and article, or that it is local.
    """

    code: str
    name: str
    states: tuple[str, ...]
    amount: int
    unit: ClockUnit
    source: str
    binds: Audience = Audience.UNITS
    paused_in: tuple[str, ...] = ()
    longest: int | None = None
    month_day: tuple[int, int] | None = None
    needs_unit: str = ""
    beside: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """Where a matter can stand; nothing is awaited in a ``closed`` one, a ``private`` one is seen by its people only."""

    code: str
    name: str
    closed: bool = False
    private: bool = False


@dataclass(frozen=True, slots=True)
class Transition:
    """A step that may be taken from any of ``sources`` to ``target``.

    ``review``: the step is a review by a person; no two reviews of a round are by the same person, and none is by
    an author.  ``named``: as with a review, the office may name who takes it, and no author does.
    ``restarts``: reviews given before it no longer count.  ``resets_due``: a new date may be given.
    ``explains``: the reason given explains a delay.  ``codes``: what may be chosen where a code is needed, with its
    name.  ``requires``: steps of which one must have been taken since the last restart.  ``within``: the clock that
    must not have run out.  ``extends``: the clock that a new date moves.  ``keeps_from_units``: reason and papers are not shown to the units.  ``special``: it is
    taken by an operation of its own, which fills more than a step has.  ``after``: what happens with it.
    """

    code: str
    name: str
    sources: tuple[str, ...]
    target: str
    who: str
    needs: tuple[Need, ...] = ()
    review: bool = False
    named: bool = False
    restarts: bool = False
    resets_due: bool = False
    explains: bool = False
    codes: tuple[tuple[str, str], ...] = ()
    requires: tuple[str, ...] = ()
    within: str = ""
    extends: str = ""
    keeps_from_units: bool = False
    special: str = ""
    awaited: bool = True
    after: tuple[Tell | Grow, ...] = ()

    def leads_to(self, state: str) -> str:
        """Return the state in which the step ends when it is taken in ``state``."""
        return state if self.target == STAY else self.target


def step_targets(step: Transition) -> tuple[str, ...]:
    """Return the state other than its own to which a step may lead, or nothing."""
    return () if step.target == STAY else (step.target,)


@dataclass(frozen=True)
class Workflow:
    """The declared course of one kind of matter.

    ``initial`` is the state in which a matter is opened, by whoever ``opener`` allows; ``series`` heads its numbers,
    which are issued on opening or by the step ``numbered_on``.  ``source``: where the course is taken from.
    """

    kind: str
    name: str
    series: str
    opener: str
    initial: str
    states: tuple[State, ...]
    transitions: tuple[Transition, ...]
    needs_lead: bool = False
    clocks: tuple[ClockRule, ...] = ()
    numbered_on: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse doubled codes, unknown states, steps out of closed states and states that cannot be reached."""
        codes = [state.code for state in self.states]
        verbs = [transition.code for transition in self.transitions]
        if len(set(codes)) != len(codes) or len(set(verbs)) != len(verbs):
            raise ValueError(f"workflow {self.kind}: a code is used twice")
        known = set(codes)
        closed = {state.code for state in self.states if state.closed}
        named = {self.initial} | {code for step in self.transitions for code in (*step.sources, *step_targets(step))}
        if named - known:
            raise ValueError(f"workflow {self.kind}: unknown states {sorted(named - known)}")
        leaving = {code for step in self.transitions for code in step.sources} & closed
        if leaving:
            raise ValueError(f"workflow {self.kind}: steps lead out of closed states {sorted(leaving)}")
        reached = {self.initial}
        while True:
            more = {
                target for step in self.transitions if reached & set(step.sources) for target in step_targets(step)
            } - reached
            if not more:
                break
            reached |= more
        if known - reached:
            raise ValueError(f"workflow {self.kind}: unreachable states {sorted(known - reached)}")
        stuck = known - closed - {code for step in self.transitions for code in step.sources}
        if stuck:
            raise ValueError(f"workflow {self.kind}: open states without a way on {sorted(stuck)}")
        self._check_clocks(known, closed, set(verbs))

    def _check_clocks(self, known: set[str], closed: set[str], verbs: set[str]) -> None:
        """Refuse clocks in unknown or closed states, without length, and steps that lean on what is not there."""
        clocks = {clock.code for clock in self.clocks}
        if len(clocks) != len(self.clocks):
            raise ValueError(f"workflow {self.kind}: a clock is named twice")
        for rule in self.clocks:
            where = {*rule.states, *rule.paused_in}
            if not rule.states or where - known or where & closed:
                raise ValueError(f"workflow {self.kind}: clock {rule.code} runs in unknown or closed states")
            counted = rule.unit in (ClockUnit.DAYS, ClockUnit.WORKDAYS, ClockUnit.MONTHS)
            if counted != (rule.amount > 0) or (rule.unit is ClockUnit.FIXED) != (rule.month_day is not None):
                raise ValueError(f"workflow {self.kind}: clock {rule.code} has no length or two")
        for step in self.transitions:
            if set(step.requires) - verbs or {step.within, step.extends} - {"", *clocks}:
                raise ValueError(f"workflow {self.kind}: {step.code} leans on what is not declared")
            if (Need.CODE in step.needs) != bool(step.codes):
                raise ValueError(f"workflow {self.kind}: {step.code} has codes and no need, or the reverse")

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

    def clock(self, code: str) -> ClockRule:
        """Return the clock ``code``.  Raises KeyError for an unknown one."""
        for rule in self.clocks:
            if rule.code == code:
                return rule
        raise KeyError(code)

    @property
    def private_states(self) -> tuple[str, ...]:
        """Codes of the states that only the matter's own people see."""
        return tuple(state.code for state in self.states if state.private)

    @property
    def open_states(self) -> tuple[str, ...]:
        """Codes of the states in which something is awaited."""
        return tuple(state.code for state in self.states if not state.closed)
