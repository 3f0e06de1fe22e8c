"""今日 and 本周提示: own units for secretaries, all for who oversees them, nothing about units for others."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.provisions import operations as provisions
from tongxin.registry.enums import Role


def _units(groups) -> set[str]:
    return {line.unit for _day, _name, lines in groups for line, _number in lines}


def test_clerk_sees_all_units_and_the_secretary_the_own(desk: Desk, client: Client):
    make_organization(desk.office, "branch", "机关第二党支部")
    since = dt.date(desk.today.year - 1, 1, 1)
    provisions.adopt(desk.office, "life.theme_day", valid_from=since, actor=desk.clerk)
    page = client.get(reverse("today"))
    assert _units(page.context["soon"]) == {"机关第一党支部", "机关第二党支部"}
    client.force_login(make_user(desk.office, Role.BRANCH_SECRETARY, unit=desk.branch))
    page = client.get(reverse("today"))
    assert _units([*page.context["soon"], *page.context["to_record"]]) == {"机关第一党支部"}
    assert "机关第二党支部" not in page.content.decode()
    weekly = client.get(reverse("weekly"))
    assert "本周提示" in weekly.content.decode()
    assert "机关第二党支部" not in weekly.content.decode()


def test_editor_is_shown_nothing_about_units(desk: Desk, client: Client):
    provisions.adopt(desk.office, "life.theme_day", valid_from=dt.date(desk.today.year - 1, 1, 1), actor=desk.clerk)
    client.force_login(make_user(desk.office, Role.EDITOR))
    page = client.get(reverse("today"))
    assert (page.context["soon"], page.context["to_record"]) == ([], [])
    assert client.get(reverse("weekly")).context["text"] == ""
