"""The interface against its own description: requests drawn from it, right ones and wrong ones, and what comes back."""

from __future__ import annotations

import pytest
import schemathesis
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, reset_queries
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.access.world import World
from tests.api.asking import Program
from tongxin.api.routes import who
from tongxin.registry.enums import Role

pytestmark = pytest.mark.django_db

#: Requests drawn for each address and each of the two ways; some twenty addresses.
EACH = 6


@pytest.fixture
def program(monkeypatch):
    """A program that may do everything, in an office with a little of everything."""
    monkeypatch.setattr("tongxin.api.bearers.TokenThrottle.allow_request", lambda self, request: True)
    world = World()
    for signal, receiver in ((request_started, close_old_connections), (request_started, reset_queries),
                             (request_finished, close_old_connections)):  # fmt: skip
        signal.disconnect(receiver)
    yield Program(world.office, Role.PARTY_CLERK, Role.ROSTER_CLERK, Role.LEADER, Role.SUPERVISOR)
    request_started.connect(close_old_connections)
    request_started.connect(reset_queries)
    request_finished.connect(close_old_connections)


def _ask_everything(program: Program) -> int:
    """Ask each address with drawn requests and hold each answer against the description; return how many."""
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", WSGIHandler())
    asked = 0
    for found in described.get_all_operations():
        operation = found.ok()
        for mode in GenerationMode:

            @settings(
                max_examples=EACH, deadline=None, database=None, derandomize=True,
                suppress_health_check=list(HealthCheck),
            )  # fmt: skip
            @given(case=operation.as_strategy(generation_mode=mode))
            def ask(case) -> None:
                nonlocal asked
                asked += 1
                case.call_and_validate(
                    headers={"Authorization": f"Bearer {program.secret}"},
                    # A row that is not there is refused, however well its number is written.
                    excluded_checks=[positive_data_acceptance],
                )

            ask()
    return asked


def test_every_answer_is_as_described(program):
    assert _ask_everything(program) > 100


def test_an_answer_that_is_not_as_described_is_found(program, monkeypatch):
    plain = who._organization
    monkeypatch.setattr(who, "_organization", lambda row: {**plain(row), "uid": "no uid"})
    with pytest.raises(BaseException) as found:
        _ask_everything(program)
    assert "500" in str(found.value) or "Server error" in str(found.value)
