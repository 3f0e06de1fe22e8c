"""The second run of the tests, on another database, leaves out only what touches none."""

from __future__ import annotations

import pytest

from tests.conftest import touches_database


@pytest.fixture
def _through_another(db: None) -> None:
    """Ask for the database on a test's behalf."""


@pytest.mark.django_db
def test_a_test_marked_for_the_database_is_kept(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node) is True


@pytest.mark.usefixtures("_through_another")
def test_a_test_whose_fixture_asks_for_the_database_is_kept(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node) is True


def test_a_test_that_asks_for_nothing_is_left_out(request: pytest.FixtureRequest) -> None:
    assert touches_database(request.node) is False
