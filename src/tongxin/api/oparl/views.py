"""The open interface over HTTP: no sign-in, no cookies, GET and HEAD only, readable from any page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path, register_converter
from django.urls.converters import StringConverter
from django.views.decorators.http import require_safe

from tongxin.api import oparl_queries as queries
from tongxin.api.enums import OparlType
from tongxin.api.models import PublishedObject
from tongxin.api.oparl import serving
from tongxin.api.problems import Problem, answer

_BY_NAME = {kind.value.lower(): kind for kind in OparlType}
_LOOKUPS = {"since": "gte", "until": "lte"}


class ObjectType(StringConverter):
    """The type of an object in an address: ``meeting``, ``legislativeterm`` …"""

    regex = "|".join(sorted(_BY_NAME))


class ListName(StringConverter):
    """The list of a body in an address: ``person``, ``agendaItem`` …"""

    regex = "|".join(sorted(serving.LISTS, key=len, reverse=True))


register_converter(ObjectType, "oparl_type")
register_converter(ListName, "oparl_list")


def _spoken(view: Callable[..., dict[str, Any]]) -> Callable[..., HttpResponse]:
    """Return ``view`` so that it answers in JSON, tells faults as problems, and is open to every page."""

    @wraps(view)
    def spoken(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse
        try:
            if not settings.OPARL_OFFICES:
                raise Problem(404, "not_found", "本系统没有开通公开数据。")
            response = JsonResponse(view(request, *args, **kwargs), json_dumps_params={"ensure_ascii": False})
        except Problem as fault:
            response = answer(fault.status, fault.code, fault.detail)
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return require_safe(spoken)


@_spoken
def system(request: HttpRequest) -> dict[str, Any]:
    """Say what this is and where its bodies are listed."""
    root = _root(request)
    return {
        "id": f"{root}system",
        "type": f"{serving.SCHEMA}System",
        "oparlVersion": serving.SCHEMA,
        "name": "同心",
        "body": f"{root}body",
    }


@_spoken
def body_list(request: HttpRequest) -> dict[str, Any]:
    """List the bodies that publish."""
    return _listing(request, queries.bodies().filter(**_filters(request)))


@_spoken
def object_page(request: HttpRequest, kind: str, uid: UUID) -> dict[str, Any]:
    """Show one object, also one that is gone: whoever asks learns that."""
    row = queries.object_of(_BY_NAME[kind], uid)
    if row is None:
        raise Problem(404, "not_found", "没有公开过这一条。")
    return serving.shown(_root(request), row, queries.inner_of([row]))


@_spoken
def list_page(request: HttpRequest, uid: UUID, name: str) -> dict[str, Any]:
    """Show a page of a list of a body."""
    body = queries.object_of(OparlType.BODY, uid)
    if body is None or body.deleted:
        raise Problem(404, "not_found", "没有公开过这个机关。")
    return _listing(request, queries.list_of(body, serving.LISTS[name], _filters(request)))


def _listing(request: HttpRequest, rows: Any) -> dict[str, Any]:
    text = request.GET.get("page", "1")
    total = rows.count()
    page = int(text) if text.isascii() and text.isdecimal() and len(text) < 8 else 0
    if not 1 <= page <= max(1, -(-total // serving.PAGE)):
        raise Problem(404, "page", "没有这一页。")
    found: list[PublishedObject] = list(rows[(page - 1) * serving.PAGE : page * serving.PAGE])
    inner, root = queries.inner_of(found), _root(request)
    asked = {name: request.GET[name] for name in serving.FILTERS if name in request.GET}
    return serving.listing(
        root,
        request.build_absolute_uri(request.path),
        asked,
        page=page,
        total=total,
        rows=found,
        show=lambda row: serving.shown(root, row, inner),
    )


def _filters(request: HttpRequest) -> dict[str, dt.datetime]:
    told = {}
    for name in serving.FILTERS:
        if name not in request.GET:
            continue
        what, _, side = name.partition("_")
        try:
            told[f"{what}__{_LOOKUPS[side]}"] = serving.parsed_instant(request.GET[name])
        except (ValueError, OverflowError):
            raise Problem(400, "filter", f"{name} 应写成 2026-03-01T00:00:00+08:00 的样子。") from None
    return told


def _root(request: HttpRequest) -> str:
    return request.build_absolute_uri("/oparl/1.1/")


urls: list[URLPattern] = [
    path("system", system, name="oparl_system"),
    path("body", body_list, name="oparl_bodies"),
    path("body/<uuid:uid>/<oparl_list:name>", list_page, name="oparl_list"),
    path("<oparl_type:kind>/<uuid:uid>", object_page, name="oparl_object"),
]
