"""Every page of the example city in its richest role: valid HTML, no axe violation, nothing wider than the screen."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.access.matrix import MATRIX
from tests.pages.conftest import City

pytestmark = pytest.mark.browser

CHECKER = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
#: htmx's own attributes; the checker knows HTML only.
HTMX = r"Attribute “hx-[a-z-]+” not allowed on element “[a-z0-9]+” at this point\."
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
#: Looked at in dark too: the page of all components, and pages with colours of their own.
DARK = {"design", "today", "document", "record_activity", "matter", "mine"}
#: Pages that no link of the example leads to, and why.
NOT_LINKED: dict[str, str] = {
    **dict.fromkeys(("alive", "ready"), "for machines"),
    **dict.fromkeys(
        ("feed", "invitation", "matter_pass", "pass_paper", "screen", "station"), "the address is a secret"
    ),
    **dict.fromkeys(("register_lines", "station_lines"), "fetched by a script"),
    **dict.fromkeys(("draft_names", "open_term"), "the example has no published list of a new term"),
    **dict.fromkeys(("enter_person", "roster_plan"), "follows an upload or a search"),
    **dict.fromkeys(("blank", "blank_fill"), "the example has no superior's form"),
    **dict.fromkeys(("matter_paper", "signed_paper"), "the example's matters have no attachments"),
    "organization_paper": "the example's units have no founding papers",
    **dict.fromkeys(
        ("edit_manuscript", "manuscript_versions", "publish_manuscript"),
        "asks for a manuscript of one's own in that state",
    ),
    **dict.fromkeys(
        (
            "edit_information",
            "give_opinion",
            "merge_matter",
            "reply_proposal",
            "return_matter",
            "send_information",
            "tell_fate",
        ),
        "asks for a matter in that very state",
    ),
    **dict.fromkeys(
        ("mend_fault", "notice", "notice_file", "notice_slips", "group_branch"), "asks for a row in that state"
    ),
    **dict.fromkeys(("correct_affiliation", "duty_file"), "stands on the pages of people, of which four are looked at"),
}


def _axe() -> str:
    place = find_spec("axe_playwright_python")
    assert place is not None and place.origin is not None
    return (Path(place.origin).parent / "axe.min.js").read_text(encoding="utf-8")


def _violations(page: Page, rules: list[str] = RULES) -> list[str]:
    page.evaluate(_axe())
    found: list[dict[str, Any]] = page.evaluate(
        "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']}).then(r => r.violations)", rules
    )
    return [f"{one['id']} × {len(one['nodes'])}: {one['nodes'][0]['html'][:160]}" for one in found]


def _in_dark(page: Page) -> None:
    """Turn a page dark and wait until no colour changes any more: halfway between two schemes nothing can be read."""
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")


def _invalid(*files: Path) -> list[str]:
    command = ["java", "-jar", str(CHECKER), "--format", "json", "--errors-only", "--filterpattern", HTMX]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, check=False)
    told = json.loads(done.stderr)["messages"]
    return [f"{Path(one['url']).stem}, line {one.get('lastLine')}: {one['message']}" for one in told]


@pytest.fixture
def _checker() -> None:
    if not CHECKER.exists() or shutil.which("java") is None:
        reason = "no HTML checker: it needs Java and `npm ci --ignore-scripts` in tests/pages"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)


def test_no_link_leads_to_an_error(city: City) -> None:
    assert city.broken == []


def test_every_address_is_reached_by_a_link(city: City) -> None:
    asked = {name for name, row in MATRIX.items() if row.method == "get" and row.ok == 200}
    assert sorted(asked - city.reached - NOT_LINKED.keys()) == []


def test_every_page_is_valid_html(city: City, tmp_path: Path, _checker: None) -> None:
    for route, visit in city.pages.items():
        (tmp_path / f"{route}.html").write_text(visit.html, encoding="utf-8")
    assert _invalid(*sorted(tmp_path.iterdir())) == []


def test_no_page_has_a_barrier_or_is_wider_than_the_screen(city: City) -> None:
    faults: list[str] = []
    for login in dict.fromkeys(visit.login for visit in city.pages.values()):
        page = city.contexts[login].new_page()
        heard: list[str] = []
        page.on("pageerror", lambda error, heard=heard: heard.append(str(error)))
        page.on("console", lambda said, heard=heard: heard.append(said.text) if said.type == "error" else None)
        for visit in city.pages.values():
            if visit.login != login:
                continue
            heard.clear()
            page.goto(city.url + visit.path)
            page.wait_for_load_state("networkidle")  # the page of components stands in a loading state for good
            faults += [f"{visit.route} ({login}): {one}" for one in _violations(page)]
            if visit.route in DARK:
                _in_dark(page)
                faults += [f"{visit.route} ({login}) in dark: {one}" for one in _violations(page, ["color-contrast"])]
                page.emulate_media(color_scheme="light", reduced_motion="no-preference")
            for width in (360, 1440):
                page.set_viewport_size({"width": width, "height": 900})
                over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                if over > 0:
                    faults.append(f"{visit.route} ({login}): {over} px wider than {width} px")
            faults += [f"{visit.route} ({login}): {one}" for one in heard]
        page.close()
    assert faults == []


def test_the_barrier_check_finds_a_barrier(city: City) -> None:
    page = city.contexts["dangwu"].new_page()
    page.set_content('<html lang="zh"><title>x</title><main><h1>一</h1><img src="data:,"><input></main></html>')
    assert [one.split(" ")[0] for one in _violations(page)] == ["image-alt", "label"]
    page.close()


def test_the_barrier_check_finds_what_cannot_be_read_in_dark(city: City) -> None:
    page = city.contexts["dangwu"].new_page()
    style = "body{background:#fff;color:#222}@media(prefers-color-scheme:dark){body{background:#111;color:#333}}"
    page.set_content(f'<html lang="zh"><title>x</title><style>{style}</style><main><h1>党的建设工作</h1></main></html>')
    assert _violations(page, ["color-contrast"]) == []
    page.emulate_media(color_scheme="dark")
    assert [one.split(" ")[0] for one in _violations(page, ["color-contrast"])] == ["color-contrast"]
    page.close()


def test_the_html_check_finds_a_fault(tmp_path: Path, _checker: None) -> None:
    page = tmp_path / "bad.html"
    page.write_text('<!DOCTYPE html><html lang="zh"><title>x</title><i id="a"></i><i id="a"></i></html>', "utf-8")
    assert _invalid(page) == ["bad, line 1: Duplicate ID “a”."]
