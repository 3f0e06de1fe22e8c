import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import join, make_office, make_organization, make_person
from tongxin.activities.models import Activity, Meaning, Organizer
from tongxin.core import changes
from tongxin.provisions import operations, queries
from tongxin.provisions.keys import FindingKey, parse_key
from tongxin.provisions.models import Finding, Freshness

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 5, 20)
NOON = dt.datetime(2026, 5, 20, 4, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOON, tick=False):
        yield


def hold(office, unit, day, *facts, status="held"):
    activity = Activity.objects.create(office=office, kind=facts[0], title="活动", day=day, last_day=day, status=status)
    for fact in facts:
        Meaning.objects.create(activity=activity, fact=fact)
    Organizer.objects.create(activity=activity, organization=unit, lead=True)
    changes.announce(office.pk, facts=facts, organizations=[unit.pk])
    return activity


@pytest.fixture
def world():
    office = make_office()
    branch = make_organization(office, "branch", "机关第一党支部")
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2025, 1, 1), actor=None)
    operations.adopt(office, "life.theme_day", valid_from=dt.date(2025, 1, 1), actor=None)
    return office, branch


def key_for(branch, window=dt.date(2026, 4, 1), provision="life.general_meeting") -> FindingKey:
    return FindingKey(provision, "organization", branch.pk, 0, 0, window)


def test_a_recorded_activity_changes_the_board(world) -> None:
    office, branch = world
    before = {row.code: row.cells[branch.pk].state for row in queries.board(office, TODAY).rows}
    assert before == {"life.general_meeting": "due", "life.theme_day": "due"}
    hold(office, branch, dt.date(2026, 5, 12), "theme_day", "general_meeting")
    after = {row.code: row.cells[branch.pk].state for row in queries.board(office, TODAY).rows}
    assert after == {"life.general_meeting": "met", "life.theme_day": "met"}


def test_a_change_of_facts_renews_only_what_looks_for_them(world) -> None:
    office, branch = world
    queries.board(office, TODAY)
    untouched = set(Finding.objects.filter(provision="life.general_meeting").values_list("pk", flat=True))
    hold(office, branch, dt.date(2026, 5, 12), "theme_day")
    assert Freshness.objects.get(office=office).changed_facts == ["theme_day"]
    queries.board(office, TODAY)
    assert set(Finding.objects.filter(provision="life.general_meeting").values_list("pk", flat=True)) == untouched
    assert Freshness.objects.get(office=office).changed_facts == []


def test_a_change_that_was_only_noted_renews_the_board_when_it_is_read(world) -> None:
    office, branch = world
    queries.board(office, TODAY)
    activity = hold(office, branch, dt.date(2026, 5, 12), "theme_day")
    queries.board(office, TODAY)
    activity.meanings.create(fact="general_meeting")
    changes.note(office.pk, facts=["general_meeting"], organizations=[branch.pk])
    assert Freshness.objects.get(office=office).changed_facts == []
    states = {row.code: row.cells[branch.pk].state for row in queries.board(office, TODAY).rows}
    assert states == {"life.general_meeting": "met", "life.theme_day": "met"}
    assert changes.noted(office.pk).count() == 0


def test_a_change_of_the_register_renews_everything(world) -> None:
    office, _ = world
    queries.board(office, TODAY)
    later = make_organization(office, "branch", "机关第二党支部")
    changes.announce(office.pk, registry=True)
    assert Freshness.objects.get(office=office).stale
    assert later.pk in {unit.id for unit in queries.board(office, TODAY).units}


def test_the_next_day_is_judged_anew(world) -> None:
    office, branch = world
    queries.board(office, TODAY)
    with time_machine.travel(NOON + dt.timedelta(days=60), tick=False):
        found = queries.current_findings(office, dt.date(2026, 7, 19))
        assert found.get(provision="life.general_meeting", window_start=dt.date(2026, 4, 1)).state == "not_recorded"


