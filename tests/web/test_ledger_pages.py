"""Ledgers: saved, narrowed, printed, handed out as a spreadsheet, read in pieces; units that are gone are said."""

from __future__ import annotations

import io
import uuid
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_person, make_post, make_user
from tests.web.page_forms import form_on, send
from tongxin.core import clock
from tongxin.matters import assignment_operations, operations, queries, reviewer_queries
from tongxin.matters.models import Matter, SavedView
from tongxin.web.matters import views


@pytest.fixture
def office(db):
    return make_office()


@pytest.fixture
def unit(office):
    return make_organization(office, "department", "办公室")


@pytest.fixture
def client(office):
    client = Client()
    client.force_login(make_user(office, "supervisor"))
    return client


def said(answer):
    return answer.content.decode()


def task(office, unit, number):
    return operations.open(office, kind="task", title=f"第{number}件工作", lead=unit, actor=None)


def test_a_view_keeps_what_it_is_narrowed_to_and_not_where_one_stood(office, unit, client):
    row = task(office, unit, 1)
    page = f"{reverse('matters')}?kind=task&text=工作&all=1&after={row.uid}"
    shown = client.get(page)
    assert send(client, page, form_on(shown, field="name"), name="在办工作").status_code == 302
    kept = SavedView.objects.get()
    assert (kept.name, kept.query) == ("在办工作", "kind=task&text=%E5%B7%A5%E4%BD%9C")
    assert "第1件工作" in said(client.get(f"{reverse('matters')}?{kept.query}"))
    form = form_on(client.get(reverse("matters")), action=reverse("keep_view"))
    send(client, reverse("matters"), form, ("drop", str(kept.uid)))
    assert SavedView.objects.count() == 0


def test_a_name_too_long_is_refused_and_the_ledger_stays_narrowed(office, unit, client):
    page = f"{reverse('matters')}?kind=task"
    answer = client.post(reverse("keep_view"), {"query": "kind=task", "name": "长" * 41}, follow=True)
    assert answer.redirect_chain[-1][0] == page
    assert "名称应为1至40个字" in said(answer)


def test_a_long_ledger_is_read_in_pieces_and_printed_whole(office, unit, client, monkeypatch):
    monkeypatch.setattr(views, "MOST", 4)
    monkeypatch.setattr(views, "PAGE", 2)
    rows = [task(office, unit, number) for number in range(1, 7)]
    address = f"{reverse('matters')}?kind=task"
    assert "之后还有" in said(client.get(address))
    last = said(client.get(f"{address}&page=2"))
    assert f"after={rows[2].uid}" in last
    beyond = said(client.get(f"{address}&after={rows[2].uid}"))
    assert [f"第{number}件工作" in beyond for number in range(1, 7)] == [True, True, False, False, False, False]
    assert "回到最前" in beyond
    printed = said(client.get(f"{address}&all=1"))
    assert [f"第{number}件工作" in printed for number in range(1, 7)] == [False, False, True, True, True, True]
    # A ledger of more rows than one print holds says so on it, and the next print goes on behind it.
    assert "这一份列出4条。 后面还有，没有列在这一份里。" in " ".join(printed.split()).replace("。后面", "。 后面")
    rest = said(client.get(f"{address}&all=1&after={rows[2].uid}"))
    assert f"{address}&amp;all=1&amp;after={rows[2].uid}" not in rest
    assert "接上一份。" in rest
    assert "这一份列出2条。" in rest
    assert "已列完。" in rest


def test_the_spreadsheet_holds_the_ledger_as_it_is_narrowed(office, unit, client):
    for number in (1, 2):
        task(office, unit, number)
    answer = client.get(reverse("matters_sheet"), {"kind": "task", "text": "第2件"})
    with zipfile.ZipFile(io.BytesIO(answer.content)) as package:
        texts = "".join(package.read(name).decode() for name in package.namelist() if name.endswith(".xml"))
    assert "第2件工作" in texts
    assert "第1件工作" not in texts


def test_a_unit_dissolved_while_handling_is_said_and_the_matter_goes_to_another(office):
    gone, other = (make_organization(office, "handling_unit", name) for name in ("市档案局", "市教育局"))
    desk = make_user(office, "proposals_office")
    client = Client()
    client.force_login(desk)
    matter = operations.open(office, kind="proposal", title="关于学校的提案", actor=None)
    Matter.objects.filter(pk=matter.pk).update(state="filed")
    assignment_operations.assign(queries.matter_by_uid(office, matter.uid), lead=gone, actor=desk)
    address = f"{reverse('matters')}?inbox=1"
    assert "承办单位已撤销" not in said(client.get(address))
    gone.valid_until = clock.today()
    gone.save()
    assert "以下事项的承办单位已撤销" in said(client.get(address))
    page = client.get(reverse("matter", args=[matter.uid]))
    assert "请收回并重新交办" in said(page)
    assignment_operations.give_back(
        queries.matter_by_uid(office, matter.uid), "take_back", reason="单位撤销", actor=desk
    )
    assign = reverse("assign_matter", args=[matter.uid])
    form = form_on(client.get(assign), field="lead")
    assert str(gone.uid) not in form.inputs["lead"].value_options
    assert send(client, assign, form, lead=str(other.uid)).status_code == 302
    assert "承办单位已撤销" not in said(client.get(address))
    assert [row.organization for row in queries.matter_by_uid(office, matter.uid).units.all()] == [other]


