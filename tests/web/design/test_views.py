from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import make_office, make_user
from tongxin.provisions.enums import FindingState
from tongxin.registry.enums import Role
from tongxin.web.design.colours import SHEET

pytestmark = pytest.mark.django_db


def test_every_component_is_shown_in_each_state(client: Client):
    client.force_login(make_user(make_office(), Role.MEMBER))
    answer = client.get(reverse("design"))
    page = answer.content.decode()
    assert answer.status_code == 200
    for state in FindingState:
        assert f"state--{state.value}" in page
    for part in (
        "btn-main",
        "btn-side",
        "btn-small",
        " disabled",
        "field--wrong",
        "notice--warn",
        "errorlist",
        "pager",
    ):
        assert part in page, part
    assert page.count("这个字段是必填项。") == 2  # above the form and at the field
    assert len(re.findall(r'class="(?:strip|bar)"', page)) == 9  # a strip of parts, and eight bars
    assert "不足" not in re.sub(r"不足\d", "", page)


def test_the_headings_shown_have_the_sizes_of_headings():
    """The page may have one h1; its samples are paragraphs that must look like the headings."""
    base = SHEET.with_name("base.css").read_text("utf-8")
    sample = SHEET.with_name("design.css").read_text("utf-8")
    for level in (1, 2, 3):
        size = re.search(rf"^h{level} {{[^}}]*?font-size: ([^;]+)", base, re.MULTILINE)
        shown = re.search(rf"^\.specimen-{level} {{[^}}]*?font-size: ([^;]+)", sample, re.MULTILINE)
        assert size and shown and size[1] == shown[1]
