"""Pages of key tasks and texts to study."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.matters import operations as matters
from tongxin.registry.enums import Role
from tongxin.trace.models import KeyTask, KeyTaskLink, StudyText


def test_task_is_entered_linked_and_no_longer_without_duty_work(desk: Desk, client: Client):
    year = desk.today.year
    assert client.post(reverse("add_key_task"), {"year": year, "title": ""}).status_code == 422
    assert client.post(reverse("add_key_task"), {"year": year, "title": "城市更新"}).status_code == 302
    task = KeyTask.objects.get()
    page = client.get(reverse("key_tasks"))
    assert [line.task for line in page.context["without"]] == [task]
    held = activities.record(
        desk.office, kind="research", title="城市更新调研", day=desk.today, actor=desk.clerk,
        organizations=[make_organization(desk.office, "special_committee", "提案委员会")],
    )  # fmt: skip
    address = reverse("link_key_task", args=[task.uid])
    client.post(address, {"activity": held.uid})
    assert client.get(reverse("key_tasks")).context["without"] == []
    client.post(address, {"unlink": KeyTaskLink.objects.get().uid})
    assert KeyTaskLink.objects.count() == 0


def test_linked_matter_is_named_only_to_those_who_may_open_it(desk: Desk, client: Client):
    client.post(reverse("add_key_task"), {"year": desk.today.year, "title": "城市更新"})
    request = matters.open(desk.office, kind="request", title="关于人员调整的请示", lead=desk.branch, actor=None)
    client.post(reverse("link_key_task", args=[KeyTask.objects.get().uid]), {"matter": request.uid})
    told = {}
    for role in (Role.PARTY_CLERK, Role.SUPERVISOR, Role.LEADER):
        client.force_login(make_user(desk.office, role))
        page = client.get(reverse("key_tasks")).content.decode()
        told[role] = (request.title in page, request.number in page)
    # A supervisor keeps the list of tasks but does not see requests to superiors.
    assert told == {Role.PARTY_CLERK: (True, False), Role.SUPERVISOR: (False, True), Role.LEADER: (True, False)}


def test_text_is_entered_by_the_clerk_and_read_by_others(desk: Desk, client: Client):
    data = {
        "title": "在庆祝大会上的讲话", "issuer": "某某", "issued_on": desk.today.isoformat(), "source": "《人民日报》",
        "audience": ["branch"],
    }  # fmt: skip
    assert client.post(reverse("study_texts"), data | {"audience": []}).status_code == 422
    assert client.post(reverse("study_texts"), data).status_code == 302
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch))
    assert client.post(reverse("study_texts"), data | {"title": "另一篇文章"}).status_code == 403
    page = client.get(reverse("study_texts"))
    assert [(line.text.title, line.waiting) for line in page.context["lines"]] == [
        ("在庆祝大会上的讲话", ("机关第一党支部",))
    ]
    assert StudyText.objects.count() == 1
