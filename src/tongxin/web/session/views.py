"""Which office is looked at, and how large the type is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from tongxin.accounts import operations
from tongxin.web.access import OfficeRequest, open_to_all, signed_in


@signed_in
@require_POST
def switch_office(request: OfficeRequest) -> HttpResponse:
    """Look at another office of which the user is part; any other value changes nothing."""
    wanted = request.POST.get("office", "")
    for office in request.offices:
        if str(office.uid) == wanted:
            request.session["office"] = office.pk
    return redirect("today")


@open_to_all
@require_POST
def large_type(request: OfficeRequest) -> HttpResponse:
    """Switch between standard and large type for this user, and go back to the page."""
    if request.user.is_authenticated:
        operations.set_large_type(request.user, not request.user.large_type, actor=request.user)
    back = request.headers.get("referer", "")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    return redirect(back)


@signed_in
def account(request: OfficeRequest) -> HttpResponse:
    """Show the account: name, roles, password, second factor."""
    return render(request, "session/account.html", {"grants": _grants(request)})


def _grants(request: OfficeRequest) -> list[tuple[str, list[str]]]:
    """Return the user's roles with the units they are limited to."""
    from tongxin.registry.enums import Role  # noqa: PLC0415 - only this page needs the labels
    from tongxin.registry.models import Organization  # noqa: PLC0415 - as above
    from tongxin.registry.queries import owned  # noqa: PLC0415 - as above

    names = dict(owned(Organization, request.office).filter(pk__in=request.standing.unit_ids).values_list("pk", "name"))
    shown = [(str(Role(role).label), list[str]()) for role in sorted(request.standing.roles)]
    for role, ids in sorted(request.standing.units.items()):
        shown.append((str(Role(role).label), [names[pk] for pk in sorted(ids) if pk in names]))
    return shown
