from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection

from tests.cast import (
    ON_A_SERVER,
    assign_contact,
    join,
    make_office,
    make_organization,
    make_person,
    make_term,
    make_user,
)
from tongxin.core import audit, changes
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.core.models import AuditEntry
from tongxin.registry.models import (
    ContactAssignment,
    DraftSeat,
    Membership,
    Organization,
    Person,
    SectorQuota,
    Term,
    TermDraft,
)
from tongxin.registry.strokes import stroke_key
from tongxin.registry.term_operations import (
    NameEntry,
    QuotaEntry,
    SeatPlan,
    SectorPlan,
    admit_names,
    close_version,
    draft_term,
    enter_names,
    open_term,
    plan_seats,
    plan_sector,
    remove_names,
    set_quotas,
    withdraw_draft,
)

pytestmark = pytest.mark.django_db
ON = dt.date(2027, 1, 10)
ENDS = dt.date(2032, 1, 1)
BASIS = "澄政协〔2027〕1号"


@pytest.fixture
def office():
    office = make_office()
    make_term(office)
    make_organization(office, "committee", "政协澄江市委员会")
    return office


def _draft(office, *quotas: QuotaEntry, **more) -> TermDraft:
    draft = draft_term(office, ordinal=7, starts=ON, ends=ENDS, actor=None, from_register=False, **more)
    return set_quotas(draft, quotas, revision=0, actor=None) if quotas else draft


def _admitted(draft: TermDraft) -> TermDraft:
    return admit_names(draft, basis=BASIS, published_on=dt.date(2026, 1, 1), revision=draft.revision, actor=None)


def _enter(draft: TermDraft, *entries: NameEntry) -> TermDraft:
    return enter_names(draft, entries, revision=draft.revision, actor=None)


def _seats(draft: TermDraft):
    rows = DraftSeat.objects.filter(version__draft=draft).order_by("version__number", "quota__precedence", "pk")
    return [
        (r.version.number, r.quota.name, r.person.name if r.person else "")
        for r in rows.select_related("person", "quota", "version")
    ]


def _refused(kind, call, *args, **more) -> str:
    with pytest.raises(kind) as refusal:
        call(*args, **more)
    return refusal.value.code


def test_a_draft_begins_with_the_sectors_and_seats_of_today_without_names(office):
    education = make_organization(office, "sector", "教育", precedence=2)
    economy = make_organization(office, "sector", "经济", precedence=1)
    make_organization(office, "sector", "旧界别", valid_until=dt.date(2021, 1, 1))
    for sector in (education, education, economy):
        join(make_person(office), sector)
    draft = draft_term(office, ordinal=7, starts=ON, ends=ENDS, actor=None)
    assert _seats(draft) == [(1, "经济", ""), (1, "教育", ""), (1, "教育", "")]
    assert list(SectorQuota.objects.values_list("name", "sector_id", "quota", "reserved")) == [
        ("经济", economy.pk, 1, 0),
        ("教育", education.pk, 2, 0),
    ]


def test_a_wrong_beginning_is_refused(office):
    dates = {"starts": ON, "ends": ENDS, "actor": None}
    assert _refused(BadInput, draft_term, office, ordinal=6, **dates) == "registry.term_ordinal"
    assert _refused(BadInput, draft_term, office, ordinal=0, **dates) == "registry.term_ordinal"
    assert _refused(BadInput, draft_term, office, ordinal=7, starts=ON, ends=ON, actor=None) == "registry.dates_order"
    draft_term(office, ordinal=7, **dates)
    assert _refused(NotPossible, draft_term, office, ordinal=7, **dates) == "registry.draft_exists"
    assert TermDraft.objects.count() == 1


