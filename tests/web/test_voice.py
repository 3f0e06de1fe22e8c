"""What people say to the office reaches it, and the answer reaches them."""

from __future__ import annotations

from django.test import Client
from django.urls import reverse

from tests.cast import make_user
from tests.web.conftest import Desk
from tongxin.core.models import AuditEntry
from tongxin.registry.models import CorrectionProposal, Person, Suggestion


def test_suggestion_is_answered_to_its_sender(desk: Desk, client: Client):
    client.post(reverse("suggestions"), {"kind": "suggestion", "page": "/board/", "text": "字再大一些"})
    row = Suggestion.objects.get()
    assert (row.sender, row.page) == (desk.clerk, "/board/")
    client.post(reverse("answer_suggestion", args=[row.uid]), {"answer": "页首可切换大字"})
    (shown,) = client.get(reverse("suggestions")).context["own"]
    assert (shown.text, shown.answer) == ("字再大一些", "页首可切换大字")


def test_anonymous_suggestion_keeps_no_sender_and_is_read_by_receipt(desk: Desk, client: Client):
    client.post(reverse("suggestions"), {"kind": "complaint", "text": "登记太慢", "anonymous": "on"})
    row = Suggestion.objects.get()
    assert (row.sender, row.created_by) == (None, None)
    shown = client.get(reverse("suggestions"), {"receipt": str(row.uid)}).context["by_receipt"]
    assert shown.text == "登记太慢"
    assert client.get(reverse("suggestions"), {"receipt": "nonsense"}).context["by_receipt"] is None


def test_empty_suggestion_is_named(desk: Desk, client: Client):
    answer = client.post(reverse("suggestions"), {"kind": "complaint", "page": "/mine/", "text": ""})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"text"})
    assert 'value="/mine/"' in answer.content.decode()


def test_correction_is_written_when_the_clerk_confirms_it(desk: Desk, client: Client):
    person = desk.people[0]
    person.user = make_user()
    person.save()
    client.force_login(person.user)
    client.post(reverse("propose_correction"), {"field": "employer", "value": "市档案馆"})
    assert Person.objects.get(pk=person.pk).employer == ""
    row = CorrectionProposal.objects.get()
    client.force_login(desk.clerk)
    client.get(reverse("corrections"))
    assert AuditEntry.objects.get(action="read").person_ids == [person.pk]
    client.post(reverse("decide_correction", args=[row.uid]), {"step": "confirm"})
    assert Person.objects.get(pk=person.pk).employer == "市档案馆"


def test_impossible_correction_is_named_and_kept_on_the_page(desk: Desk, client: Client):
    person = desk.people[0]
    person.user = desk.clerk
    person.save()
    answer = client.post(reverse("propose_correction"), {"field": "birth_date", "value": "2026-02-30"})
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert 'value="2026-02-30"' in answer.content.decode()
    assert CorrectionProposal.objects.count() == 0
