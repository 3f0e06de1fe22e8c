"""The pages and files that a branch, a member and the office take away."""

from __future__ import annotations

import datetime as dt
import io
import re
import uuid
import zipfile

import docx
import pytest
from django.urls import reverse

from tests.cast import assign_contact, make_user
from tongxin.activities import life_operations, minutes_operations, operations
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.models import Activity, AppraisalCount, Participation
from tongxin.core import audit
from tongxin.core.models import AuditEntry
from tongxin.core.spreadsheets import read_tables
from tongxin.matters.models import Matter


def _held(desk, **more) -> Activity:
    given = {
        "kind": "theme_day", "title": "植树", "day": desk.today, "organizations": [desk.branch], "actor": desk.clerk,
    }  # fmt: skip
    return operations.record(desk.office, **{**given, **more})


def _member(desk, client):
    person = desk.people[0]
    person.user = make_user()
    person.save()
    client.force_login(person.user)
    return person


def test_own_duty_file_offers_a_statement_at_each_line_and_is_no_read(desk, client):
    activity = _held(desk, all_present=True)
    person = _member(desk, client)
    page = client.get(reverse("own_duty_file")).content.decode()
    line = Participation.objects.get(activity=activity, person=person)
    assert f"about=activities.participation:{line.pk}" in page
    assert AuditEntry.objects.filter(action="read").count() == 0
    assert client.get(reverse("object_to"), {"about": f"activities.participation:{line.pk}"}).status_code == 200


def test_clerks_look_at_a_duty_file_is_recorded(desk, client):
    _held(desk, all_present=True)
    person = desk.people[1]
    page = client.get(reverse("duty_file", args=[person.uid])).content.decode()
    assert ("植树" in page, "说明或提出异议" in page) == (True, False)
    assert AuditEntry.objects.get(action="read").person_ids == [person.pk]


def test_a_duty_file_says_who_recorded_contacts_and_life_in_the_home_unit(desk, client):
    person, other = desk.people[:2]
    contact = assign_contact(person, other)
    life_operations.record_contact(contact, day=desk.today, purpose="visit", actor=desk.clerk)
    life_operations.record_home_life(person, day=desk.today, actor=None, on_behalf="所在单位来函")
    page = " ".join(client.get(reverse("duty_file", args=[person.uid])).content.decode().split())
    cells = re.findall(r'<td data-label="由谁登记">(.*?)</td>', page)
    assert [re.sub(r"<[^>]*>", "", cell).strip() for cell in cells] == [
        "导入（所在单位来函）", desk.clerk.get_full_name(),
    ]  # fmt: skip


@pytest.mark.parametrize("year", ["", "x", "1800", "20261", "２０２６"])
def test_impossible_year_is_this_year(desk, client, year):
    assert client.get(reverse("work_counts"), {"year": year}).context["year"] == desk.today.year


def test_files_are_documents(desk, client):
    activity = _held(desk, agenda=[Item("party_class", "学党史")], all_present=True)
    minutes_operations.write(activity, form="record", text="一、学党史\n内容", actor=None)
    plan = _held(desk, day=dt.date(desk.today.year + 1, 1, 5), status="planned", title="座谈")
    addresses = (
        reverse("duty_file", args=[desk.people[0].uid]) + "?format=docx",
        reverse("handbook") + f"?organization={desk.branch.uid}&format=docx",
        reverse("notice_file", args=[plan.uid]),
        reverse("minutes_file", args=[activity.uid, "record"]),
        reverse("minutes_file", args=[activity.uid, "record"]) + "?item=1",
    )
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.content[:2]) == (200, b"PK"), address
    missing = client.get(reverse("minutes_file", args=[activity.uid, "record"]) + "?item=9")
    assert missing.status_code == 302


def test_names_that_leave_in_a_file_of_a_party_unit_leave_one_trace_each(desk, client):
    held = _held(desk, agenda=[Item("party_class", "学党史")], all_present=True)
    minutes_operations.write(held, form="record", text="一、学党史\n内容", actor=None)
    minutes = reverse("minutes_file", args=[held.uid, "record"])
    for address in (reverse("notice_file", args=[held.uid]), minutes, f"{minutes}?item=1"):
        client.get(address)
    reads = list(AuditEntry.objects.filter(action="read").order_by("pk"))
    assert [entry.purpose for entry in reads] == ["下载通知", "下载会议记录", "下载记录摘录"]
    assert {tuple(sorted(entry.person_ids)) for entry in reads} == {tuple(sorted(one.pk for one in desk.people))}


