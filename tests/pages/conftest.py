"""The example city, served by a process of its own; every role's pages are walked once for the whole folder."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser, BrowserContext

from tongxin.demo.operations import USERNAMES

#: How many links of one address name are followed: the first may lead to a row whose state offers little.
LINKS = 3
#: Lists name activities to come first, of which there is little to see yet, and documents nobody has decided on:
#: further ones are followed.
MORE_LINKS = {"activity": 12, "minutes": 12, "document": 4, "task_table": 4}
LINK = re.compile(r"""<a\b[^>]*?\bhref="(/[^"#]*)""")
TITLE = re.compile(r"<h1\b")


@dataclass(frozen=True)
class Visit:
    """One page as one role got it."""

    route: str
    login: str
    path: str
    status: int
    html: str


@dataclass
class City:
    """The running example; ``pages``: address name → the longest page that any role got there."""

    url: str
    contexts: dict[str, BrowserContext]
    pages: dict[str, Visit] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    reached: set[str] = field(default_factory=set)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _command(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tongxin", *words], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def city(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """Build the example city in an empty folder, sign every demo login in, and follow every link of every role."""
    home = tmp_path_factory.mktemp("city")
    source = Path(__file__).parents[2] / "src"
    environment = {
        **{name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}},
        "TONGXIN_DATA": str(home),
        "PYTHONPATH": str(source),
        "PYTHONUTF8": "1",
    }
    _command(environment, "setup")
    told = _command(environment, "demo", "load")
    password = re.search(r"密码均为 (\S+) ", told)
    assert password, told
    port = _free_port()
    with (home / "server.log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "tongxin", "serve", "--port", str(port), "--without-work"],
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        _wait_for(port)
        url = f"http://127.0.0.1:{port}"
        city = City(url, {login: _signed_in(browser, url, login, password.group(1)) for login in USERNAMES})
        for login in USERNAMES:
            _walk(city, login)
        yield city
        for context in city.contexts.values():
            context.close()
    finally:
        server.terminate()
        server.wait(timeout=60)


def _wait_for(port: int) -> None:
    for _ in range(600):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health/alive/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the example's server did not answer within a minute")


def _signed_in(browser: Browser, url: str, login: str, password: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(90_000)
    page = context.new_page()
    page.goto(url)
    page.get_by_label("用户名").fill(login)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.wait_for_url(f"{url}/")
    page.close()
    return context


def _walk(city: City, login: str) -> None:
    """Follow the first links to every address name, with and without a query; keep the longest page of each."""
    waiting, asked, seen = [("/", "")], Counter[tuple[str, bool]](), set[str]()
    while waiting:
        path, origin = waiting.pop(0)
        if path in seen:
            continue
        seen.add(path)
        try:
            match = resolve(path.split("?")[0])
        except Resolver404:
            city.broken.append(f"{login}: {path} leads nowhere, on {origin}")
            continue
        route = match.url_name or match.route
        asked[route, "?" in path] += 1
        if asked[route, "?" in path] > MORE_LINKS.get(route, LINKS) or route == "account_logout":
            continue
        answer = city.contexts[login].request.get(city.url + path)
        city.reached.add(route)
        if answer.status != 200:
            city.broken.append(f"{login}: {path} answers {answer.status}, on {origin}")
            continue
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        html = answer.text()
        waiting += [(found.replace("&amp;", "&"), path) for found in LINK.findall(html)]
        kept = city.pages.get(route)
        if TITLE.search(html) and (kept is None or len(html) > len(kept.html)):
            city.pages[route] = Visit(route, login, path, answer.status, html)
