"""The guided form's answers become a definition in the catalogue's schema."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from tongxin.core.errors import BadInput
from tongxin.provisions import catalogue
from tongxin.provisions.own_rules import KINDS, SUBJECTS, Answers, answered, definition, next_id

PERIODIC = Answers(
    name="支部读书会",
    rule="各党支部每两月至少读书一次。",
    theme="理论武装",
    kind="periodic",
    subject="party_branch",
    facts=("reading_activity",),
    period="month",
    times=2,
    grace_days=5,
    source="机关党委会议决定",
    year=2026,
)


def test_periodic_answers_give_a_check_with_parameters_of_its_own():
    entry = catalogue.parse(definition("own.rule_1", PERIODIC), origin="测试")
    (check,) = entry.checks
    assert (check.kind, check.selector, check.facts) == ("periodic", "party_branch", ("reading_activity",))
    assert entry.settings() == {"period": "month", "times": 2, "grace_days": 5}
    assert (entry.institution, entry.source.text) == ("支部读书会", "机关党委会议决定（2026年）")


def test_answers_after_an_occasion_give_a_check_by_event():
    answers = replace(
        PERIODIC, kind="per_event", facts=("office_study",), events=("party_group_meeting",), within_days=10
    )
    (check,) = catalogue.parse(definition("own.rule_2", answers), origin="测试").checks
    assert (check.events, check.relation, check.event_scope) == (("party_group_meeting",), "near", "office")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"facts": ()}, "facts"),
        ({"facts": ("nothing",)}, "facts"),
        ({"subject": "cppcc"}, "subject"),
        ({"kind": "guidance"}, "kind"),
        ({"kind": "per_event", "events": ()}, "events"),
        ({"kind": "per_event", "events": ("plenary",), "subject": "member"}, "subject"),
    ],
)
def test_an_answer_that_does_not_fit_is_named(changed, field):
    with pytest.raises(BadInput) as error:
        definition("own.rule_1", replace(PERIODIC, **changed))
    assert error.value.field == field


@pytest.mark.parametrize("changed", [{"times": 0}, {"times": 400}, {"grace_days": 61}, {"period": "decade"}])
def test_numbers_out_of_range_are_refused_by_the_catalogue(changed):
    with pytest.raises(BadInput):
        definition("own.rule_1", replace(PERIODIC, **changed))


def test_every_subject_offered_can_be_bound():
    for subject in SUBJECTS:
        assert definition("own.rule_1", replace(PERIODIC, subject=subject))["binds"] == [subject]


def test_ids_count_on_from_those_taken():
    assert next_id([]) == "own.rule_1"
    assert next_id(["own.rule_2", "own.rule_10", "life.theme_day"]) == "own.rule_11"


#: One set of answers for each kind that the guided form knows.
EACH = {
    "periodic": PERIODIC,
    "document": replace(PERIODIC, kind="document", facts=("study_plan",), period="year", times=1, within_months=2),
    "plan": replace(PERIODIC, kind="plan"),
    "per_event": replace(PERIODIC, kind="per_event", events=("plenary",)),
    "deadline": replace(PERIODIC, kind="deadline", events=("plenary",), limit=10, limit_unit="workdays", extension=5),
    "term": replace(PERIODIC, kind="term", events=("founded", "elected"), facts=("elected",), limit=36),
    "procedure": replace(
        PERIODIC, kind="procedure", subject="", events=("plenary",), steps=("general_meeting", "appraisal")
    ),
    "coverage": replace(PERIODIC, kind="coverage", subject="member", coverage="special_committee"),
    "threshold": replace(PERIODIC, kind="threshold", coverage="full_members", least=3, most=50),
    "ratio": replace(PERIODIC, kind="ratio", coverage="full_members", base="members", share="1/2", at_start=True),
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_a_definition_that_the_catalogue_takes(kind):
    entry = catalogue.parse(definition("own.rule_1", EACH[kind]), origin="测试")
    (check,) = entry.checks
    assert (entry.kind, check.kind) == (kind, kind)
    entry.settings()


@pytest.mark.parametrize("kind", KINDS)
def test_a_definition_gives_its_answers_back(kind):
    made = definition("own.rule_1", EACH[kind])
    told = answered(made)
    steps = tuple(told.pop(f"step_{place}") for place in range(1, 6) if f"step_{place}" in told)
    names = {each.name for each in fields(Answers)}
    again = replace(
        PERIODIC,
        **{name: tuple(value) if isinstance(value, list) else value for name, value in told.items() if name in names},
        steps=steps,
    )
    if kind == "procedure":
        again = replace(again, subject="")
    assert definition("own.rule_1", again) == made


@pytest.mark.parametrize(
    ("kind", "changed", "field"),
    [
        ("deadline", {"limit_unit": "years"}, "limit_unit"),
        ("deadline", {"scope": "all"}, "scope"),
        ("deadline", {"subject": "member", "scope": "office"}, "scope"),
        ("deadline", {"events": ("nothing",)}, "events"),
        ("term", {"subject": "member"}, "subject"),
        ("plan", {"subject": "member"}, "subject"),
        ("procedure", {"steps": ("general_meeting",)}, "step_1"),
        ("procedure", {"steps": ("general_meeting", "general_meeting")}, "step_1"),
        ("coverage", {"coverage": "secretary"}, "coverage"),
        ("threshold", {"least": 0, "most": 0}, "least"),
        ("threshold", {"least": 9, "most": 3}, "most"),
        ("ratio", {"base": "home_unit"}, "base"),
        ("ratio", {"share": "0.5"}, None),
        ("ratio", {"share": "3/2"}, None),
        ("periodic", {"period": "forever"}, None),
    ],
)
def test_an_answer_of_a_kind_that_does_not_fit_is_named(kind, changed, field):
    with pytest.raises(BadInput) as error:
        definition("own.rule_1", replace(EACH[kind], **changed))
    if field is not None:
        assert error.value.field == field
