"""Requests and reports, decisions, and what members take on, on their pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import join, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.activities.models import AgendaItem
from tongxin.core.models import AuditEntry
from tongxin.matters import operations
from tongxin.matters.models import DecisionProof, Matter, Upward
from tongxin.registry.models import Organization

ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def group(desk: Desk) -> Organization:
    return make_organization(desk.office, "party_group", "市政协党组")


def test_the_form_asks_only_for_what_the_kind_has(desk: Desk, client: Client):
    asked = {
        kind: set(client.get(reverse("open_matter"), {"kind": kind}).context["form"].fields) - {"kind", "client_id"}
        for kind in ("request", "report", "task", "need")
    }
    upward = {"title", "topic", "addressee", "lead", "skipped", "skip_reason", "title_reason", "on_behalf"}
    assert asked == {
        "request": upward,
        "report": upward,
        "task": {"title", "source", "lead", "co", "due_on", "responsible", "leader", "body", "on_behalf"},
        "need": {"title", "author", "responsible", "lead", "body", "on_behalf"},
    }
    chosen = client.get(reverse("open_matter"), {"kind": "nonsense"})
    assert {kind for kind, _name in chosen.context["kinds"]} == {"task", "request", "report", "need"}


def test_a_request_that_skips_a_level_says_why(desk: Desk, client: Client, group: Organization):
    form = {"kind": "request", "title": "关于换届的请示", "lead": group.uid, "addressee": "中共某省委", "client_id": ID}
    wrong = client.post(reverse("open_matter"), form)
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"skip_reason"})
    assert 'value="中共某省委"' in wrong.content.decode()
    client.post(reverse("open_matter"), form | {"skip_reason": "紧急", "skipped": "中共澄江市委"})
    matter = Matter.objects.get()
    shown = client.get(reverse("matter", args=[matter.uid])).content.decode()
    assert "抄送 中共澄江市委" in shown
    assert "越级原因：紧急" in shown


def test_an_emergency_is_entered_in_one_form(desk: Desk, client: Client, group: Organization):
    form = {
        "title": "关于某事项的突发情况报告", "lead": group.uid, "told_to": "市委值班室", "told_on": desk.today,
        "told_time": "00:00", "person": "", "client_id": ID,
    }  # fmt: skip
    late = client.post(reverse("report_emergency"), form | {"told_on": desk.today + dt.timedelta(days=1)})
    assert (late.status_code, set(late.context["form"].errors)) == (422, {"told_on"})
    assert client.post(reverse("report_emergency"), form | {"told_time": "25点"}).status_code == 422
    client.post(reverse("report_emergency"), form)
    client.post(reverse("report_emergency"), form)  # clicked twice
    matter = Matter.objects.get()
    assert (matter.state, Upward.objects.get().told_to) == ("told", "市委值班室")
    listed = client.get(reverse("upward"))
    assert [row for row, _state, _clock in listed.context["waiting"]] == [matter]
    assert {each.duty.topic: each.this_year for each in listed.context["rows"]}["emergency"] == matter


def test_a_decision_is_proved_on_its_page(desk: Desk, client: Client, group: Organization):
    held = activities.record(
        desk.office, kind="party_group_meeting", title="党组会议", day=desk.today, organizations=[group], actor=None
    )
    item = AgendaItem.objects.create(activity=held, order=7, kind="decision", title="研究换届事项")
    request = operations.open(desk.office, kind="request", title="关于换届的请示", lead=group, actor=None)
    operations.take_step(request, "submit", actor=None, reference="1号")
    assert [each.item for each in client.get(reverse("decisions")).context["open"]] == [item]
    address = reverse("prove_decision", args=[item.uid])
    empty = client.post(address, {"major": "1", "number": "", "reason": ""})
    assert (empty.status_code, set(empty.context["form"].errors)) == (422, {"number"})
    client.post(address, {"major": "1", "number": request.number, "reason": ""})
    assert DecisionProof.objects.get().request == request
    after = client.get(reverse("decisions"))
    assert (after.context["open"], [each.item for each in after.context["said"]]) == ([], [item])


def test_several_decisions_are_marked_at_once(desk: Desk, client: Client, group: Organization):
    held = activities.record(
        desk.office, kind="party_group_meeting", title="党组会议", day=desk.today, organizations=[group], actor=None
    )
    items = [
        AgendaItem.objects.create(activity=held, order=place, kind="decision", title=f"议题{place}")
        for place in (7, 8, 9)
    ]
    client.post(reverse("mark_minor"), {"item": [items[0].uid, items[1].uid, "nonsense", ID]})
    assert list(DecisionProof.objects.order_by("pk").values_list("item", "major")) == [
        (items[0].pk, False), (items[1].pk, False),
    ]  # fmt: skip
    assert [each.item for each in client.get(reverse("decisions")).context["open"]] == [items[2]]
    nothing = client.post(reverse("mark_minor"), {}, follow=True)
    assert "没有选择议题，请先勾选。" in nothing.content.decode()


def test_a_member_takes_something_on_and_only_the_clerk_enters_it_for_others(desk: Desk, client: Client):
    person = desk.people[0]
    person.user = make_user()
    person.save()
    client.force_login(person.user)
    form = {"title": "联系社区", "due_on": "", "client_id": ID}
    client.post(reverse("volunteered"), form | {"person": "李若兰"})  # what is not asked for is not heard
    matter = Matter.objects.get()
    assert [one.person for one in matter.people.all()] == [person]
    assert AuditEntry.objects.filter(action="read").count() == 0
    client.force_login(desk.clerk)
    silent = client.post(
        reverse("volunteered"), form | {"person": "李若兰", "client_id": "21111111-1111-4111-8111-111111111111"}
    )
    assert (silent.status_code, set(silent.context["form"].errors)) == (422, {"on_behalf"})
    assert [line.matter for line, _people in client.get(reverse("volunteered")).context["lines"]] == [matter]
    assert AuditEntry.objects.filter(action="read", person_ids=[person.pk]).count() >= 1


def test_who_is_no_party_member_is_offered_nothing_and_refused(desk: Desk, client: Client):
    outside = make_person(desk.office, "周若水", affiliation="13", user=make_user())
    join(outside, desk.committee)
    client.force_login(outside.user)
    shown = client.get(reverse("volunteered"))
    assert (shown.context["form"], shown.context["lines"]) == (None, [])
    client.post(reverse("volunteered"), {"title": "例", "client_id": ID})
    assert Matter.objects.count() == 0


def test_parts_of_a_task_stand_on_its_page_with_their_state(desk: Desk, client: Client):
    whole, part = (operations.open(desk.office, kind="task", title=title, actor=None) for title in ("总任务", "分任务"))
    client.post(reverse("order_task", args=[part.uid]), {"number": whole.number, "nature": "subtask"})
    wrong = client.post(reverse("order_task", args=[whole.uid]), {"number": part.number, "nature": "depends"})
    assert (wrong.status_code, set(wrong.context["order_form"].errors)) == (422, {"number"})
    unknown = client.post(reverse("order_task", args=[whole.uid]), {"number": "任务2020-0001", "nature": "depends"})
    assert unknown.context["order_form"].errors == {"number": ["没有这个编号的任务，请核对。"]}
    shown = client.get(reverse("matter", args=[whole.uid]))
    assert [(one.matter, one.state) for one in shown.context["order"].parts] == [(part, "待承接")]
    assert "还有 1 项没有办结" in shown.content.decode()


def test_a_task_grows_out_of_a_request_or_another_task(desk: Desk, client: Client, group: Organization):
    request = operations.open(desk.office, kind="request", title="关于换届的请示", lead=group, actor=None)
    form = {"kind": "task", "title": "按批复办理", "client_id": ID}
    address = f"{reverse('open_matter')}?kind=task&from="
    client.post(f"{address}{request.uid}", form)
    task = Matter.objects.get(kind="task")
    assert [(link.origin_matter, link.nature) for link in task.origins.all()] == [(request, "request")]
    assert "按批复办理" in client.get(reverse("matter", args=[request.uid])).content.decode()
    client.post(f"{address}{task.uid}", form | {"client_id": "21111111-1111-4111-8111-111111111111"})
    shown = client.get(reverse("matter", args=[task.uid]))
    assert [(one.matter.title, one.state) for one in shown.context["order"].parts] == [("按批复办理", "待承接")]
    for wrong in ("nonsense", "31111111-1111-4111-8111-111111111111"):
        assert client.get(f"{address}{wrong}").status_code == 404
