"""A handling unit walks through every page it can reach: below five assessments it finds none, from five on a sum."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections import deque
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from lxml import html

from tests.access.matrix import MATRIX
from tests.cast import make_office, make_person
from tests.matters.test_proposals import Room
from tongxin.core import clock
from tongxin.matters import form_queries, queries
from tongxin.matters.models import Assessment, Matter
from tongxin.registry.enums import Role

#: Words that stand in the assessments and nowhere else.
MARK = "办理态度敷衍印记"
#: How an answer is called; only sums may name it.
ANSWER = "不满意"
#: A walk longer than this has lost its way.
MOST_PAGES = 400


def _words(answer) -> str:
    """Return all that an answer says, also inside docx and xlsx."""
    data = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return " ".join(package.read(name).decode("utf-8", "replace") for name in package.namelist())
    return data.decode("utf-8", "replace")


def _links(page: str, address: str) -> list[str]:
    if "<html" not in page:
        return []
    found = []
    for each in html.fromstring(page).xpath("//a/@href"):
        parts = urlsplit(urldefrag(urljoin(address, each)).url)
        if not parts.netloc and parts.path.startswith("/") and "logout" not in parts.path:
            found.append(parts.path + (f"?{parts.query}" if parts.query else ""))
    return found


def walk(client: Client, starts: list[str], *, follow: bool = True) -> dict[str, str]:
    """Return the words of each page that can be reached by links from ``starts``, address by address.

    ``follow`` False: of the pages named and no others.
    """
    waiting, seen = deque(starts), {}
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.popleft()
        if address in seen:
            continue
        answer = client.get(address)
        seen[address] = _words(answer) if answer.status_code == 200 else ""
        if follow:
            waiting.extend(link for link in _links(seen[address], address) if link not in seen)
    assert len(seen) < MOST_PAGES
    return seen


@pytest.fixture
def room(db):
    room = Room(make_office())
    for user in (room.lead_user, room.helper_user):
        user.set_password("a-long-enough-password")  # whoever has none is not shown the page that changes it
        user.save()
    return room


def assessed(room, number):
    """Return proposals that the unit answered, each assessed last year by its own author in the harshest words."""
    last_year = dt.date(clock.today().year - 1, 9, 1)
    for place in range(number):
        room.author = make_person(room.office, f"委员{place}", user=None)
        room.member = None
        matter = room.replied(f"关于第{place}件事的提案")
        Matter.objects.filter(pk=matter.pk).update(day=last_year)
        Assessment.objects.create(
            office=room.office, matter=matter, organization=room.lead, person=room.author, satisfaction="not",
            text=f"{MARK}{place}", day=last_year,
        )  # fmt: skip
    return list(Matter.objects.filter(kind="proposal"))


def addresses(matters):
    """Return where the walk begins: every page without a row in its address, and every page of each proposal."""
    named = []
    for name, row in MATRIX.items():
        if Role.HANDLING_UNIT in row.allowed and row.method == "get":
            try:
                named.append(reverse(name))
            except Exception:
                continue
    for matter in matters:
        named += [reverse(name, args=[matter.uid]) for name in ("matter", "proposal", "reply_proposal", "merge_matter")]
        for offer in form_queries.forms_of(queries.matter_by_uid(matter.office_id, matter.uid)):
            page = reverse("matter_form", args=[matter.uid, offer.code])
            named += [page, f"{page}?file=docx"]
    years = range(clock.today().year, clock.today().year - 3, -1)
    named += [f"{reverse('proposal_figures')}?year={year}" for year in years]
    return ["/", *named, f"{reverse('matters_sheet')}?kind=proposal"]


@pytest.mark.parametrize("user", ["lead_user", "helper_user"])
def test_below_five_the_unit_finds_no_assessment_on_any_page(room, user):
    matters = assessed(room, 4)
    client = Client()
    client.force_login(getattr(room, user))
    # One of the two follows links; the other has the same pages, those of the proposals among them.
    seen = walk(client, addresses(matters), follow=user == "lead_user")
    assert sum(1 for page in seen.values() if page) > 30
    assert [address for address, page in seen.items() if MARK in page] == []
    assert [address for address, page in seen.items() if ANSWER in page] == []
    figures = seen[reverse("proposal_figures")]
    assert ("不足五份，不显示" in figures) is (user == "lead_user")


def test_from_five_on_the_unit_is_told_the_sum_and_nothing_else(room):
    matters = assessed(room, 5)
    client = Client()
    client.force_login(room.lead_user)
    seen = walk(client, addresses(matters), follow=False)
    assert [address for address, page in seen.items() if MARK in page or ANSWER in page] == []  # all gave one answer
    assert "共5份" in seen[reverse("proposal_figures")]


def test_the_walk_would_find_one_that_its_author_showed(room):
    matters = assessed(room, 4)
    Assessment.objects.filter(matter=matters[0]).update(shown_on=clock.today())
    client = Client()
    client.force_login(room.lead_user)
    seen = walk(client, addresses(matters), follow=False)
    assert [address for address, page in seen.items() if MARK in page] == [reverse("proposal", args=[matters[0].uid])]
