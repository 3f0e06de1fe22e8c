"""The pages of plans, calendar and notices."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import make_user
from tongxin.activities import notice_operations, operations, register_operations
from tongxin.activities.models import Activity, Participation, StudyUse
from tongxin.core.models import AuditEntry

QUERIES = {"plan": 10, "activity_calendar": 9}


def _next_year(desk) -> int:
    return desk.today.year + 1


def _planned(desk, month: int = 3, **more) -> Activity:
    given = {
        "kind": "theme_day", "title": "植树", "day": dt.date(_next_year(desk), month, 5),
        "organizations": [desk.branch], "status": "planned", "actor": None,
    }  # fmt: skip
    return operations.record(desk.office, **{**given, **more})


def test_plan_is_written_as_a_table_and_read_back(desk, client):
    year = _next_year(desk)
    base = {"organization": str(desk.branch.uid), "year": year}
    rows = {
        "uid_0": "", "when_0": "3月", "kind_0": "theme_day", "title_0": "植树", "topic_0": "绿化",
        "uid_1": "", "when_1": "", "kind_1": "theme_day", "title_1": "", "topic_1": "",
        "uid_2": "", "when_2": "5月6日", "kind_2": "party_class", "title_2": "", "topic_2": "",
    }  # fmt: skip
    assert client.post(reverse("plan"), {**base, **rows}).status_code == 302
    page = client.get(reverse("plan"), base)
    shown = [(row.typed.when, row.typed.title) for row in page.context["rows"] if row.activity]
    assert shown == [("3月", "植树"), ("5月6日", f"机关第一党支部{year}年5月党课")]


def test_refused_plan_keeps_every_row_as_typed_and_writes_none(desk, client):
    kept = _planned(desk)
    sent = {
        "organization": str(desk.branch.uid), "year": _next_year(desk),
        "uid_0": str(kept.uid), "when_0": "某天", "kind_0": "theme_day", "title_0": "改了名", "topic_0": "",
        "uid_1": "", "when_1": "4月", "kind_1": "party_class", "title_1": "新的一行", "topic_1": "",
    }  # fmt: skip
    answer = client.post(reverse("plan"), sent)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert [text in page for text in ('value="某天"', 'value="改了名"', 'value="新的一行"', "第1行：")] == [True] * 4
    assert [a.title for a in Activity.objects.all()] == ["植树"]


def test_a_plan_is_written_on_in_the_middle_of_its_year(desk, client):
    year, held = desk.today.year, {"status": "held", "day": desk.today}
    for title in ("春训", "植树"):
        _planned(desk, title=title, **held)
    kept = _planned(desk, title="联学", day=dt.date(year, 12, 31))
    base = {"organization": str(desk.branch.uid), "year": year}
    page = client.get(reverse("plan"), base)
    (shown,) = [row.place for row in page.context["rows"] if row.activity == kept]
    sent = {f"uid_{shown}": str(kept.uid), f"when_{shown}": "12月30日", f"kind_{shown}": "theme_day",
            f"title_{shown}": "联学", f"topic_{shown}": ""}  # fmt: skip
    new = {f"when_{shown + 2}": "12月", f"kind_{shown + 2}": "party_class", f"title_{shown + 2}": "微党课"}
    refused = client.post(reverse("plan"), {**base, **sent, **new, f"when_{shown + 2}": "某天"}).content.decode()
    assert f"第{shown + 3}行：" in refused and Activity.objects.count() == 3
    assert client.post(reverse("plan"), {**base, **sent, **new}).status_code == 302
    assert list(Activity.objects.filter(status="planned").order_by("day").values_list("title", "day")) == [
        ("联学", dt.date(year, 12, 30)), ("微党课", dt.date(year, 12, 31)),
    ]  # fmt: skip


def test_secretary_plans_for_the_own_branch_only(desk, client):
    other = type(desk.branch).objects.create(
        office=desk.office, kind="branch", name="第二党支部", valid_from="2020-01-01"
    )
    client.force_login(make_user(desk.office, "branch_secretary", unit=desk.branch))
    row = {"uid_0": "", "when_0": "3月", "kind_0": "theme_day", "title_0": "", "topic_0": ""}
    year = _next_year(desk)
    assert client.post(reverse("plan"), {"organization": str(other.uid), "year": year, **row}).status_code == 403
    assert client.post(reverse("plan"), {"organization": str(desk.branch.uid), "year": year, **row}).status_code == 302
    assert Activity.objects.count() == 1
    assert "保存计划" not in client.get(reverse("plan"), {"organization": str(other.uid)}).content.decode()


@pytest.mark.parametrize(("role", "shown"), [("party_clerk", 1), ("roster_clerk", 0)])
def test_plan_leads_to_the_ledger_only_where_it_opens(desk, client, role, shown):
    client.force_login(make_user(desk.office, role))
    page = client.get(reverse("plan"), {"organization": str(desk.committee.uid)}).content.decode()
    assert page.count(reverse("study_ledger")) == shown
    answer = client.get(reverse("study_ledger"), {"organization": str(desk.committee.uid)})
    assert answer.status_code == (200 if shown else 404)


@pytest.mark.parametrize(("role", "links"), [("party_clerk", 1), ("editor", 0)])
def test_activity_names_its_unit_and_links_it_only_where_that_opens(desk, client, role, links):
    activity = _planned(desk)
    client.force_login(make_user(desk.office, role))
    page = client.get(reverse("activity", args=[activity.uid])).content.decode()
    assert desk.branch.name in page
    assert page.count(reverse("organization", args=[desk.branch.uid])) == links


def test_calendar_shows_every_day_of_an_activity_and_moves_a_planned_one(desk, client):
    activity = _planned(desk, last_day=dt.date(_next_year(desk), 3, 7))
    month = f"{_next_year(desk)}-03"
    page = client.get(reverse("activity_calendar"), {"month": month})
    days = {day.day for week in page.context["weeks"] for day, inside, rows in week if inside and rows}
    assert days == {5, 6, 7}
    client.post(reverse("move_activity", args=[activity.uid]), {"day": f"{month}-20", "month": month})
    activity.refresh_from_db()
    assert (activity.day.day, activity.last_day.day) == (20, 22)


@pytest.mark.parametrize("day", ["", "2026-02-31", "tomorrow"])
def test_move_to_no_day_moves_nothing(desk, client, day):
    activity = _planned(desk)
    client.post(reverse("move_activity", args=[activity.uid]), {"day": day})
    assert Activity.objects.get().day == activity.day


@pytest.mark.parametrize("month", ["", "x", "1900-01", "2026-13", "9999-12"])
def test_calendar_of_no_month_is_this_month(desk, client, month):
    assert client.get(reverse("activity_calendar"), {"month": month}).context["first"] == desk.today.replace(day=1)


@pytest.mark.parametrize("name", ["plan", "activity_calendar"])
def test_lists_cost_the_same_for_one_row_and_for_three(desk, client, name):
    query = {"organization": str(desk.branch.uid), "year": _next_year(desk), "month": f"{_next_year(desk)}-03"}
    counts = []
    client.get(reverse(name), query)
    for title in ("一", "二", "三"):
        _planned(desk, title=title)
        with CaptureQueriesContext(
            connection,
        ) as caught:
            client.get(reverse(name), query)
        counts.append(len(caught))
    assert counts == [QUERIES[name]] * 3


def test_notice_is_given_answered_by_the_member_and_decided_by_the_clerk(desk, client):
    member = make_user()
    person = desk.people[0]
    person.user = member
    person.save()
    activity = _planned(desk)
    client.post(reverse("notice", args=[activity.uid]), {"text": "请带党章", "reply_by": ""})
    client.force_login(member)
    page = client.get(reverse("invitations")).content.decode()
    assert ("植树" in page, "请带党章" in page) == (True, True)
    client.post(reverse("answer_notice", args=[activity.uid]), {"reply": "leave", "leave_reason": "duty"})
    assert Participation.objects.get(person=person).reply == "leave"
    client.force_login(desk.clerk)
    sent = {"person": str(person.uid), "approved_by": "王书记", "step": "approve"}
    client.post(reverse("decide_leave", args=[activity.uid]), sent)
    assert Participation.objects.values_list("leave_decision", "leave_approved_by").get(person=person) == (
        "approved", "王书记",
    )  # fmt: skip
    client.post(
        reverse("answer_notice", args=[activity.uid]), {"person": str(desk.people[1].uid), "reply": "attending"}
    )
    assert Participation.objects.get(person=desk.people[1]).reply_on_behalf == "代录"


def test_until_it_is_held_an_activity_shows_answers_and_nobody_as_not_come(desk, client):
    activity = notice_operations.notify(_planned(desk), actor=None)
    notice_operations.answer(activity, desk.people[0].pk, "leave", leave_reason="duty", actor=None)
    notice_operations.answer(activity, desk.people[1].pk, "attending", actor=None)
    answer = client.get(reverse("activity", args=[activity.uid]))
    page, number = answer.content.decode(), len(desk.people)
    assert answer.context["replies"] == [("参加", 1), ("请假", 1), ("未回复", number - 2)]
    assert ("未到（原因待核）" in page, page.count("未回复")) == (False, number - 1)
    Activity.objects.filter(pk=activity.pk).update(day=desk.today, last_day=desk.today)
    page = client.get(reverse("activity", args=[activity.uid])).content.decode()
    assert ("未到（原因待核）" in page, page.count("未回复")) == (False, number - 1)
    register_operations.open_register(activity, actor=desk.clerk)
    page = client.get(reverse("activity", args=[activity.uid])).content.decode()
    assert ("未到（原因待核）" in page, "未回复" in page) == (True, False)


def test_what_was_held_without_a_plan_is_counted_apart(desk, client):
    query = {"organization": str(desk.branch.uid), "year": _next_year(desk)}

    def said() -> str:
        page = client.get(reverse("plan"), query).content.decode()
        return page.partition("<p>")[2].partition("。")[0]

    assert said() == "没有列入计划的活动"
    rows = [_planned(desk, month) for month in (1, 2, 3, 4)]
    operations.cancel(rows[0], reason="冰冻", actor=None)
    Activity.objects.filter(pk=rows[1].pk).update(status="held")
    Activity.objects.filter(pk=rows[2].pk).update(status="held", planned_day=None)
    assert said() == "列入计划3项，其中已开展1项、取消1项；计划外已开展1项"
    Activity.objects.update(status="held", planned_day=None)
    assert said() == "没有列入计划的活动；计划外已开展4项"


def test_one_form_enters_anybodys_answer_and_keeps_the_name_after_a_fault(desk, client):
    activity = notice_operations.notify(_planned(desk), actor=None)
    page = client.get(reverse("notice", args=[activity.uid])).content.decode()
    assert page.count(reverse("answer_notice", args=[activity.uid])) == 1
    asked = f"?person={desk.people[1].uid}"
    assert page.count(f'href="{asked}"') == 1
    for address in (asked, "?person=", "?person=<b>", f"?person={uuid.uuid4()}"):
        page = client.get(reverse("notice", args=[activity.uid]) + address).content.decode()
        assert page.count(f'<option value="{desk.people[1].uid}" selected>') == (address == asked)
    sent = {"person": str(desk.people[1].uid), "reply": "leave", "leave_reason": ""}
    answer = client.post(reverse("answer_notice", args=[activity.uid]), sent)
    assert answer["Location"] == reverse("notice", args=[activity.uid]) + asked
    answer = client.post(reverse("answer_notice", args=[activity.uid]), {**sent, "reply": "attending"})
    assert answer["Location"] == reverse("notice", args=[activity.uid])


def test_reasons_show_to_those_who_approve_and_the_look_is_recorded(desk, client):
    activity = notice_operations.notify(_planned(desk), actor=None)
    notice_operations.answer(activity, desk.people[0].pk, "leave", leave_reason="abroad", actor=None)
    page = client.get(reverse("notice", args=[activity.uid])).content.decode()
    assert "出国（境） ·" in page
    assert set(AuditEntry.objects.filter(action="read").get().person_ids) == {person.pk for person in desk.people}


def test_secretary_does_not_decide_on_the_own_leave(desk, client):
    user = make_user(desk.office, "branch_secretary", unit=desk.branch)
    person = desk.people[0]
    person.user = user
    person.save()
    activity = notice_operations.notify(_planned(desk), actor=None)
    notice_operations.answer(activity, person.pk, "leave", leave_reason="duty", actor=None)
    client.force_login(user)
    sent = {"person": str(person.uid), "approved_by": "本人", "step": "approve"}
    assert client.post(reverse("decide_leave", args=[activity.uid]), sent).status_code == 403
    assert Participation.objects.get(person=person).leave_decision == ""


def test_study_is_joined_on_the_page(desk, client):
    study = operations.record(
        desk.office, kind="party_class", title="党课", day=desk.today, organizations=[desk.branch], actor=None
    )
    duty = operations.record(
        desk.office, kind="research", title="乡村调研", day=desk.today, organizations=[desk.branch], actor=None
    )
    client.post(reverse("join_study", args=[study.uid]), {"duty": str(duty.uid)})
    assert "乡村调研" in client.get(reverse("activity", args=[study.uid])).content.decode()
    assert "党课" in client.get(reverse("activity", args=[duty.uid])).content.decode()
    client.post(reverse("join_study", args=[study.uid]), {"duty": str(duty.uid), "step": "part"})
    client.post(reverse("join_study", args=[study.uid]), {"duty": "no"})
    assert StudyUse.objects.count() == 0


def test_slips_of_paper_are_for_those_who_do_not_sign_in_and_have_not_answered(desk, client):
    activity = _planned(desk)
    notice_operations.notify(activity, text="请带笔记本", actor=desk.clerk)
    first, second, third = desk.people
    first.user = make_user()
    first.save()
    notice_operations.answer(activity, second.pk, "attending", on_behalf="电话", actor=desk.clerk)
    page = client.get(reverse("notice_slips", args=[activity.uid]))
    assert [row.person for row in page.context["people"]] == [third]
    text = page.content.decode()
    assert ("请带笔记本" in text, "□ 参加" in text, first.name in text) == (True, True, False)
    entry = AuditEntry.objects.get(purpose="打印纸质通知")
    assert entry.person_ids == [third.pk]
    operations.cancel(activity, reason="另行安排", actor=desk.clerk)
    assert third.name not in client.get(reverse("notice_slips", args=[activity.uid])).content.decode()
