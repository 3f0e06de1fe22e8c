"""Paragraphs out of lines: one line each, or joined where a page cut its lines at a fixed width.

A block carries a flowing text for matching and can tell for each place in it where that
place is in the original.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass

from .lines import BARE_NUMBER, PAGE_MARK, Line, width
from .marks import chinese_value, match_mark

# A paragraph that ends like this is complete.
_CLOSED = ("。", "!", "?", ";", ":", "”", "》")
# A short line opens a block of its own when it looks like one of these, even in a wrapped text.
_OWN_LINE = re.compile(r"^(?:附件?\d*[::]|附件\d*$|抄送|\(此件)")
_TABLE_ROW = re.compile(r"\S(?:\t| {3,})\S")
# A row whose first cells are empty: they stand merged with those above.
_LATE_CELL = re.compile(r" *\t{2,}[^\t。]{1,40}")
_PARTED = re.compile(r"(?<=[\u4e00-\u9fff]) (?=\d)|(?<=\d) (?=[\u4e00-\u9fff])")
# Only a long line can hold several paragraphs whose line ends were lost.
_GLUED_WIDTH = 400
_INNER_MARK = re.compile(
    r"(?<=[。!?…”])\s*(?=(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)))"
    r"|(?<=\S)(?:\t| {2,})(?=(?:[一二三四五六七八九十]{1,3}、|\([一二三四五六七八九十]{1,3}\)|\d{1,2}[.](?!\d)))"
)
_ANY_MARK = re.compile(
    r"(?<![一二三四五六七八九十百第\d年月“《(])(?:([一二三四五六七八九十]{1,3})、|\(([一二三四五六七八九十]{1,3})\)|(\d{1,2})[.](?!\d)|\((\d{1,2})\))"
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph.

    ``flow``: its folded text without line ends, page marks and zero-width characters.
    ``anchors``: pairs (place in flow, place in the text), ascending; between two anchors both run alike.
    ``line``: number of its first line; ``line_starts``: (place in flow, line number).
    ``table``: true for a row of a table.
    """

    flow: str
    anchors: tuple[tuple[int, int], ...]
    line_starts: tuple[tuple[int, int], ...]
    table: bool = False

    @property
    def line(self) -> int:
        """Number of the first line."""
        return self.line_starts[0][1]

    def origin(self, place: int) -> int:
        """Offset in the text of the character at ``place`` of the flow."""
        index = bisect_right(self.anchors, (place, 1 << 60)) - 1
        flow, text = self.anchors[max(index, 0)]
        return text + place - flow

    def origin_end(self, place: int) -> int:
        """Offset in the text just after the character before ``place``: the end of a half-open span."""
        return self.origin(place - 1) + 1 if place else self.origin(0)

    def line_at(self, place: int) -> int:
        """Number of the line that holds ``place`` of the flow."""
        index = bisect_right(self.line_starts, (place, 1 << 60)) - 1
        return self.line_starts[max(index, 0)][1]

    def printed(self, text: str, start: int, end: int) -> str:
        """``flow[start:end]`` as the original ``text`` prints it, without line ends and page marks."""
        pieces: list[str] = []
        place = start
        for index, (flow, _) in enumerate(self.anchors):
            following = self.anchors[index + 1][0] if index + 1 < len(self.anchors) else len(self.flow)
            if following <= place:
                continue
            if flow >= end:
                break
            stop = min(end, following)
            origin = self.origin(place)
            pieces.append(text[origin : origin + stop - place])
            place = stop
        return "".join(pieces)

    def part(self, start: int, end: int) -> Block:
        """The block made of ``flow[start:end]``."""
        anchors = [(0, self.origin(start))]
        anchors += [(flow - start, text) for flow, text in self.anchors if start < flow < end]
        starts = [(0, self.line_at(start))]
        starts += [(flow - start, line) for flow, line in self.line_starts if start < flow < end]
        return Block(self.flow[start:end], tuple(anchors), tuple(starts), self.table)


def wrap_width(lines: list[Line]) -> float | None:
    """Width at which the lines of a page were cut, or None where lines are whole paragraphs.

    A text counts as cut when most of its long lines have nearly one width and end
    without closing punctuation.
    """
    widths = [width(line.shown) for line in lines if not line.blank]
    long = [value for value in widths if value >= 14]
    if len(long) < 6 or max(long) > 70:
        return None
    bins = Counter(round(value) for value in long)
    best = max(bins, key=lambda key: (sum(bins.get(key + step, 0) for step in (-2, -1, 0, 1)), key))
    near = [line for line in lines if best - 2.6 <= width(line.shown) <= best + 1.6]
    cut = sum(not line.shown.endswith(_CLOSED) for line in near)
    if len(near) < 5 or len(near) < 0.35 * len(long) or cut < 0.55 * len(near):
        return None
    longer = sum(value > best + 4 for value in long)
    return float(best) if longer <= 0.15 * len(long) else None


