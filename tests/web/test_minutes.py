"""The page of minutes: filled, warned of, commented on by those present, decisions made tasks."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.cast import make_user
from tongxin.activities import minutes_operations, operations
from tongxin.activities.drafts import Attendee, Item
from tongxin.activities.models import Activity, Minutes, MinutesComment
from tongxin.core.models import AuditEntry
from tongxin.matters.models import BodyRevision, Matter


@pytest.fixture
def activity(desk) -> Activity:
    first, second, third = desk.people
    return operations.record(
        desk.office, kind="general_meeting", title="三月大会", day=desk.today, organizations=[desk.branch],
        participants=[
            Attendee(first.pk, role="chair", presence="present"),
            Attendee(second.pk, presence="present"),
            Attendee(third.pk, presence="absent"),
        ],
        agenda=[Item("decision", "年度计划"), Item("report", "经费情况")], actor=desk.clerk,
    )  # fmt: skip


def _address(name: str, activity: Activity, form: str = "record") -> str:
    return reverse(name, args=[activity.uid, form])


def test_page_starts_from_the_template_and_saves_text_and_outcomes(desk, client, activity):
    page = client.get(_address("minutes", activity))
    assert "实到2人" in page.context["text"]
    assert [each.code for each in page.context["warnings"]] == ["no_recorder"]
    text = page.context["text"].replace("记录人：", "记录人：赵明德")
    sent = {"text": text, "outcome_1": "一致通过", "outcome_2": "", "seen_version": "0", "step": "save"}
    assert client.post(_address("minutes", activity), sent).status_code == 302
    item = activity.agenda.get(order=1)
    assert f"{item.title}\n决定：一致通过\n" in Minutes.objects.get().text + "\n"
    assert Minutes.objects.get().text.replace("\n决定：一致通过", "") == text.strip()
    assert list(activity.agenda.values_list("outcome", flat=True)) == ["一致通过", ""]


def test_refused_save_writes_nothing_and_keeps_what_was_typed(desk, client, activity):
    minutes_operations.write(activity, form="record", text="别人的稿", actor=None)
    sent = {"text": "我的稿", "outcome_1": "我的决定", "seen_version": "0", "step": "save"}
    answer = client.post(_address("minutes", activity), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ("我的稿" in page, 'value="我的决定"' in page, "第1稿" in page) == (True, True, True)
    assert (Minutes.objects.get().text, activity.agenda.get(order=1).outcome) == ("别人的稿", "")


def test_warnings_while_typing_are_a_part_and_write_nothing(desk, client, activity):
    answer = client.post(_address("minutes_warnings", activity), {"text": "实到9人"}, headers={"hx-request": "true"})
    page = answer.content.decode()
    assert "文中实到9人，参会登记为2人。" in page
    assert "没有写明主持人。" in page
    assert Minutes.objects.count() == 0


def test_course_of_a_record_by_the_page(desk, client, activity):
    address = _address("minutes", activity)
    for sent in (
        {"step": "save", "text": "时间:今日"},
        {"step": "complete", "recorder": "赵明德"},
        {"step": "check", "host": "陈文远", "on": desk.today.isoformat()},
    ):
        assert client.post(address, sent).status_code == 302, sent
    assert Minutes.objects.values_list("status", "recorder", "host").get() == ("approved", "赵明德", "陈文远")
    assert client.post(address, {"step": "save", "text": "再改"}).status_code == 422
    assert client.post(address, {"step": "burn"}).status_code == 404


def test_members_present_read_and_comment_a_draft_that_is_put_before_them_only(desk, client, activity):
    present, absent = desk.people[1], desk.people[2]
    for person in (present, absent):
        person.user = make_user()
        person.save()
    minutes_operations.write(activity, form="summary", text="会议纪要正文", actor=None)
    client.force_login(present.user)
    address = _address("minutes", activity, "summary")
    assert client.get(address).status_code == 403
    minutes_operations.circulate(Minutes.objects.get(), actor=None)
    page = client.get(address).content.decode()
    assert ("会议纪要正文" in page, "保存" in page) == (True, False)
    assert client.post(address, {"step": "save", "text": "我来改"}).status_code == 403
    client.post(_address("comment_minutes", activity, "summary"), {"text": "地点写错", "person": str(absent.uid)})
    assert list(MinutesComment.objects.values_list("person__name", "text")) == [("李若兰", "地点写错")]
    client.force_login(absent.user)
    assert client.get(address).status_code == 403


def test_clerk_enters_a_comment_for_somebody_and_says_what_came_of_it(desk, client, activity):
    minutes_operations.write(activity, form="summary", text="正文", actor=None)
    minutes_operations.circulate(Minutes.objects.get(), actor=None)
    sent = {"text": "漏了一项", "person": str(desk.people[0].uid), "on_behalf": "电话"}
    client.post(_address("comment_minutes", activity, "summary"), sent)
    row = MinutesComment.objects.get()
    assert (row.person, row.on_behalf) == (desk.people[0], "电话")
    client.post(reverse("answer_comment", args=[row.uid]), {"answer": "已补入"})
    row.refresh_from_db()
    assert row.answer == "已补入"


def test_reading_the_names_of_a_branch_leaves_a_trace(desk, client, activity):
    client.get(_address("minutes", activity))
    entry = AuditEntry.objects.get(action="read")
    assert set(entry.person_ids) == {person.pk for person in desk.people}


def test_decision_becomes_a_task_with_its_excerpt(desk, client, activity):
    minutes_operations.write(activity, form="record", text="一、年度计划\n同意\n二、经费情况\n听取", actor=None)
    item = activity.agenda.get(order=1)
    sent = {"item": str(item.uid), "lead": str(desk.branch.uid), "due_on": f"{desk.today.year + 1}-01-31"}
    assert client.post(reverse("decide_task", args=[activity.uid]), sent).status_code == 302
    matter = Matter.objects.get()
    assert (matter.title, matter.kind, matter.due_on.year) == ("年度计划", "task", desk.today.year + 1)
    assert matter.origins.get().origin_activity == activity
    assert BodyRevision.objects.get(matter=matter).text == "一、年度计划\n同意"
    # Sent twice it is the same task; another wording is a task of its own.
    again = client.post(reverse("decide_task", args=[activity.uid]), sent)
    assert again["Location"] == reverse("matter", args=[matter.uid])
    assert Matter.objects.count() == 1
    client.post(reverse("decide_task", args=[activity.uid]), sent | {"title": "另一项工作"})
    assert Matter.objects.count() == 2


@pytest.mark.parametrize(
    ("lead", "due", "words"), [("", "", "没有选择负责单位"), ("branch", "2026-02-31", "没有“2026-02-31”")]
)
def test_task_that_cannot_be_is_refused_in_words(desk, client, activity, lead, due, words):
    sent = {
        "item": str(activity.agenda.get(order=1).uid), "lead": str(desk.branch.uid) if lead else "", "due_on": due,
    }  # fmt: skip
    page = client.post(reverse("decide_task", args=[activity.uid]), sent, follow=True).content.decode()
    assert words in page
    assert Matter.objects.count() == 0


def test_unknown_form_is_not_found(desk, client, activity):
    assert client.get(_address("minutes", activity, "poem")).status_code == 404
