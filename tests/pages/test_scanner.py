"""The web scanner: nothing found over every page of the example city, everything found on a faulty site."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from tests.pages import faulty_site
from tests.pages.conftest import City
from tests.pages.scanner import Finding, Site, kinds, scan

EVERY_KIND = {
    "acts when opened",
    "address told to others",
    "believes a forwarded host",
    "fails",
    "form without a token",
    "hands out what lies beside",
    "header split",
    "kept in the browser",
    "leads elsewhere",
    "loose cookie",
    "may be framed",
    "reads other files",
    "scripts from anywhere",
    "shows its innards",
    "taken without a token",
    "takes any host",
    "takes any method",
    "type may be guessed",
    "unescaped",
}


@pytest.mark.browser
def test_no_page_of_the_example_has_a_hole(city: City) -> None:
    address = urlsplit(city.url)
    assert address.hostname and address.port
    found: list[Finding] = []
    taken: set[str] = set()
    for login in dict.fromkeys(visit.login for visit in city.pages.values()):
        cookies = "; ".join(f"{each['name']}={each['value']}" for each in city.contexts[login].cookies())
        pages = {visit.path: visit.html for visit in city.pages.values() if visit.login == login}
        found += scan(Site(address.hostname, address.port, cookies), pages, taken=taken)
    stranger = Site(address.hostname, address.port)
    entrance = "/accounts/login/?next=/roster/"
    found += scan(stranger, {entrance: stranger.ask(entrance).text}, taken=taken)
    assert found == []
    assert len([one for one in taken if one.startswith("get ")]) > 100, "hardly a parameter was tried"


def test_the_scanner_finds_every_fault_of_a_faulty_site() -> None:
    with faulty_site.running() as (host, port):
        site = Site(host, port)
        assert kinds(scan(site, {"/search?q=": site.ask("/search?q=").text})) == EVERY_KIND
