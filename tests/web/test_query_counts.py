"""Each list costs the same for one row and for three."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import assign_contact, join, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.activities import operations as activities
from tongxin.core import changes
from tongxin.matters import operations as matters
from tongxin.provisions import operations as provisions
from tongxin.registry import account_operations
from tongxin.registry import suggestion_operations as suggestions
from tongxin.registry.enums import Role
from tongxin.registry.models import RoleGrant
from tongxin.trace import operations as tracing


def _person(desk: Desk, number: int) -> None:
    person = make_person(desk.office, f"委员{number}", affiliation="13")
    join(person, desk.committee)
    join(person, make_organization(desk.office, "sector", f"界别{number}"))
    assign_contact(desk.people[0], person)


def _organization(desk: Desk, number: int) -> None:
    make_organization(desk.office, "special_committee", f"第{number}委员会", parent=desk.committee)


def _branch(desk: Desk, number: int) -> None:
    make_organization(desk.office, "branch", f"第{number}支部")
    if number == 1:
        since = dt.date(desk.today.year - 1, 1, 1)
        provisions.adopt(desk.office, "life.theme_day", valid_from=since, actor=desk.clerk)
    provisions.compile_rules(desk.office)
    changes.announce(desk.office.pk, registry=True)


def _activity(desk: Desk, number: int) -> None:
    activities.record(
        desk.office,
        kind="general_meeting",
        title=f"第{number}次大会",
        day=desk.today,
        organizations=[desk.branch],
        all_present=True,
        actor=desk.clerk,
    )


def _matter(desk: Desk, number: int) -> None:
    matters.open(desk.office, kind="task", title=f"第{number}项任务", lead=desk.branch, actor=desk.clerk)


def _document(desk: Desk, number: int) -> None:
    text = f"第{number}号通知\n\n各党支部要严格执行“三会一课”制度，每季度召开一次支部党员大会。\n"
    tracing.register_document(
        desk.office, name=f"{number}.txt", data=text.encode(), declared_unclassified=True, actor=desk.clerk
    )


def _grant(desk: Desk, number: int) -> None:
    make_user(desk.office, Role.LEADER)


def _request(desk: Desk, number: int) -> None:
    person = make_person(desk.office, f"委员{number}", user=make_user())
    seat = join(person, desk.committee)
    suggestions.object_to(
        person, subject_type="registry.membership", subject_id=seat.pk, statement="日期有误", actor=person.user
    )
    suggestions.propose_correction(person, field="employer", value="市档案馆", actor=person.user)
    suggestions.suggest(desk.office, kind="suggestion", page="/", text="字再大一些", actor=person.user)


def _session(desk: Desk, number: int) -> None:
    browser = Client()
    browser.force_login(desk.clerk)
    browser.get(reverse("today"))
    grant = RoleGrant.objects.get(user=desk.clerk, role=Role.SUPERVISOR)
    colleague = make_user(desk.office, Role.LEADER)
    until = desk.today + dt.timedelta(days=number)
    account_operations.delegate(grant, colleague, since=desk.today, until=until, actor=desk.clerk)


def _own_record(desk: Desk, number: int) -> None:
    desk.people[0].user = desk.clerk
    desk.people[0].save()
    _activity(desk, number)


@pytest.mark.parametrize(
    ("name", "add", "queries"),
    [
        ("roster", _person, 10),
        ("organizations", _organization, 8),
        ("activities", _activity, 12),
        ("matters", _matter, 11),
        ("library", _document, 11),
        ("administration", _grant, 7),
        ("board", _branch, 13),
        ("today", _branch, 17),
        ("mine", _own_record, 35),
        ("requests", _request, 10),
        ("accounts", _grant, 8),
        ("account", _session, 10),
    ],
)
def test_list_costs_the_same_for_one_row_and_three(
    name: str, add: Callable[[Desk, int], None], queries: int, desk: Desk, client: Client
):
    counts = []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            add(desk, number)
        client.get(reverse(name))  # findings, content types and the like are fresh from here on
        with CaptureQueriesContext(connection) as caught:
            assert client.get(reverse(name)).status_code == 200
        counts.append(len(caught))
    assert counts == [queries, queries]