def test_seats_follow_the_quotas(office):
    draft = _draft(office, QuotaEntry("教 育", 3, 1), QuotaEntry("经济", 1))
    assert _seats(draft) == [(1, "教育", ""), (1, "教育", ""), (1, "经济", "")]
    draft = set_quotas(draft, [QuotaEntry("科技", 1), QuotaEntry("教育", 1)], revision=draft.revision, actor=None)
    assert _seats(draft) == [(1, "科技", ""), (1, "教育", "")]
    assert draft.revision == 2


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ([QuotaEntry(" ", 1)], "registry.sector_name"),
        ([QuotaEntry("长" * 121, 1)], "registry.sector_name"),
        ([QuotaEntry("教育", 1), QuotaEntry("教 育", 2)], "registry.sector_twice"),
        ([QuotaEntry("教育", 1, 2)], "registry.sector_quota"),
        ([QuotaEntry("教育", -1, -1)], "registry.sector_quota"),
        ([QuotaEntry("教育", 3001)], "registry.sector_quota"),
        ([QuotaEntry("教育", 1.5)], "registry.sector_quota"),
    ],
)
def test_impossible_quotas_are_refused_whole(office, entries, code):
    draft = _draft(office, QuotaEntry("经济", 1))
    assert _refused(BadInput, set_quotas, draft, entries, revision=draft.revision, actor=None) == code
    assert _seats(draft) == [(1, "经济", "")]
    draft.refresh_from_db()
    assert draft.revision == 1


def test_a_quota_does_not_push_out_names(office):
    draft = _admitted(_draft(office, QuotaEntry("教育", 2)))
    draft = _enter(draft, NameEntry("教育", "田富"), NameEntry("教育", "王毛"))
    for entries in ([QuotaEntry("教育", 2, 1)], [QuotaEntry("经济", 1)]):
        code = _refused(NotPossible, set_quotas, draft, entries, revision=draft.revision, actor=None)
        assert code == "registry.quota_below_names"


def test_a_plan_in_numbers_is_spread_over_the_seats_of_a_sector(office):
    draft = _draft(office, QuotaEntry("教育", 4))
    draft = plan_sector(
        draft, "教育", SectorPlan(party=1, nonparty=2, women=1, renewed=3, standing=1), revision=1, actor=None
    )
    rows = DraftSeat.objects.order_by("pk").values_list("planned_side", "planned_sex", "planned_renewed", "position")
    assert list(rows) == [
        ("nonparty", "2", True, "standing_member"),
        ("nonparty", "0", True, "member"),
        ("party", "0", True, "member"),
        ("", "0", None, "member"),
    ]
    for plan, field in (
        (SectorPlan(party=3, nonparty=2), "nonparty"),
        (SectorPlan(women=5), "women"),
        (SectorPlan(renewed=-1), "renewed"),
    ):
        with pytest.raises(BadInput) as refusal:
            plan_sector(draft, "教育", plan, revision=draft.revision, actor=None)
        assert (refusal.value.code, refusal.value.field) == ("registry.plan_exceeds", field)
    assert (
        _refused(BadInput, plan_sector, draft, "无", SectorPlan(), revision=draft.revision, actor=None)
        == "registry.sector_unknown"
    )


def test_a_seat_is_planned_by_its_lineage(office):
    draft = _draft(office, QuotaEntry("教育", 1))
    lineage = str(DraftSeat.objects.get().lineage)
    draft = plan_seats(draft, {lineage: SeatPlan("vice_chair", "nonparty", "2", True)}, revision=1, actor=None)
    seat = DraftSeat.objects.get()
    assert (seat.position, seat.planned_side, seat.planned_sex, seat.planned_renewed) == (
        "vice_chair",
        "nonparty",
        "2",
        True,
    )
    for key, plan, code in (
        (lineage, SeatPlan(position="clerk"), "registry.seat_position"),
        (lineage, SeatPlan(side="x"), "registry.seat_side"),
        (lineage, SeatPlan(sex="x"), "registry.seat_sex"),
        (str(uuid.uuid4()), SeatPlan(), "registry.seat_unknown"),
        ("坏", SeatPlan(), "registry.seat_unknown"),
    ):
        assert _refused(BadInput, plan_seats, draft, {key: plan}, revision=draft.revision, actor=None) == code


