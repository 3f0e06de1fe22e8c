"""Tables of tasks (任务分解表, 年度工作清单): one row is one requirement, its columns are kept as they stand.

A table counts as one of tasks where its heading row names what is to be done and beside it when or by whom.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .blocks import Block

# What the columns of such tables are called; the first that fits decides.
_COLUMNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("serial", re.compile(r"^(?:序\s*号|编\s*号|项次|No\.?)$")),
    ("cooperate", re.compile(r"配合|协办|协同|参与(?:单位|部门)|会办")),
    (
        "lead",
        re.compile(
            r"牵头|主办|责任(?:单位|部门|科室|处室)|承办|负责(?:单位|部门)|落实(?:单位|部门)|承担(?:单位|部门)|组织单位"
        ),
    ),
    ("person", re.compile(r"责任人|负责人|责任领导|分管领导|牵头领导|包抓领导|联系人|经办人")),
    ("time", re.compile(r"时\s*间|时限|期限|进度|节点|月份|完成日期|频次")),
    ("measure", re.compile(r"措施|举措|具体(?:要求|做法)|工作要求|实施路径|备\s*注|成果|目标要求|完成标准")),
    ("content", re.compile(r"内\s*容|任\s*务|事\s*项|工作要点|项\s*目|活动|主要工作|重点工作|议题|要求")),
    ("category", re.compile(r"类\s*别|分\s*类|方\s*面|板\s*块|大项")),
)
NAMES = {
    "serial": "序号", "category": "类别", "content": "内容", "measure": "措施要求", "time": "完成时间",
    "lead": "牵头", "cooperate": "配合", "person": "责任人",
}  # fmt: skip
"""The names by which kept columns are shown."""

_LONGEST_HEADING = 14


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row of tasks: index of its block, half-open span of the content in its flow, columns by name."""

    block: int
    start: int
    end: int
    columns: tuple[tuple[str, str], ...]

    def value(self, kind: str) -> str:
        """What stands in the column of ``kind`` (a key of ``NAMES``), empty where nothing does."""
        return dict(self.columns).get(NAMES[kind], "")


def find_task_rows(blocks: list[Block]) -> list[TaskRow]:
    """Rows of tasks in the order of ``blocks``; a continuation row adds its cells to the row before."""
    rows: list[TaskRow] = []
    layout: list[str | None] | None = None
    for index, block in enumerate(blocks):
        if not block.table:
            layout = None
            continue
        cells = _cells(block.flow)
        named = _layout([text for text, _ in cells])
        if named is not None:
            layout = named
            continue
        if layout is None:
            continue
        found = {kind: cells[place] for place, kind in enumerate(layout) if kind and place < len(cells)}
        text, start = found.get("content", ("", 0))
        text = text.rstrip("。;")
        kept = tuple((NAMES[kind], value) for kind, (value, _) in found.items() if value)
        if len(text) >= 2:
            rows.append(TaskRow(index, start, start + len(text), kept))
        elif kept and rows and rows[-1].block >= index - 3:
            rows[-1] = _continued(rows[-1], kept)
    return rows


def _cells(flow: str) -> list[tuple[str, int]]:
    """Cells of a row with their places; columns parted by tabs, or by three blanks where there are no tabs."""
    result: list[tuple[str, int]] = []
    place = 0
    for piece in re.split(r"(\t)" if "\t" in flow else r"( {3,})", flow):
        if piece.strip(" ") and piece != "\t":
            result.append((piece.strip(), place + len(piece) - len(piece.lstrip())))
        elif piece == "" or (piece != "\t" and "\t" in flow):
            result.append(("", place))
        place += len(piece)
    return result


def _layout(cells: list[str]) -> list[str | None] | None:
    """What each column is, where the cells are the heading row of a table of tasks."""
    if len(cells) < 2 or any(len(cell) > _LONGEST_HEADING or cell.endswith(("。", ";")) for cell in cells):
        return None
    kinds: list[str | None] = []
    for cell in cells:
        bare = re.sub(r"\s", "", cell)
        kind = next((name for name, words in _COLUMNS if bare and words.search(bare)), None)
        kinds.append(kind if kind not in kinds else None)
    found = {kind for kind in kinds if kind}
    if "content" not in found and "measure" in found:
        kinds[kinds.index("measure")] = "content"
        found.add("content")
    if "content" in found and found & {"time", "lead", "person", "cooperate"}:
        return kinds
    return None


def _continued(row: TaskRow, more: tuple[tuple[str, str], ...]) -> TaskRow:
    columns = dict(row.columns)
    for name, value in more:
        if value not in columns.get(name, ""):
            columns[name] = f"{columns[name]}、{value}" if name in columns else value
    return TaskRow(row.block, row.start, row.end, tuple(columns.items()))