def test_cells_show_the_newest_window_and_how_many_earlier_are_open(world) -> None:
    office, branch = world
    hold(office, branch, dt.date(2026, 5, 12), "theme_day")
    row = next(row for row in queries.board(office, TODAY).rows if row.code == "life.theme_day")
    cell = row.cells[branch.pk]
    assert (cell.state, cell.window, cell.earlier_open, cell.label) == ("met", "2026年5月", 12, "已落实")
    assert parse_key(cell.key) == key_for(branch, dt.date(2026, 5, 1), "life.theme_day")


def test_people_appear_as_totals_only() -> None:
    office = make_office()
    committee = make_organization(office, "committee", "委员会")
    special = make_organization(office, "special_committee", "经济委")
    for number in range(3):
        person = make_person(office, f"委员{number}", affiliation="01")
        join(person, committee)
        if number:
            join(person, special)
    operations.adopt(office, "org.all_in_committee", valid_from=dt.date(2025, 1, 1), actor=None)
    row = queries.board(office, TODAY).rows[0]
    assert (row.people, row.cells, row.totals) == (True, {}, {"met": 2, "due": 1})


def test_the_board_of_another_day_is_computed_and_not_stored(world) -> None:
    office, branch = world
    hold(office, branch, dt.date(2026, 3, 12), "general_meeting")
    board = queries.board(office, dt.date(2026, 4, 30))
    assert Finding.objects.count() == 0
    row = next(row for row in board.rows if row.code == "life.general_meeting")
    assert (row.cells[branch.pk].state, row.cells[branch.pk].window) == ("due", "2026年第二季度")


@pytest.mark.parametrize("units", [1, 3])
def test_board_query_count(units) -> None:
    office = make_office()
    for number in range(units):
        make_organization(office, "branch", f"支部{number}")
    operations.adopt(office, "life.theme_day", valid_from=dt.date(2025, 1, 1), actor=None)
    queries.board(office, TODAY)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        queries.board(office, TODAY)
    assert len(captured) == 6


def test_open_findings_are_units_only_and_nearest_first(world) -> None:
    office, branch = world
    found = queries.open_findings(office, TODAY)
    assert {row.state for row in found} == {"due", "not_recorded"}
    changes_on = [row.next_change_on or row.window_end for row in found]
    assert changes_on == sorted(changes_on)
    assert queries.open_findings(office, TODAY, organization_ids=[0]) == []


def test_explaining_what_is_met_names_the_record(world) -> None:
    office, branch = world
    activity = hold(office, branch, dt.date(2026, 5, 12), "theme_day", "general_meeting")
    told = queries.explain(office, key_for(branch), TODAY)
    assert told.sentence == "2026年第二季度应有支部党员大会1次，已有1次，已落实。"
    assert [(record.source_type, record.source_id, record.name) for record in told.records] == [
        ("activity", activity.pk, "支部党员大会")
    ]
    assert (told.near, told.mend, told.who, told.subject) == ((), "", "", "机关第一党支部")


def test_explaining_what_is_not_recorded_names_what_nearly_counts(world) -> None:
    office, branch = world
    planned = hold(office, branch, dt.date(2026, 3, 25), "general_meeting", status="planned")
    late = hold(office, branch, dt.date(2026, 4, 3), "general_meeting")
    told = queries.explain(office, key_for(branch, dt.date(2026, 1, 1)), TODAY)
    assert told.sentence == "2026年第一季度应有支部党员大会1次，已有0次，另有1条相近记录未计入。"
    assert [(record.source_id, record.reason) for record in told.near] == [
        (planned.pk, "仅有计划，尚未登记开展"),
        (late.pk, "晚于本期"),
    ]
    assert told.mend.startswith("登记已开展的支部党员大会")
    assert told.who.startswith("机关第一党支部")


def test_explaining_what_is_due_says_until_when(world) -> None:
    office, branch = world
    told = queries.explain(office, key_for(branch), TODAY)
    assert told.sentence == "2026年第二季度应有支部党员大会1次，已有0次，期限到2026年7月10日。"
    assert told.changes_on == dt.date(2026, 7, 11)


