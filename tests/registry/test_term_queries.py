from __future__ import annotations

import datetime as dt

import pytest

from tests.cast import assign_contact, join, make_office, make_organization, make_person, make_term
from tongxin.core.errors import NotPossible
from tongxin.registry.models import DraftSeat
from tongxin.registry.term_change import Fault, read_list
from tongxin.registry.term_operations import (
    NameEntry,
    QuotaEntry,
    SectorPlan,
    admit_names,
    close_version,
    draft_term,
    enter_names,
    open_term,
    plan_sector,
    set_quotas,
)
from tongxin.registry.term_queries import (
    Named,
    content_of,
    draft_page,
    drafts,
    match_names,
    newest_version,
    opening_plan,
    printed_list,
    shares_in_office,
)

pytestmark = pytest.mark.django_db
ON = dt.date(2027, 1, 10)
ENDS = dt.date(2032, 1, 1)


@pytest.fixture
def office():
    office = make_office()
    make_term(office)
    return office


@pytest.fixture(autouse=True)
def committee(office):
    return make_organization(office, "committee", "委员会")


def _draft(office, *quotas, named=True):
    draft = draft_term(office, ordinal=7, starts=ON, ends=ENDS, actor=None, from_register=False)
    draft = set_quotas(draft, quotas, revision=0, actor=None)
    if named:
        draft = admit_names(draft, basis="公报", published_on=dt.date(2026, 1, 1), revision=draft.revision, actor=None)
    return draft


def _enter(draft, *entries):
    return enter_names(draft, entries, revision=draft.revision, actor=None)


def test_the_page_shows_the_shares_of_a_plan_without_names(office):
    draft = _draft(office, QuotaEntry("教育", 5), named=False)
    draft = plan_sector(draft, "教育", SectorPlan(party=2, nonparty=3, women=1), revision=draft.revision, actor=None)
    page = draft_page(draft)
    assert {s.code: (s.part, s.whole, s.reached) for s in page.shares}["nonparty.members"] == (3, 5, True)
    assert {s.code: (s.part, s.whole, s.unknown) for s in page.shares}["women.members"] == (1, 5, 4)
    assert (page.newest, page.version.number, page.changes) == (True, 1, ())
    assert page.faults == (Fault("unnamed", "教育有5个席位还没有人选。"),)
    assert [(line.sector, line.quota, line.seats) for line in page.lines] == [("教育", 5, 5)]
    assert {share.for_information for share in page.shares} == {False}


def test_a_named_seat_shows_what_the_register_says_of_the_person(office, committee):
    draft = _draft(office, QuotaEntry("教育", 3))
    sitting = make_person(office, "田富", affiliation="05", sex="2")
    join(sitting, committee, valid_until=ON)
    fresh, unknown = make_person(office, "王毛", affiliation="02", sex="1"), make_person(office, "丁一")
    draft = _enter(draft, *(NameEntry("教育", p.name, p.pk) for p in (sitting, fresh, unknown)))
    seats = content_of(newest_version(draft), draft).seats
    assert [(s.name, s.nonparty, s.woman, s.renewed) for s in seats] == [
        ("田富", True, True, True), ("王毛", False, False, False), ("丁一", None, None, False),
    ]  # fmt: skip


def test_the_changes_since_the_version_before(office):
    draft = _draft(office, QuotaEntry("教育", 1))
    close_version(draft, note="", revision=draft.revision, actor=None)
    draft = _enter(draft, NameEntry("教育", "田富"))
    page = draft_page(draft)
    assert ([change.words for change in page.changes], page.version.number, page.newest) == (["列入田富"], 2, True)
    first = draft_page(draft, 1)
    assert (first.newest, first.changes, [v.number for v in first.versions]) == (False, (), [1, 2])
    with pytest.raises(NotPossible) as refusal:
        draft_page(draft, 9)
    assert refusal.value.message == "没有第9版。"


def test_the_list_stands_in_the_order_of_names(office):
    draft = _draft(office, QuotaEntry("教育", 3, 0), QuotaEntry("经济", 1))
    make_person(office, "最末", precedence=1)
    last = make_person(office, "欧阳一", precedence=1)
    draft = _enter(draft, NameEntry("教育", "田大利"), NameEntry("教育", "田富"), NameEntry("教育", "欧阳一", last.pk))
    listed = printed_list(draft, by="sector")
    assert [(g.title, [e.printed for e in g.entries], g.open_seats) for g in listed.groups] == [
        ("教育", ["欧阳一", "田\u3000富", "田大利"], 0),
        ("经济", [], 1),
    ]


def test_names_of_a_published_list_are_matched_and_never_merged_silently(office, committee):
    draft = _draft(office, QuotaEntry("教育", 5))
    one = make_person(office, "田富", employer="甲单位")
    join(one, committee)
    make_person(office, "王毛"), make_person(office, "王毛")
    placed = make_person(office, "丁一")
    make_person(make_office(), "于一")
    draft = _enter(draft, NameEntry("教育", "丁一", placed.pk))
    plan = match_names(draft, read_list("教育（6人）\n田富 王毛 丁一 于一 万一 万一", ["教育"]))
    assert [(line.name, line.state, line.person_id, len(line.candidates)) for line in plan.lines] == [
        ("田富", "matched", one.pk, 1),
        ("王毛", "doubtful", None, 2),
        ("丁一", "placed", placed.pk, 1),
        ("于一", "new", None, 0),
        ("万一", "doubtful", None, 0),
        ("万一", "doubtful", None, 0),
    ]
    assert (plan.lines[0].candidates[0].employer, plan.lines[0].candidates[0].seated, plan.notes) == (
        "甲单位",
        True,
        (),
    )


