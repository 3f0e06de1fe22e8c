from __future__ import annotations

import pytest

from tests.cast import make_office
from tongxin.core import clock
from tongxin.documents import operations
from tongxin.documents.export import Form, Heading, Paragraph, plain
from tongxin.documents.models import Placeholder
from tongxin.documents.paper_queries import paper_of

pytestmark = pytest.mark.django_db

TEXT = """在全市政协工作会议上的讲话

同志们：
今天，全市实有XXX名政协委员。
一、加强学习
1.制定计划。每年制定一次学习计划。
二、压实责任
各专门委员会要抓好落实。

澄江市政协办公室
2026年3月2日
"""


def read(office):
    return operations.register(
        office, name="讲话.txt", data=TEXT.encode(), declared_unclassified=True, source_status="draft", actor=None
    )


def test_a_draft_becomes_a_paper_with_its_words_kept():
    paper = paper_of(read(make_office()), form=Form.INTERNAL)
    assert (paper.title, paper.salutation) == ("在全市政协工作会议上的讲话", "同志们")
    assert [
        (block.level, block.number, block.text, plain(block.rest)) if isinstance(block, Heading) else plain(block.text)
        for block in paper.blocks
        if isinstance(block, Heading | Paragraph)
    ] == [
        "今天，全市实有XXX名政协委员。",
        (1, "一、", "加强学习", ""),
        (3, "1.", "制定计划。", "每年制定一次学习计划。"),
        (1, "二、", "压实责任", ""),
        "各专门委员会要抓好落实。",
    ]
    assert (paper.signature.name, paper.signature.day.isoformat()) == ("澄江市政协办公室", "2026-03-02")


def test_a_filled_place_stands_with_its_value_and_leads_to_its_page(django_assert_num_queries):
    document = read(make_office())
    place = Placeholder.objects.get(text="XXX")
    operations.fill_placeholder(place, figure="members.total", as_of=clock.today(), actor=None)
    with django_assert_num_queries(4):
        paper = paper_of(document, address_of=lambda row: f"/there/{row.pk}/")
    first = paper.blocks[0]
    assert plain(first.text) == "今天，全市实有0名政协委员。"
    assert [(part.text, part.href) for part in first.text if part.href] == [("0", f"/there/{place.pk}/")]