def test_names_enter_only_once_the_list_is_published_or_somebody_permitted_it(office):
    draft = _draft(office, QuotaEntry("教育", 1))
    assert _refused(NotPossible, _enter, draft, NameEntry("教育", "田富")) == "registry.names_not_admitted"
    assert Person.objects.count() == 0
    more = {"revision": draft.revision, "actor": None}
    assert _refused(BadInput, admit_names, draft, basis=" ", published_on=None, **more) == "registry.names_basis"
    assert (
        _refused(BadInput, admit_names, draft, basis=BASIS, published_on=dt.date(2999, 1, 1), **more)
        == "registry.published_later"
    )
    draft = admit_names(draft, basis="秘书长批准", published_on=None, **more)
    draft = _enter(draft, NameEntry("教育", "田富"))
    assert (draft.state, _seats(draft)) == ("names", [(1, "教育", "田富")])
    assert _refused(NotPossible, open_term, draft, on=ON, actor=None) == "registry.list_not_published"
    draft = _admitted(draft)
    assert _refused(NotPossible, _admitted, draft) == "registry.already_published"


def test_names_take_the_seats_that_fit_and_one_audit_entry_names_them(office):
    draft = _draft(office, QuotaEntry("教育", 2))
    draft = _admitted(plan_sector(draft, "教育", SectorPlan(women=1), revision=1, actor=None))
    man, woman = make_person(office, "王毛", sex="1"), make_person(office, "田富", sex="2")
    actor = make_user(office, "roster_clerk")
    entries = [NameEntry("教育", "王毛", man.pk), NameEntry("教育", "田富", woman.pk)]
    draft = enter_names(draft, entries, revision=draft.revision, actor=actor)
    assert list(DraftSeat.objects.order_by("pk").values_list("planned_sex", "person__name")) == [
        ("2", "田富"),
        ("0", "王毛"),
    ]
    entry = AuditEntry.objects.get(action="registry.enter_names")
    assert (entry.actor_id, entry.person_ids) == (actor.pk, sorted([man.pk, woman.pk]))
    draft = remove_names(draft, [str(DraftSeat.objects.get(person=man).lineage)], revision=draft.revision, actor=actor)
    assert [name for *_rest, name in _seats(draft)] == ["田富", ""]


def test_nobody_becomes_a_standing_member_because_a_seat_was_planned_so(office):
    draft = _draft(office, QuotaEntry("教育", 3))
    draft = _admitted(plan_sector(draft, "教育", SectorPlan(standing=2), revision=1, actor=None))
    entries = [
        NameEntry("教育", "田富"),
        NameEntry("教育", "王毛"),
        NameEntry("教育", "丁一", position="standing_member"),
    ]
    draft = _enter(draft, *entries)
    assert dict(DraftSeat.objects.values_list("person__name", "position")) == {
        "田富": "member", "王毛": "member", "丁一": "standing_member",
    }  # fmt: skip
    assert _refused(BadInput, _enter, draft, NameEntry("教育", "于一", position="clerk")) == "registry.seat_position"


def test_a_plan_in_numbers_leaves_the_seats_of_leaders(office):
    draft = _draft(office, QuotaEntry("教育", 2))
    first = str(DraftSeat.objects.order_by("pk")[0].lineage)
    draft = plan_seats(draft, {first: SeatPlan(position="vice_chair")}, revision=draft.revision, actor=None)
    plan_sector(draft, "教育", SectorPlan(standing=1), revision=draft.revision, actor=None)
    assert list(DraftSeat.objects.order_by("pk").values_list("position", flat=True)) == [
        "vice_chair",
        "standing_member",
    ]


def test_who_is_new_is_entered_with_the_keys_of_order(office):
    draft = _admitted(_draft(office, QuotaEntry("教育", 2)))
    _enter(draft, NameEntry("教育", "田　富", woman=True), NameEntry("教育", "王毛"))
    people = Person.objects.filter(office=office).order_by("pk").values_list("name", "sex", "pinyin_key", "stroke_key")
    assert list(people) == [
        ("田富", "2", "tian2 fu4", stroke_key("田富")),
        ("王毛", "0", "wang2 mao2", stroke_key("王毛")),
    ]
    assert AuditEntry.objects.filter(action="registry.enter_names").count() == 1


