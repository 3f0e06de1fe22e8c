"""System checks: a wrong setting or an undeclared view is named before the first request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig
from django.core.checks import CheckMessage, Error, Tags, register
from django.urls import URLPattern, URLResolver, get_resolver

from tongxin.web.access import declared


def views(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Yield ``(route, pattern)`` for every reachable view."""
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from views(entry, route)
        else:
            yield route, entry


@register(Tags.security)
def every_view_declares_who_may(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse to start with a view that says nothing about who may open it."""
    return [
        Error(
            f"地址 {route} 的视图未声明访问权限。",
            hint="加上 @requires(…)、@signed_in 或 @open_to_all。",
            id="tongxin.E001",
        )
        for route, pattern in views()
        if declared(pattern.callback) is None
    ]
