"""A new office is led through its first hour; what is done is seen from the records, and then the guide is gone."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_user
from tests.web.conftest import Desk
from tongxin.activities.models import Activity
from tongxin.core import clock
from tongxin.registry.enums import OfficeLevel, Role
from tongxin.registry.models import Office
from tongxin.registry.office_operations import found_office
from tongxin.registry.operations import enter_person, grant_role
from tongxin.trace.operations import register_document

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Office:
    today = clock.today()
    term = (6, dt.date(today.year - 1, 1, 10), dt.date(today.year + 4, 1, 10))
    return found_office(
        "政协青澜市委员会",
        short_name="青澜市政协",
        level=OfficeLevel.CITY,
        area_code="990100",
        start_day=today,
        term=term,
        administrator=("guanli", "管理员"),
    )[0]


def _shown(client: Client) -> list[tuple[str, bool]]:
    return [(step.code, step.done) for step in client.get(reverse("today")).context["first_hour"]]


def test_each_step_is_done_by_what_is_recorded_and_then_the_guide_is_gone(office: Office, client: Client):
    clerk = make_user(office, Role.ADMINISTRATOR, Role.ROSTER_CLERK)
    client.force_login(clerk)
    codes = ["founded", "colleagues", "roster", "document", "activity"]
    assert _shown(client) == [(code, code == "founded") for code in codes]
    grant_role(office, clerk, Role.PARTY_CLERK, since=clock.today(), actor=clerk)
    assert [code for code, done in _shown(client) if not done] == codes[2:]
    enter_person(office, name="陈文远", actor=clerk)
    assert [code for code, done in _shown(client) if not done] == codes[3:]
    register_document(
        office,
        name="讲话.txt",
        data="在全市政协工作会议上的讲话\n每季度召开一次党员大会。".encode(),
        declared_unclassified=True,
        actor=clerk,
    )
    assert [code for code, done in _shown(client) if not done] == codes[4:]
    today = clock.today()
    Activity.objects.create(
        office=office, kind="other", title="座谈", day=today, last_day=today, created_by=clerk, created_at=clock.now()
    )
    assert _shown(client) == []


def test_a_step_of_others_names_them_and_leads_nowhere(office: Office, client: Client):
    client.force_login(make_user(office, Role.ROSTER_CLERK))
    page = client.get(reverse("today")).content.decode()
    assert f'href="{reverse("roster_import")}"' in page
    assert f'href="{reverse("invite")}"' not in page
    assert "由系统管理员办理。" in page
    # The library opens to the roster clerk, who may read in it and put nothing into it.
    assert (f'href="{reverse("library")}"' in page, page.count("由党务工作人员办理。")) == (True, 1)


def test_whom_it_does_not_concern_is_not_shown_it(office: Office, client: Client):
    for role in (Role.MEMBER, Role.LEADER, Role.EDITOR):
        client.force_login(make_user(office, role))
        assert _shown(client) == []


def test_another_offices_records_do_not_count(office: Office, desk: Desk, client: Client):
    enter_person(desk.office, name="李若兰", actor=desk.clerk)
    client.force_login(make_user(office, Role.ADMINISTRATOR))
    assert ("roster", False) in _shown(client)
