"""The gate before everything else: a paper that bears a classification mark is not read at all."""

from __future__ import annotations

import re

from tongxin.core.errors import BadInput

from .lines import Line

_LEVEL = r"(?:绝\s?密|机\s?密|秘\s?密)"
# 机密★1年, alone or beside copy number and urgency; the star may be a look-alike from a conversion.
_STARRED = re.compile(rf"(?:^|\s|[〔\[【(:])({_LEVEL})\s?[★☆✩✭*＊]\s?(?:\d|长\s?期|解密|[一二三四五六七八九十]|$|\s)")
_ALONE = re.compile(rf"^[\[【(〔]?\s?({_LEVEL})\s?[\]】)〕]?$")
_STATED = re.compile(rf"^密\s*级\s*:\s*({_LEVEL})")
_WITH_TERM = re.compile(rf"^(?:\d{{6}}\s+)?({_LEVEL})\s+(?:\d{{1,2}}\s?(?:年|个月)|长期)(?:\s|$)")
_HEAD_LINES = 40
_LONGEST = 40


def refuse_classified(lines: list[Line]) -> None:
    """Raise ``BadInput`` (``reading.classified``) where a line is a classification mark.

    ``lines`` are folded. A mention inside a sentence is none.
    """
    seen = 0
    for line in lines:
        if line.blank:
            continue
        seen += 1
        if line.end - line.start > 200:
            continue
        text = line.shown
        if len(text) > _LONGEST or text.endswith("。"):
            continue
        found = _STARRED.search(text)
        if found is None and seen <= _HEAD_LINES:
            found = _ALONE.match(text) or _STATED.match(text) or _WITH_TERM.match(text)
        if found is not None:
            level = re.sub(r"\s", "", found.group(1))
            raise BadInput(
                "reading.classified",
                f"文件第 {line.number} 行标有密级“{level}”，涉密文件不得进入本系统。",
                hint="请按保密规定处理该文件；如属误标，请在去除标注后重新上传。",
            )