def test_explaining_a_ruling_gives_its_reason(world) -> None:
    from tests.cast import make_user

    office, branch = world
    clerk = make_user(office, "party_clerk")
    key = key_for(branch, dt.date(2026, 1, 1))
    operations.rule_on(office, key, kind="excused", basis="approved", reason="上级统一推迟。", actor=clerk)
    told = queries.explain(office, key, TODAY)
    assert told.sentence == "2026年第一季度应有支部党员大会1次，已有0次；经批准：上级统一推迟。"
    assert told.label == "已说明(经批准)"
    assert [row.reason for row in told.rulings] == ["上级统一推迟。"]


def test_explaining_an_occasion(world) -> None:
    office, _ = world
    group = make_organization(office, "party_group", "党组")
    operations.adopt(office, "study.first_agenda_item", valid_from=dt.date(2025, 1, 1), actor=None)
    meeting = hold(office, group, dt.date(2026, 5, 4), "party_group_meeting")
    finding = queries.current_findings(office, TODAY).get(provision="study.first_agenda_item")
    told = queries.explain(office, queries.key_of(finding), TODAY)
    assert finding.event_id == meeting.pk
    assert told.sentence == "2026年5月4日的活动应有第一议题1次，已有0次，暂无记录。"
    assert told.mend == "在该次记录中补登第一议题；如属例外，请说明原因。"


def test_findings_of_a_person_are_theirs_alone() -> None:
    office = make_office()
    branch = make_organization(office, "branch", "支部")
    people = [make_person(office, f"党员{number}", affiliation="01") for number in range(2)]
    for person in people:
        join(person, branch)
    operations.adopt(office, "life.heart_talk", valid_from=dt.date(2025, 1, 1), actor=None)
    found = queries.findings_of_person(people[0], TODAY)
    assert {row.person_id for row in found} == {people[0].pk}
    assert [row.window_start for row in found] == [dt.date(2026, 1, 1), dt.date(2025, 1, 1)]


def test_reading_renews_once_and_then_reads_only(world) -> None:
    office, _ = world
    queries.current_findings(office, TODAY)
    with CaptureQueriesContext(connection) as captured:
        list(queries.current_findings(office, TODAY))
    assert len(captured) == 2


def test_a_clock_set_back_is_judged_for_that_day(world) -> None:
    office, branch = world
    queries.current_findings(office, TODAY)
    found = queries.current_findings(office, dt.date(2026, 2, 1))
    assert max(found.values_list("window_start", flat=True)) == dt.date(2026, 2, 1)


def test_a_broken_judgement_leaves_the_old_findings(world, monkeypatch) -> None:
    from tongxin.core.relations import Relation

    office, _ = world
    before = set(queries.current_findings(office, TODAY).values_list("pk", flat=True))
    changes.announce(office.pk, registry=True)

    def broken(*args, **more):
        raise RuntimeError("killed")

    with monkeypatch.context() as patch:
        patch.setattr(Relation, "insert", broken)
        with pytest.raises(RuntimeError):
            queries.current_findings(office, TODAY)
    assert set(Finding.objects.values_list("pk", flat=True)) == before
    assert Freshness.objects.get(office=office).stale
    assert queries.current_findings(office, TODAY).count() == len(before)


def test_explaining_a_coverage() -> None:
    office = make_office()
    person = make_person(office, "甲", affiliation="01")
    join(person, make_organization(office, "committee", "委员会"))
    operations.adopt(office, "org.all_in_committee", valid_from=dt.date(2025, 1, 1), actor=None)
    finding = queries.current_findings(office, TODAY).get(window_start=dt.date(2026, 4, 1))
    told = queries.explain(office, queries.key_of(finding), TODAY)
    assert told.sentence == "尚未编入专委会，本期核对到2026年6月30日。"
    assert (told.subject, told.records, told.mend) == ("甲", (), "在名册中登记相应的编入或者安排。")
    join(person, make_organization(office, "special_committee", "经济委"))
    changes.announce(office.pk, registry=True)
    assert queries.explain(office, queries.key_of(finding), TODAY).sentence == "已编入专委会，已落实。"
