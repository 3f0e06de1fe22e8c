import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import make_office, make_organization
from tongxin.core import changes
from tongxin.provisions import evaluation, operations, renewal
from tongxin.provisions.models import Finding, Freshness, Ruling

pytestmark = pytest.mark.django_db


def test_warming_compiles_what_the_refresh_needs() -> None:
    office = make_office()
    make_organization(office, "branch")
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2026, 1, 1), actor=None)
    operations.adopt(office, "org.all_in_committee", valid_from=dt.date(2026, 1, 1), actor=None)
    evaluation.judgement.cache_clear()
    assert renewal.warm() == 2
    before = evaluation.judgement.cache_info().misses
    renewal.refresh(office, dt.date(2026, 6, 1))
    assert evaluation.judgement.cache_info().misses == before


def test_without_rules_there_is_nothing_to_warm() -> None:
    assert renewal.warm() == 0


@pytest.mark.parametrize(("basis", "reason"), [("own", "own"), ("approved", "approved")])
def test_a_standing_excuse_is_told_by_its_own_basis(basis: str, reason: str) -> None:
    office = make_office()
    branch = make_organization(office, "branch")
    operations.adopt(office, "life.general_meeting", valid_from=dt.date(2026, 1, 1), actor=None)
    Ruling.objects.create(
        office=office,
        provision="life.general_meeting",
        subject_kind="organization",
        organization_id=branch.pk,
        excused_from=dt.date(2026, 1, 1),
        kind="excused",
        basis=basis,
        reason="离退休党员多，分散居住",
    )
    renewal.refresh(office, dt.date(2026, 2, 1))
    found = Finding.objects.get(organization_id=branch.pk, window_start=dt.date(2026, 1, 1))
    assert (found.state, found.reason) == ("excused", reason)


def world_of_two():
    """Two branches with a theme day each month but the last; whoever speaks of one says nothing of the other."""
    office = make_office()
    one, two = make_organization(office, "branch", "甲支部"), make_organization(office, "branch", "乙支部")
    operations.adopt(office, "life.theme_day", valid_from=dt.date(2026, 1, 1), actor=None)
    operations.adopt(office, "study.office_follow_up", valid_from=dt.date(2026, 1, 1), actor=None)
    return office, one, two


def held(office, unit, day: dt.date, fact: str = "theme_day"):
    from tongxin.activities.models import Activity, Meaning, Organizer

    activity = Activity.objects.create(office=office, kind=fact, title="活动", day=day, last_day=day, status="held")
    Meaning.objects.create(activity=activity, fact=fact)
    Organizer.objects.create(activity=activity, organization=unit, lead=True)
    return activity


def as_rows(office):
    names = [field.name for field in Finding._meta.concrete_fields if field.name != "id"]
    return sorted(Finding.objects.filter(office=office).values_list(*names), key=str)


def test_only_the_touched_are_judged_anew_and_the_rest_stays_equal() -> None:
    office, one, two = world_of_two()
    today = dt.date(2026, 5, 20)
    renewal.refresh(office, today)
    kept = set(Finding.objects.filter(organization_id=two.pk).values_list("pk", flat=True))
    held(office, one, dt.date(2026, 5, 8))
    changes.announce(office.pk, facts=["theme_day"], organizations=[one.pk], persons=[])
    mark = Freshness.objects.get(office=office)
    assert (mark.stale, mark.changed_facts, mark.touched) == (False, ["theme_day"], {"units": [one.pk], "people": []})
    renewal.keep_fresh(office, today)
    assert set(Finding.objects.filter(organization_id=two.pk).values_list("pk", flat=True)) == kept
    assert Finding.objects.get(organization_id=one.pk, window_start=dt.date(2026, 5, 1)).state == "met"
    narrowly = as_rows(office)
    renewal.refresh(office, today)
    assert as_rows(office) == narrowly
    assert Freshness.objects.get(office=office).touched is None


def test_what_sets_off_others_is_judged_for_all_of_them() -> None:
    office, one, two = world_of_two()
    group = make_organization(office, "party_group")
    today = dt.date(2026, 5, 20)
    renewal.refresh(office, today)
    held(office, group, dt.date(2026, 5, 8), "centre_group_session")
    changes.announce(office.pk, facts=["centre_group_session"], organizations=[group.pk], persons=[])
    renewal.keep_fresh(office, today)
    found = Finding.objects.filter(provision="study.office_follow_up/branch")
    assert set(found.values_list("organization_id", flat=True)) == {one.pk, two.pk}


def test_a_change_of_everybody_is_not_narrowed_by_a_later_one() -> None:
    office, one, _ = world_of_two()
    renewal.refresh(office, dt.date(2026, 5, 20))
    changes.announce(office.pk, facts=["theme_day"])
    changes.announce(office.pk, facts=["office_study"], organizations=[one.pk], persons=[])
    mark = Freshness.objects.get(office=office)
    assert (mark.changed_facts, mark.touched) == (["office_study", "theme_day"], None)


def test_a_change_that_names_nobody_is_one_of_everybody() -> None:
    office, one, _ = world_of_two()
    renewal.refresh(office, dt.date(2026, 5, 20))
    changes.note(office.pk, facts=["theme_day"], organizations=[one.pk])
    changes.settle(office.pk)
    mark = Freshness.objects.get(office=office)
    assert (mark.changed_facts, mark.touched) == (["theme_day"], None)


