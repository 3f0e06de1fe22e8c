"""One log line and one measurement a request: what the law on network security asks to be kept, and no more.

A line names the address name (``activity``), never the address itself: addresses hold identifiers and secret keys.
Whose record was looked at stands in the audit book, not here.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from tongxin.web import metrics
from tongxin.web.callers import client_address

LOGGER = logging.getLogger("tongxin.request")


class RequestLog:
    """Stands outermost, so that refusals and faults of the other middlewares are logged too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then log and measure."""
        began = time.perf_counter()
        response = self.get_response(request)
        seconds = time.perf_counter() - began
        route = route_of(request)
        metrics.note(request.method or "", route, response.status_code, seconds)
        if LOGGER.isEnabledFor(logging.INFO):
            LOGGER.info("request", extra=line_of(request, route, response, seconds))
        return response


def route_of(request: HttpRequest) -> str:
    """Return the name of the address, or ``-`` where nothing answers to it.

    A middleware that answers by itself leaves the name in ``request.route``.
    """
    match = request.resolver_match
    return getattr(request, "route", "-") if match is None else match.url_name or "unnamed"


def line_of(request: HttpRequest, route: str, response: HttpResponse, seconds: float) -> dict[str, Any]:
    """Return the fields of a log line: method, address name, status, milliseconds, client address, who, which office."""
    user, office = getattr(request, "user", None), getattr(request, "office", None)
    return {
        "method": request.method,
        "route": route,
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "address": client_address(request),
        "user": user.pk if user is not None and user.is_authenticated else None,
        "office": office.pk if office is not None else None,
    }
