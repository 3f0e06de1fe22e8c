"""Long lists, one page at a time."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest

#: Rows on one page of a list.
PAGE = 50


def page_of(request: HttpRequest, rows: Any, size: int = PAGE) -> Page:
    """Return the page that the address asks for; a number out of range shows the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))
