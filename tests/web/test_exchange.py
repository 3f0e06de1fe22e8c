"""From the city's page to the county's and back."""

from __future__ import annotations

import datetime as dt

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_user
from tests.documents.tasks import issued, with_duties
from tests.web.conftest import Desk
from tongxin.documents.task_queries import task_rows
from tongxin.provisions import operations as provisions
from tongxin.provisions.models import Adoption, IssuedSet
from tongxin.registry.enums import Role


def test_city_issues_county_answers_and_the_city_reads(desk: Desk, client: Client):
    county = make_office("政协澄江市南湖区委员会", level="county", parent=desk.office)
    make_organization(county, "branch", "区机关支部")
    provisions.adopt(desk.office, "life.theme_day", valid_from=dt.date(desk.today.year - 1, 1, 1), actor=desk.clerk)
    data = {"title": "年度要求", "day": desk.today.isoformat(), "provisions": ["life.theme_day"]}
    assert client.post(reverse("issue_set"), data | {"provisions": []}).status_code == 422
    assert client.post(reverse("issue_set"), data).status_code == 302
    issued = IssuedSet.objects.get()
    file = client.get(reverse("download_set", args=[issued.uid])).content
    clerk = make_user(county, Role.PARTY_CLERK)
    client.force_login(clerk)
    assert client.get(reverse("requirement_set", args=[issued.uid])).status_code == 404
    spoilt = SimpleUploadedFile("set.json", file.replace("年度要求".encode(), "月度要求".encode()))
    refused = client.post(reverse("receive_file"), {"file": spoilt})
    assert (refused.status_code, "可能被改动过" in refused.content.decode()) == (422, True)
    assert client.post(reverse("receive_file"), {"file": SimpleUploadedFile("set.json", file)}).status_code == 302
    received = IssuedSet.objects.get(office=county)
    assert client.post(reverse("publish_set", args=[received.uid])).status_code == 422
    address = reverse("decide_on_set", args=[received.uid])
    assert client.post(address, {"provision": "life.theme_day", "decision": "not_applicable"}).status_code == 422
    assert client.post(address, {"provision": "life.theme_day", "decision": "adopted"}).status_code == 302
    assert client.post(reverse("publish_set", args=[received.uid])).status_code == 302
    answer = client.get(reverse("download_set", args=[received.uid])).content
    client.force_login(desk.clerk)
    again = client.post(reverse("receive_file"), {"file": SimpleUploadedFile("reply.json", answer)})
    assert again.status_code == 302
    page = client.get(reverse("requirement_set", args=[issued.uid])).content.decode()
    assert county.name in page
    assert "区机关支部" not in page


def test_county_says_from_when_on_and_a_bad_day_keeps_what_was_typed(desk: Desk, client: Client):
    county = make_office("政协澄江市南湖区委员会", level="county", parent=desk.office)
    provisions.adopt(desk.office, "life.theme_day", valid_from=dt.date(desk.today.year - 1, 1, 1), actor=desk.clerk)
    data = {
        "title": "年度要求",
        "day": desk.today.isoformat(),
        "provisions": ["life.theme_day"],
        "counties": [county.pk],
    }
    assert client.post(reverse("issue_set"), data).status_code == 302
    client.force_login(make_user(county, Role.PARTY_CLERK))
    received = IssuedSet.objects.get(office=county)
    address = reverse("decide_on_set", args=[received.uid])
    sent = {"provision": "life.theme_day", "decision": "adopted", "reason": "先放一放", "valid_from": "2026-02-30"}
    refused = client.post(address, sent)
    shown = refused.content.decode()
    assert (refused.status_code, "没有这一天" in shown, "先放一放" in shown) == (422, True, True)
    assert client.post(address, {"decision": "adopted"}).status_code == 422
    assert not Adoption.objects.filter(office=county).exists()
    day = desk.today + dt.timedelta(days=10)
    assert client.post(address, sent | {"valid_from": day.isoformat()}).status_code == 302
    assert Adoption.objects.get(office=county).valid_from == day


def test_a_table_goes_out_to_a_county_and_a_task_is_taken_on(desk: Desk, client: Client):
    county = make_office("政协澄江市南湖区委员会", level="county", parent=desk.office)
    unit = make_organization(county, "department", "区政协办公室")
    with_duties(desk.office)
    document = issued(desk.office)
    address = reverse("issue_tasks", args=[document.uid])
    assert "学习委员会" in client.get(address).content.decode()
    data = {"title": "年度任务", "day": desk.today.isoformat(), "counties": [county.pk]}
    refused = client.post(address, data)
    assert (refused.status_code, "请至少选中一条" in refused.content.decode()) == (422, True)
    lines = [row.uid for row in task_rows(document)]
    assert client.post(address, data | {"requirements": lines}).status_code == 302
    client.force_login(make_user(county, Role.PARTY_CLERK))
    received = IssuedSet.objects.get(office=county)
    assert client.get(reverse("issue_tasks", args=[document.uid])).status_code == 404
    decide = reverse("decide_on_set", args=[received.uid])
    typed = {"provision": f"task.{lines[0]}", "decision": "adopted", "unit": "没有的办公室"}
    refused = client.post(decide, typed)
    assert (refused.status_code, "没有的办公室" in refused.content.decode()) == (422, True)
    assert client.post(decide, typed | {"unit": unit.name}).status_code == 302
    assert (
        client.post(decide, typed | {"provision": f"task.{lines[1]}", "decision": "not_applicable"}).status_code == 422
    )
    declined = typed | {"provision": f"task.{lines[1]}", "decision": "not_applicable", "reason": "另有安排"}
    assert client.post(decide, declined).status_code == 302
    assert client.post(decide, {"provision": "held", "decision": "adopted"}).status_code == 302
    assert client.post(reverse("publish_set", args=[received.uid])).status_code == 302
    assert client.post(decide, {"provision": "held", "decision": "adopted"}).status_code == 422
    client.force_login(desk.clerk)
    page = client.get(reverse("requirement_set", args=[IssuedSet.objects.get(office=desk.office).uid])).content.decode()
    assert ("办理中" in page, "不适用：另有安排" in page, unit.name in page) == (True, True, False)
