from __future__ import annotations

from django.http import HttpResponse
from django.urls import URLResolver, path
from django.urls.resolvers import RegexPattern

from tongxin.config import checks
from tongxin.web.access import open_to_all


def _undeclared(request):
    return HttpResponse()


@open_to_all
def _declared(request):
    return HttpResponse()


def test_every_view_of_the_project_declares_who_may():
    assert checks.every_view_declares_who_may(None) == []


def test_a_view_that_declares_nothing_is_named(monkeypatch):
    resolver = URLResolver(RegexPattern(r"^/"), [path("a/", _declared), path("b/", _undeclared)])
    monkeypatch.setattr(checks, "get_resolver", lambda: resolver)
    found = checks.every_view_declares_who_may(None)
    assert [(error.id, error.msg) for error in found] == [("tongxin.E001", "地址 b/ 的视图未声明访问权限。")]
