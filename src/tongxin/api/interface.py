"""The interface itself: its addresses, its description, and how faults are told."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, Throttled, ValidationError
from ninja.operation import Operation

from tongxin.api import problems
from tongxin.api.bearers import TokenBearer, TokenThrottle, unauthorized
from tongxin.api.problems import Problem
from tongxin.api.routes import flight, what, who, written
from tongxin.core.errors import Refusal

log = logging.getLogger("tongxin.api")

#: Requests a minute by one token: a program that asks more often asks for the same again.
RATE = "600/m"


class Interface(NinjaAPI):
    """The interface, which describes its problems as what they are."""

    def get_openapi_schema(self, *args: Any, **kwargs: Any) -> Any:
        """Return the description (OpenAPI 3.1)."""
        told = super().get_openapi_schema(*args, **kwargs)
        for methods in told["paths"].values():
            for one in methods.values():
                for status, answer in one["responses"].items():
                    if int(status) >= 400:
                        answer["content"] = {problems.MEDIA_TYPE: answer["content"]["application/json"]}
        return told

    def get_openapi_operation_id(self, operation: Operation) -> str:
        """Return the name of an operation: that of its function."""
        return operation.view_func.__name__


interface = Interface(
    title="同心接口",
    version="1",
    description=(
        "供本机关自己的其他系统读取登记、登记活动。以令牌代表一个用户，权限不超过本人在页面上的权限；"
        "人员只给公开项目，不含政治面貌、民族、出生、联系方式和党组织任职。日期为当地日期。出错时按 RFC 9457 说明。"
    ),
    urls_namespace="api",
    docs_url=None,
    auth=TokenBearer(),
    throttle=[TokenThrottle(RATE)],
)


def refuse_unknown_queries(run: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Return ``run`` so that a query by a name that its address does not know is refused: it would narrow nothing.

    So is a NUL anywhere in a request.
    """
    operation: Operation = run.__self__  # type: ignore[attr-defined]
    known = {
        name for model in operation.models if model.__ninja_param_source__ == "query" for name in model.model_fields
    }

    @wraps(run)
    def checked(request: HttpRequest, **values: Any) -> HttpResponse:
        unknown = sorted(set(request.GET) - known)
        if unknown:
            faults = [{"field": name[:60], "code": "extra_forbidden", "detail": "没有此项。"} for name in unknown[:10]]
            return problems.answer(422, "invalid", "请求的内容不合接口说明。", faults)
        texts = [*(text for texts in request.GET.lists() for text in texts[1]), *map(str, values.values())]
        # PostgreSQL keeps no NUL in a text, and no text that an office writes holds one.
        if any("\x00" in text for text in texts) or b"\x00" in request.body or b"\\u0000" in request.body:
            return problems.answer(422, "nul", "文字中有空字符（NUL），不能处理。请去掉后重发。")
        return run(request, **values)

    return checked


interface.add_decorator(refuse_unknown_queries, mode="view")
for area in (who.router, what.router, flight.router, written.router):
    interface.add_router("", area)


@interface.exception_handler(Problem)
def _problem(request: HttpRequest, fault: Problem) -> HttpResponse:
    return problems.answer(fault.status, fault.code, fault.detail, headers=fault.headers)


@interface.exception_handler(Refusal)
def _refusal(request: HttpRequest, fault: Refusal) -> HttpResponse:
    return problems.answer(problems.status_of(fault), fault.code, str(fault), problems.faults_of(fault))


@interface.exception_handler(ValidationError)
def _invalid(request: HttpRequest, fault: ValidationError) -> HttpResponse:
    return problems.answer(422, "invalid", "请求的内容不合接口说明。", problems.faults_in(fault.errors))


@interface.exception_handler(AuthenticationError)
def _nobody(request: HttpRequest, fault: AuthenticationError) -> HttpResponse:
    return _problem(request, unauthorized())


@interface.exception_handler(Throttled)
def _too_many(request: HttpRequest, fault: Throttled) -> HttpResponse:
    wait = max(1, int(fault.wait or 60))
    return problems.answer(429, "rate", f"请求过多。请{wait}秒后再试。", headers={"Retry-After": str(wait)})


@interface.exception_handler(HttpError)
def _fault(request: HttpRequest, fault: HttpError) -> HttpResponse:
    detail = "正文不是有效的 JSON。" if fault.status_code == 400 else "请求不能完成。"
    return problems.answer(fault.status_code, "request", detail)


@interface.exception_handler(Http404)
def _missing(request: HttpRequest, fault: Http404) -> HttpResponse:
    return problems.answer(404, "not_found", "没有找到这一条，或者无权查看。")


@interface.exception_handler(Exception)
def _broken(request: HttpRequest, fault: Exception) -> HttpResponse:
    log.exception("interface: %s %s", request.method, request.path, exc_info=fault)
    return problems.answer(500, "internal", "系统出错，未写入任何内容。请稍后再试；仍不行请联系系统管理员。")
