"""The manual's pictures, taken from the example city on each run, so that they cannot age; none is kept in the repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.pages.conftest import City

#: Where ``scripts/docs_hooks.py`` looks for them.
FOLDER = Path(__file__).resolve().parents[2] / "build" / "screenshots"


@dataclass(frozen=True)
class Shot:
    """A picture: the address name of the page (in its richest role), and the words that must stand on it."""

    route: str
    words: str


SHOTS = {
    "today": Shot("today", "今日"),
    "board": Shot("board", "落实情况一览"),
    "document": Shot("document", "采纳"),
    "record-activity": Shot("record_activity", "登记活动"),
    "statistics": Shot("statistics", "委员统计"),
    "my-record": Shot("mine", "我的信息"),
}


@pytest.mark.browser
def test_pictures_of_the_manual_are_taken(city: City) -> None:
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, shot in SHOTS.items():
        visit = city.pages[shot.route]
        page = city.contexts[visit.login].new_page()
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(city.url + visit.path)
        assert shot.words in page.inner_text("main"), name
        page.screenshot(path=FOLDER / f"{name}.png")
        assert (FOLDER / f"{name}.png").stat().st_size > 20_000, f"{name} is all but empty"
        page.close()
