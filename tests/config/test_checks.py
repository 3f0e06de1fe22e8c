from __future__ import annotations

from django.core.checks import WARNING, Tags, run_checks
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


#: What the deployment check must say where transport is left open; each is one of the settings that TONGXIN_HTTPS sets.
OPEN = {
    "SECURE_SSL_REDIRECT": False,
    "SECURE_HSTS_SECONDS": 0,
    "SESSION_COOKIE_SECURE": False,
    "CSRF_COOKIE_SECURE": False,
}
SHUT = {
    "SECURE_SSL_REDIRECT": True,
    "SECURE_HSTS_SECONDS": 31536000,
    "SESSION_COOKIE_SECURE": True,
    "CSRF_COOKIE_SECURE": True,
}


def _told(settings, values) -> set[str]:
    settings.SECRET_KEY = "a long one of service, not the short one of the tests: 0123456789"
    for name, value in values.items():
        setattr(settings, name, value)
    found = run_checks(tags=[Tags.security], include_deployment_checks=True)
    return {message.id for message in found if message.level >= WARNING and not message.is_silenced()}


def test_the_deployment_check_is_clean_with_https_and_speaks_up_without(settings):
    assert _told(settings, SHUT) == set()
    assert _told(settings, OPEN) == {"security.W004", "security.W008", "security.W012", "security.W016"}
