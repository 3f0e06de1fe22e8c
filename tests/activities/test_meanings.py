"""What kind and agenda count as."""

from __future__ import annotations

import datetime as dt

import pytest

from tongxin.activities.kinds import Thresholds, kind_of
from tongxin.activities.meanings import Circumstances, meanings, misplaced

DAY = dt.date(2026, 3, 5)


def facts(kind: str, *agenda: str, days: int = 1, thresholds: Thresholds | None = None, **more) -> set[str]:
    when = Circumstances(DAY, DAY + dt.timedelta(days=days - 1), **more)
    return set(meanings(kind_of(kind), agenda, when, thresholds))


@pytest.mark.parametrize(
    ("kind", "agenda", "expected"),
    [
        ("theme_day", ["general_meeting", "party_class"], {"theme_day", "general_meeting", "party_class"}),
        ("party_group_meeting", ["first_agenda_item", "decision"], {"party_group_meeting", "first_agenda_item"}),
        ("party_group_meeting", ["decision", "first_agenda_item"], {"party_group_meeting"}),
        ("party_group_meeting", ["decision", "special_study"], {"party_group_meeting", "special_study"}),
        ("org_life_meeting", ["criticism", "appraisal"], {"org_life_meeting", "appraisal"}),
        ("inspection", ["theme_day"], {"inspection", "theme_day"}),
        ("office_meeting", ["follow_up_study"], {"office_study"}),
        ("office_meeting", [], set()),
        ("theme_day", ["committee_meeting", "nonsense"], {"theme_day"}),
        ("theme_day", ["first_agenda_item"], {"theme_day"}),
    ],
)
def test_meanings_of_kind_and_agenda(kind, agenda, expected):
    assert facts(kind, *agenda) == expected


@pytest.mark.parametrize(
    ("days", "party_members", "long"), [(5, 3, False), (6, 2, False), (6, 3, True), (30, 40, True), (1, 3, False)]
)
def test_long_tour_needs_more_than_five_days_and_three_party_members(days, party_members, long):
    assert ("long_tour" in facts("inspection", days=days, party_members=party_members)) is long
    assert "long_tour" not in facts("plenary", days=days, party_members=party_members)


def test_long_tour_by_the_office_s_own_parameters():
    assert "long_tour" in facts("study_tour", days=4, party_members=2, thresholds=Thresholds(2, 3))


def test_secretary_s_class_is_a_lecture_and_other_speech_is_not():
    assert facts("party_class", secretary_speaks=True) == {"party_class", "secretary_lecture"}
    assert facts("theme_day", "party_class", secretary_speaks=True) == {"theme_day", "party_class", "secretary_lecture"}
    assert facts("theme_day", secretary_speaks=True) == {"theme_day"}


def test_temporary_branch_is_a_fact_of_its_own():
    assert facts("inspection", temporary_branch=True) == {"inspection", "temporary_branch_formed"}


def test_misplaced_names_what_stands_too_late():
    kind = kind_of("party_group_meeting")
    assert misplaced(kind, ["decision", "first_agenda_item"]) == ["first_agenda_item"]
    assert misplaced(kind, ["first_agenda_item", "decision"]) == []