def test_wrong_names_are_refused_whole(office):
    draft = _admitted(_draft(office, QuotaEntry("教育", 2), QuotaEntry("经济", 1)))
    one, stranger = make_person(office, "王毛"), make_person(make_office(), "外人")
    draft = _enter(draft, NameEntry("教育", "王毛", one.pk))
    for entries, kind, code in (
        ([], BadInput, "registry.names_empty"),
        ([NameEntry("教育", "丁一"), NameEntry("无", "田富")], BadInput, "registry.sector_unknown"),
        ([NameEntry("教育", "丁一"), NameEntry("经济", "外人", stranger.pk)], BadInput, "registry.person_unknown"),
        ([NameEntry("教育", "丁一"), NameEntry("经济", "王毛", one.pk)], NotPossible, "registry.seat_twice"),
        ([NameEntry("经济", "丁一"), NameEntry("经济", "田富")], NotPossible, "registry.names_exceed"),
        ([NameEntry("经济", "丁" * 61)], BadInput, "registry.name_too_long"),
        ([NameEntry("经济", "　 ")], BadInput, "registry.name_missing"),
    ):
        assert _refused(kind, _enter, draft, *entries) == code
    assert [name for *_rest, name in _seats(draft)] == ["王毛", "", ""]
    assert Person.objects.filter(office=office).count() == 1


def test_a_closed_version_stays_as_it_was_and_the_next_is_its_copy(office):
    draft = _draft(office, QuotaEntry("教育", 2, 1))
    following = close_version(draft, note="主席会议讨论稿", revision=draft.revision, actor=None)
    assert (following.number, following.closed_at) == (2, None)
    set_quotas(draft, [QuotaEntry("教育", 3, 1)], revision=draft.revision, actor=None)
    assert _seats(draft) == [(1, "教育", ""), (2, "教育", ""), (2, "教育", "")]
    first = DraftSeat.objects.filter(version__number=1).get().lineage
    assert DraftSeat.objects.filter(version__number=2, lineage=first).count() == 1
    assert list(draft.versions.values_list("number", "note")) == [(1, "主席会议讨论稿"), (2, "")]
    assert _refused(BadInput, close_version, draft, note="长" * 201, revision=2, actor=None) == "registry.version_note"


def test_who_saw_an_older_draft_is_told(office):
    draft = _draft(office, QuotaEntry("教育", 1))
    for call in (
        lambda: set_quotas(draft, [QuotaEntry("教育", 9)], revision=0, actor=None),
        lambda: plan_sector(draft, "教育", SectorPlan(), revision=0, actor=None),
        lambda: close_version(draft, note="", revision=0, actor=None),
        lambda: withdraw_draft(draft, revision=0, actor=None),
    ):
        assert _refused(Conflict, call) == "registry.draft_changed"
    assert _seats(draft) == [(1, "教育", "")]


def test_a_withdrawn_draft_keeps_no_names_and_makes_room(office):
    draft = _enter(_admitted(_draft(office, QuotaEntry("教育", 1))), NameEntry("教育", "田富"))
    withdraw_draft(draft, revision=draft.revision, actor=None)
    assert _seats(draft) == [(1, "教育", "")]
    assert _refused(NotPossible, set_quotas, draft, [], revision=draft.revision, actor=None) == "registry.draft_closed"
    assert draft_term(office, ordinal=7, starts=ON, ends=ENDS, actor=None).pk != draft.pk


# Opening


