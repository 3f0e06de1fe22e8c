"""Where a title is broken: by sense, in the shape of a trapezium or a diamond (GB/T 9704-2012 7.3.1).  Pure."""

from __future__ import annotations

import re
from functools import cache

#: Characters of 2号 (22 pt) in one line of a title: twenty would fill the type area (156 mm) to its last point.
TITLE_WIDTH = 19
#: Words that stay whole; the longest that fits is taken.
_WHOLE = (
    "中国人民政治协商会议 中国共产党 中共 习近平新时代中国特色社会主义思想 全国人民代表大会 人民政协 政协 委员会 常务委员会 办公厅 办公室 "
    "党组 机关党委 党支部 功能型 临时 专门委员会 专委会 委员 主席 副主席 秘书长 学习贯彻 贯彻落实 落实 开展 加强 做好 进一步 "
    "推进 工作 要点 计划 方案 通知 通报 报告 请示 批复 意见 决定 决议 公告 通告 函 纪要 讲话 会议 全体会议 座谈会 "
    "任务 分解表 情况 关于 印发 转发 实施 活动 主题 党日 教育 年度 第一 议题 联系 制度 建设 作用 发挥 提案 社情民意 信息 组织 生活"
).split()
_TOKEN = re.compile(
    r"[A-Za-z0-9.%年月日]+|《|》|第[一二三四五六七八九十百]+[届次]|"
    + "|".join(sorted(map(re.escape, _WHOLE), key=len, reverse=True))
    + r"|."
)
#: A line does not begin with these, nor end with those.
_NOT_FIRST = re.compile(r"^[的》）、，。：；和与]")
_NOT_LAST = re.compile(r"(?:[《（和与在]|关于|[0-9]年)$")
_GOOD_FIRST = re.compile(r"^(?:关于|印发|《|进一步|开展|学习贯彻|贯彻落实|的?通知)")


def break_title(title: str, width: int = TITLE_WIDTH) -> tuple[str, ...]:
    """Return the lines of ``title``, each at most ``width`` characters wide (two half-width count as one).

    A line break in ``title`` is kept: the author knows better.
    """
    if "\n" in title:
        return tuple(line for piece in title.split("\n") for line in break_title(piece.strip(), width) if line)
    if _wide(title) <= width:
        return (title,)
    tokens: list[str] = []
    for token in _TOKEN.findall(title):
        while _wide(token) > width:
            tokens.append(token[:width])
            token = token[width:]
        tokens.append(token)
    fewest = -(-int(_wide(title) * 2) // (width * 2))
    best: tuple[float, tuple[str, ...]] | None = None
    for count in (fewest, fewest + 1):
        lines = _divide(tuple(tokens), count, width, _wide(title) / count)
        if lines is not None and (best is None or _cost(lines) + 6 * (count - fewest) < best[0]):
            best = (_cost(lines) + 6 * (count - fewest), lines)
    return best[1] if best else tuple(title[i : i + width] for i in range(0, len(title), width))


def _wide(text: str) -> float:
    return sum(0.5 if char.isascii() else 1 for char in text)


def _cost(lines: tuple[str, ...]) -> float:
    """Judge a division: even lengths, no hourglass, no line that begins or ends badly."""
    widths = [_wide(line) for line in lines]
    mean = sum(widths) / len(widths)
    cost = sum((width - mean) ** 2 for width in widths) / 8
    middle = widths[1:-1]
    if middle and min(middle) < min(widths[0], widths[-1]):
        cost += 12  # 7.3.1: neither an hourglass nor a heap
    for line in lines[1:]:
        cost += 25 if _NOT_FIRST.search(line) else 0
        cost -= 4 if _GOOD_FIRST.search(line) else 0
    for line in lines[:-1]:
        cost += 25 if _NOT_LAST.search(line) else 0
    return cost


def _divide(tokens: tuple[str, ...], count: int, width: int, mean: float) -> tuple[str, ...] | None:
    """Return the cheapest division of ``tokens`` into ``count`` lines, or None where none fits."""

    @cache
    def best(start: int, left: int) -> tuple[float, tuple[str, ...]] | None:
        if left == 1:
            line = "".join(tokens[start:])
            return (_line_cost(line, mean), (line,)) if line and _wide(line) <= width else None
        found: tuple[float, tuple[str, ...]] | None = None
        line = ""
        for end in range(start, len(tokens) - 1):
            line += tokens[end]
            if _wide(line) > width:
                break
            rest = best(end + 1, left - 1)
            if rest is None:
                continue
            following = rest[1][0]
            cost = _line_cost(line, mean) + rest[0]
            cost += 25 if _NOT_LAST.search(line) or _NOT_FIRST.search(following) else 0
            cost -= 4 if _GOOD_FIRST.search(following) else 0
            if found is None or cost < found[0]:
                found = (cost, (line, *rest[1]))
        return found

    found = best(0, count)
    return found[1] if found else None


def _line_cost(line: str, mean: float) -> float:
    return (_wide(line) - mean) ** 2 / 8
