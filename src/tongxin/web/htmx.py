"""One template, page and fragment."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """Tell whether htmx asks for a part of the page (a restored history entry wants all of it)."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request
