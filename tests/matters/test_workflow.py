"""Declarations of workflows: what may be built, and each workflow's course as a table."""

from __future__ import annotations

import pytest

from tongxin.core.errors import BadInput
from tongxin.matters.enums import MatterKind
from tongxin.matters.rules import PREDICATES
from tongxin.matters.workflow import ClockRule, ClockUnit, Need, State, Transition, Workflow
from tongxin.matters.workflows import WORKFLOWS, workflow_of


def build(states, transitions, initial="a"):
    return Workflow("x", "例", "例", "edits", initial, tuple(states), tuple(transitions))


@pytest.mark.parametrize(
    ("states", "transitions", "fault"),
    [
        ([State("a", "甲", True), State("a", "乙")], [], "used twice"),
        ([State("a", "甲")], [Transition("t", "步", ("a",), "b", "edits")], "unknown states"),
        (
            [State("a", "甲"), State("b", "乙", True)],
            [Transition("t", "步", ("a", "b"), "b", "edits")],
            "out of closed",
        ),
        ([State("a", "甲", True), State("b", "乙", True)], [], "unreachable"),
        ([State("a", "甲")], [], "without a way on"),
    ],
)
def test_contradictory_declaration_cannot_be_built(states, transitions, fault):
    with pytest.raises(ValueError, match=fault):
        build(states, transitions)


def test_every_workflow_names_known_predicates_and_kinds():
    for workflow in WORKFLOWS.values():
        assert workflow.kind in MatterKind.values
        assert {workflow.opener, *(step.who for step in workflow.transitions)} <= set(PREDICATES)


def test_course_of_a_manuscript_is_three_reviews_and_the_secrecy_check():
    workflow = WORKFLOWS["manuscript"]
    state, course = workflow.initial, []
    for verb in ("submit", "pass_first", "pass_second", "pass_third", "clear_secrecy", "publish"):
        assert verb in {step.code for step in workflow.leading_from(state)}
        state = workflow.transition(verb).target
        course.append(state)
    assert course == ["first_review", "second_review", "third_review", "secrecy_check", "approved", "published"]
    assert [step.code for step in workflow.transitions if step.target == "published"] == ["publish"]
    assert [step.code for step in workflow.transitions if step.target == "approved"] == ["clear_secrecy"]


def test_open_states_of_each_workflow():
    assert {kind: workflow.open_states for kind, workflow in WORKFLOWS.items()} == {
        "proposal": ("draft", "submitted", "filed", "assigned", "handling", "replied"),
        "information": ("submitted", "edited", "sent"),
        "task": ("assigned", "in_progress", "waiting", "reported"),
        "request": ("registered", "submitted", "answered"),
        "report": ("registered", "told"),
        "manuscript": (
            "draft",
            "first_review",
            "second_review",
            "third_review",
            "secrecy_check",
            "approved",
            "stopped",
        ),
        "need": ("heard", "confirmed", "routed", "answered"),
    }


def clocked(**more):
    rule = {"code": "k", "name": "钟", "states": ("a",), "amount": 3, "unit": ClockUnit.DAYS, "source": "例"} | more
    states = (State("a", "甲"), State("b", "乙", True))
    steps = (Transition("t", "步", ("a",), "b", "edits"),)
    return Workflow("x", "例", "例", "edits", "a", states, steps, clocks=(ClockRule(**rule),))


@pytest.mark.parametrize(
    "fault",
    [{"states": ("b",)}, {"states": ("z",)}, {"states": ()}, {"amount": 0}, {"unit": ClockUnit.GIVEN},
     {"unit": ClockUnit.FIXED, "amount": 0}, {"month_day": (6, 30)}, {"paused_in": ("b",)}],
)  # fmt: skip
def test_clock_that_cannot_run_is_refused(fault):
    assert clocked().clock("k").amount == 3
    with pytest.raises(ValueError, match="clock k"):
        clocked(**fault)


@pytest.mark.parametrize(
    "step",
    [
        Transition("t", "步", ("a",), "b", "edits", requires=("nowhere",)),
        Transition("t", "步", ("a",), "b", "edits", within="nowhere"),
        Transition("t", "步", ("a",), "b", "edits", extends="nowhere"),
        Transition("t", "步", ("a",), "b", "edits", (Need.CODE,)),
        Transition("t", "步", ("a",), "b", "edits", codes=(("A", "甲"),)),
    ],
)
def test_step_that_leans_on_nothing_is_refused(step):
    with pytest.raises(ValueError, match="t (leans|has codes)"):
        build([State("a", "甲"), State("b", "乙", True)], [step])


def test_every_clock_says_where_its_number_comes_from():
    told = {
        (kind, rule.code): (rule.amount, str(rule.unit))
        for kind, workflow in WORKFLOWS.items()
        for rule in workflow.clocks
    }
    assert told == {
        ("proposal", "assignment"): (30, "days"),
        ("proposal", "return"): (5, "workdays"),
        ("proposal", "opinion"): (1, "months"),
        ("proposal", "reply"): (3, "months"),
        ("task", "handling"): (0, "given"),
        ("request", "reply"): (30, "days"),
    }
    assert all(rule.source for workflow in WORKFLOWS.values() for rule in workflow.clocks)
    assert all(workflow.source for workflow in WORKFLOWS.values())


def test_kind_without_workflow_is_refused():
    with pytest.raises(BadInput) as refused:
        workflow_of("gossip")
    assert (refused.value.code, refused.value.field) == ("matters.kind", "kind")
