"""Accounts: the link shows once, opens once; grants, delegation, sessions; what an administrator may not see."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_organization, make_person, make_user
from tests.web.conftest import Desk
from tongxin.accounts.models import Invitation, User, UserSession
from tongxin.core import clock
from tongxin.core.models import AuditEntry
from tongxin.registry import account_operations
from tongxin.registry.account_queries import second_factor_roles
from tongxin.registry.enums import Role
from tongxin.registry.models import Person, RoleGrant

GOOD = "shanshui-7-yuntian"
INVITED = {"username": "zhou", "display_name": "周启明", "role": "leader", "days": "7"}


def _link(answer) -> str:
    (link,) = re.findall(r"http://testserver(/invitation/[\w-]+/)", answer.content.decode())
    return link


def _page(name: str, user: User) -> str:
    return reverse(name, args=[user.uid])


def test_invitation_shows_its_link_once_and_opens_the_account_once(desk: Desk, client: Client):
    answer = client.post(reverse("invite"), INVITED)
    link, user = _link(answer), User.objects.get(username="zhou")
    assert (answer.status_code, "no-store" in answer["Cache-Control"], user.is_active) == (200, True, False)
    assert link not in client.get(_page("account_of", user)).content.decode()
    client.logout()
    assert client.get(link).context["form"]["display_name"].value() == "周启明"
    answer = client.post(link, {"display_name": "周启明", "password": GOOD, "again": GOOD})
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    user.refresh_from_db()
    assert (user.is_active, user.check_password(GOOD)) == (True, True)
    used = client.post(link, {"display_name": "周启明", "password": GOOD, "again": GOOD})
    assert (used.status_code, "邀请链接已经使用过。" in used.content.decode()) == (410, True)


def test_unknown_revoked_and_expired_links_say_so(desk: Desk, client: Client):
    first = _link(client.post(reverse("invite"), INVITED))
    user = User.objects.get(username="zhou")
    second = _link(client.post(_page("issue_link", user), {"step": "again", "days": "1"}))
    client.logout()
    unknown = client.get(reverse("invitation", args=["nonsense"]))
    revoked = client.get(first)
    Invitation.objects.filter(revoked_at__isnull=True).update(expires_at=clock.now() - dt.timedelta(minutes=1))
    expired = client.get(second)
    assert [(answer.status_code, answer.context["refusal"].message) for answer in (unknown, revoked, expired)] == [
        (404, "邀请链接不正确。"),
        (410, "邀请链接已被撤回。"),
        (410, "邀请链接已过有效期。"),
    ]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"password": "12345678", "again": "12345678"}, "password"),
        ({"again": "another"}, "again"),
        ({"display_name": ""}, "display_name"),
        ({"display_name": "长" * 101}, "display_name"),
        ({"password": ""}, "password"),
    ],
)
def test_what_the_bearer_types_wrongly_is_named_and_the_link_stays_good(
    changed: dict[str, str], field: str, desk: Desk, client: Client
):
    link = _link(client.post(reverse("invite"), INVITED))
    client.logout()
    answer = client.post(link, {"display_name": "周启明", "password": GOOD, "again": GOOD, **changed})
    assert (answer.status_code, field in answer.context["form"].errors) == (422, True)
    assert GOOD not in answer.content.decode()
    assert client.get(link).status_code == 200
    assert User.objects.get(username="zhou").is_active is False


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"username": "zhou qi"}, "username"),
        ({"username": ""}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"role": ""}, "role"),
        ({"role": "branch_secretary"}, "organization"),
        ({"role": "king"}, "role"),
        ({"person": "王某某"}, "person"),
        ({"days": "31"}, "days"),
        ({"days": "x"}, "days"),
    ],
)
def test_wrong_invitation_is_named_at_its_field_and_opens_nothing(
    changed: dict[str, str], field: str, desk: Desk, client: Client
):
    before = User.objects.count()
    answer = client.post(reverse("invite"), {**INVITED, **changed})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert (User.objects.count(), Invitation.objects.count()) == (before, 0)
    if "display_name" not in changed:
        assert 'value="周启明"' in answer.content.decode()


def test_user_name_that_is_taken_is_named(desk: Desk, client: Client):
    answer = client.post(reverse("invite"), {**INVITED, "username": desk.clerk.username})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"username"})


def test_person_of_one_name_is_tied_and_of_two_is_told_apart_by_employer(desk: Desk, client: Client):
    make_person(desk.office, "孙晓岚", employer="市图书馆")
    wanted = make_person(desk.office, "孙晓岚", employer="市档案馆")
    answer = client.post(reverse("invite"), {**INVITED, "role": "", "person": "孙晓岚"})
    assert answer.context["form"].errors == {"person": ["名册中有2名“孙晓岚”，请在姓名后空一格，再写工作单位。"]}
    client.post(reverse("invite"), {**INVITED, "role": "", "person": "孙晓岚 档案馆"})
    assert Person.objects.get(user__username="zhou").pk == wanted.pk


def test_recovery_gives_a_link_and_never_a_password(desk: Desk, client: Client):
    user = make_user(desk.office, Role.LEADER, password=GOOD)
    link = _link(client.post(_page("issue_link", user), {"step": "recover", "days": "7"}))
    client.logout()
    client.post(link, {"display_name": "黎", "password": f"{GOOD}-2", "again": f"{GOOD}-2"})
    user.refresh_from_db()
    assert user.check_password(f"{GOOD}-2") is True


def test_step_that_does_not_fit_the_account_is_refused(desk: Desk, client: Client):
    user = make_user(desk.office, Role.LEADER, password=GOOD)
    for step in ("again", "nonsense"):
        answer = client.post(_page("issue_link", user), {"step": step, "days": "7"})
        assert (answer.status_code, bool(answer.context["issue_form"].non_field_errors())) == (422, True)
    assert Invitation.objects.count() == 0


def test_last_administrator_stays_and_others_are_switched_off_everywhere(desk: Desk, client: Client):
    client.post(_page("switch_account", desk.clerk), {"step": "off"})
    desk.clerk.refresh_from_db()
    assert desk.clerk.is_active is True
    user = make_user(desk.office, Role.LEADER, password=GOOD)
    there = Client()
    there.force_login(user)
    assert there.get(reverse("today")).status_code == 200
    client.post(_page("switch_account", user), {"step": "off"})
    assert there.get(reverse("today")).status_code == 302
    client.post(_page("switch_account", user), {"step": "on"})
    user.refresh_from_db()
    assert user.is_active is True


def test_role_until_a_last_day_is_granted_on_the_page_of_the_account(desk: Desk, client: Client):
    user = make_user(desk.office, Role.LEADER)
    day = desk.today.isoformat()
    answer = client.post(_page("grant_to", user), {"role": "supervisor", "since": day, "last": day})
    grant = RoleGrant.objects.get(user=user, role="supervisor")
    assert (answer.status_code, grant.valid_until) == (302, desk.today + dt.timedelta(days=1))
    early = (desk.today - dt.timedelta(days=2)).isoformat()
    answer = client.post(_page("grant_to", user), {"role": "editor", "since": day, "last": early})
    assert (answer.status_code, set(answer.context["role_form"].errors)) == (422, {"last"})
    answer = client.post(reverse("revoke_grant", args=[grant.uid]), {"back": str(user.uid)})
    assert answer["Location"] == _page("account_of", user)


def test_revoking_ends_what_was_passed_on(desk: Desk, client: Client):
    giver, taker = make_user(desk.office, Role.SUPERVISOR), make_user(desk.office, Role.LEADER)
    grant = RoleGrant.objects.get(user=giver)
    account_operations.delegate(grant, taker, since=desk.today, until=desk.today + dt.timedelta(days=9), actor=giver)
    client.post(reverse("revoke_grant", args=[grant.uid]))
    assert not RoleGrant.objects.filter(user=taker, role="supervisor").exists()


def test_link_with_a_person_is_made_and_ended(desk: Desk, client: Client):
    user = make_user(desk.office, Role.LEADER)
    client.post(_page("link_account", user), {"person": "陈文远"})
    assert Person.objects.get(user=user).name == "陈文远"
    other = make_user(desk.office, Role.LEADER)
    answer = client.post(_page("link_account", other), {"person": "陈文远"})
    assert (answer.status_code, set(answer.context["link_form"].errors)) == (422, {"person"})
    client.post(_page("link_account", user), {"step": "unlink"})
    assert not Person.objects.filter(user=user).exists()


def test_second_factor_roles_are_kept(desk: Desk, client: Client):
    client.post(reverse("second_factor"), {"roles": ["leader", "editor"]})
    assert second_factor_roles(desk.office) == {"leader", "editor"}
    answer = client.post(reverse("second_factor"), {"roles": ["king"]})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"roles"})
    client.post(reverse("second_factor"), {})
    assert second_factor_roles(desk.office) == frozenset()


def test_delegation_is_given_and_taken_back(desk: Desk, client: Client):
    giver, taker = make_user(desk.office, Role.SUPERVISOR), make_user(desk.office, Role.LEADER)
    grant = RoleGrant.objects.get(user=giver)
    client.force_login(giver)
    last = desk.today + dt.timedelta(days=2)
    address = reverse("delegate", args=[grant.uid])
    answer = client.post(address, {"to": taker.username, "since": desk.today.isoformat(), "last": last.isoformat()})
    passed_on = RoleGrant.objects.get(delegated_by=grant)
    assert (answer.status_code, passed_on.user_id, passed_on.valid_until) == (
        302,
        taker.pk,
        last + dt.timedelta(days=1),
    )
    assert [row.pk for row in client.get(reverse("account")).context["passed_on"]] == [passed_on.pk]
    stranger = make_user(desk.office, Role.EDITOR)
    client.force_login(stranger)
    assert client.post(reverse("take_back", args=[passed_on.uid])).status_code == 404
    client.force_login(taker)
    client.post(reverse("take_back", args=[passed_on.uid]))
    assert not RoleGrant.objects.filter(delegated_by=grant).exists()


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"to": "nobody"}, "to"),
        ({"since": "2020-01-01"}, "since"),
        ({"last": "2026-02-30"}, "last"),
        ({"last": "2020-01-01"}, "last"),
    ],
)
def test_wrong_delegation_is_named_at_its_field(changed: dict[str, str], field: str, desk: Desk, client: Client):
    grant = RoleGrant.objects.get(user=desk.clerk, role="supervisor")
    taker = make_user(desk.office, Role.LEADER)
    day = desk.today.isoformat()
    answer = client.post(
        reverse("delegate", args=[grant.uid]), {"to": taker.username, "since": day, "last": day, **changed}
    )
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {field})
    assert RoleGrant.objects.filter(delegated_by=grant).count() == 0


def test_sessions_are_listed_by_day_and_ended(desk: Desk, client: Client):
    elsewhere = Client()
    elsewhere.force_login(desk.clerk)
    for browser in (client, elsewhere):
        browser.get(reverse("today"))
    lines = client.get(reverse("account")).context["sessions"]
    assert sorted((line.current, line.created_on) for line in lines) == [(False, desk.today), (True, desk.today)]
    (other,) = [line for line in lines if not line.current]
    client.post(reverse("end_session", args=[other.uid]))
    assert elsewhere.get(reverse("today")).status_code == 302
    elsewhere.force_login(desk.clerk)
    elsewhere.get(reverse("today"))
    client.post(reverse("end_other_sessions"))
    assert (elsewhere.get(reverse("today")).status_code, client.get(reverse("today")).status_code) == (302, 200)
    assert UserSession.objects.filter(user=desk.clerk).count() == 1


def test_somebody_elses_session_stays(desk: Desk, client: Client):
    other = Client()
    user = make_user(desk.office, Role.LEADER)
    other.force_login(user)
    other.get(reverse("today"))
    client.post(reverse("end_session", args=[UserSession.objects.get(user=user).uid]))
    assert other.get(reverse("today")).status_code == 200


def test_accounts_of_another_office_do_not_show(desk: Desk, client: Client):
    there = make_office("政协北川市委员会")
    user = make_user(there, Role.LEADER)
    names = [line.username for line in client.get(reverse("accounts")).context["page"].object_list]
    assert names == [desk.clerk.username]
    assert client.get(_page("account_of", user)).status_code == 404
    unit = make_organization(there, "branch", "北川支部")
    answer = client.post(reverse("invite"), {**INVITED, "role": "branch_secretary", "organization": str(unit.pk)})
    assert set(answer.context["form"].errors) == {"organization"}


def test_full_export_needs_both_roles_and_a_purpose(desk: Desk, client: Client):
    answer = client.post(reverse("download_office"), {"purpose": ""})
    assert (answer.status_code, set(answer.context["form"].errors)) == (422, {"purpose"})
    answer = client.post(reverse("download_office"), {"purpose": "迁移"})
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert AuditEntry.objects.get(action="registry.export_office").purpose == "迁移"
    client.force_login(make_user(desk.office, Role.ADMINISTRATOR))
    assert client.get(reverse("export_office")).context["may_export"] is False
    assert client.post(reverse("download_office"), {"purpose": "迁移"}).status_code == 403


def test_sign_in_page_offers_the_identity_provider_only_where_there_is_one(db: None, client: Client, settings):
    assert "用统一身份认证登录" not in client.get(reverse("account_login")).content.decode()
    app = {"provider_id": "office", "name": "统一身份认证", "client_id": "c", "secret": "s"}
    app["settings"] = {"server_url": "http://127.0.0.1:9"}  # type: ignore[assignment]
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    page = client.get(reverse("account_login")).content.decode()
    assert ("用统一身份认证登录" in page, "/accounts/oidc/office/login/" in page) == (True, True)


def test_invitation_leads_to_the_identity_provider_with_the_form_kept(desk: Desk, client: Client, settings):
    link = _link(client.post(reverse("invite"), INVITED))
    client.logout()
    assert "统一身份认证" not in client.get(link).content.decode()
    app = {"provider_id": "office", "name": "统一身份认证", "client_id": "c", "secret": "s"}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    assert "用统一身份认证登录" in client.get(link).content.decode()
    answer = client.post(link, {"step": "provider"})
    assert (answer.status_code, answer["Location"]) == (307, reverse("openid_connect_login", args=["office"]))
    assert client.session["invitation_token"] == link.split("/")[2]


def test_who_has_no_password_is_told_so_instead_of_an_error(desk, client):
    desk.clerk.set_unusable_password()
    desk.clerk.save()
    client.force_login(desk.clerk)
    told = client.get("/accounts/password/", follow=True)
    assert told.redirect_chain[-1][0] == "/account/"
    assert "在本系统没有密码" in told.content.decode()
    assert "/accounts/password/" not in told.content.decode()
