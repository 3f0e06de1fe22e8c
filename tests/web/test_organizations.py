"""组织: founded, renamed, moved, corrected and dissolved through the pages; each clerk keeps their own side."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_user
from tests.web.conftest import Desk
from tongxin.documents.models import Document, OrganizationPaper
from tongxin.registry.enums import OrganizationKind, Role
from tongxin.registry.models import Membership, Organization, StoredFile


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
    form = {"name": "文化文史委员会", "reference": "澄协发〔2024〕3号", "since": "2024-05-06"}
    assert client.post(reverse("rename_organization", args=[unit.uid]), form).status_code == 302
    page = client.get(reverse("organization_timeline", args=[unit.uid])).content.decode()
    assert ("更名：文史委员会" in page, "澄协发〔2024〕3号" in page, "2024年5月6日" in page) == (True, True, True)
    assert "文史委员会 <span" in client.get(reverse("organization", args=[unit.uid])).content.decode()


def test_papers_are_attached_from_the_library_and_as_files_and_taken_off(desk: Desk, client: Client):
    unit = desk.branch
    document = Document.objects.create(
        office=desk.office, title="关于成立党支部的批复", number="澄直党〔2023〕4号", document_day=dt.date(2023, 3, 2)
    )
    address = reverse("organization_papers", args=[unit.uid])
    form = {"event": "founding", "document": str(document.uid)}
    for _ in range(2):
        assert client.post(address, form).status_code == 302
    scan = {"event": "ending", "title": "撤销决定", "number": "澄直党〔2024〕9号", "approved_on": "2024-06-01"}
    undeclared = client.post(address, scan | {"file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7")})
    assert (undeclared.status_code, list(undeclared.context["form"].errors)) == (422, ["declared_unclassified"])
    both = client.post(
        address,
        scan | form | {"declared_unclassified": "on", "file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7")},
    )
    assert (both.status_code, list(both.context["form"].errors)) == (422, ["file"])
    assert StoredFile.objects.count() == 0
    sent = scan | {"declared_unclassified": "on", "file": SimpleUploadedFile("决定.pdf", b"%PDF-1.7")}
    assert client.post(address, sent).status_code == 302
    assert list(
        OrganizationPaper.objects.order_by("pk").values_list("event", "title", "number", "approved_on", "document")
    ) == [
        ("founding", "关于成立党支部的批复", "澄直党〔2023〕4号", dt.date(2023, 3, 2), document.pk),
        ("ending", "撤销决定", "澄直党〔2024〕9号", dt.date(2024, 6, 1), None),
    ]
    timeline = client.get(reverse("organization_timeline", args=[unit.uid])).content.decode()
    assert ("成立文件：《关于成立党支部的批复》" in timeline, "澄直党〔2024〕9号" in timeline) == (True, True)
    paper = OrganizationPaper.objects.get(event="ending")
    handed = client.get(reverse("organization_paper", args=[paper.uid]))
    assert (b"".join(handed.streaming_content), handed["Content-Type"]) == (b"%PDF-1.7", "application/pdf")
    detach = reverse("detach_organization_paper", args=[paper.uid])
    client.post(detach, {"reason": " "})
    assert OrganizationPaper.objects.count() == 2
    client.post(detach, {"reason": "登错了组织"})
    assert (OrganizationPaper.objects.count(), StoredFile.objects.count(), Document.objects.count()) == (1, 0, 1)


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
