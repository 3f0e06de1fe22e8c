"""Who may open a page.  A view declares it; nothing declared means refused, and the system check says so.

    @requires(Role.PARTY_CLERK, Role.LEADER)     any of these roles, for the office or for a unit
    @signed_in                                   everybody with an account
    @open_to_all                                 without signing in

Views declare who may; operations check what is possible.  Wrong role: 403.  Another office's row: 404.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from tongxin.accounts.models import User
from tongxin.core import clock
from tongxin.registry import queries
from tongxin.registry.access import Standing
from tongxin.registry.account_queries import second_factor_missing
from tongxin.registry.enums import Role
from tongxin.registry.models import Office

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


@dataclass(frozen=True)
class Access:
    """What a view declares.  ``roles`` empty and not ``open``: everybody who is signed in."""

    open: bool = False
    roles: frozenset[str] = frozenset()


class OfficeRequest(HttpRequest):
    """A request of somebody signed in: which office, and what they may do there today."""

    user: User
    office: Office
    offices: list[Office]
    standing: Standing


def requires(*roles: Role) -> Callable[[V], V]:
    """Declare that a view needs any of ``roles``."""
    if not roles:
        raise TypeError("name at least one role, or use signed_in")

    def mark(view: V) -> V:
        view.access = Access(roles=frozenset(roles))  # type: ignore[attr-defined]
        return view

    return mark


def signed_in(view: V) -> V:
    """Declare that a view is for everybody who is signed in and belongs to an office."""
    view.access = Access()  # type: ignore[attr-defined]
    return view


def open_to_all(view: V) -> V:
    """Declare that a view needs no sign-in."""
    view.access = Access(open=True)  # type: ignore[attr-defined]
    return view


#: Views of these packages guard themselves; config/urls.py lists exactly which of them are reachable.
SELF_GUARDED = ("allauth.", "django.views.i18n")


#: What a browser or a program sends.  Views take what is no POST for a look; TRACE and invented words are no look.
METHODS = ("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE")


def declared(view: Any) -> Access | None:
    """Return what a view callable declares, looking through class-based wrappers; None if nothing."""
    access = getattr(view, "access", None)
    if access is None and getattr(view, "__module__", "").startswith(SELF_GUARDED):
        return Access(open=True)
    return access


class AccessMiddleware:
    """Refuses what is not declared and puts office and standing on the request; no answer stays in a browser's store.

    The standing is read anew on each request, so a change of rights holds at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Put the office chosen in this session, or the first of the user's, on the request.

        An address with a NUL in its query is refused (400): PostgreSQL takes none, and nobody types one.
        """
        if "%00" in request.META.get("QUERY_STRING", "") and not request.path.startswith("/api/"):
            raise SuspiciousOperation("NUL in a query")
        if request.method not in METHODS:
            return HttpResponseNotAllowed(METHODS)
        request.office = None  # type: ignore[attr-defined]
        request.offices = []  # type: ignore[attr-defined]
        request.standing = Standing(None)  # type: ignore[attr-defined]
        if request.user.is_authenticated:
            day = clock.today()
            offices = queries.offices_of(request.user, day)
            chosen = request.session.get("office")
            office = next((o for o in offices if o.pk == chosen), offices[0] if offices else None)
            request.offices = offices  # type: ignore[attr-defined]
            request.office = office  # type: ignore[attr-defined]
            if office is not None:
                request.standing = queries.standing_of(request.user, office, day)  # type: ignore[attr-defined]
        answer = self.get_response(request)
        # Computers are shared, and pages hold people's data: after signing out nothing comes back by the Back key.
        if not answer.has_header("Cache-Control"):
            add_never_cache_headers(answer)
        return answer

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: Any
    ) -> HttpResponseBase | None:
        """Let the view run, send to the sign-in page, or refuse."""
        access = declared(view)
        if access is None:
            raise PermissionDenied("此页面未声明访问权限。")
        if access.open:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if request.office is None:  # type: ignore[attr-defined]
            raise PermissionDenied("您的账号尚未关联任何机关，请联系系统管理员。")
        if access.roles and not request.standing.has(*access.roles):  # type: ignore[attr-defined]
            raise PermissionDenied("您的角色不能查看此页面。")
        if second_factor_missing(request.user, request.standing):  # type: ignore[attr-defined]
            return redirect("mfa_activate_totp")
        return None
