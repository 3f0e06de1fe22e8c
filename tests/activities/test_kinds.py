"""The catalogue: what is shipped, and what a wrong one is told."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tongxin.activities.kinds import CatalogueError, Quorum, catalogue, kind_of, kinds_for, load
from tongxin.core.errors import BadInput
from tongxin.matters.occurrences import FACTS_OF_OPENINGS, FACTS_OF_STEPS
from tongxin.provisions.occurrences import FACT_NAMES
from tongxin.trace.occurrences import PAPERS

TEXT = (files("tongxin.activities") / "catalogue" / "kinds.toml").read_text(encoding="utf-8")


def test_catalogue_has_every_kind_of_the_issue():
    assert set(catalogue().kinds) == set(
        "plenary standing_committee_meeting chair_meeting party_group_meeting centre_group_session office_meeting "
        "special_committee_meeting consultation inspection research study_tour supervision reading_activity lecture_hall "
        "training_course general_meeting committee_meeting small_group_meeting party_class theme_day org_life_meeting "
        "democratic_life_meeting heart_talk appraisal discipline_education short_course visit policy_explanation contact "
        "home_unit_life other proposal_assignment special_consultation counterpart_consultation sector_consultation handling_consultation "
        "cloud_course".split()
    )


def test_catalogue_facts_are_the_shared_vocabulary_without_those_of_matters():
    of_matters = {name for names in (*FACTS_OF_STEPS.values(), *FACTS_OF_OPENINGS.values()) for name in names}
    of_others = {*PAPERS, "founded", "term_began", "secretary_appointed"}
    assert set(catalogue().facts) == set(FACT_NAMES) - of_matters - of_others


def test_catalogue_quorums():
    assert {fact.code: (fact.quorum.text, fact.quorum.of) for fact in catalogue().facts_with_quorum()} == {
        "general_meeting": ("超过1/2", "entitled"),
        "committee_meeting": ("超过1/2", "expected"),
        "democratic_life_meeting": ("不少于2/3", "expected"),
        "plenary": ("不少于2/3", "expected"),
    }


def test_every_fact_of_activities_arises_somewhere():
    known = catalogue()
    arising = {fact for kind in known.kinds.values() for fact in kind.facts}
    arising |= {fact for item in known.agenda.values() for fact in item.facts}
    assert set(known.facts) - arising == {"secretary_lecture", "temporary_branch_formed", "long_tour"}


def test_every_agenda_kind_is_offered_by_some_kind():
    offered = {code for kind in catalogue().kinds.values() for code in kind.agenda}
    assert set(catalogue().agenda) == offered


def test_kinds_for_a_small_group():
    assert [kind.code for kind in kinds_for("small_group") if kind.expected == "members"] == [
        "small_group_meeting",
        "org_life_meeting",
    ]


def test_kind_of_unknown_names_the_field():
    with pytest.raises(BadInput) as error:
        kind_of("party")
    assert (error.value.code, error.value.field) == ("activities.kind", "kind")


@pytest.mark.parametrize(
    ("present", "base", "half", "two_thirds"),
    [(0, 0, False, False), (5, 10, False, False), (6, 10, True, False), (7, 10, True, True), (2, 3, True, True)],
)
def test_quorum_is_compared_by_integers(present, base, half, two_thirds):
    assert Quorum(1, 2, True, "expected").reached(present, base) is half
    assert Quorum(2, 3, False, "expected").reached(present, base) is two_thirds


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('quorum = "2/3"', "quorum = 0.667", "facts.democratic_life_meeting.quorum"),
        ('quorum = "2/3"', 'quorum = "3/2"', "分数"),
        ('quorum = "2/3", quorum_rule = "at_least"', 'quorum_rule = "at_least"', "没有 quorum"),
        ("first_only = true", "first_onl = true", "agenda.first_agenda_item 有未知的键：first_onl"),
        ('facts = ["plenary"]', 'facts = ["plenaries"]', "kind.plenary.facts 引用了未定义的代码：plenaries"),
        ('organizers = ["@branches"]', 'organizers = ["@twigs"]', "未定义的集合“@twigs”"),
        ('organizers = ["special_committee"]', 'organizers = ["choir"]', "未知的组织类型：choir"),
        ('organizers = ["special_committee"]', "organizers = []", "organizers 不能为空"),
        ('expected = "officers"', 'expected = "everybody"', "kind.committee_meeting.expected"),
        ('recorded_by = ["party_clerk"]', 'recorded_by = ["king"]', "recorded_by"),
        ("hours = true", 'hours = "yes"', "kind.training_course.hours"),
        ("party_members = 3", "party_members = 0", "long_tour.party_members"),
        ('name = "全体会议"\n', 'name = ""\n', "kind.plenary.name"),
        ('version = "2026.11"', "version = ", "TOML"),
    ],
)
def test_load_refuses_a_wrong_catalogue_naming_entry_and_key(old, new, says):
    assert old in TEXT
    with pytest.raises(CatalogueError) as error:
        load(TEXT.replace(old, new, 1))
    assert says in str(error.value)


@pytest.mark.parametrize("fields", ['["colour"]', '["topic", "topic"]', '"topic"'])
def test_fields_that_the_form_does_not_have_are_refused(fields):
    text = (files("tongxin.activities") / "catalogue" / "kinds.toml").read_text(encoding="utf-8")
    with pytest.raises(CatalogueError, match="fields"):
        load(text.replace('fields = ["topic", "speaker"]', f"fields = {fields}", 1))
