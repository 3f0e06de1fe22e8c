#!/usr/bin/env python3
"""How heavy the main pages are and how soon a person sees something: first contentful paint in Debian's Chromium.

usage: python -m bench.pages [--url ADDRESS --password WORDS] [--rounds N] [--speed MBIT --delay MS]

Without --url a demo city is built in an empty folder and served by one worker.  Every page is opened by the login that
works with it, once with an empty store (first) and N times with what is kept (again: styles and scripts are kept for
good, pages never).  ``--speed`` and ``--delay`` slow the line down as a county's might be (Chromium's own throttling).

first, again  milliseconds from asking to the first contentful paint, median of the rounds
answer        milliseconds until the first byte of the page, median
page          kilobytes of the page alone, as sent
all           kilobytes of everything asked for with an empty store, as sent;  files: how many
blank         a page of one word, opened in the same run: what browser and machine take by themselves
"""

from __future__ import annotations

import argparse
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
#: The page, and the demo login that works with it.
PAGES = (
    ("/accounts/login/", ""),
    ("/", "dangwu"),
    ("/board/", "dangwu"),
    ("/board/calendar/", "dangwu"),
    ("/roster/", "mingce"),
    ("/statistics/", "mingce"),
    ("/contacts/", "dangwu"),
    ("/activities/", "dangwu"),
    ("/activities/record/", "dangwu"),
    ("/matters/", "lingdao"),
    ("/library/", "dangwu"),
    ("/figures/", "dangwu"),
    ("/mine/", "weiyuan"),
    ("/administration/", "guanli"),
)
MEASURE = """() => new Promise((told) => {
  const look = () => {
    const paint = performance.getEntriesByName("first-contentful-paint")[0];
    if (!paint) return setTimeout(look, 20);
    const page = performance.getEntriesByType("navigation")[0];
    const files = performance.getEntriesByType("resource");
    told({
      paint: paint.startTime, answer: page.responseStart, page: page.transferSize,
      all: page.transferSize + files.reduce((sum, file) => sum + file.transferSize, 0), files: files.length,
    });
  };
  look();
})"""


@dataclass(frozen=True)
class Sight:
    """What Chromium measured of one opening: milliseconds and bytes."""

    paint: float
    answer: float
    page: int
    all: int
    files: int


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "TONGXIN_DATA": str(home), "PYTHONPATH": str(ROOT / "src"), "PYTHONUTF8": "1"}


@contextmanager
def _example() -> Iterator[tuple[str, str]]:
    """Serve a demo city from a folder of its own; yields its address and password."""
    with tempfile.TemporaryDirectory() as home:
        environment = _environment(Path(home))
        tongxin = [sys.executable, "-m", "tongxin"]
        subprocess.run([*tongxin, "setup"], env=environment, check=True, capture_output=True)
        told = subprocess.run(
            [*tongxin, "demo", "load"], env=environment, check=True, capture_output=True, text=True
        ).stdout
        found = re.search(r"密码均为 (\S+) ", told)
        assert found, told
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        server = subprocess.Popen([*tongxin, "serve", "--port", str(port), "--workers", "1"], env=environment)
        try:
            _wait_for(port)
            yield f"http://127.0.0.1:{port}", found[1]
        finally:
            server.terminate()
            server.wait(timeout=60)


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/health/alive/")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise SystemExit("✗ the server did not answer within a minute")


def _signed_in(browser: Browser, url: str, login: str, password: str) -> BrowserContext:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(90_000)
    if login:
        page = context.new_page()
        page.goto(f"{url}/accounts/login/")
        page.get_by_label("用户名").fill(login)
        page.get_by_label("密码").fill(password)
        page.get_by_role("button", name="登录").click()
        page.wait_for_url(f"{url}/")
        page.close()
    return context


def _look(page: Page, address: str) -> Sight:
    page.goto(address, wait_until="load")
    return Sight(**page.evaluate(MEASURE))


def _slowed(page: Page, speed: float, delay: float, *, empty: bool) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": empty})
    if speed:
        rate = speed * 1_000_000 / 8
        devtools.send(
            "Network.emulateNetworkConditions",
            {"offline": False, "latency": delay, "downloadThroughput": rate, "uploadThroughput": rate / 4},
        )


def _line(name: str, first: Sight, again: list[Sight]) -> str:
    return (
        f"{name:<24}{first.paint:8.0f}{statistics.median(each.paint for each in again):8.0f}"
        f"{statistics.median(each.answer for each in again):8.0f}{first.page / 1024:8.1f}{first.all / 1024:8.1f}{first.files:7}"
    )


def measure(url: str, password: str, *, rounds: int, speed: float, delay: float) -> None:
    """Open every page and print a line for each."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium",
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        print(f"{'page':<24}{'first':>8}{'again':>8}{'answer':>8}{'page':>8}{'all':>8}{'files':>7}")
        contexts: dict[str, BrowserContext] = {}
        for path, login in (("/health/alive/", ""), *PAGES):
            if login not in contexts:
                contexts[login] = _signed_in(browser, url, login, password)
            sights = []
            for number in range(rounds + 2):  # the second fills the store
                page = contexts[login].new_page()
                _slowed(page, speed, delay, empty=number == 0)
                sights.append(_look(page, url + path))
                page.close()
            print(_line("blank" if path == "/health/alive/" else path, sights[0], sights[2:]), flush=True)
        browser.close()


def main() -> int:
    """Measure what is served at --url, or a demo city of its own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", help="address of a served demo city, e.g. http://127.0.0.1:8000")
    parser.add_argument("--password", default="", help="its demo password")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--speed", type=float, default=0, help="megabits a second; 0: as fast as it goes")
    parser.add_argument("--delay", type=float, default=20, help="milliseconds each way, with --speed")
    options = parser.parse_args()
    print(f"load {os.getloadavg()[0]:.1f}", flush=True)
    more = {"rounds": options.rounds, "speed": options.speed, "delay": options.delay}
    if options.url:
        measure(options.url.rstrip("/"), options.password, **more)
    else:
        with _example() as (url, password):
            measure(url, password, **more)
    return 0


if __name__ == "__main__":
    sys.exit(main())