@pytest.fixture
def ready(office):
    """A committee with a member who continues, one who leaves and one who is new; a sector that ends, one founded."""
    committee = Organization.objects.get(office=office, kind="committee")
    standing = make_organization(office, "standing_committee")
    education, old = make_organization(office, "sector", "教育"), make_organization(office, "sector", "旧界别")
    special = make_organization(office, "special_committee")
    branch = make_organization(office, "branch")
    stays, leaves = (
        make_person(office, "田富", affiliation="05", sex="2"),
        make_person(office, "王毛", affiliation="01"),
    )
    for person, sector in ((stays, education), (leaves, old)):
        for body in (committee, sector, special, branch):
            join(person, body)
    join(leaves, standing)
    assign_contact(leaves, stays)
    draft = _admitted(_draft(office, QuotaEntry("教育", 1), QuotaEntry("科技", 2, 1)))
    draft = _enter(draft, NameEntry("教育", "田富", stays.pk), NameEntry("科技", "丁一"))
    lineage = str(DraftSeat.objects.get(person=stays).lineage)
    return office, plan_seats(draft, {lineage: SeatPlan("standing_member")}, revision=draft.revision, actor=None)


def _memberships(office):
    rows = Membership.objects.filter(office=office).select_related("person", "organization", "post")
    return {
        (
            r.person.name,
            r.organization.kind,
            r.post.code if r.post else "",
            str(r.valid_from),
            str(r.valid_until),
            r.end_reason,
        )
        for r in rows
    }


def test_opening_closes_the_old_term_and_opens_the_new_in_one(ready):
    office, draft = ready
    actor = make_user(office, "roster_clerk")
    term = open_term(draft, on=ON, actor=actor)
    assert (term.ordinal, term.starts, term.ends) == (7, ON, ENDS)
    assert Term.objects.get(office=office, ordinal=6).ends == ON
    old, new = "2020-01-01", "2027-01-10"
    assert _memberships(office) == {
        ("田富", "committee", "", old, new, "term_end"),
        ("田富", "sector", "", old, new, "term_end"),
        ("田富", "special_committee", "", old, "None", ""),
        ("田富", "branch", "", old, "None", ""),
        ("王毛", "committee", "", old, new, "term_end"),
        ("王毛", "standing_committee", "", old, new, "term_end"),
        ("王毛", "sector", "", old, new, "term_end"),
        ("王毛", "special_committee", "", old, new, "term_end"),
        ("王毛", "branch", "", old, "None", ""),
        ("田富", "committee", "standing_member", new, "None", ""),
        ("田富", "standing_committee", "standing_member", new, "None", ""),
        ("田富", "sector", "", new, "None", ""),
        ("丁一", "committee", "member", new, "None", ""),
        ("丁一", "sector", "", new, "None", ""),
    }
    opened = Membership.objects.filter(office=office, valid_from=ON)
    assert set(opened.values_list("term_id", "begin_reason", "basis")) == {(term.pk, "new_term", BASIS)}
    sectors = Organization.objects.filter(office=office, kind="sector").order_by("name")
    assert [(s.name, str(s.valid_from), str(s.valid_until)) for s in sectors] == [
        ("教育", old, "None"), ("旧界别", old, new), ("科技", new, "None"),
    ]  # fmt: skip
    assert ContactAssignment.objects.get().valid_until == ON
    draft.refresh_from_db()
    assert (draft.state, draft.opened_on, draft.term_id) == ("opened", ON, term.pk)
    entry = AuditEntry.objects.get(action="registry.open_term")
    people = Person.objects.filter(office=office, name__in=["田富", "王毛", "丁一"]).values_list("pk", flat=True)
    assert (entry.actor_id, entry.person_ids) == (actor.pk, sorted(people))
    assert audit.values_of(entry)["continuing"] == (None, 1)


def test_two_clerks_at_once_the_second_is_told_and_nothing_is_doubled(ready):
    office, draft = ready
    other = TermDraft.objects.get(pk=draft.pk)
    open_term(draft, on=ON, actor=None)
    before = _memberships(office)
    assert _refused(Conflict, open_term, other, on=ON, actor=None) == "registry.draft_changed"
    assert _refused(NotPossible, open_term, draft, on=ON, actor=None) == "registry.draft_closed"
    assert _memberships(office) == before
    assert Term.objects.filter(office=office).count() == 2