def build_blocks(lines: list[Line]) -> list[Block]:
    """Paragraphs of the given (non-chrome) lines, in order; blank lines and page marks are dropped."""
    cut_at = wrap_width(lines)
    groups: list[list[Line]] = []
    previous: Line | None = None
    for line in lines:
        if line.blank or PAGE_MARK.match(line.text):
            continue
        if cut_at is not None and BARE_NUMBER.match(line.text):
            continue
        if previous is not None and cut_at is not None and _continues(previous, line, cut_at):
            groups[-1].append(line)
        else:
            groups.append([line])
        previous = line
    blocks: list[Block] = []
    total = sum(len(line.text) for line in lines) or 1
    for group in groups:
        block = _join(group)
        if not block.flow:
            continue
        if not block.table and len(block.flow) > 60:
            blocks.extend(_unglue(block, len(block.flow) > _GLUED_WIDTH and len(block.flow) > 0.5 * total))
        else:
            blocks.append(block)
    return blocks


def _continues(previous: Line, line: Line, cut_at: float) -> bool:
    before, after = previous.text.replace("\u200b", "").rstrip(), line.text.replace("\u200b", "")
    if before.endswith(("。", "!", "?")) and (width(before.strip()) < cut_at - 3 or after[:1] in " \t"):
        return False
    if before.endswith(("。", ":")) and match_mark(after) is None and width(before.strip()) >= cut_at - 1.5:
        # A full line that happens to end in a stop: only an indent would tell, and there is none.
        return not before.endswith("。") or not after.startswith((" ", "\t"))
    full = width(before.strip()) >= cut_at - 2
    if full and (before.count("(") > before.count(")") or before.count("《") > before.count("》")):
        return True
    # Inside a sentence a line may happen to begin with 一、 or 20）: only a finished line is followed by a mark.
    if full and match_mark(after) is not None and "\u4e00" <= before[-1] <= "\u9fff" and match_mark(before) is None:
        return True
    if match_mark(after) is not None or _OWN_LINE.match(after.strip()):
        return False
    if _TABLE_ROW.search(after.strip()) or _TABLE_ROW.search(before.strip()):
        return False
    indent = len(after) - len(after.lstrip())
    own = len(previous.text) - len(previous.text.lstrip())
    if indent >= 2 and indent > own and before.endswith(("。", ";", ":", "!", "?")):
        return False
    # Full lines may be a few characters short: wide figures and punctuation are kept together.
    return width(before.strip()) >= cut_at - 3.5 and not before.endswith(("。", "!", "?"))


def _join(group: list[Line]) -> Block:
    parts: list[str] = []
    anchors: list[tuple[int, int]] = []
    starts: list[tuple[int, int]] = []
    size = 0
    for line in group:
        text = line.text
        # A row of a table keeps its empty first cells, so that columns stay in their places.
        row = len(group) == 1 and ("\t" in text.strip(" \t\u200b") or bool(_LATE_CELL.fullmatch(text)))
        begin = len(text) - len(text.lstrip(" \u200b" if row else " \t\u200b"))
        end = len(text.rstrip(" \t\u200b"))
        starts.append((size, line.number))
        place = begin
        # 2019 年 6 月: typesetters and PDF part figures from words; the blank is left out like a zero-width one.
        for piece in _PARTED.sub("\u200b", text[begin:end]).split("\u200b"):
            if piece:
                anchors.append((size, line.start + place))
                parts.append(piece)
                size += len(piece)
            place += len(piece) + 1
    flow = "".join(parts)
    mark = match_mark(flow)
    # Two columns or more beside a serial are a row, however long its cells are.
    cells = flow.count("\t") if len(group) == 1 else 0
    if flow.startswith("\t") and cells:
        return Block(flow, tuple(anchors or [(0, group[0].start)]), tuple(starts), table=True)
    if cells >= 2 and (mark is None or mark.level >= 3 or flow.startswith("\t")):
        return Block(flow, tuple(anchors or [(0, group[0].start)]), tuple(starts), table=True)
    table = len(group) == 1 and len(flow) < 400 and (cells > 0 or len(re.findall(r"\S {3,}(?=\S)", flow)) >= 2)
    if not anchors:
        anchors = [(0, group[0].start)]
    return Block(flow, tuple(anchors), tuple(starts), table and mark is None)


def _counting_marks(flow: str) -> set[int]:
    """Places of marks that count up one by one: in a text without line ends only the sequence tells them."""
    due: dict[int, set[int]] = {level: {1} for level in range(1, 5)}
    places: set[int] = set()
    for found in _ANY_MARK.finditer(flow):
        level = int(found.lastindex or 1)
        number = found.group(level)
        value = int(number) if number.isdigit() else chinese_value(number)
        before = flow[found.start() - 1 : found.start()]
        # 统一、专一、同一: inside a sentence 一、 is mostly the end of a word.
        if level == 1 and value == 1 and "\u4e00" <= before <= "\u9fff":
            continue
        if value not in due[level]:
            continue
        places.add(found.start())
        due[level] = {value + 1}
        for deeper in range(level + 1, 5):
            due[deeper] = {1} | due[deeper] if level == 1 and deeper == 3 else {1}
    return places


def _unglue(block: Block, whole_text: bool) -> list[Block]:
    """Cut a block before inner marks of levels 1 and 2 (of all levels where one line holds the whole text)."""
    cuts = {found.end() for found in _INNER_MARK.finditer(block.flow)}
    if whole_text:
        cuts |= _counting_marks(block.flow)
    cuts.discard(0)
    if not cuts:
        return [block]
    edges = [0, *sorted(cuts), len(block.flow)]
    return [block.part(a, b) for a, b in zip(edges, edges[1:], strict=False) if b > a]
