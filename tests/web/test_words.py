"""What a word means stands at the foot of the pages where it is used."""

from __future__ import annotations

from pathlib import Path

import allauth
import pytest
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from tests.cast import make_office, make_user
from tests.house.packages import SOURCE
from tongxin.provisions.enums import FindingState
from tongxin.registry.enums import Role
from tongxin.web.navigation import AREAS
from tongxin.web.words import WORDS, words_of

ROW = "0b2c6a4e-1111-4222-8333-444455556666"


def test_every_state_of_a_finding_is_explained():
    assert {str(word.name) for word in words_of("/board/")} == {str(state.label) for state in FindingState}
    assert words_of("/") == words_of("/board/calendar/")


def test_every_area_is_there_and_other_pages_have_none():
    for start in WORDS:
        address = start.replace("*", ROW)
        for each in (address, f"{address}record/", f"{address}write/"):  # some are of a form, or begin below
            try:
                resolve(each)
            except Resolver404:
                continue
            break
        else:
            pytest.fail(f"{start} leads nowhere")
    assert words_of("/accounts/login/") == ()
    assert {reverse(name) for name, _ in AREAS if not words_of(reverse(name))} == set()


def test_the_nearest_words_count():
    def names(path: str) -> list[str]:
        return [str(word.name) for word in words_of(path)]

    assert names(f"/activities/{ROW}/register/stations/")[0] == "登记台"
    assert names(f"/activities/{ROW}/correct/") == names("/activities/")
    assert names(f"/library/{ROW}/tasks/") == ["职责表", "配合单位"]
    assert names("/library/upload/") == names("/library/")
    assert names(f"/library/{ROW}/trace/") == names(f"/library/{ROW}/")


def test_what_is_explained_is_what_the_pages_say():
    """A word that no page uses, or uses under another name, would explain nothing."""
    said = "".join(
        path.read_text("utf-8")
        for path in SOURCE.rglob("*")
        if path.suffix in {".html", ".py"} and path.name != "words.py" and "tests" not in path.parts
    )
    library = Path(allauth.__file__).parent / "locale/zh_Hans/LC_MESSAGES/django.po"
    said += library.read_text("utf-8")
    assert sorted({str(word.name) for words in WORDS.values() for word in words if str(word.name) not in said}) == []


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
