"""组织: founded, renamed, moved, corrected and dissolved through the pages; each clerk keeps their own side."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_user
from tests.web.conftest import Desk
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.models import Membership, Organization


def test_branch_is_founded_with_its_papers(desk: Desk, client: Client):
    group = make_organization(desk.office, "party_group", "政协党组")
    special = make_organization(desk.office, "special_committee", "提案委员会")
    form = {
        "kind": "functional_branch",
        "name": "提案委员会功能型党支部",
        "parent": group.uid,
        "based_on": special.uid,
        "founded": "2024-03-01",
        "reference": "澄协党〔2024〕2号",
        "approved_on": "2024-02-27",
    }
    answer = client.post(reverse("found_organization"), form)
    unit = Organization.objects.get(kind="functional_branch")
    assert (answer.status_code, answer["Location"]) == (302, reverse("organization", args=[unit.uid]))
    assert (unit.parent, unit.based_on, unit.founding_reference, unit.approved_on) == (
        group,
        special,
        "澄协党〔2024〕2号",
        dt.date(2024, 2, 27),
    )
    page = client.get(answer["Location"]).content.decode()
    assert ("澄协党〔2024〕2号" in page, "2024年2月27日" in page) == (True, True)


def test_every_kind_can_be_founded_by_one_of_the_clerks(desk: Desk, client: Client):
    offered = [
        value for value, _label in client.get(reverse("found_organization")).context["form"].fields["kind"].choices
    ]
    assert offered == ["", *OrganizationKind.values]
    client.force_login(make_user(desk.office, Role.ROSTER_CLERK))
    own = client.get(reverse("found_organization")).context["form"].fields["kind"].choices
    assert "branch" not in dict(own)
    answer = client.post(reverse("found_organization"), {"kind": "branch", "name": "甲支部", "founded": "2024-03-01"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["kind"])


def test_small_group_under_a_sector_is_refused_at_its_field(desk: Desk, client: Client):
    sector = make_organization(desk.office, "sector", "经济界")
    form = {"kind": "department", "name": "办公室", "founded": "2024-03-01", "parent": desk.committee.uid}
    answer = client.post(reverse("found_organization"), form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["parent"])
    assert "机关处室不设在政协委员会之下" in answer.content.decode()
    assert Organization.objects.filter(kind="department").count() == 0
    assert sector.parent_id is None


def test_rename_shows_in_the_history(desk: Desk, client: Client):
    unit = make_organization(desk.office, "special_committee", "文史委员会")
    form = {"name": "文化文史委员会", "reference": "澄协发〔2024〕3号"}
    assert client.post(reverse("rename_organization", args=[unit.uid]), form).status_code == 302
    page = client.get(reverse("organization_timeline", args=[unit.uid])).content.decode()
    assert ("更名：文史委员会" in page, "澄协发〔2024〕3号" in page) == (True, True)


def test_dissolving_says_who_ends_and_asks_to_have_read_it(desk: Desk, client: Client):
    address = reverse("dissolve_organization", args=[desk.branch.uid])
    assert client.get(address).context["ending"] == 3
    form = {"last_day": desk.today.isoformat(), "reference": "澄直党〔2024〕9号"}
    assert client.post(address, form).status_code == 422
    assert client.post(address, form | {"read": "on"}).status_code == 302
    desk.branch.refresh_from_db()
    end = desk.today + dt.timedelta(days=1)
    assert desk.branch.valid_until == end
    assert set(Membership.objects.filter(organization=desk.branch).values_list("valid_until", flat=True)) == {end}
    assert desk.branch.name in client.get(reverse("organizations")).content.decode()


def test_moving_offers_no_circle_and_refuses_one_that_is_sent(desk: Desk, client: Client):
    top = make_organization(desk.office, "department", "甲处")
    low = make_organization(desk.office, "department", "乙科", parent=top)
    answer = client.post(reverse("move_organization", args=[top.uid]), {"parent": low.uid, "reference": "调整"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["parent"])
    top.refresh_from_db()
    assert top.parent_id is None


def test_correction_names_the_membership_in_the_way(desk: Desk, client: Client):
    address = reverse("correct_organization", args=[desk.branch.uid])
    form = {"name": desk.branch.name, "valid_from": "2025-01-01", "reason": "批复原件"}
    answer = client.post(address, form)
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["valid_from"])
    assert "的任职超出了所填的存续期间" in answer.content.decode()


def test_each_clerk_keeps_their_own_organizations(desk: Desk, client: Client):
    special = make_organization(desk.office, "special_committee", "提案委员会")
    addresses = [reverse("correct_organization", args=[unit.uid]) for unit in (special, desk.branch)]
    client.force_login(make_user(desk.office, Role.ROSTER_CLERK))
    assert [client.get(address).status_code for address in addresses] == [200, 403]
    client.force_login(make_user(desk.office, Role.PARTY_CLERK))
    assert [client.get(address).status_code for address in addresses] == [403, 200]
    other = make_organization(make_office("政协北川市委员会"), "branch", "外地支部")
    assert client.get(reverse("correct_organization", args=[other.uid])).status_code == 404
