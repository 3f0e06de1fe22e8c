"""我的信息: everything is there, an objection is heard, a copy is handed out, and nobody else gets in."""

from __future__ import annotations

import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_person, make_user
from tests.web.conftest import Desk
from tongxin.accounts.models import User
from tongxin.activities import operations as activities
from tongxin.core import dossier
from tongxin.core.models import AuditEntry
from tongxin.registry.enums import Role
from tongxin.registry.models import Membership, Objection, Person


@pytest.fixture
def member(desk: Desk, client: Client) -> User:
    """Return the account of the first person, who was looked up once by the clerk; it is signed in."""
    client.get(reverse("person", args=[desk.people[0].uid]), {"purpose": "核对登记"})
    user = make_user()
    desk.people[0].user = user
    desk.people[0].save()
    client.force_login(user)
    return user


def _parts(client: Client) -> dict[str, list[str]]:
    """Return part → texts of its lines."""
    parts = client.get(reverse("mine")).context["parts"]
    return {part.code: [line.text for shown in part.sections for line in (*shown.first, *shown.more)] for part in parts}


def _about(row: Membership | AuditEntry) -> str:
    return f"{reverse('object_to')}?about={row._meta.label_lower}:{row.pk}"


def test_every_section_of_the_dossier_stands_in_one_part(desk: Desk, member: User, client: Client):
    parts = client.get(reverse("mine")).context["parts"]
    shown = [held.section.code for part in parts for held in part.sections]
    assert sorted(shown) == sorted(section.code for section in dossier.sections(desk.people[0].pk, desk.office.pk))
    assert [part.code for part in parts] == ["registered", "record", "changes", "reads", "said"]


def test_what_is_withheld_is_said_with_event_and_ground(desk: Desk, member: User, client: Client):
    page = client.get(reverse("mine")).content.decode()
    for section in dossier.sections(desk.people[0].pk, desk.office.pk):
        assert section.law in page
        for item in section.withheld:
            assert (item.what in page, item.until in page, item.law in page) == (True, True, True)


def test_who_looked_shows_as_role_and_purpose_and_by_name_on_objection(desk: Desk, member: User, client: Client):
    look = AuditEntry.objects.get(action="read")
    assert _parts(client)["reads"] == ["党务工作人员查阅，用途：核对登记"]
    assert desk.clerk.username not in client.get(reverse("mine")).content.decode()
    answer = client.post(_about(look), {"statement": "不知为何查阅"})
    assert answer.status_code == 302
    assert _parts(client)["reads"] == [f"党务工作人员 {desk.clerk.username}查阅，用途：核对登记"]


def test_record_of_an_activity_shows_with_who_recorded_it(desk: Desk, member: User, client: Client):
    activities.record(
        desk.office, kind="general_meeting", title="支部大会", day=desk.today, organizations=[desk.branch],
        all_present=True, actor=desk.clerk,
    )  # fmt: skip
    (text,) = [text for text in _parts(client)["record"] if "支部大会" in text]
    assert "实到" in text
    assert desk.clerk.get_full_name() in client.get(reverse("mine")).content.decode()


def test_long_sections_open_on_request(desk: Desk, member: User, client: Client):
    from tongxin.core import audit

    for number in range(25):
        audit.record(
            office_id=desk.office.pk,
            actor=desk.clerk,
            action="read",
            purpose=f"第{number}次",
            person_ids=[desk.people[0].pk],
        )
    (part,) = [part for part in client.get(reverse("mine")).context["parts"] if part.code == "reads"]
    assert [(len(shown.first), len(shown.more)) for shown in part.sections] == [(20, 6)]


def test_objection_keeps_the_entry_and_shows_the_statement(desk: Desk, member: User, client: Client):
    seat = Membership.objects.filter(person=desk.people[0]).order_by("pk")[0]
    page = client.get(_about(seat))
    assert (page.status_code, page.context["line"].subject_id) == (200, seat.pk)
    assert client.post(_about(seat), {"statement": "任职日期应为三月"}).status_code == 302
    row = Objection.objects.get()
    assert (row.person_id, row.subject_type, row.subject_id) == (desk.people[0].pk, "registry.membership", seat.pk)
    assert _parts(client)["said"] == ["任职日期应为三月；尚未答复"]


@pytest.mark.parametrize("statement", ["", "   ", "长" * 501])
def test_objection_without_fit_words_is_named_and_kept(statement: str, desk: Desk, member: User, client: Client):
    seat = Membership.objects.filter(person=desk.people[0]).order_by("pk")[0]
    answer = client.post(_about(seat), {"statement": statement})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"statement"})
    assert Objection.objects.count() == 0
    if statement.strip():
        assert statement in answer.content.decode()


def test_objection_to_what_is_not_mine_is_not_found(desk: Desk, member: User, client: Client):
    foreign = Membership.objects.filter(person=desk.people[1]).order_by("pk")[0]
    wrong = [_about(foreign), reverse("object_to"), f"{reverse('object_to')}?about=nonsense:1"]
    wrong += [f"{reverse('object_to')}?about=registry.membership:{number}" for number in ("", "x", "-1", "9" * 30)]
    assert [client.post(address, {"statement": "异议"}).status_code for address in wrong] == [404] * len(wrong)
    assert Objection.objects.count() == 0


def test_copy_of_everything_is_handed_out_and_entered(desk: Desk, member: User, client: Client):
    answer = client.post(reverse("download_mine"))
    archive = zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))
    assert answer["Content-Type"] == "application/zip"
    assert answer["Cache-Control"] == "no-store"
    assert archive.testzip() is None
    assert {"about.json", "dossier.json", "dossier.csv", "columns.csv"} <= set(archive.namelist())
    assert desk.people[0].name in archive.read("dossier.csv").decode()
    assert desk.people[1].name not in archive.read("dossier.csv").decode()
    entry = AuditEntry.objects.get(action="registry.export_person")
    assert (entry.actor_id, entry.person_ids) == (member.pk, [desk.people[0].pk])
    assert _parts(client)["reads"][0].startswith("本人导出")


def test_download_is_no_plain_link(member: User, client: Client):
    assert client.get(reverse("download_mine")).status_code == 405


def test_account_without_a_person_sees_nobody(desk: Desk, client: Client):
    client.force_login(make_user(desk.office, Role.LEADER))
    answer = client.get(reverse("mine"))
    assert (answer.status_code, [template.name for template in answer.templates][0]) == (200, "mine/nobody.html")
    assert client.post(reverse("download_mine")).status_code == 404


def test_same_name_in_another_person_does_not_show(desk: Desk, member: User, client: Client):
    twin = make_person(desk.office, desk.people[0].name, employer="另一单位")
    assert Person.objects.filter(name=twin.name).count() == 2
    assert "另一单位" not in client.get(reverse("mine")).content.decode()
