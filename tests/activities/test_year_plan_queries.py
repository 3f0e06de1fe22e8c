"""What a year asks of a unit: what an occasion can settle, what must be done otherwise, and what is left out."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities import operations as activities
from tongxin.activities.year_plan_queries import Asked, asked_of
from tongxin.provisions import operations, queries
from tongxin.provisions.board_queries import endings
from tongxin.provisions.own_rules import Answers, definition

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)
D = dt.date


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def branch():
    office = make_office(start_day=D(2025, 1, 1))
    unit = make_organization(office, "branch", "机关第一党支部", valid_from=D(2023, 9, 10))
    for name in ("陈文远", "李若兰"):
        join(make_person(office, name, affiliation="01"), unit)
    return unit


def own(branch, kind: str, **answers) -> None:
    told = Answers("一项", "一项要求。", "组织生活", kind, "party_branch", **answers)
    operations.adopt(
        branch.office,
        "own.rule_1",
        valid_from=D(2025, 1, 1),
        own_definition=definition("own.rule_1", told),
        actor=None,
    )


def asked(branch, year: int = 2026) -> Asked:
    return asked_of(branch, year, TODAY)


def due_in(branch, first: dt.date, last: dt.date):
    return [(each.day, each.window, each.how, each.running) for each in endings(branch.office, TODAY, first, last)]


def meeting(branch, day: dt.date) -> None:
    activities.record(branch.office, kind="general_meeting", title="大会", day=day, organizations=[branch], actor=None)


def test_paper_of_the_year_is_a_duty_by_its_day(branch) -> None:
    own(branch, "document", facts=("study_plan",), period="half")
    told = asked(branch)
    assert (told.demands, told.left_out) == ((), ())
    assert [(each.window, each.how, each.day, each.state) for each in told.duties] == [
        ("2026年上半年", "须办", D(2026, 6, 30), "due"),
        ("2026年下半年", "须办", D(2026, 12, 31), ""),
    ]
    assert due_in(branch, D(2026, 6, 1), D(2026, 6, 30)) == [(D(2026, 6, 30), "2026年上半年", "届满", True)]
    assert due_in(branch, D(2026, 12, 1), D(2026, 12, 31)) == [(D(2026, 12, 31), "2026年下半年", "届满", False)]


def test_paper_due_early_in_the_year_is_due_then(branch) -> None:
    own(branch, "document", facts=("study_plan",), period="year", within_months=2)
    assert [(each.day, each.how) for each in asked(branch, 2027).duties] == [(D(2027, 2, 28), "须办")]
    assert due_in(branch, D(2027, 2, 1), D(2027, 2, 28)) == [(D(2027, 2, 28), "2027年", "届满", False)]
    assert due_in(branch, D(2027, 12, 1), D(2027, 12, 31)) == []


@pytest.mark.parametrize(
    ("kind", "answers", "day", "state"),
    [
        ("threshold", {"coverage": "full_members", "least": 3}, D(2026, 6, 30), "due"),
        ("threshold", {"coverage": "full_members", "least": 2}, D(2026, 6, 30), "met"),
        (
            "ratio",
            {"coverage": "full_members", "base": "members", "share": "2/3", "at_start": True},
            D(2026, 7, 1),
            "",
        ),
        ("coverage", {"coverage": "secretary"}, D(2026, 6, 30), "due"),
    ],
)
def test_number_of_the_register_is_looked_at_next_on_its_day(branch, kind, answers, day, state) -> None:
    own(branch, kind, period="quarter", **answers)
    (duty,) = asked(branch).duties
    assert (duty.how, duty.day, duty.state) == ("核对", day, state)
    coming = due_in(branch, D(2026, 9, 1), D(2026, 10, 1))
    assert coming == [(D(2026, 10, 1) if kind == "ratio" else D(2026, 9, 30), coming[0][1], "核对", False)]


def test_deadline_that_the_unit_can_meet_itself_is_planned(branch) -> None:
    own(branch, "deadline", events=("general_meeting",), scope="own", facts=("party_class",), limit=30)
    meeting(branch, D(2026, 5, 6))
    told = asked(branch)
    assert told.duties == ()
    assert [(each.start, each.end, each.count, each.facts) for each in told.demands] == [
        (D(2026, 5, 21), D(2026, 6, 6), 1, frozenset({"party_class"}))
    ]


def test_deadline_that_others_must_meet_is_a_duty_and_one_passed_has_no_day(branch) -> None:
    own(branch, "deadline", events=("general_meeting",), scope="own", facts=("request_answered",), limit=30)
    meeting(branch, D(2026, 5, 6))
    meeting(branch, D(2026, 2, 6))
    told = asked(branch)
    assert (told.demands, [(each.how, each.day, each.state) for each in told.duties]) == (
        (),
        [("须办", None, "not_recorded"), ("须办", D(2026, 6, 5), "due")],
    )
    assert queries.parse_key(told.duties[1].key).window_start == D(2026, 5, 6)


def test_term_that_ends_in_the_year_asks_for_an_election_or_names_its_end(branch) -> None:
    own(branch, "term", events=("founded", "elected"), facts=("elected",), limit=36, lead_days=90)
    told = asked(branch)
    last = D(2026, 9, 10)
    # a branch may hold an election itself: it is planned into the last ninety days
    assert [(each.start, each.end) for each in told.demands] == [(D(2026, 6, 13), D(2026, 9, 11))]
    assert due_in(branch, D(2026, 9, 1), D(2026, 9, 30)) == [(last, "2023年9月10日起", "任期届满", False)]
    assert asked(branch, 2027).duties == ()


def test_open_steps_have_no_day(branch) -> None:
    own(branch, "procedure", events=("general_meeting",), steps=("general_meeting", "appraisal"))
    meeting(branch, D(2026, 3, 6))
    assert [(each.how, each.day, each.state) for each in asked(branch).duties] == [("须办", None, "not_recorded")]


def test_plan_is_compared_and_not_planned_for(branch) -> None:
    own(branch, "plan", facts=("theme_day",), period="year")
    assert asked(branch) == Asked((), (), (("一项", "与计划对照，采用安排之后即有"),))


def test_everything_costs_the_same_for_one_and_many(branch, django_assert_num_queries) -> None:
    own(branch, "deadline", events=("general_meeting",), scope="own", facts=("request_answered",), limit=30)
    for day in (1, 2, 3, 4):
        meeting(branch, D(2026, 5, day))
    queries.current_findings(branch.office, TODAY)
    with django_assert_num_queries(6):
        assert len(asked(branch).duties) == 4