def test_a_draft_changed_since_it_was_seen_is_not_opened(ready):
    _office, draft = ready
    seen = TermDraft.objects.get(pk=draft.pk)
    close_version(draft, note="", revision=draft.revision, actor=None)
    assert _refused(Conflict, open_term, seen, on=ON, actor=None) == "registry.draft_changed"


def test_what_does_not_fit_is_refused_by_name_and_nothing_is_written(ready):
    office, draft = ready
    late = make_person(office, "后来")
    join(late, Organization.objects.get(office=office, kind="committee"), valid_from=ON)
    draft = set_quotas(draft, [QuotaEntry("教育", 2), QuotaEntry("科技", 2, 1)], revision=draft.revision, actor=None)
    before = _memberships(office)
    with pytest.raises(NotPossible) as refusal:
        open_term(draft, on=ON, actor=None)
    assert (refusal.value.code, refusal.value.message) == (
        "registry.term_inconsistent",
        "还不能换届：教育有1个席位还没有人选。后来在“政协澄江市委员会”的任职自2027-01-10起，不早于换届日期。",
    )
    assert _memberships(office) == before
    draft.refresh_from_db()
    assert (draft.state, Term.objects.filter(office=office).count()) == ("names", 1)


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (dt.date(2032, 1, 1), "换届日期2032-01-01不早于本届结束日期2032-01-01。"),
        (dt.date(2022, 1, 1), "第6届自2022-01-01开始，换届日期须晚于这一天。"),
    ],
)
def test_a_senseless_day_is_refused(ready, on, words):
    _office, draft = ready
    with pytest.raises(NotPossible) as refusal:
        open_term(draft, on=on, actor=None)
    assert refusal.value.message.startswith(f"还不能换届：{words}")


def test_a_draft_without_published_names_is_not_opened(office):
    draft = _draft(office, QuotaEntry("教育", 1))
    assert _refused(NotPossible, open_term, draft, on=ON, actor=None) == "registry.names_not_admitted"


def test_another_offices_rows_stay_untouched(ready):
    office, draft = ready
    other = make_office()
    person = make_person(other, "外人")
    join(person, make_organization(other, "committee"))
    open_term(draft, on=ON, actor=None)
    assert [m.valid_until for m in Membership.objects.filter(office=other)] == [None]


@pytest.mark.parametrize("count", [1, 3])
def test_opening_takes_the_same_number_of_statements(office, django_assert_num_queries, count, monkeypatch):
    monkeypatch.setattr(changes, "_listeners", [])  # what is judged anew is counted elsewhere
    sector = make_organization(office, "sector", "教育")
    committee = Organization.objects.get(office=office, kind="committee")
    people = [make_person(office, f"田{sign}", affiliation="05") for sign in "富毛一"[:count]]
    for person in people:
        join(person, committee)
        join(person, sector)
    draft = _admitted(_draft(office, QuotaEntry("教育", count)))
    draft = _enter(draft, *(NameEntry("教育", person.name, person.pk) for person in people))
    with django_assert_num_queries(38):
        open_term(draft, on=ON, actor=None)


@ON_A_SERVER
@pytest.mark.django_db(transaction=True)
def test_of_two_clerks_at_the_same_moment_one_opens_the_term():
    office = make_office()
    make_term(office)
    make_organization(office, "committee")
    draft = _enter(_admitted(_draft(office, QuotaEntry("教育", 1))), NameEntry("教育", "田富"))
    start, outcomes = threading.Barrier(2), []

    def click() -> None:
        seen = TermDraft.objects.get(pk=draft.pk)
        start.wait()
        try:
            outcomes.append(open_term(seen, on=ON, actor=None).ordinal)
        except Conflict as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes, key=str) == [7, "registry.draft_changed"]
    assert Membership.objects.filter(office=office).count() == 2
    assert Term.objects.filter(office=office).count() == 2
