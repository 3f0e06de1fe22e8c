from __future__ import annotations

import pytest

from tests.cast import join, make_organization, make_person, make_user
from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.documents import draft_queries
from tongxin.documents.models import Document
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db

DRAFT = {"title": "工作情况汇报", "text": "现有政协委员{{在任委员数}}名。"}


def write(client, **more):
    answer = client.post("/library/draft/", DRAFT | more)
    assert answer.status_code == 302
    return Document.objects.order_by("-pk")[0]


def test_a_draft_is_written_shown_and_its_number_leads_to_the_rows(client, desk):
    page = client.get("/library/draft/").content.decode()
    assert "{{在任委员数}}" in page
    document = write(client)
    shown = client.get(f"/library/{document.uid}/").content.decode()
    assert f'href="/figures/members.total/?day={clock.today():%Y-%m-%d}"' in shown
    paper = client.get(f"/library/{document.uid}/paper/").content.decode()
    assert f'<a href="/figures/members.total/?day={clock.today():%Y-%m-%d}"' in paper
    assert "{{" not in paper
    rows = client.get("/figures/members.total/").content.decode()
    assert all(person.name in rows for person in desk.people)
    assert AuditEntry.objects.filter(action="read", purpose="查看数据项的计入名单").count() == 1


def test_who_may_not_see_names_sees_the_number_only(client, desk):
    client.force_login(make_user(desk.office, Role.LEADER))
    page = client.get("/figures/members.party/").content.decode()
    assert "陈文远" not in page and "由名册管理员和党务工作人员查阅" in page


@pytest.mark.parametrize(("role", "links"), [(Role.PARTY_CLERK, 1), (Role.EDITOR, 0)])
def test_units_of_a_figure_are_links_only_where_they_open(client, desk, role, links):
    unit = make_organization(desk.office, "special_committee", "提案委员会")
    client.force_login(make_user(desk.office, role))
    page = client.get("/figures/special_committees.total/").content.decode()
    assert unit.name in page
    assert page.count(f"/roster/organizations/{unit.uid}/") == links


def test_a_change_of_the_register_lists_the_draft_and_one_click_settles_it(client, desk):
    document = write(client)
    assert "没有需要核对的公文" in client.get("/figures/check/").content.decode()
    join(make_person(desk.office, "新委员"), desk.committee)
    page = client.get("/figures/check/").content.decode()
    assert document.title in page and "<strong>4</strong>" in page
    place = draft_queries.uses_of(document)[0]
    answer = client.post(f"/library/places/{place.uid}/", {"step": "fill", "figure": place.figure, "from": "check"})
    assert answer["Location"] == "/figures/check/"
    assert "没有需要核对的公文" in client.get("/figures/check/").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_papers_to_check_takes_the_same_statements(client, desk, count, django_assert_num_queries):
    for number in range(count):
        write(client, title=f"汇报{number}")
    join(make_person(desk.office, "新委员"), desk.committee)
    client.get("/figures/check/")
    with django_assert_num_queries(7):
        assert client.get("/figures/check/").content.decode().count("<strong>4</strong>") == count


def test_an_unknown_reference_comes_back_with_what_was_typed(client, desk):
    answer = client.post("/library/draft/", DRAFT | {"text": "{{没有}}名"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "没有名为“没有”的数据项" in page and "{{没有}}名" in page
    assert Document.objects.count() == 0


@pytest.mark.parametrize("address", ["/figures/none/", "/figures/posts:1/", "/figures/post:x/y/"])
def test_a_figure_that_is_not_there_is_not_found(client, desk, address):
    assert client.get(address).status_code == 404


def test_a_post_is_shown_with_who_holds_it(client, desk):
    unit = make_organization(desk.office, "special_committee", "提案委员会")
    join(desk.people[0], unit, post="director")
    assert "陈文远" in client.get(f"/figures/post:{unit.uid}/director/").content.decode()


def test_the_library_marks_what_was_looked_for(client, desk):
    write(client, text="加强委员学习，持续学习。")
    page = client.get("/library/", {"text": "学习"}).content.decode()
    assert page.count("<mark>学习</mark>") == 2
    assert "没有找到" in client.get("/library/", {"text": "没有的词"}).content.decode()
