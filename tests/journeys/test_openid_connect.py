"""Signing in with the identity service of the house, in a browser, against a provider with a page of its own."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from allauth.socialaccount.models import SocialAccount
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.accounts.oidc import CLIENT_ID, CLIENT_SECRET, Provider
from tests.cast import make_office, make_user
from tongxin.registry import account_operations
from tongxin.registry.enums import Role

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def provider(settings) -> Iterator[Provider]:
    """Return a running provider that the installation trusts, forms to it allowed."""
    server = Provider()
    server.asks = True
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {
            "OAUTH_PKCE_ENABLED": True,
            "APPS": [
                {
                    "provider_id": "office",
                    "name": "统一身份认证",
                    "client_id": CLIENT_ID,
                    "secret": CLIENT_SECRET,
                    "settings": {"server_url": server.address},
                }
            ],
        }
    }
    policy = settings.CONTENT_SECURITY_POLICY
    directives = policy["DIRECTIVES"]
    allowed = {**directives, "form-action": [*directives["form-action"], server.address]}
    settings.CONTENT_SECURITY_POLICY = {**policy, "DIRECTIVES": allowed}
    yield server
    server.stop()


def _sign_in_there(page: Page, provider: Provider, number: str) -> None:
    """Fill in the provider's own page, which stands at the provider's own address."""
    expect(page.get_by_role("button", name="同意并登录")).to_be_visible()
    assert page.url.startswith(f"{provider.address}/authorize")
    page.get_by_label("工号").fill(number)
    page.get_by_role("button", name="同意并登录").click()


def test_invitation_links_once_and_later_one_click_signs_in(page: Page, live_server: LiveServer, provider: Provider):
    office = make_office()
    administrator = make_user(office, Role.ADMINISTRATOR)
    issued = account_operations.invite(
        office, username="zhou", display_name="周明", roles=[(Role.LEADER, None)], actor=administrator
    )
    page.goto(f"{live_server.url}{reverse('invitation', args=[issued.token])}")
    page.get_by_role("button", name="用统一身份认证登录").click()
    _sign_in_there(page, provider, "4711")
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")
    link = SocialAccount.objects.get()
    assert (link.user, link.uid) == (issued.user, "4711")

    page.get_by_role("button", name="退出").click()
    page.goto(f"{live_server.url}{reverse('board')}")
    page.get_by_role("button", name="用统一身份认证登录").click()
    _sign_in_there(page, provider, "4711")
    expect(page.locator(".band")).to_contain_text("周明")
    assert SocialAccount.objects.count() == 1


def test_somebody_unknown_is_told_whom_to_ask(page: Page, live_server: LiveServer, provider: Provider):
    make_user(make_office(), Role.LEADER, username="zhou")
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.get_by_role("button", name="用统一身份认证登录").click()
    _sign_in_there(page, provider, "9999")
    expect(page.get_by_text("这个统一身份尚未关联账号")).to_be_visible()
    expect(page.get_by_label("用户名")).to_be_visible()
    assert SocialAccount.objects.count() == 0


def test_refusing_at_the_provider_leads_back_to_the_password(page: Page, live_server: LiveServer, provider: Provider):
    provider.faults.add("denied")
    page.goto(f"{live_server.url}{reverse('account_login')}")
    page.get_by_role("button", name="用统一身份认证登录").click()
    _sign_in_there(page, provider, "4711")
    expect(page.get_by_text("统一身份认证没有成功")).to_be_visible()
    expect(page.get_by_label("密码")).to_be_visible()
