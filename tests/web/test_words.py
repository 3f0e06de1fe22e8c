"""What a word means stands at the foot of the pages where it is used."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.cast import make_office, make_user
from tongxin.provisions.enums import FindingState
from tongxin.registry.enums import Role
from tongxin.web.words import WORDS, words_of


def test_every_state_of_a_finding_is_explained():
    assert {str(word.name) for word in words_of("/board/")} == {str(state.label) for state in FindingState}
    assert words_of("/") == words_of("/board/calendar/")


def test_every_area_is_there_and_other_pages_have_none():
    for start in WORDS:
        try:
            resolve(start)
        except Resolver404:
            pytest.fail(f"{start} leads nowhere")
    assert words_of("/accounts/login/") == ()


@pytest.mark.django_db
def test_words_stand_on_the_page_in_the_readers_language(client: Client):
    client.force_login(make_user(make_office(), Role.PARTY_CLERK))
    page = client.get(reverse("board")).content.decode()
    assert "由人确认，软件自己从不这样判断。" in page.split("<footer")[1]
    english = client.get(reverse("board"), headers={"accept-language": "en"}).content.decode()
    assert "A person says so; the software never concludes it by itself." in english.split("<footer")[1]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "query", "chinese", "english"),
    [
        ("own_provision", "?kind=periodic", ">组织生活<", ">Organisational life<"),
        ("provisions", "?standing=available", ">年度全面报告<", ">Yearly overall report<"),
        ("activities", "", ">主题党日<", ">Theme Party day<"),
        ("workflows", "?kind=proposal", "已立案，待交办", "Filed, to be assigned"),
        ("workflows", "?kind=manuscript", ">编辑审核<", ">Editorial review<"),
        ("invite", "", ">编辑审核<", ">Editorial review<"),
        ("workflows", "?kind=proposal", ">30日", ">30 days"),
    ],
)
def test_declared_names_are_said_in_the_readers_language(
    client: Client, name: str, query: str, chinese: str, english: str
):
    client.force_login(make_user(make_office(), *Role))
    for language, there, gone in (("zh-hans", chinese, english), ("en", english, chinese)):
        page = client.get(reverse(name) + query, headers={"accept-language": language}).content.decode()
        assert (there in page, gone in page) == (True, False), language
