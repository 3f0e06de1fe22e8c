"""Faults as problem details (RFC 9457): a status, a code for programs, a Chinese sentence for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse

from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible, Refusal

MEDIA_TYPE = "application/problem+json"
#: Names a kind of problem; the code behind it is stable.
_KIND = "urn:tongxin:problem:"
_TITLES = {
    HTTPStatus.BAD_REQUEST: "请求有误",
    HTTPStatus.UNAUTHORIZED: "未出示有效令牌",
    HTTPStatus.FORBIDDEN: "无权进行",
    HTTPStatus.NOT_FOUND: "没有找到",
    HTTPStatus.CONFLICT: "情况已变化",
    HTTPStatus.UNPROCESSABLE_ENTITY: "内容有误",
    HTTPStatus.TOO_MANY_REQUESTS: "请求过多",
    HTTPStatus.INTERNAL_SERVER_ERROR: "系统出错",
}
#: pydantic's kinds of faults that a sender meets, in words.
_FAULTS = {
    "missing": "缺少此项。",
    "day": "日期应写成 2026-03-01 的样子。",
    "extra_forbidden": "没有此项。",
    "string_too_long": "太长。",
    "string_too_short": "太短。",
    "too_long": "太多。",
    "too_short": "太少。",
    "uuid_parsing": "应为 UUID。",
    "uuid_type": "应为 UUID。",
    "int_parsing": "应为整数。",
    "int_type": "应为整数。",
    "bool_parsing": "应为 true 或 false。",
    "string_type": "应为文字。",
    "enum": "不在可选的值之中。",
    "literal_error": "不在可选的值之中。",
    "json_invalid": "正文不是有效的 JSON。",
    "list_type": "应为列表。",
    "greater_than_equal": "太小。",
    "less_than_equal": "太大。",
}
#: Where in a request something stands; its sender knows that of the names.
_PLACES = ("body", "query", "path", "header", "payload")


class Problem(Exception):
    """A request that cannot be answered, with what is told about it."""

    def __init__(self, status: int, code: str, detail: str, *, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = dict(headers or {})


def status_of(refusal: Refusal) -> int:
    """Return the HTTP status under which a refusal is told."""
    if isinstance(refusal, NotAllowed):
        return HTTPStatus.FORBIDDEN
    if isinstance(refusal, Conflict):
        return HTTPStatus.CONFLICT
    if isinstance(refusal, (BadInput, NotPossible)):
        return HTTPStatus.UNPROCESSABLE_ENTITY
    return HTTPStatus.BAD_REQUEST


def body_of(status: int, code: str, detail: str, faults: Sequence[Mapping[str, str]] = ()) -> dict[str, Any]:
    """Return the members of a problem; ``faults``: each with ``field``, ``code`` and ``detail``."""
    told: dict[str, Any] = {
        "type": f"{_KIND}{code}",
        "title": _TITLES.get(HTTPStatus(status), HTTPStatus(status).phrase),
        "status": int(status),
        "detail": detail,
        "code": code,
    }
    return {**told, "errors": list(faults)} if faults else told


def answer(
    status: int,
    code: str,
    detail: str,
    faults: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Return a problem as an answer."""
    content = json.dumps(body_of(status, code, detail, faults), ensure_ascii=False)
    return HttpResponse(content, status=int(status), content_type=MEDIA_TYPE, headers=dict(headers or {}))


def faults_of(refusal: Refusal) -> list[dict[str, str]]:
    """Return the single faults of a refusal that names a field, or several."""
    single = getattr(refusal, "faults", (refusal,))
    return [{"field": one.field or "", "code": one.code, "detail": str(one)} for one in single if one.field]


def faults_in(errors: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Return the faults that checking a request against its description found, in words."""
    told = []
    for error in errors:
        kind = str(error.get("type", ""))
        place = ".".join(str(part) for part in error.get("loc", ()) if part not in _PLACES)
        told.append({"field": place, "code": kind, "detail": _FAULTS.get(kind, "写法不对。")})
    return told
