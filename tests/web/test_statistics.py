"""Coverage and statistics: who is placed, what is counted, what is hidden, what is recorded as a read."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import join, make_office, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role
from tongxin.registry.models import ContactAssignment, Membership, Organization, PublishedCounts, RoleGrant
from tongxin.web.statistics import reads


def test_ticked_people_are_enrolled(desk: Desk, client: Client):
    committee = make_organization(desk.office, "special_committee", "提案委员会")
    chosen = desk.people[:2]
    answer = client.post(
        reverse("place", args=["committee"]),
        {"people": [person.uid for person in chosen], "organization": committee.uid, "since": desk.today},
    )
    assert answer.status_code == 302
    rows = Membership.objects.filter(organization=committee).values_list("person_id", "valid_from")
    assert set(rows) == {(person.pk, desk.today) for person in chosen}


def test_contact_is_named_for_ticked_people(desk: Desk, client: Client):
    one, other, third = desk.people
    answer = client.post(
        reverse("place", args=["contact"]), {"people": [other.uid, third.uid], "contact": one.name, "since": desk.today}
    )
    assert answer.status_code == 302
    assert set(ContactAssignment.objects.values_list("contact_id", "target_id")) == {
        (one.pk, other.pk),
        (one.pk, third.pk),
    }


def test_refused_placing_writes_nobody_and_keeps_what_was_typed(desk: Desk, client: Client):
    founded = desk.today
    committee = make_organization(desk.office, "special_committee", "提案委员会", valid_from=founded)
    before = founded - dt.timedelta(days=9)
    answer = client.post(
        reverse("place", args=["committee"]),
        {"people": [desk.people[0].uid], "organization": committee.uid, "since": before, "basis": "会议纪要"},
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert f'value="{desk.people[0].uid}" checked' in page
    assert 'value="会议纪要"' in page
    assert "任职不能早于这一天" in page
    assert Membership.objects.filter(organization=committee).count() == 0


def test_namesakes_are_told_apart_by_employer(desk: Desk, client: Client):
    one = make_person(desk.office, "周明", employer="市第一中学")
    make_person(desk.office, "周明", employer="市图书馆")
    form = {"people": [desk.people[0].uid], "contact": "周明", "since": desk.today}
    answer = client.post(reverse("place", args=["contact"]), form)
    assert answer.status_code == 422
    assert "有2人同名：市第一中学、市图书馆" in answer.content.decode()
    assert client.post(reverse("place", args=["contact"]), form | {"contact": "周明 第一中学"}).status_code == 302
    assert ContactAssignment.objects.get().contact_id == one.pk


def test_party_members_without_unit_are_a_recorded_read(desk: Desk, client: Client):
    newcomer = make_person(desk.office, "钱新", affiliation="01")
    join(newcomer, desk.committee)
    client.get(reverse("placements"))
    entry = AuditEntry.objects.get(action="read")
    assert (entry.actor_id, entry.person_ids) == (desk.clerk.pk, [newcomer.pk])


def test_clerk_of_one_side_sees_no_form_of_the_other(desk: Desk, client: Client):
    client.force_login(make_user(desk.office, Role.PARTY_CLERK))
    assert client.post(reverse("place", args=["committee"])).status_code == 404
    assert client.post(reverse("place", args=["party_unit"])).status_code == 422
    assert client.post(reverse("place", args=["anything"])).status_code == 404


def test_unit_counts_as_effective_once_it_held_something(desk: Desk):
    before = reads.unit_coverage(desk.office, desk.today, 3)
    assert (before.party_members, before.covered, before.effective) == (3, 3, 0)
    activities.record(
        desk.office,
        kind="general_meeting",
        title="大会",
        day=desk.today,
        organizations=[desk.branch],
        actor=desk.clerk,
    )
    after = reads.unit_coverage(desk.office, desk.today, 3)
    assert [(line.covered, line.effective) for line in after.lines] == [(3, 3)]
    assert after.effective == 3


def test_small_counts_show_to_the_roster_office_alone(desk: Desk, client: Client):
    def cells() -> list[tuple[int | None, ...]]:
        page = client.get(reverse("statistics"))
        table = next(
            each.table for each in (*page.context["few"], *page.context["many"]) if each.table.code == "affiliation"
        )
        return [line.counts for line in table.lines if line.label == "中共"]

    assert cells() == [(3,)]
    client.force_login(make_user(desk.office, Role.LEADER))
    # Three people in all: nothing can be shown without giving them away.
    assert cells() == []


def test_export_is_in_the_audit_book(desk: Desk, client: Client):
    answer = client.post(reverse("export_statistics"), {"day": desk.today})
    assert (answer.status_code, answer.content[:2]) == (200, b"PK")
    assert AuditEntry.objects.filter(action="registry.export_statistics").count() == 1


@pytest.mark.parametrize("day", ["2026-02-30", "2999-01-01", "1800-01-01", "heute"])
def test_impossible_day_is_named_and_today_shown(day: str, desk: Desk, client: Client):
    for name in ("placements", "statistics", "unit_coverage"):
        answer = client.get(reverse(name), {"day": day})
        assert answer.status_code == 200
        assert "field--wrong" in answer.content.decode()


def test_crossing_one_dimension_with_itself_is_named(desk: Desk, client: Client):
    page = client.get(reverse("statistics"), {"rows": "sex", "columns": "sex"}).content.decode()
    assert "行与列选择了同一项" in page


@pytest.mark.parametrize(("name", "queries"), [("placements", 15), ("statistics", 9), ("unit_coverage", 10)])
def test_page_costs_the_same_for_one_row_and_three(name: str, queries: int, desk: Desk, client: Client):
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            join(make_person(desk.office, f"委员{number}", affiliation="01"), desk.committee)
            make_organization(desk.office, "branch", f"第{number}支部")
            make_organization(desk.office, "special_committee", f"第{number}委员会")
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(caught))
    assert counts == [queries, queries]


def test_county_publishes_and_the_city_reads_that_and_no_county_row(desk: Desk, client: Client):
    county = make_office("政协东川县委员会", level="county", parent=desk.office)
    committee = make_organization(county, "committee", county.name)
    people = [make_person(county, f"县委员{number}", affiliation="13") for number in range(6)]
    for person in people:
        join(person, committee)
    clerk = make_user(county, Role.ROSTER_CLERK)
    client.force_login(clerk)
    assert client.post(reverse("publish_counts"), {"day": desk.today}).status_code == 302
    again = client.post(reverse("publish_counts"), {"day": desk.today})
    assert (again.status_code, "这一天的统计已经公布" in again.content.decode()) == (422, True)
    client.force_login(desk.clerk)
    page = client.get(reverse("published_below"))
    text = page.content.decode()
    assert (page.context["total"], "县委员0" in text, county.name in text) == (6, False, True)
    # The rows themselves are another office's.
    addresses = [
        reverse("person", args=[people[0].uid]),
        reverse("person_timeline", args=[people[0].uid]),
        reverse("organization", args=[committee.uid]),
        reverse("organization_timeline", args=[committee.uid]),
    ]
    assert [client.get(address).status_code for address in addresses] == [404] * 4
    assert client.get(reverse("roster"), {"text": "县委员"}).context["page"].paginator.count == 0


def test_city_without_an_office_above_cannot_publish(desk: Desk, client: Client):
    answer = client.post(reverse("publish_counts"), {"day": desk.today})
    assert (answer.status_code, "没有登记上级政协" in answer.content.decode()) == (422, True)


def test_gap_row_offers_the_branch_of_the_own_committee(desk: Desk, client: Client):
    special = make_organization(desk.office, "special_committee", "提案委员会")
    branch = make_organization(desk.office, "functional_branch", "提案委员会功能型党支部", based_on=special)
    newcomer = make_person(desk.office, "钱新", affiliation="01")
    join(newcomer, desk.committee)
    join(newcomer, special)
    gap = next(shown for shown in client.get(reverse("placements")).context["lists"] if shown.gap.code == "party_unit")
    assert [(each.pk, each.address, each.mend, each.place, each.why) for each in gap.people] == [
        (
            newcomer.pk,
            reverse("person", args=[newcomer.uid]),
            f"{reverse('enrol_person', args=[newcomer.uid])}?organization={branch.uid}",
            branch,
            "依托其所在的提案委员会",
        )
    ]


def test_long_gap_lists_are_paged_and_only_shown_people_are_recorded_as_read(desk: Desk, client: Client):
    for number in range(60):
        join(make_person(desk.office, f"新委员{number:02}", affiliation="01"), desk.committee)
    first = client.get(reverse("placements"))
    lists = {shown.gap.code: shown for shown in first.context["lists"]}
    assert (len(lists["party_unit"].people), lists["party_unit"].page.paginator.count) == (50, 60)
    entry = AuditEntry.objects.filter(action="read").latest("pk")
    assert len(entry.person_ids) == 50
    second = client.get(reverse("placements"), {"page_party_unit": 2})
    lists = {shown.gap.code: shown for shown in second.context["lists"]}
    assert (len(lists["party_unit"].people), lists["committee"].page.number) == (10, 1)


def test_outside_the_roster_office_counts_show_by_the_month_and_not_by_the_day(desk: Desk, client: Client):
    join(make_person(desk.office, "钱新"), desk.committee, valid_from=dt.date(2024, 3, 20))
    address = reverse("statistics")
    days = ("2024-03-19", "2024-03-20", "2024-03-31", "2024-04-01")
    exact = [client.get(address, {"day": day}).context["members"] for day in days]
    client.force_login(make_user(desk.office, Role.LEADER))
    pages = [client.get(address, {"day": day}) for day in days]
    assert exact == [3, 4, 4, 4]
    assert [(page.context["day"].isoformat(), page.context["members"]) for page in pages] == [
        ("2024-02-29", 3), ("2024-02-29", 3), ("2024-02-29", 3), ("2024-03-31", 4),
    ]  # fmt: skip


def test_a_file_of_counts_goes_from_one_installation_to_another(desk: Desk, client: Client):
    county = make_office("政协东川县委员会", level="county", parent=desk.office)
    committee = make_organization(county, "committee", county.name)
    people = [make_person(county, f"县委员{number}", affiliation="13") for number in range(6)]
    for person in people:
        join(person, committee)
    clerk = make_user(county, Role.ROSTER_CLERK)
    client.force_login(clerk)
    client.post(reverse("publish_counts"), {"day": "2024-05-01"})
    row = PublishedCounts.objects.get()
    data = client.get(reverse("export_counts", args=[row.uid])).content
    client.force_login(desk.clerk)
    assert client.get(reverse("export_counts", args=[row.uid])).status_code == 404
    for rows in (
        PublishedCounts.objects.all(), Membership.objects.filter(office=county),
        Organization.objects.filter(office=county), RoleGrant.objects.filter(office=county),
    ):  # fmt: skip
        rows.delete()
    address = reverse("receive_counts")
    assert client.post(address, {}).status_code == 422
    shown = client.post(address, {"file": SimpleUploadedFile("统计.json", data)})
    assert (shown.status_code, shown.context["arrival"].members, PublishedCounts.objects.count()) == (200, 6, 0)
    for _ in range(2):
        assert client.post(address, {"text": shown.context["text"], "confirm": "1"}).status_code == 302
    assert (PublishedCounts.objects.count(), client.get(reverse("published_below")).context["total"]) == (1, 6)
    spoilt = client.post(address, {"file": SimpleUploadedFile("统计.json", data[:-30])})
    assert (spoilt.status_code, list(spoilt.context["form"].errors)) == (422, ["file"])
