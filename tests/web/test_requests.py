"""来件: what waits for an answer stands in one place; retention and erasure ask before they let go."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import join, make_office, make_person, make_term, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.activities.models import Participation
from tongxin.core.models import AuditEntry
from tongxin.registry import suggestion_operations
from tongxin.registry.dossier import ERASED_NAME
from tongxin.registry.enums import Role
from tongxin.registry.models import CorrectionProposal, Membership, Objection, Person, Suggestion


def _objection(desk: Desk, subject_type: str = "registry.membership", subject_id: int = 0) -> Objection:
    person = desk.people[0]
    if person.user is None:
        person.user = make_user()
        person.save()
    row = subject_id or Membership.objects.filter(person=person).order_by("pk")[0].pk
    return suggestion_operations.object_to(
        person, subject_type=subject_type, subject_id=row, statement="任职日期有误", actor=person.user
    )


def _three(desk: Desk) -> None:
    _objection(desk)
    CorrectionProposal.objects.create(
        office=desk.office, person=desk.people[1], field="employer", proposed_value="市档案馆"
    )
    Suggestion.objects.create(office=desk.office, kind="suggestion", text="字再大一些")


def _shown(client: Client) -> tuple[int, int, int]:
    context = client.get(reverse("requests")).context
    return len(context["corrections"]), len(context["objections"]), len(context["suggestions"])


def test_each_sees_what_is_theirs_to_answer(desk: Desk, client: Client):
    _three(desk)
    assert _shown(client) == (1, 1, 1)
    client.force_login(make_user(desk.office, Role.ROSTER_CLERK))
    assert _shown(client) == (1, 1, 0)
    client.force_login(make_user(desk.office, Role.ADMINISTRATOR))
    assert _shown(client) == (0, 0, 1)
    assert not any(person.name in client.get(reverse("requests")).content.decode() for person in desk.people)


def test_another_offices_requests_do_not_show(desk: Desk, client: Client):
    _three(desk)
    client.force_login(make_user(make_office("政协北川市委员会"), Role.ROSTER_CLERK, Role.ADMINISTRATOR))
    assert _shown(client) == (0, 0, 0)


def test_answers_come_back_to_the_page_and_leave_it(desk: Desk, client: Client):
    _three(desk)
    row, wish = CorrectionProposal.objects.get(), Suggestion.objects.get()
    answers = [
        client.post(reverse("decide_correction", args=[row.uid]), {"step": "confirm", "back": "requests"}),
        client.post(reverse("answer_suggestion", args=[wish.uid]), {"answer": "可切换大字", "back": "requests"}),
        client.post(reverse("objection", args=[Objection.objects.get().uid]), {"answer": "已核对，日期无误"}),
    ]
    assert [answer["Location"] for answer in answers] == [reverse("requests")] * 3
    assert _shown(client) == (0, 0, 0)
    assert Person.objects.get(pk=desk.people[1].pk).employer == "市档案馆"
    assert Objection.objects.get().answer == "已核对，日期无误"


def test_objection_is_answered_once(desk: Desk, client: Client):
    address = reverse("objection", args=[_objection(desk).uid])
    assert client.post(address, {"answer": "无误"}).status_code == 302
    second = client.post(address, {"answer": "有误"})
    assert (second.status_code, Objection.objects.get().answer) == (422, "无误")


@pytest.mark.parametrize("words", ["", "长" * 501])
def test_answer_without_fit_words_is_named(words: str, desk: Desk, client: Client):
    answer = client.post(reverse("objection", args=[_objection(desk).uid]), {"answer": words})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"answer"})
    assert words in answer.content.decode()


def test_clerk_sees_the_entry_and_the_look_is_recorded(desk: Desk, client: Client):
    row = _objection(desk)
    shown = client.get(reverse("objection", args=[row.uid])).context["disputed"]
    assert (shown.title, desk.committee.name in shown.text) == ("任职", True)
    entry = AuditEntry.objects.get(action="read")
    assert (entry.purpose, entry.person_ids) == ("办理本人提出的异议", [desk.people[0].pk])


def test_reason_of_leave_does_not_reach_the_clerk_through_an_objection(desk: Desk, client: Client):
    activity = activities.record(
        desk.office, kind="general_meeting", title="支部大会", day=desk.today, organizations=[desk.branch],
        all_present=True, actor=desk.clerk,
    )  # fmt: skip
    presence = Participation.objects.get(activity=activity, person=desk.people[0])
    Participation.objects.filter(pk=presence.pk).update(leave_reason="illness")
    row = _objection(desk, "activities.participation", presence.pk)
    answer = client.get(reverse("objection", args=[row.uid]))
    assert (answer.context["disputed"].title, answer.context["disputed"].text) == ("履职记录", "")
    assert "请假事由" not in answer.content.decode()


def test_entry_that_has_gone_is_said_to_be_gone(desk: Desk, client: Client):
    row = _objection(desk)
    Membership.objects.filter(pk=row.subject_id).delete()
    answer = client.get(reverse("objection", args=[row.uid]))
    assert (answer.status_code, answer.context["disputed"]) == (200, None)


def _former(desk: Desk) -> Person:
    """Return a person who left the office three years ago."""
    person = make_person(desk.office, "郑明安", phone="010-0000")
    join(person, desk.committee, valid_until=desk.today - dt.timedelta(days=1100))
    return person


def test_retention_shows_numbers_and_lets_go_only_when_confirmed(desk: Desk, client: Client):
    person = _former(desk)
    page = client.get(reverse("retention"))
    assert page.context["total"] == 1
    assert person.name not in page.content.decode()
    unsure = client.post(reverse("retention"), {"rows": "1"})
    assert (unsure.status_code, set(unsure.context["form"].errors)) == (422, {"sure"})
    stale = client.post(reverse("retention"), {"rows": "5", "sure": "on"})
    assert (stale.status_code, Person.objects.get(pk=person.pk).phone) == (422, "010-0000")
    assert client.post(reverse("retention"), {"rows": "1", "sure": "on"}).status_code == 302
    assert Person.objects.get(pk=person.pk).phone == ""
    assert AuditEntry.objects.get(action="registry.apply_retention").actor_id == desk.clerk.pk


def test_retention_stays_in_the_office(desk: Desk, client: Client):
    there = make_office("政协北川市委员会")
    make_term(there, ordinal=1, starts=dt.date(2010, 1, 1), ends=dt.date(2015, 1, 1))
    _former(desk)
    client.force_login(make_user(there, Role.ADMINISTRATOR))
    assert client.get(reverse("retention")).context["total"] == 0


def test_person_in_office_is_not_erased(desk: Desk, client: Client):
    address = reverse("erase_person", args=[desk.people[0].uid])
    answers = [client.get(address), client.post(address, {"purpose": "本人申请", "name": "陈文远"})]
    assert [(answer.status_code, answer.context["refusal"].code) for answer in answers] == [
        (200, "registry.erase_in_office"),
        (422, "registry.erase_in_office"),
    ]
    assert Person.objects.get(pk=desk.people[0].pk).name == "陈文远"


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"purpose": "", "name": "郑明安"}, {"purpose"}),
        ({"purpose": "本人书面申请", "name": "郑明"}, {"name"}),
        ({"purpose": "郑明安书面申请", "name": "郑明安"}, {"purpose"}),
        ({"purpose": "长" * 201, "name": "郑明安"}, {"purpose"}),
    ],
)
def test_erasing_needs_a_purpose_and_the_name_again(
    typed: dict[str, str], fields: set[str], desk: Desk, client: Client
):
    person = _former(desk)
    answer = client.post(reverse("erase_person", args=[person.uid]), typed)
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, fields)
    assert Person.objects.get(pk=person.pk).name == "郑明安"


def test_erasing_shows_its_plan_and_then_does_it(desk: Desk, client: Client):
    person = _former(desk)
    plan = client.get(reverse("erase_person", args=[person.uid])).context["plan"]
    assert {line.code: line.rows for line in plan.lines if line.rows} == {
        "registry.person": 1,
        "registry.membership": 1,
    }
    answer = client.post(reverse("erase_person", args=[person.uid]), {"purpose": "本人书面申请", "name": "郑明安"})
    assert (answer.status_code, Person.objects.get(pk=person.pk).name) == (302, ERASED_NAME)
    assert AuditEntry.objects.get(action="registry.erase_person").purpose == "本人书面申请"
