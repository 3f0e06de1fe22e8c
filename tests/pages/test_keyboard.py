"""With the keyboard alone: first the way past the menu, every stop is seen, and what a row offers is reached in order."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.pages.conftest import City

pytestmark = pytest.mark.browser

#: Pages with a list whose rows lead somewhere or offer something.
ROUTES = ("today", "roster", "activities", "matters", "library", "administration")
#: The stop that has the focus: what it is, whether its ring is seen, whether it lies on the page.
STOP = """() => {
  const at = document.activeElement, style = getComputedStyle(at), box = at.getBoundingClientRect();
  return {
    skip: at.classList.contains("skip"), main: !!at.closest("main"), row: !!at.closest("tbody tr, li"),
    ring: style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 3,
    there: box.width > 0 && box.height > 0 && box.right > 0 && box.bottom > 0,
    told: (at.innerText || at.getAttribute("aria-label") || at.labels?.[0]?.innerText || at.name || "").trim().slice(0, 20),
  };
}"""


def _faults(page: Page, route: str) -> list[str]:
    page.keyboard.press("Tab")
    first = page.evaluate(STOP)
    faults = [] if first["skip"] and first["ring"] and first["there"] else [f"{route}: begins with {first}"]
    page.keyboard.press("Enter")
    faults += (
        [] if page.evaluate("document.activeElement.id") == "content" else [f"{route}: the way past leads nowhere"]
    )
    rows = 0
    for _ in range(25):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if not stop["main"]:
            break
        rows += stop["row"]
        if not (stop["ring"] and stop["there"]):
            faults.append(f"{route}: {stop['told']!r} is not seen to have the focus")
    return faults + ([] if rows else [f"{route}: no row is reached"])


def test_every_stop_of_the_keyboard_is_seen(city: City) -> None:
    faults: list[str] = []
    for route in ROUTES:
        visit = city.pages[route]
        page = city.contexts[visit.login].new_page()
        page.goto(city.url + visit.path)
        faults += _faults(page, route)
        page.close()
    assert faults == []


def test_a_page_without_a_way_past_and_without_rings_is_found(city: City) -> None:
    page = city.contexts["dangwu"].new_page()
    page.set_content(
        '<style>*{outline:0!important}</style><main id="content"><button>一</button><button>二</button></main>'
    )
    assert [fault.split(" ")[1] for fault in _faults(page, "x:")] == ["begins", "the", "'二'", "no"]
    page.close()
