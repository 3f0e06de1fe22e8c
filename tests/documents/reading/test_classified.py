from __future__ import annotations

import pytest

from tongxin.core.errors import BadInput
from tongxin.documents.reading import read_text

BODY = "\n关于召开会议的通知\n各处室：\n请按时参加会议，妥善保管材料。\n"


@pytest.mark.parametrize(
    "head",
    [
        "机密★1年",
        "000001\n秘密★5年",
        "绝密",
        "机 密",
        "密级：秘密",
        "000012    机密★长期    特急",
        "【机密】",
        "秘密☆1年",
        "机\u200b密",
        "秘密 10年",
    ],
)
def test_a_mark_in_the_head_is_refused(head):
    with pytest.raises(BadInput) as caught:
        read_text(head + BODY)
    assert caught.value.code == "reading.classified"
    assert "涉密" in caught.value.message


@pytest.mark.parametrize(
    "text",
    [
        "要做好保密工作，凡标有“机密★1年”的文件一律不得上网。",
        "严守国家秘密",
        "商业秘密保护办法",
        "密级：无",
        "机密件另行送达。",
    ],
)
def test_a_mention_is_no_mark(text):
    assert read_text(BODY + text + "\n").title == "关于召开会议的通知"
