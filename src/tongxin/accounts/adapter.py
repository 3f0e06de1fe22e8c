"""How the sign-in library behaves here: nobody signs up alone; accounts come by invitation.

A subject of an identity provider is tied to an account only by whoever holds an invitation to it.
The page of the invitation puts the token into the session (:func:`remember_invitation`) and sends the
browser to the provider; when it comes back, the link is made and the invitation is used up.
"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _

from tongxin.accounts import operations, queries
from tongxin.accounts.models import User
from tongxin.core.errors import Refusal

_TOKEN = "invitation_token"  # noqa: S105 - the name of a place, not a secret


def remember_invitation(request: HttpRequest, token: str) -> None:
    """Keep a usable invitation in the session while its bearer signs in at the provider.

    Raises as :func:`queries.invitation`.
    """
    queries.invitation(token)
    request.session[_TOKEN] = token


class ClosedAdapter(DefaultAccountAdapter):
    """Sign-up is closed."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return False: accounts are made by an administrator."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: User) -> HttpResponse:
        """Send somebody whose account is off back to the sign-in page; the library's own page is not reachable."""
        messages.error(request, _("这个账号尚未开通或已停用，请联系系统管理员。"))
        return HttpResponseRedirect(reverse("account_login"))


class InvitedOnlySocialAdapter(DefaultSocialAccountAdapter):
    """Lets a provider's subject in where it is linked already, or links it by invitation; else refuses."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Return False: accounts are made by an administrator."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link by the invitation in the session, or send somebody unknown back to the sign-in page."""
        token = request.session.pop(_TOKEN, "")
        if sociallogin.is_existing:
            return
        if not token:
            raise _back(
                request, _("这个统一身份尚未关联账号。请打开系统管理员发给您的邀请链接，再用统一身份认证登录。")
            )
        account = sociallogin.account
        try:
            with transaction.atomic():
                user = operations.accept_with_provider(token, provider=account.provider, subject=account.uid)
                sociallogin.user = user
                sociallogin.connect(request, user)
        except Refusal as refusal:
            raise _back(request, str(refusal)) from refusal

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: object,
        error: object = None,
        exception: Exception | None = None,
        extra_context: object = None,
    ) -> None:
        """Say in Chinese that the provider did not confirm, without its technical words."""
        raise _back(request, _("统一身份认证没有成功，请重新登录；如仍不成功，请用密码登录或联系系统管理员。"))


def _back(request: HttpRequest, sentence: str) -> ImmediateHttpResponse:
    messages.error(request, sentence)
    return ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
