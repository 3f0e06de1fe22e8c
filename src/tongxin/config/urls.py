"""All addresses.  Of the sign-in library only the pages that an office uses are reachable."""

from __future__ import annotations

from allauth.account import views as account
from django.urls import URLPattern, include, path

from tongxin.api.interface import interface
from tongxin.api.oparl.views import urls as oparl_urls
from tongxin.web.access import open_to_all

for _open in oparl_urls:
    # What is published is public; where nothing is, they answer 404.
    open_to_all(_open.callback)
_interface = interface.urls
for _pattern in _interface[0]:
    if isinstance(_pattern, URLPattern):
        # Of the sign-in by session the interface knows nothing: each of its addresses asks for a token itself.
        open_to_all(_pattern.callback)

handler500 = "tongxin.web.outage.fault"

urlpatterns = [
    path("accounts/login/", account.login, name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/", account.password_change, name="account_change_password"),
    path("accounts/reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/", include("allauth.socialaccount.providers.openid_connect.urls")),
    path("api/v1/", _interface),
    path("oparl/1.1/", include(oparl_urls)),
    path("", include("tongxin.web.urls")),
]
