"""The least that a Django view can do and still store something: no middleware, one insert, an answer.

Settings and application in one, for bench.register and nothing else.
"""

from __future__ import annotations

import functools
import json
import os
import uuid

SECRET_KEY = os.environ.get("TONGXIN_SECRET_KEY", "bench")
ALLOWED_HOSTS = ["127.0.0.1"]
ROOT_URLCONF = "bench._bare_view"
INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
USE_TZ = True


def _database() -> dict[str, object]:
    from tongxin.config.environment import database  # the same connection settings as the system's own

    return database()


if os.environ.get("DJANGO_SETTINGS_MODULE") == "bench._bare_view":
    DATABASES = {"default": _database()}


def store(request):
    from django.db import connection
    from django.http import JsonResponse

    sent = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO bench_row (id, body, at) VALUES (%s, %s, %s)",
            [str(uuid.UUID(sent["id"])), sent["person"], sent["at"]],
        )
    return JsonResponse({"id": sent["id"], "ok": True})


def _patterns():
    from django.urls import path

    return [path("", store)]


urlpatterns = _patterns()


@functools.cache
def _handler():
    from django.core.wsgi import get_wsgi_application

    return get_wsgi_application()


def application(environ, start_response):
    return _handler()(environ, start_response)
