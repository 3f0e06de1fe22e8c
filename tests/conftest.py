"""What every test shares: the database set-up, and nothing that reaches outside."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.utils import translation

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser driver runs an event loop in this process


#: Tests that share something dear to build: each group goes to one worker.
TOGETHER = ("tests/pages/", "tests/demo/test_operations.py", "tests/provisions/test_cases.py")
#: Long walks that ask who may see what, which no database decides; what they read, other tests read on both.
ONCE = ("tests/access/", "tests/web/test_assessment_privacy.py")
#: Any of these among a test's fixtures means that it touches the database.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "live_server"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of a second run on another database."""
    parser.addoption(
        "--database-only",
        action="store_true",
        help="leave out the tests that touch no database: an earlier run of the same code has shown them",
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what another database cannot change, where that was asked for."""
    if not config.getoption("--database-only"):
        return
    kept, left = [], []
    for item in items:
        (kept if touches_database(item) and not item.nodeid.startswith(ONCE) else left).append(item)
    config.hook.pytest_deselected(items=left)
    items[:] = kept


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give tests that share something dear to build to one worker, which builds it once; all others to whoever is free.

    xdist's own groups (``xdist_group``) do not work with this pytest: it keeps a test's name where xdist does not look.
    """
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((group for group in TOGETHER if nodeid.startswith(group)), nodeid)

    return Together(config, log)


def touches_database(item: pytest.Item) -> bool:
    """Tell whether a test asks for the database by mark or by fixture, its own or one that its fixtures ask for."""
    marked = any(item.get_closest_marker(name) for name in ("django_db", "postgres"))
    return marked or not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, django_db_blocker) -> None:
    """Begin with the database that an earlier run migrated."""
    from tests import migrated

    with django_db_blocker.unblock():
        migrated.use()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker) -> None:
    """Take down the audit triggers: the clean-up of transactional tests deletes rows.  test_guard puts them up."""
    from django.db import connection

    from tests import migrated
    from tongxin.core import guard

    with django_db_blocker.unblock():
        migrated.keep()
        guard.take_down(connection)


@pytest.fixture(scope="session", autouse=True)
def _days_survive_clean_up() -> Iterator[None]:
    """Fill the day table again after each transactional test: its clean-up empties every table, migrated rows too."""
    from django.test import TransactionTestCase

    from tongxin.core import day_table

    tear_down = TransactionTestCase._fixture_teardown

    def tear_down_and_fill(case: TransactionTestCase) -> None:
        tear_down(case)
        day_table.fill()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", tear_down_and_fill)
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return Debian's Chromium, one for all tests of a process; without it they are skipped, in CI it is required."""
    from playwright.sync_api import sync_playwright

    if not CHROMIUM.exists():
        reason = "没有 Chromium：apt-get install chromium 后可运行浏览器测试"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(autouse=True)
def _language_of_the_next() -> Iterator[None]:
    """Leave no reader's language behind: a page asked for in English stays so in its thread."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def _no_outside_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Refuse connections to anything but this machine."""
    real = socket.socket.connect

    def connect(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and host not in {"127.0.0.1", "::1", "localhost"}:
            raise AssertionError(f"a test tried to reach {address}")
        real(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    yield
