"""What every page shows around its content: the menu by role, the office, the day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tongxin.core import clock
from tongxin.web.access import Access, OfficeRequest, declared
from tongxin.web.words import words_of

#: Area → its first page and its name; an area's addresses begin with its first page's.
AREAS: tuple[tuple[str, Promise], ...] = (
    ("today", _("今日")),
    ("board", _("落实情况")),
    ("roster", _("名册")),
    ("statistics", _("统计")),
    ("contacts", _("联系")),
    ("activities", _("活动")),
    ("matters", _("事项")),
    ("library", _("文库")),
    ("figures", _("数据")),
    ("mine", _("我的信息")),
    ("administration", _("管理")),
)


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    address: str
    label: Promise
    current: bool


@cache
def access_of(name: str) -> Access | None:
    """Return what the view of an address declares; menu and links follow it and say nothing of their own."""
    return next((declared(each.callback) for each in _patterns(get_resolver()) if each.name == name), None)


def opens(request: OfficeRequest, name: str) -> bool:
    """Tell whether this user's roles open the page ``name``; nothing about its rows."""
    access = access_of(name)
    return access is not None and (not access.roles or request.standing.has(*access.roles))


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    """Yield the pages' addresses; those of the interface for programs bear like names in a space of their own."""
    for each in resolver.url_patterns:
        if isinstance(each, URLPattern):
            yield each
        elif each.namespace is None:
            yield from _patterns(each)


def menu(request: HttpRequest) -> list[Entry]:
    """Return the areas that this user may open."""
    standing = getattr(request, "standing", None)
    if standing is None or getattr(request, "office", None) is None:
        return []
    entries = []
    for name, label in AREAS:
        access = access_of(name)
        if access is None or (access.roles and not standing.has(*access.roles)):
            continue
        address = reverse(name)
        current = request.path == address if address == "/" else request.path.startswith(address)
        entries.append(Entry(address, label, current))
    return entries


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame's context."""
    return {
        "today": clock.today(),
        "office": getattr(request, "office", None),
        "offices": getattr(request, "offices", []),
        "standing": getattr(request, "standing", None),
        "menu": menu(request),
        "page_words": words_of(request.path),
    }
