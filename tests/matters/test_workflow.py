"""Declarations of workflows: what may be built, and each workflow's course as a table."""

from __future__ import annotations

import pytest

from tongxin.core.errors import BadInput
from tongxin.matters.enums import MatterKind
from tongxin.matters.rules import PREDICATES
from tongxin.matters.workflow import State, Transition, Workflow
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
        "task": ("assigned", "in_progress", "reported"),
        "request": ("registered", "submitted", "answered"),
        "report": ("registered",),
        "manuscript": (
            "draft",
            "first_review",
            "second_review",
            "third_review",
            "secrecy_check",
            "approved",
            "stopped",
        ),
    }


def test_kind_without_workflow_is_refused():
    with pytest.raises(BadInput) as refused:
        workflow_of("proposal")
    assert (refused.value.code, refused.value.field) == ("matters.kind", "kind")
