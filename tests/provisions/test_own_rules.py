"""The guided form's answers become a definition in the catalogue's schema."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tongxin.core.errors import BadInput
from tongxin.provisions import catalogue
from tongxin.provisions.own_rules import SUBJECTS, Answers, definition, next_id

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
    assert (entry.institution, entry.source.text) == ("支部读书会", "机关党委会议决定(2026年)")


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
        ({"kind": "ratio"}, "kind"),
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