def test_marks_of_xml_in_names_and_titles_leave_the_document_whole(desk, client):
    person = desk.people[0]
    person.name = "<阿>&依\"拉'·\x0b买"
    person.save()
    held = _held(desk, title="学习 A&B <一>\x0c", agenda=[Item("party_class", "“<&>”")], all_present=True)
    minutes_operations.write(held, form="record", text="一、“<&>”\n]]> & <w:p/> \x0b", actor=None)
    texts = {}
    for name, address in {
        "notice": reverse("notice_file", args=[held.uid]),
        "minutes": reverse("minutes_file", args=[held.uid, "record"]),
        "duty": reverse("duty_file", args=[person.uid]) + "?format=docx",
        "handbook": reverse("handbook") + f"?organization={desk.branch.uid}&format=docx",
    }.items():
        paper = docx.Document(io.BytesIO(client.get(address).content))
        cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
        texts[name] = "".join([*(line.text for line in paper.paragraphs), *cells])
    assert {name: "A&B <一>" in text for name, text in texts.items()} == dict.fromkeys(texts, True)
    assert "<阿>&依\"拉'·买" in texts["notice"]
    assert "]]> & <w:p/>" in texts["minutes"]


def test_formula_in_a_name_is_text_in_every_workbook(desk, client):
    type(desk.branch).objects.filter(pk=desk.branch.pk).update(name="=1+1")
    _held(desk, kind="party_class", title='=HYPERLINK("http://x")', place="@SUM(A1)")
    for address in (
        reverse("study_ledger") + f"?organization={desk.branch.uid}",
        reverse("work_counts") + "?format=xlsx",
    ):
        with zipfile.ZipFile(io.BytesIO(client.get(address).content)) as book:
            parts = {name: book.read(name) for name in book.namelist()}
        assert [name for name, part in parts.items() if b"<f>" in part or b"<f " in part] == []
        assert b">=" not in parts["xl/sharedStrings.xml"], address


def test_ledger_and_counts_are_workbooks(desk, client):
    _held(desk, kind="party_class", title="党课")
    ledger = client.get(reverse("study_ledger"), {"organization": str(desk.branch.uid)})
    rows = read_tables(ledger.content, "ledger.xlsx")[0].rows
    assert "党课" in [cell for row in rows for cell in row]
    counts = client.get(reverse("work_counts"), {"format": "xlsx"})
    cells = [cell for row in read_tables(io.BytesIO(counts.content).getvalue(), "counts.xlsx")[0].rows for cell in row]
    assert ("机关第一党支部" in cells, "党课" in cells) == (True, True)


def test_what_leaves_as_a_workbook_leaves_an_entry(desk, client):
    client.get(reverse("study_ledger"), {"organization": str(desk.branch.uid), "year": "2026"})
    client.get(reverse("work_counts"), {"format": "xlsx", "year": "2026"})
    client.get(reverse("work_counts"), {"year": "2026"})
    client.get(reverse("matters_sheet"), {"kind": "task", "text": "换届"})
    entries = AuditEntry.objects.exclude(action="read").order_by("pk")
    assert [(entry.action, entry.actor_id, audit.values_of(entry)) for entry in entries] == [
        ("activities.export_study_ledger", desk.clerk.pk, {"year": (None, 2026)}),
        ("activities.export_counts", desk.clerk.pk, {"year": (None, 2026)}),
        ("matters.export_ledger", desk.clerk.pk, {"kind": (None, "task"), "text": (None, "换届")}),
    ]


def test_secretary_sees_the_handbook_and_ledger_of_the_own_branch_only(desk, client):
    other = type(desk.branch).objects.create(
        office=desk.office, kind="branch", name="第二党支部", valid_from="2020-01-01"
    )
    client.force_login(make_user(desk.office, "branch_secretary", unit=desk.branch))
    for name in ("handbook", "study_ledger"):
        assert client.get(reverse(name), {"organization": str(desk.branch.uid)}).status_code == 200
        assert client.get(reverse(name), {"organization": str(other.uid)}).status_code == 404


