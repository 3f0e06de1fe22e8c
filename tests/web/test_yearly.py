from __future__ import annotations

import pytest

from tests.cast import make_user
from tests.documents.tasks import issued
from tongxin.activities import life_operations
from tongxin.activities import operations as activities
from tongxin.documents import draft_queries, queries
from tongxin.documents.draft_operations import write_draft
from tongxin.documents.models import Document, Placeholder
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db


def test_a_report_is_shown_downloaded_and_kept_as_a_live_draft(client, desk):
    activities.record(
        desk.office, kind="theme_day", title="植树", day=desk.today, organizations=[desk.branch], actor=desk.clerk
    )
    page = client.get("/library/reports/life/").content.decode()
    assert f'href="/figures/held:theme_day/{desk.today.year}/?day={desk.today:%Y-%m-%d}"' in page
    assert client.get("/library/reports/life/", {"file": "docx"})["Content-Type"].endswith("wordprocessingml.document")
    client.post("/library/reports/life/keep/", {"year": desk.today.year})
    draft = Document.objects.get()
    assert {use.value for use in draft_queries.uses_of(draft)} == {"1"}
    shown = client.get(f"/figures/held:theme_day/{desk.today.year}/").content.decode()
    assert "植树" in shown and f"{desk.today.year}年主题党日次数" in shown
    assert client.get("/library/reports/none/").status_code == 404


def test_titles_of_activities_are_for_the_clerks(client, desk):
    activities.record(
        desk.office, kind="theme_day", title="植树", day=desk.today, organizations=[desk.branch], actor=desk.clerk
    )
    client.force_login(make_user(desk.office, Role.LEADER))
    page = client.get(f"/figures/held:theme_day/{desk.today.year}/").content.decode()
    assert "植树" not in page and "由名册管理员和党务工作人员查阅" in page


def test_the_work_point_report_is_kept_with_live_numbers(client, desk):
    document = issued(desk.office)
    client.post(f"/library/{document.uid}/standing/keep/")
    draft = Document.objects.order_by("-pk")[0]
    uses = draft_queries.uses_of(draft)
    assert [(use.figure.rpartition("/")[2], use.value) for use in uses] == [
        ("confirmed", "2"), ("bound", "0"), ("tasks", "0"), ("open", "1"),
    ]  # fmt: skip
    assert uses[0].rows == list(
        queries.latest_revision(document).requirements.order_by("start").values_list("pk", flat=True)[:2]
    )
    page = client.get(f"/figures/{uses[0].figure}/").content.decode()
    assert "6月底前组织一次学习培训" in page and "已确认要求数" in page


def test_any_figure_is_chosen_for_an_open_place_from_the_list(client, desk):
    document = issued(desk.office)
    place = Placeholder.objects.get(revision__document=document)
    page = client.get(f"/library/places/{place.uid}/choose/").content.decode()
    assert "全年不少于<mark>XXX</mark>条" in page and 'value="members.total"' in page
    assert (
        'value="members.women"'
        not in client.get(f"/library/places/{place.uid}/choose/", {"words": "在任"}).content.decode()
    )
    address = f"/library/places/{place.uid}/"
    answer = client.post(address, {"from": "choose", "step": "fill"})
    assert answer.status_code == 422 and "没有选择数据项" in answer.content.decode()
    typed = {"from": "choose", "step": "fill", "figure": "members.total", "override": "4"}
    answer = client.post(address, typed)
    assert answer.status_code == 422 and "缺少来源与理由" in answer.content.decode()
    assert 'value="4"' in answer.content.decode()
    assert client.post(address, {"step": "fill", "figure": "members.total"}).status_code == 302
    place.refresh_from_db()
    assert (place.figure, place.value, place.state) == ("members.total", "3", "filled")


def test_a_form_without_a_figure_says_so(client, desk):
    document = write_draft(desk.office, title="汇报", text="共XXX名。", actor=None)
    place = Placeholder.objects.get(revision__document=document)
    page = client.post(f"/library/places/{place.uid}/", {"step": "fill"}, follow=True).content.decode()
    assert "没有选择数据项。请从列表中选择一项，或留空。" in page


def test_an_approved_line_leads_whoever_writes_back_to_its_activity(client, desk):
    held = activities.record(
        desk.office, kind="theme_day", title="植树", day=desk.today, organizations=[desk.branch], actor=desk.clerk
    )
    life_operations.approve_practice(held, practice="逐棵认领", approved_by="书记", actor=desk.clerk)
    client.force_login(make_user(desk.office, Role.EDITOR))
    page = client.get("/library/draft/").content.decode()
    label = f"特色做法·{desk.branch.name}（{desk.today.year}年{desk.today.month}月{desk.today.day}日，植树）"
    assert f'data-insert="{{{{{label}}}}}"' in page and "逐棵认领" in page
    source = client.get(f"/figures/practice:{held.uid.hex}/").content.decode()
    assert f'href="/activities/{held.uid}/"' in source and label in source
    assert client.get(f"/activities/{held.uid}/").status_code == 200
    assert client.get("/figures/practice:nothing/").status_code == 404
