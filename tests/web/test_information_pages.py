"""社情民意信息 page by page: each form as the page shows it, sent right and wrong; what was typed is kept."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_person, make_user
from tests.web.page_forms import form_on, send, typed
from tongxin.matters import information_operations, queries
from tongxin.matters.models import BodyRevision, Matter, MatterNotice, Step

TEXT = "城东片区晚高峰停车困难，建议利用空地增设临时停车场。"


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def author(office):
    return make_person(office, "陈文远", user=make_user())


@pytest.fixture
def desk(office):
    return make_user(office, "information_office")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def said(answer):
    return answer.content.decode()


def handed_in(office, author, *, edited=False, sent=False, desk=None):
    matter = information_operations.write(office, title="停车困难", text=TEXT, author=author, actor=author.user)
    if edited or sent:
        information_operations.edit(matter, "编辑后：增设临时停车场。", actor=desk)
    if sent:
        information_operations.send(queries.matter_by_uid(office, matter.uid), ["own"], actor=desk)
    return queries.matter_by_uid(office, matter.uid)


def test_writing(office, author):
    client, page = signed_in(author.user), reverse("write_information")
    form = form_on(client.get(page), field="text")
    wrong = send(client, page, form, title="", text=TEXT)
    assert (wrong.status_code, typed(wrong, "text").strip()) == (422, TEXT)
    wrong = send(client, page, form_on(wrong, field="text"), title="停车困难", text="长" * 1501)
    assert wrong.status_code == 422
    assert "正文1501字，超过1500字" in said(wrong)
    assert typed(wrong, "text").strip() == "长" * 1501
    assert Matter.objects.count() == 0
    form = form_on(wrong, field="text")
    answers = [send(client, page, form, text=TEXT) for _ in range(2)]  # a double click
    assert [answer.status_code for answer in answers] == [302, 302]
    matter = Matter.objects.get()
    assert (matter.title, matter.state, BodyRevision.objects.get().text) == ("停车困难", "submitted", TEXT)


def test_writing_for_somebody_says_on_what_ground(office, author, desk):
    client, page = signed_in(desk), reverse("write_information")
    wrong = send(client, page, form_on(client.get(page), field="text"), title="停车困难", text=TEXT)
    assert "请填写反映人" in said(wrong)
    wrong = send(client, page, form_on(wrong, field="text"), author="陈文远")
    assert wrong.status_code == 422
    assert "代录须写明依据" in said(wrong)
    assert typed(wrong, "author") == "陈文远"
    assert send(client, page, form_on(wrong, field="text"), on_behalf="来稿").status_code == 302
    assert Matter.objects.get().on_behalf == "来稿"


def test_editing_keeps_both_wordings(office, author, desk):
    matter = handed_in(office, author)
    client, page = signed_in(desk), reverse("edit_information", args=[matter.uid])
    form = form_on(client.get(page), field="text")
    assert typed(client.get(page), "text").strip() == TEXT
    wrong = send(client, page, form, text="")
    assert wrong.status_code == 422
    assert send(client, page, form_on(wrong, field="text"), text="编辑后。").status_code == 302
    assert list(BodyRevision.objects.order_by("pk").values_list("text", "edited")) == [
        (TEXT, False), ("编辑后。", True),
    ]  # fmt: skip
    assert signed_in(author.user).get(page).status_code == 403


def test_sending_says_where(office, author, desk):
    matter = handed_in(office, author, edited=True, desk=desk)
    client, page = signed_in(desk), reverse("send_information", args=[matter.uid])
    wrong = send(client, page, form_on(client.get(page), field="reference"), reference="第3期")
    assert (wrong.status_code, typed(wrong, "reference")) == (422, "第3期")
    assert "请选择报送到哪里" in said(wrong)
    assert send(client, page, form_on(wrong, field="reference"), levels={"own", "province"}).status_code == 302
    assert Step.objects.get(transition="send").reason == "本级党委政府、省政协"
    assert client.get(page).status_code == 404


def test_each_fate_is_told_to_the_author(office, author, desk):
    matter = handed_in(office, author, sent=True, desk=desk)
    client, page = signed_in(desk), reverse("tell_fate", args=[matter.uid])
    wrong = send(client, page, form_on(client.get(page), field="fate"), fate="noted", level="own", reason="")
    assert (wrong.status_code, typed(wrong, "fate")) == (422, "noted")
    assert send(client, page, form_on(wrong, field="fate"), reason="分管副市长批示住建局研办").status_code == 302
    told = MatterNotice.objects.filter(audience="authors").order_by("-pk")[0].text
    assert told == "“停车困难”领导批示：本级党委政府：分管副市长批示住建局研办"
    seen = said(signed_in(author.user).get(reverse("matter", args=[matter.uid])))
    assert TEXT in seen
    assert "编辑后：增设临时停车场" in seen
    assert "分管副市长批示住建局研办" in seen
    assert told in said(signed_in(author.user).get(reverse("matter_notices")))


def test_another_offices_item_is_not_there(office, author, desk):
    matter = handed_in(office, author, edited=True, desk=desk)
    stranger = signed_in(make_user(make_office(), "information_office"))
    for name in ("edit_information", "send_information", "tell_fate", "matter"):
        assert stranger.get(reverse(name, args=[matter.uid])).status_code == 404
