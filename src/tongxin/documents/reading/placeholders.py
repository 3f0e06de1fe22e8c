"""Places the page left open: names and figures shown as X, and text that was left out."""

from __future__ import annotations

import re

from .lines import Line
from .result import Mark

# A run of X, ×, * is a blank unless letters or figures around it make it a word or a product (XL, 3×4, www.xxx.com).
_RUN = re.compile(r"[Xx×✕╳]+|\*+|[○〇]{2,}|_{3,}")
_NEAR_LATIN = re.compile(r"[A-Za-z0-9.@/\\-]")
_WORDS_WITH_X = ("X光", "X射线", "X线", "X轴", "x轴", "X染色体")
_LEFT_OUT = re.compile(
    r"(?:…+|\.{3,}|·{3,})\s*[(\[【]?(?:此处|以下|中间|下|上)?(?:内容)?(?:省略|从略|略)(?:去)?(?:\d+字)?[)\]】]?\s*(?:…+|\.{3,}|·{3,})"
    r"|[(\[【](?:此处|以下|中间|下文|上文)(?:内容)?(?:省略|从略|略)[^()\[\]【】]{0,12}[)\]】]"
    r"|(?:(?<=[。;:])|(?<=^))\s*[(\[【]略[)\]】](?=\s*$)"
    r"|此处(?:隐藏|省略|略去)\d*个?字"
    r"|(?:…+|\.{3,})\s*[(\[【](?:省略|从略|略|未完|未完待续)[)\]】]"
)
_DOTS = re.compile(r"…+|\.{6,}")
_OPEN_END = re.compile(r"[。!?;:”》)]")


def find_placeholders(lines: list[Line], chrome: frozenset[int], original: str) -> list[Mark]:
    """Runs that stand for a name or a figure, in the lines that are the document's own."""
    result: list[Mark] = []
    for line in lines:
        if line.number in chrome:
            continue
        text = line.text
        for found in _RUN.finditer(text):
            if _is_blank(text, found.start(), found.end()):
                start, end = line.start + found.start(), line.start + found.end()
                result.append(Mark(start, original[start:end]))
    return result


def _is_blank(text: str, start: int, end: int) -> bool:
    run = text[start:end]
    before = text[start - 1] if start else ""
    after = text[end] if end < len(text) else ""
    kind = run[0]
    if kind == "_":
        return True
    if kind in "○〇":
        # 二○○五年 and 第一〇〇条 are figures.
        return not (before and before in "一二三四五六七八九十百千") and not (
            after and after in "一二三四五六七八九十年"
        )
    if kind in "Xx":
        if text.startswith(_WORDS_WITH_X, start):
            return False
        latin_before, latin_after = bool(_NEAR_LATIN.match(before)), bool(_NEAR_LATIN.match(after))
        if len(run) >= 2:
            # 20XX年 and XX.5% are blanks; AXX, xxl and xxx.com are not.
            return (
                not re.match(r"[A-Za-z@/\\]", before)
                and not re.match(r"[A-Za-z@/\\]", after)
                and not re.match(r"\.[a-z]", text[end : end + 2])
            )
        if kind == "x":
            return False
        return (
            not latin_before
            and not latin_after
            and bool(_han(before) or _han(after))
            and text[end : end + 1] not in ("形", "型", "+")
        )
    if kind == "*":
        if len(run) == 1:
            return _han(before) and _han(after)
        if not text[:start].strip() and (len(run) > 3 or after in (" ", "")):
            return False
        return len(run) <= 8 and not (len(run) >= 4 and not before and not after)
    return len(run) > 1 or not (before.isdigit() or after.isdigit() or before == " " or after == " ")


def _han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or (char != "" and char in "、,。“”《》()〔〕")


def find_elisions(lines: list[Line], chrome: frozenset[int], original: str, preview_ended: bool) -> list[Mark]:
    """Places where the page left text out; dots that the author wrote are none.

    ``preview_ended``: the page says after the text that it showed a part only.
    """
    result: list[Mark] = []
    filled = [line for line in lines if line.number not in chrome and not line.blank]
    for line in filled:
        if not any(word in line.text for word in ("略", "未完", "此处隐藏")):
            continue
        for found in _LEFT_OUT.finditer(line.text):
            start, end = line.start + found.start(), line.start + found.end()
            result.append(Mark(start, original[start:end]))
    last = filled[-1] if filled else None
    if last is not None:
        stop = len(last.text.rstrip())
        runs = list(_DOTS.finditer(last.text))
        dots = runs[-1] if runs else None
        if (
            dots is not None
            and dots.end() == stop
            and not any(item.offset == last.start + dots.start() for item in result)
        ):
            before = last.text[: dots.start()]
            cut = before.endswith(" ") or not _OPEN_END.search(before[-1:])
            if preview_ended or (cut and before.endswith(" ")):
                start, end = last.start + dots.start(), last.start + dots.end()
                if not result or result[-1].offset + len(result[-1].text) <= start:
                    result.append(Mark(start, original[start:end]))
    return result