def test_the_plan_of_an_opening_names_everybody(office, committee):
    stays, leaves = make_person(office, "田富"), make_person(office, "王毛")
    education = make_organization(office, "sector", "教育")
    ends = make_organization(office, "sector", "旧界别")
    for person, sector in ((stays, education), (leaves, ends)):
        join(person, committee)
        join(person, sector)
    join(leaves, make_organization(office, "special_committee"))
    assign_contact(stays, leaves)
    draft = _draft(office, QuotaEntry("教育", 1), QuotaEntry("科技", 1))
    draft = _enter(draft, NameEntry("教育", "田富", stays.pk), NameEntry("科技", "丁一"))
    plan = opening_plan(draft, ON)
    new = plan.new[0].person_id
    assert (plan.continuing, plan.new, plan.leaving) == (
        (Named(stays.pk, "田富"),),
        (Named(new, "丁一"),),
        (Named(leaves.pk, "王毛"),),
    )
    assert (plan.closing, plan.contacts_ending, plan.founded, plan.dissolved, plan.faults) == (
        5,
        1,
        ("科技",),
        ("旧界别",),
        (),
    )


def test_what_keeps_a_term_from_being_opened(office, committee):
    gone = make_person(office, "王毛")
    join(gone, committee)
    keeps = make_person(office, "丁一")
    assign_contact(keeps, gone, valid_from=ON)
    make_organization(office, "committee", "另一个")
    make_organization(office, "chair_meeting")
    make_organization(office, "chair_meeting")
    sector = make_organization(office, "sector", "教育")
    draft = _draft(office, QuotaEntry("教育", 1))
    sector.valid_until = ON
    sector.save()
    draft = _enter(draft, NameEntry("教育", "田富"))
    make_term(office, ordinal=8, starts=dt.date(2040, 1, 1), ends=dt.date(2045, 1, 1))
    assert [fault.words for fault in opening_plan(draft, ON).faults] == [
        "已登记了更晚的第8届。",
        "换届当日应有且只有一个政协委员会，现有2个。",
        "“主席会议”登记了2个，只能有一个。",
        "丁一与王毛的联系安排自2027-01-10起，其中有人不再连任。",
        "界别“教育”已撤销。",
    ]


def test_after_the_opening_the_shares_are_for_information(office):
    draft = _enter(_draft(office, QuotaEntry("教育", 1)), NameEntry("教育", "田富"))
    open_term(draft, on=ON, actor=None)
    page = draft_page(draft)
    assert (page.newest, page.faults, {share.for_information for share in page.shares}) == (False, (), {True})
    assert drafts(office) == [draft]


def test_the_shares_of_the_members_in_office(office, committee):
    fourth = make_term(office, ordinal=4, starts=dt.date(2012, 1, 1), ends=dt.date(2017, 1, 1))
    fifth = make_term(office, ordinal=5, starts=dt.date(2017, 1, 1), ends=dt.date(2022, 1, 1))
    one, two = make_person(office, affiliation="05", sex="2"), make_person(office, affiliation="01", sex="1")
    join(one, committee, term=fourth, valid_until=dt.date(2022, 1, 1))
    join(one, committee, term=fifth, valid_from=dt.date(2022, 1, 1), post="standing_member")
    join(two, committee, post="vice_chair", term=fifth)
    join(make_person(office), committee, post="clerk")
    join(make_person(office, affiliation="05"), committee, valid_from=dt.date(2026, 3, 2))
    shares = {s.code: (s.part, s.whole, s.unknown, s.reached) for s in shares_in_office(office, dt.date(2026, 3, 1))}
    assert shares == {
        "nonparty.members": (1, 3, 1, False),
        "nonparty.standing": (1, 1, 0, True),
        "nonparty.vice_chairs": (0, 1, 0, False),
        "women.members": (1, 3, 1, None),
        "women.standing": (1, 1, 0, None),
        "renewed.members": (1, 3, 1, None),
    }


def test_who_is_in_the_standing_committee_counts_there_unless_a_leader(office, committee):
    standing = make_organization(office, "standing_committee")
    people = {
        name: make_person(office, affiliation=code) for name, code in (("副主席", "05"), ("常委", "05"), ("委员", "01"))
    }
    for person in people.values():
        join(person, committee)
    join(people["副主席"], standing, post="vice_chair")
    join(people["常委"], standing)
    join(make_person(office, affiliation="05"), standing)
    shares = {s.code: (s.part, s.whole) for s in shares_in_office(office, dt.date(2026, 3, 1))}
    assert (shares["nonparty.members"], shares["nonparty.standing"], shares["nonparty.vice_chairs"]) == (
        (2, 3),
        (1, 1),
        (1, 1),
    )


@pytest.mark.parametrize("count", [1, 3])
def test_the_number_of_statements_does_not_grow(office, committee, django_assert_num_queries, count):
    people = [make_person(office, f"田{sign}", affiliation="05") for sign in "富毛一"[:count]]
    for person in people:
        join(person, committee)
    draft = _draft(office, QuotaEntry("教育", count))
    close_version(draft, note="", revision=draft.revision, actor=None)
    draft = _enter(draft, *(NameEntry("教育", person.name, person.pk) for person in people))
    reading = read_list("教育\n" + " ".join(person.name for person in people), ["教育"])
    assert DraftSeat.objects.filter(person__isnull=False).count() == count
    with django_assert_num_queries(8):
        draft_page(draft)
    with django_assert_num_queries(4):
        match_names(draft, reading)
    with django_assert_num_queries(10):
        opening_plan(draft, ON)
    with django_assert_num_queries(2):
        shares_in_office(office, ON)
