"""Signing in through a real OpenID Connect provider on the loopback address."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.urls import include, path

from tests.accounts.oidc import CLIENT_ID, CLIENT_SECRET, Provider
from tests.cast import make_user
from tongxin.accounts import adapter, operations
from tongxin.accounts.models import Invitation, User
from tongxin.core.errors import Refusal
from tongxin.web.access import open_to_all

pytestmark = pytest.mark.django_db


@open_to_all
def whoami(request):
    return HttpResponse(request.user.username)


@open_to_all
def invitation(request, token):
    try:
        adapter.remember_invitation(request, token)
    except Refusal as refusal:
        return HttpResponse(refusal.code, status=400)
    return HttpResponse("ok")


urlpatterns = [
    path("whoami/", whoami, name="today"),
    path("invitation/<str:token>/", invitation),
    path("accounts/login/", whoami, name="account_login"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("accounts/signup/", whoami, name="socialaccount_signup"),
]

REFUSED = "这个统一身份尚未关联账号。请打开系统管理员发给您的邀请链接，再用统一身份认证登录。"
FAILED = "统一身份认证没有成功，请重新登录；如仍不成功，请用密码登录或联系系统管理员。"


@pytest.fixture
def provider(settings):
    server = Provider()
    settings.ROOT_URLCONF = __name__
    settings.SOCIALACCOUNT_ADAPTER = "tongxin.accounts.adapter.InvitedOnlySocialAdapter"
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
    yield server
    server.stop()


def go_through(client, *, alter=lambda address: address):
    """Sign in from the first click to the answer of the callback."""
    begun = client.post("/accounts/oidc/office/login/")
    assert begun.status_code == 302
    back = requests.get(begun["Location"], allow_redirects=False, timeout=5)
    callback = urlsplit(alter(back.headers["Location"]))
    assert callback.path == "/accounts/oidc/office/login/callback/"
    return client.get(f"{callback.path}?{callback.query}")


def said(response) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def who(client) -> str:
    return client.get("/whoami/").content.decode()


def invited(username: str = "zhou") -> tuple[User, str]:
    user = operations.open_account(username, display_name="周明", actor=None)
    return user, operations.invite(user, "join", actor=None)[1]


def test_an_invitation_links_the_subject_and_the_next_time_needs_none(client, provider):
    from django.test import Client

    user, token = invited()
    client.get(f"/invitation/{token}/")
    assert go_through(client).status_code == 302
    assert who(client) == "zhou"
    user.refresh_from_db()
    link = SocialAccount.objects.get()
    assert (link.user, link.uid, user.is_active, user.display_name, user.email) == (user, "subject-1", True, "周明", "")
    assert Invitation.objects.get().accepted_at is not None
    later = Client()
    go_through(later)
    assert (who(later), SocialAccount.objects.count()) == ("zhou", 1)


def test_an_unknown_subject_is_refused_and_no_account_comes_about(client, provider):
    make_user(username="zhou")
    response = go_through(client)
    assert (response["Location"], said(response)) == ("/accounts/login/", [REFUSED])
    assert (who(client), User.objects.count(), SocialAccount.objects.count()) == ("", 1, 0)


def test_an_equal_address_links_nothing(client, provider):
    user = make_user(username="zhou")
    user.email = "zhou@example.cn"
    user.save()
    assert said(go_through(client)) == [REFUSED]
    assert (who(client), SocialAccount.objects.count()) == ("", 0)


def test_an_existing_account_is_linked_by_an_invitation_to_link(client, provider):
    user = make_user(username="zhou")
    _, token = operations.invite(user, "link", actor=None)
    client.get(f"/invitation/{token}/")
    go_through(client)
    assert (who(client), SocialAccount.objects.get().user) == ("zhou", user)


def test_a_signed_in_user_links_nothing_without_an_invitation(client, provider):
    client.force_login(make_user(username="zhou"))
    begun = client.post("/accounts/oidc/office/login/?process=connect")
    back = urlsplit(requests.get(begun["Location"], allow_redirects=False, timeout=5).headers["Location"])
    response = client.get(f"{back.path}?{back.query}")
    assert (said(response), SocialAccount.objects.count()) == ([REFUSED], 0)


def test_a_used_invitation_links_no_second_subject(client, provider):
    from django.test import Client

    _, token = invited()
    second = Client()
    client.get(f"/invitation/{token}/")
    second.get(f"/invitation/{token}/")
    go_through(client)
    provider.subject = "subject-2"
    assert said(go_through(second)) == ["邀请链接已经使用过。请系统管理员重新发出邀请。"]
    assert (who(second), list(SocialAccount.objects.values_list("uid", flat=True))) == ("", ["subject-1"])


def test_a_bad_invitation_is_not_even_remembered(client, provider):
    response = client.get("/invitation/nonsense/")
    assert (response.status_code, response.content) == (400, b"accounts.invitation_unknown")
    assert said(go_through(client)) == [REFUSED]


def test_an_account_switched_off_stays_out(client, provider):
    user, token = invited()
    client.get(f"/invitation/{token}/")
    go_through(client)
    operations.set_active(user, False, actor=None)
    client.logout()
    assert said(go_through(client)) == ["这个账号尚未开通或已停用，请联系系统管理员。"]
    assert who(client) == ""


def test_the_second_factor_is_asked_for_here_too(client, provider):
    user = make_user(username="zhou")
    SocialAccount.objects.create(user=user, provider="office", uid="subject-1")
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    response = go_through(client)
    assert (response["Location"], who(client)) == ("/accounts/2fa/authenticate/", "")


@pytest.mark.parametrize("fault", ["issuer", "audience", "expired", "denied"])
def test_what_the_provider_gets_wrong_lets_nobody_in(client, provider, fault):
    _, token = invited()
    client.get(f"/invitation/{token}/")
    provider.faults.add(fault)
    response = go_through(client)
    assert (response["Location"], said(response), who(client)) == ("/accounts/login/", [FAILED], "")
    assert Invitation.objects.get().accepted_at is None


def test_a_foreign_state_or_a_code_used_twice_lets_nobody_in(client, provider):
    user = make_user(username="zhou")
    SocialAccount.objects.create(user=user, provider="office", uid="subject-1")
    kept: list[str] = []

    def spoil(address: str) -> str:
        kept.append(address)
        state = parse_qs(urlsplit(address).query)["state"][0]
        return address.replace(state, "x" * len(state))

    assert said(go_through(client, alter=spoil)) == [FAILED]
    go_through(client)
    used = parse_qs(urlsplit(kept[0]).query)["code"][0]
    client.logout()
    provider.codes.clear()

    def replay(address: str) -> str:
        fresh = parse_qs(urlsplit(address).query)["code"][0]
        return address.replace(fresh, used)

    assert said(go_through(client, alter=replay)) == [FAILED]
    assert who(client) == ""


def test_the_first_step_carries_a_pkce_challenge(client, provider):
    query = parse_qs(urlsplit(client.post("/accounts/oidc/office/login/")["Location"]).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["redirect_uri"] == ["http://testserver/accounts/oidc/office/login/callback/"]
