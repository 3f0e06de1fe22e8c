"""日历订阅: what a calendar program reads without signing in, and the pages where its address is made and ended."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable
from urllib.parse import quote

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from tongxin.accounts.tokens import hashed
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.notices import feed_operations as operations
from tongxin.notices import feed_queries as queries
from tongxin.notices import rules
from tongxin.notices.calendar import written
from tongxin.notices.models import CalendarFeed
from tongxin.registry.enums import Role
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import owned
from tongxin.web.access import OfficeRequest, open_to_all, requires, signed_in
from tongxin.web.callers import client_address
from tongxin.web.feeds.limits import SECONDS, too_often
from tongxin.web.reach import READERS, visible

MEDIA_TYPE = "text/calendar; charset=utf-8"


@open_to_all
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Hand a calendar to the program that reads it; unchanged since it last asked, it is told so and nothing else."""
    # An address that does not exist is counted by who asks, so that trying is slow.
    if too_often(f"feed:{hashed(token)}"):
        return _wait()
    try:
        found = queries.feed_of(token)
    except Refusal as refusal:
        if too_often(f"feed-miss:{client_address(request)}"):
            return _wait()
        return HttpResponse(str(refusal), status=404, content_type="text/plain; charset=utf-8")
    data = written(_name(found), queries.entries_of(found, clock.today(), _link(request)))
    return _answer(request, data)


@requires(*READERS, Role.MEMBER)
@require_safe
def activity_file(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Hand out one activity as a calendar file, to whoever may see it."""
    shown, _may_correct = visible(request, uid)
    if shown.month_only:
        messages.warning(request, _("计划只定到月，还没有日期可以加入日历。"))
        return redirect("activity", uid)
    answer = _answer(request, written(shown.title, queries.of_activities([shown], _link(request))))
    answer["Content-Disposition"] = f"attachment; filename=\"activity.ics\"; filename*=UTF-8''{quote(shown.title)}.ics"
    return answer


@signed_in
@never_cache
@require_http_methods(["GET", "POST"])
def own_feed(request: OfficeRequest) -> HttpResponse:
    """Show whether one's own calendar has an address; make one, or end it."""
    person = owned(Person, request.office).filter(pk__in=request.standing.person_ids).order_by("pk").first()
    if person is None:
        raise Http404
    return _page(request, lambda: operations.issue_of_person(person, actor=request.user), person=person)


@requires(Role.PARTY_CLERK, Role.BRANCH_SECRETARY, Role.COMMITTEE_OFFICE, Role.HANDLING_UNIT)
@never_cache
@require_http_methods(["GET", "POST"])
def unit_feed(request: OfficeRequest, uid: uuid.UUID) -> HttpResponse:
    """Show whether the reader's address of a unit's calendar runs; make one, or end it."""
    unit = get_object_or_404(owned(Organization, request.office), uid=uid)
    if not rules.may_follow_unit(request.standing, unit):
        raise Http404
    make = lambda: operations.issue_of_unit(unit, standing=request.standing, actor=request.user)  # noqa: E731
    return _page(request, make, unit=unit)


def _page(
    request: OfficeRequest,
    issue: Callable[[], operations.NewFeed],
    *,
    person: Person | None = None,
    unit: Organization | None = None,
) -> HttpResponse:
    """Show the page of an address; a new one is in this answer and nowhere else, so there is no redirect."""
    here = reverse("unit_feed", args=[unit.uid]) if unit is not None else reverse("own_feed")
    new = None
    status = 200
    if request.method == "POST":
        try:
            if request.POST.get("step") == "end":
                running = queries.own_feed(request.user, person=person, unit=unit)
                if running is not None:
                    operations.end(running, actor=request.user)
                messages.success(request, _("地址已停用，订阅它的日历不再更新。"))
                return redirect(here)
            new = issue()
        except Refusal as refusal:
            messages.warning(request, str(refusal))
            status = 422
    context = {
        "unit": unit,
        "new": new,
        "address": request.build_absolute_uri(reverse("feed", args=[new.token])) if new else "",
        "running": queries.own_feed(request.user, person=person, unit=unit),
        "here": here,
    }
    return render(request, "feeds/feed.html", context, status=status)


def _name(found: CalendarFeed) -> str:
    if found.organization is not None:
        return found.organization.name
    return _("%(office)s日程") % {"office": found.office.short_name or found.office.name}


def _link(request: HttpRequest) -> queries.Link:
    return lambda page, uid: request.build_absolute_uri(reverse(page, args=[uid]))


def _answer(request: HttpRequest, data: bytes) -> HttpResponse:
    """Return the file with its mark, or 304 where the caller has it already."""
    tag = f'"{hashlib.sha256(data).hexdigest()[:32]}"'
    known = {each.strip().removeprefix("W/") for each in request.headers.get("If-None-Match", "").split(",")}
    answer: HttpResponse
    answer = HttpResponseNotModified() if tag in known or "*" in known else HttpResponse(data, content_type=MEDIA_TYPE)
    answer["ETag"] = tag
    answer["X-Robots-Tag"] = "noindex"
    patch_cache_control(answer, private=True, max_age=900)
    return answer


def _wait() -> HttpResponse:
    answer = HttpResponse(_("读取过于频繁，请稍后再试。"), status=429, content_type="text/plain; charset=utf-8")
    answer["Retry-After"] = str(SECONDS)
    return answer