def test_ledger_of_no_named_unit_leads_to_the_plan_of_the_own(desk, client):
    secretary = make_user(desk.office, "branch_secretary", unit=desk.branch)
    client.force_login(secretary)
    page = client.get(reverse("study_ledger"), {"year": "2025"}, follow=True)
    assert page.redirect_chain == [(f"{reverse('plan')}?sort=study&year=2025", 302)]
    assert f"{reverse('study_ledger')}?organization={desk.branch.uid}&amp;year=2025" in page.content.decode()
    assert client.get(reverse("study_ledger"), {"organization": "<b>"}).status_code == 404


def test_contact_is_recorded_in_one_line_by_the_contact_person(desk, client):
    row = assign_contact(desk.people[0], desk.people[1])
    other = assign_contact(desk.people[1], desk.people[2])
    _member(desk, client)
    page = client.get(reverse("contacts_due"))
    assert [each.assignment.pk for each, _state, _token in page.context["rows"]] == [row.pk]
    sent = {"day": desk.today.isoformat(), "purpose": "visit"}
    assert client.post(reverse("record_contact", args=[row.uid]), sent).status_code == 302
    assert client.post(reverse("record_contact", args=[other.uid]), sent).status_code == 403
    assert Activity.objects.filter(kind="contact").count() == 1
    client.post(reverse("record_contact", args=[row.uid]), {**sent, "purpose": "gossip"})
    assert Activity.objects.filter(kind="contact").count() == 1


def test_contact_sent_twice_is_one_contact_with_one_need(desk, client):
    row = assign_contact(desk.people[0], desk.people[1])
    sent = {
        "day": desk.today.isoformat(), "purpose": "visit", "client_id": str(uuid.uuid4()), "need": "希望延长阅览室开放时间",
    }  # fmt: skip
    for _time in range(2):
        client.post(reverse("record_contact", args=[row.uid]), sent)
    assert Activity.objects.filter(kind="contact").count() == 1
    assert [matter.title for matter in Matter.objects.all()] == ["希望延长阅览室开放时间"]


def test_contact_shows_to_others_only_where_both_agree(desk, client):
    contact, target = desk.people[:2]
    activity = life_operations.record_contact(
        assign_contact(contact, target), day=desk.today, purpose="visit", actor=None
    )
    address = reverse("activity", args=[activity.uid])
    leader = make_user(desk.office, "leader")
    seen = []
    for person in (contact, target):
        person.user = make_user()
        person.save()
        client.force_login(leader)
        seen.append(client.get(address).status_code)
        client.force_login(person.user)
        client.post(reverse("show_contact", args=[activity.uid]), {"agree": "1"})
    client.force_login(leader)
    assert (seen, client.get(address).status_code) == ([404, 404], 200)
    client.force_login(target.user)
    client.post(reverse("show_contact", args=[activity.uid]))
    client.force_login(leader)
    assert client.get(address).status_code == 404


def test_appraisal_and_practice_by_their_forms(desk, client):
    activity = _held(desk, kind="appraisal", title="民主评议")
    sent = {"issued": "3", "returned": "3", "excellent": "1", "qualified": "2", "basic": "0", "unqualified": "0"}
    client.post(reverse("count_appraisal", args=[activity.uid]), {**sent, "returned": "many"})
    assert AppraisalCount.objects.count() == 0
    client.post(reverse("count_appraisal", args=[activity.uid]), sent)
    assert AppraisalCount.objects.values_list("excellent", "qualified").get() == (1, 2)
    client.post(reverse("approve_practice", args=[activity.uid]), {"practice": "逐人反馈", "approved_by": "书记"})
    assert "逐人反馈" in client.get(reverse("work_counts")).content.decode()


def test_list_of_contacts_costs_the_same_for_one_and_for_three(desk, client, django_assert_num_queries):
    counts = []
    for place in range(3):
        target = desk.people[(place + 1) % 3]
        contact = desk.people[place]
        row = assign_contact(contact, target)
        operations.record(
            desk.office, kind="contact", title="联系", day=desk.today, actor=None,
            participants=[Attendee(contact.pk), Attendee(target.pk)],
        )  # fmt: skip
        counts.append(row.pk)
    client.get(reverse("contacts_due"))
    with django_assert_num_queries(9):
        client.get(reverse("contacts_due"))
