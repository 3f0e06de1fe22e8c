"""Channels and venues on their pages, and on the page of today."""

from __future__ import annotations

import datetime as dt

from django.test import Client
from django.urls import reverse

from tests.cast import make_organization, make_user
from tests.web.conftest import Desk
from tongxin.matters.models import Outlet, OutletCheck, OutletFault


def _form(desk: Desk, **more: object) -> dict[str, object]:
    return {
        "name": "门户网站", "kind": "website", "unit": desk.branch.uid, "keeper": "", "address": "", "check_every": "month",
        "since": desk.today - dt.timedelta(days=60), "client_id": "11111111-1111-4111-8111-111111111111",
    } | more  # fmt: skip


def test_a_channel_is_entered_checked_and_mended(desk: Desk, client: Client):
    wrong = client.post(reverse("enter_outlet"), _form(desk, keeper="无此人"))
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"keeper"})
    client.post(reverse("enter_outlet"), _form(desk, keeper="陈文远"))
    client.post(reverse("enter_outlet"), _form(desk, keeper="陈文远"))  # clicked twice
    outlet = Outlet.objects.get()
    assert [each.outlet for each in client.get(reverse("today")).context["outlets"]] == [outlet]
    check = {"day": desk.today, "note": "", "client_id": "21111111-1111-4111-8111-111111111111"}
    late = client.post(reverse("check_outlet", args=[outlet.uid]), check | {"day": desk.today + dt.timedelta(days=1)})
    assert (late.status_code, set(late.context["check_form"].errors)) == (422, {"day"})
    client.post(reverse("check_outlet", args=[outlet.uid]), check | {"faults": "链接打不开\n\n栏目过期"})
    assert list(OutletFault.objects.values_list("text", flat=True)) == ["链接打不开", "栏目过期"]
    assert OutletCheck.objects.count() == 1
    fault = OutletFault.objects.all()[0]
    address = reverse("mend_fault", args=[fault.uid])
    assert client.post(address, {"day": desk.today, "mended": ""}).status_code == 422
    client.post(address, {"day": desk.today, "mended": "已修复"})
    shown = client.get(reverse("outlet", args=[outlet.uid])).content.decode()
    assert "已整改：已修复" in shown
    # one fault is left, so it still stands on the page of today
    assert len(client.get(reverse("today")).context["outlets"]) == 1


def test_another_units_channel_is_looked_at_and_not_checked(desk: Desk, client: Client):
    client.post(reverse("enter_outlet"), _form(desk))
    outlet = Outlet.objects.get()
    secretary = make_user(desk.office, "branch_secretary", unit=make_organization(desk.office, "branch"))
    client.force_login(secretary)
    assert client.get(reverse("outlet", args=[outlet.uid])).context["check_form"] is None
    assert client.post(reverse("check_outlet", args=[outlet.uid]), {"day": desk.today}).status_code == 403
    assert client.get(reverse("today")).context["outlets"] == []
    own = make_user(desk.office, "branch_secretary", unit=desk.branch)
    client.force_login(own)
    assert len(client.get(reverse("today")).context["outlets"]) == 1


def test_a_channel_is_corrected_and_given_up(desk: Desk, client: Client):
    client.post(reverse("enter_outlet"), _form(desk))
    outlet = Outlet.objects.get()
    client.post(reverse("edit_outlet", args=[outlet.uid]), _form(desk, name="官网", check_every="week"))
    client.post(reverse("close_outlet", args=[outlet.uid]), {"day": desk.today})
    row = Outlet.objects.get()
    assert (row.name, row.check_every, row.closed_on) == ("官网", "week", desk.today)
    assert client.get(reverse("outlets")).context["rows"] == []
    assert [each.outlet for each, _due in client.get(reverse("outlets"), {"closed": "1"}).context["rows"]] == [row]
    assert client.get(reverse("today")).context["outlets"] == []