def test_what_has_no_meaning_changes_nothing() -> None:
    office, one, _ = world_of_two()
    renewal.refresh(office, dt.date(2026, 5, 20))
    changes.announce(office.pk, organizations=[one.pk], persons=[7])
    assert Freshness.objects.get(office=office).changed_facts == []
    with CaptureQueriesContext(connection) as asked:
        renewal.keep_fresh(office, dt.date(2026, 5, 20))
    assert len(asked) == 1


def test_a_night_on_which_nothing_is_due_costs_one_look() -> None:
    office, _, _ = world_of_two()
    renewal.refresh(office, dt.date(2026, 5, 20))
    # April's grace ended on the tenth; the next turn is June
    assert Freshness.objects.get(office=office).next_change_on == dt.date(2026, 6, 1)
    with CaptureQueriesContext(connection) as asked:
        renewal.keep_fresh(office, dt.date(2026, 5, 31))
    assert len(asked) == 1
    renewal.keep_fresh(office, dt.date(2026, 6, 1))
    assert Freshness.objects.get(office=office).as_of == dt.date(2026, 6, 1)
    assert Finding.objects.filter(window_start=dt.date(2026, 6, 1)).count() == 2


def test_day_by_day_only_what_turns_is_judged_and_all_is_as_if_judged_anew(monkeypatch) -> None:
    office, one, two = world_of_two()
    held(office, one, dt.date(2026, 5, 8))
    held(office, two, dt.date(2026, 3, 9), "office_study")
    first, days = dt.date(2026, 4, 27), 50
    anew = []
    for number in range(days):
        renewal.refresh(office, first + dt.timedelta(days=number))
        anew.append((as_rows(office), Freshness.objects.get(office=office).next_change_on))
    renewal.refresh(office, first)
    judged = {"all": 0, "some": 0}
    real = renewal.refresh

    def counted(*given, checks=None, **named):
        judged["all" if checks is None else "some"] += 1
        return real(*given, checks=checks, **named)

    monkeypatch.setattr(renewal, "refresh", counted)
    for number in range(days):
        today = first + dt.timedelta(days=number)
        renewal.keep_fresh(office, today)
        assert as_rows(office) == anew[number][0], today
        mark = Freshness.objects.get(office=office)
        assert mark.as_of == today or today < mark.next_change_on
        assert mark.next_change_on == anew[number][1]
    # May and June begin for all; what was recorded ahead for the eighth of May comes, a grace ends for some
    assert judged["all"] == 2
    assert judged["some"] > 0


def test_somebody_who_joins_tomorrow_is_a_turn() -> None:
    office, _, _ = world_of_two()
    make_organization(office, "branch", valid_from=dt.date(2026, 5, 22))
    renewal.refresh(office, dt.date(2026, 5, 20))
    assert Freshness.objects.get(office=office).next_change_on == dt.date(2026, 5, 22)


def test_a_clock_set_back_is_judged_for_the_day_it_shows() -> None:
    office, one, _ = world_of_two()
    renewal.refresh(office, dt.date(2026, 5, 20))
    renewal.keep_fresh(office, dt.date(2026, 4, 20))
    assert Freshness.objects.get(office=office).as_of == dt.date(2026, 4, 20)
    assert not Finding.objects.filter(window_start=dt.date(2026, 5, 1)).exists()


def test_a_worker_killed_in_the_middle_leaves_all_as_it_was(monkeypatch) -> None:
    office, one, _ = world_of_two()
    today = dt.date(2026, 5, 20)
    renewal.refresh(office, today)
    before = as_rows(office)
    held(office, one, dt.date(2026, 5, 8))
    changes.announce(office.pk, facts=["theme_day", "office_study"])
    real = renewal._judge

    def killed(*arguments, **named):
        real(*arguments, **named)
        raise KeyboardInterrupt

    monkeypatch.setattr(renewal, "_judge", killed)
    with pytest.raises(KeyboardInterrupt):
        renewal.keep_fresh(office, today)
    assert as_rows(office) == before
    assert Freshness.objects.get(office=office).changed_facts == ["office_study", "theme_day"]
    monkeypatch.setattr(renewal, "_judge", real)
    renewal.keep_fresh(office, today)
    assert Finding.objects.get(organization_id=one.pk, window_start=dt.date(2026, 5, 1)).state == "met"


def test_a_ruling_on_what_looks_for_no_fact_is_judged_too() -> None:
    office, one, _ = world_of_two()
    operations.adopt(office, "org.branch_min", valid_from=dt.date(2026, 1, 1), actor=None)
    renewal.refresh(office, dt.date(2026, 5, 20))
    operations.renew(office, "org.branch_min")
    assert Freshness.objects.get(office=office).stale


def test_several_offices_at_once_are_judged_as_each_alone() -> None:
    worlds = [world_of_two() for _ in range(3)]
    today = dt.date(2026, 5, 20)
    held(worlds[1][0], worlds[1][1], dt.date(2026, 5, 8))
    alone = []
    for office, _, _ in worlds:
        renewal.refresh(office, today)
        alone.append((as_rows(office), Freshness.objects.get(office=office).next_change_on))
    Finding.objects.all().delete()
    offices = [office for office, _, _ in worlds]
    assert renewal.refresh_all(offices, today) == sum(len(rows) for rows, _ in alone) > 0
    together = [(as_rows(office), Freshness.objects.get(office=office).next_change_on) for office in offices]
    assert together == alone
    assert all(not mark.stale and mark.as_of == today for mark in Freshness.objects.all())
