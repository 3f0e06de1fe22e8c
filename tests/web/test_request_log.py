from __future__ import annotations

import json
import logging

import pytest
from django.conf import settings


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO, "tongxin.request")
    return caplog


def _line(said: pytest.LogCaptureFixture) -> dict[str, object]:
    (record,) = [each for each in said.records if each.name == "tongxin.request"]
    return {name: getattr(record, name) for name in ("method", "route", "status", "address", "user", "office")}


def test_a_line_names_the_page_and_who_asked_but_no_address(desk, client, said):
    client.get("/roster/?q=陈文远")
    assert _line(said) == {
        "method": "GET",
        "route": "roster",
        "status": 200,
        "address": "127.0.0.1",
        "user": desk.clerk.pk,
        "office": desk.office.pk,
    }
    assert "陈文远" not in said.text


@pytest.mark.django_db
def test_a_refusal_and_an_unknown_address_are_logged_too(client, said):
    client.get("/no/such/page/")
    assert _line(said) == {
        "method": "GET",
        "route": "-",
        "status": 404,
        "address": "127.0.0.1",
        "user": None,
        "office": None,
    }


def test_the_json_form_can_be_read_back():
    from pythonjsonlogger.json import JsonFormatter

    told = {name: value for name, value in settings.LOGGING["formatters"]["json"].items() if name != "()"}
    record = logging.LogRecord("tongxin.request", logging.INFO, "", 0, "request", None, None)
    record.route, record.ms = "今日", 1.5
    line = json.loads(JsonFormatter(**told).format(record))
    assert {name: line[name] for name in ("level", "logger", "message", "route", "ms")} == {
        "level": "INFO",
        "logger": "tongxin.request",
        "message": "request",
        "route": "今日",
        "ms": 1.5,
    }


@pytest.mark.django_db
def test_a_mark_of_a_door_is_named_though_no_view_resolved_it(client, said):
    client.post("/door/unknown/marks/", "{}", content_type="application/json")
    assert _line(said)["route"] == "station_marks"
