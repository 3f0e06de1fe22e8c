"""A draft that comes back as a file: what was exported reads as it was, and what was changed outside as changed."""

from __future__ import annotations

import pytest

from tongxin.core.errors import BadInput
from tongxin.matters.proposal_text import Parts
from tongxin.matters.returned import manuscript_text, proposal_parts

FORM = (
    "政协澄江市委员会提案\n2026年6月15日\n\n栏目\t内容\n提案号\t\n案由\t{title}\n提案人\t陈文远\n联名人\t\n会办单位\t\n\n"
    "{title}\n一、情况\n管网老化。\n每年爆管。\n二、分析\n年代早。\n三、建议\n由市住建局改造。\n"
)
PARTS = Parts("管网老化。\n每年爆管。", "年代早。", "由市住建局改造。")


def test_the_form_of_a_proposal_reads_back_with_its_title():
    file = FORM.format(title="关于改造管网的提案").encode()
    assert proposal_parts(file, "提案.txt", "旧案由") == ("关于改造管网的提案", PARTS)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("【情况】\n甲\n【分析】\n乙\n【建议】\n丙", Parts("甲", "乙", "丙")),
        ("情况：\n甲\n（二）分析\n乙\n3．建议\n丙\n丁", Parts("甲", "乙", "丙\n丁")),
        ("甲\n乙", Parts("甲\n乙", "", "")),
        ("建议\n丙\n情况\n甲", Parts("甲", "", "丙")),
        ("情况复杂，建议改造。", Parts("情况复杂，建议改造。", "", "")),
    ],
)
def test_headings_are_known_however_they_are_written(text, parts):
    assert proposal_parts(text.encode(), "提案.txt", "关于某事的提案") == ("关于某事的提案", parts)


def test_a_manuscript_comes_back_without_its_title():
    assert (
        manuscript_text("活动 侧记\n\n第一段。\n　　第二段。\n".encode(), "稿.txt", "活动侧记") == "第一段。\n第二段。"
    )
    assert manuscript_text("第一段。".encode(), "稿.txt", "活动侧记") == "第一段。"


@pytest.mark.parametrize(
    ("data", "code"),
    [("活动侧记\n", "matters.returned_empty"), ("机密★3年\n第一段。", "reading.classified"), ("", "reading.empty")],
)
def test_what_cannot_come_back_is_refused(data, code):
    with pytest.raises(BadInput) as refused:
        manuscript_text(data.encode(), "稿.txt", "活动侧记")
    assert refused.value.code == code