def test_the_administrator_names_who_gives_which_review(office, client):
    person = make_person(office, "白鹿原")
    post = make_post(office, "department", "head", "处长")
    make_post(office, "branch", "party_secretary", "支部书记")
    client.force_login(make_user(office, "administrator"))
    page = f"{reverse('workflows')}?kind=manuscript"
    shown = said(client.get(page))
    assert "支部书记" not in shown  # a post of a Party unit would tell affiliation
    assert shown.count("没有指定") == 5  # said of the three and the secrecy check, and once in the sentence above
    action = reverse("set_workflow", args=["manuscript"])
    for holder, typed in ((f"post:{post.uid}", ""), ("", "白鹿原"), ("role:leader", "")):
        answer = client.post(action, {"step": "pass_second", "holder": holder, "person": typed}, follow=True)
        assert answer.redirect_chain == [(page, 302)]
    named = reviewer_queries.named_reviewers(office)["pass_second"]
    assert [one.name for one in named] == ["处长", "白鹿原", "领导"]
    assert said(client.get(page)).count("没有指定") == 4
    wrong = client.post(action, {"step": "pass_second", "holder": "", "person": "没有此人"})
    assert (wrong.status_code, "没有此人" in said(wrong)) == (422, True)
    client.post(action, {"drop": named[0].code})
    assert [one.name for one in reviewer_queries.named_reviewers(office)["pass_second"]] == ["白鹿原", "领导"]
    # Others read whom the office names, and set nothing.
    client.force_login(make_user(office, "editor"))
    shown = said(client.get(page))
    assert "白鹿原" in shown
    assert action not in shown
    assert client.post(action, {"drop": named[1].code}).status_code == 403
    assert person.pk in [one.key for one in reviewer_queries.named_reviewers(office)["pass_second"]]


def test_the_list_of_steps_says_who_takes_each(office, client):
    client.force_login(make_user(office, "supervisor"))
    shown = said(client.get(f"{reverse('workflows')}?kind=task"))
    assert '<td data-label="由谁办理">办理单位、责任人；督查人员、党务工作人员可代录</td>' in shown
    assert '<td data-label="由谁办理">督查人员、党务工作人员</td>' in shown
    shown = said(client.get(f"{reverse('workflows')}?kind=proposal"))
    assert '<td data-label="由谁办理">配合单位；提案办可代录</td>' in shown


def test_what_answers_an_objection_is_asked_once_it_was_raised(office, client):
    """Without script: first the plain form, then, where a level is skipped, the same form with copy and reason."""
    clerk = make_user(office, "party_clerk")
    unit = make_organization(office, "party_group", "机关党组")
    client.force_login(clerk)
    page = f"{reverse('open_matter')}?kind=request"
    shown = said(client.get(page))
    assert [f'name="{name}"' in shown for name in ("addressee", "skipped", "skip_reason", "title_reason")] == [
        True, False, False, False,
    ]  # fmt: skip
    sent = {
        "kind": "request",
        "title": "关于召开会议的请示",
        "addressee": "省委",
        "lead": unit.uid,
        "topic": "key_work",
        "client_id": uuid.uuid4(),
    }
    answer = client.post(page, sent)
    shown = said(answer)
    assert (answer.status_code, Matter.objects.count()) == (422, 0)
    assert [f'name="{name}"' in shown for name in ("skipped", "skip_reason", "title_reason")] == [True, True, False]
    answer = client.post(page, {**sent, "title": "关于三个事项的请示"})
    assert 'name="title_reason"' in said(answer)
    answer = client.post(page, {**sent, "skipped": "市委", "skip_reason": "突发情况"})
    assert (answer.status_code, Matter.objects.get().upward.skipped) == (302, "市委")


def test_a_choice_not_made_reads_in_words(office, client):
    client.force_login(make_user(office, "supervisor"))
    shown = said(client.get(f"{reverse('open_matter')}?kind=task"))
    assert ("---" in shown, "（未选）" in shown) == (False, True)
    proposals_office = make_user(office, "proposals_office")
    author = make_person(office)
    matter = operations.open(office, kind="proposal", title="提案", people=[(author, "author")], actor=None)
    Matter.objects.filter(pk=matter.pk).update(state="filed")
    client.force_login(proposals_office)
    shown = said(client.get(reverse("assign_matter", args=[matter.uid])))
    assert ("---" in shown, "（未选）" in shown) == (False, True)
