"""The approved dictionary: what a list of expressions holds, and the seed list.  Pure; imports no models."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tongxin.core.errors import BadInput

KINDS = {"固定表述": "phrase", "姓名": "name", "职务": "post"}
LONGEST_RIGHT, LONGEST_WRONG, LONGEST_SOURCE = 60, 300, 200
_PART = re.compile(r"[;；|\n]+")
#: Headings of an imported list, as people write them.
_HEADINGS = {
    "kind": ("种类", "类别"),
    "right": ("规范写法", "正确写法", "规范表述", "用语"),
    "wrong": ("误写", "错误写法", "常见误写"),
    "source": ("出处", "来源", "依据"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One expression: its kind (phrase, name, post), the right wording, slips of it, and where it comes from."""

    kind: str
    right: str
    wrong: tuple[str, ...] = ()
    source: str = ""


@cache
def seed() -> tuple[Entry, ...]:
    """Return the list that an office may approve from, in its order; nothing of it holds by itself."""
    text = files("tongxin.documents.dictionary").joinpath("expressions.toml").read_text(encoding="utf-8")
    return tuple(
        Entry(one["kind"], one["right"], tuple(one["wrong"]), one["source"]) for one in tomllib.loads(text)["entry"]
    )


def wordings(typed: str) -> tuple[str, ...]:
    """Return the slips as typed, parted by semicolons, each once."""
    return tuple(dict.fromkeys(word.strip() for word in _PART.split(typed) if word.strip()))


def checked(entry: Entry, *, line: int | None = None) -> Entry:
    """Return ``entry`` with blanks at the ends taken off.

    Raises BadInput for a missing or overlong wording, a missing source, an unknown kind, or a slip that is the right
    wording itself; ``line`` (from 1) is named where it is given.
    """
    at = f"第{line}行：" if line else ""
    right, source = entry.right.strip(), entry.source.strip()
    if not right or len(right) < 2:
        raise BadInput("dictionary.right", f"{at}缺少规范写法。", hint="请填写至少两个字。", field="right")
    if len(right) > LONGEST_RIGHT:
        raise BadInput("dictionary.right", f"{at}规范写法超过60字。", hint="请只写固定的部分。", field="right")
    if not source:
        raise BadInput("dictionary.source", f"{at}“{right}”没有出处。", hint="请写明依据的文件或通知。", field="source")
    if len(source) > LONGEST_SOURCE:
        raise BadInput("dictionary.source", f"{at}出处超过200字。", hint="请缩短。", field="source")
    if entry.kind not in KINDS.values():
        raise BadInput("dictionary.kind", f"{at}没有这个种类。", hint="请填写固定表述、姓名或职务。", field="kind")
    wrong = tuple(dict.fromkeys(word.strip() for word in entry.wrong if word.strip()))
    if right in wrong:
        raise BadInput(
            "dictionary.wrong", f"{at}“{right}”同时写成了误写。", hint="误写须与规范写法不同。", field="wrong"
        )
    if any(len(word) < 2 for word in wrong):
        raise BadInput("dictionary.wrong", f"{at}误写至少两个字。", hint="单个字会误伤其他词。", field="wrong")
    if len("；".join(wrong)) > LONGEST_WRONG:
        raise BadInput("dictionary.wrong", f"{at}误写超过300字。", hint="请只留常见的几种。", field="wrong")
    return Entry(entry.kind, right, wrong, source)


def from_rows(rows: Iterable[Sequence[object]]) -> list[Entry]:
    """Return the entries of a list; its first line may name the columns (种类 规范写法 误写 出处).

    Without such a line the columns are 规范写法, 误写, 出处, and every entry is a fixed expression.  Empty lines are
    left out.  Raises BadInput naming the line, and for a list without any entry.
    """
    order: dict[str, int] | None = None
    found: list[Entry] = []
    for number, row in enumerate(rows, 1):
        cells = ["" if cell is None else str(cell).strip() for cell in row]
        if not any(cells):
            continue
        if order is None:
            named = {
                name: place
                for name, words in _HEADINGS.items()
                for place, cell in enumerate(cells)
                if cell.lstrip("\ufeff") in words
            }
            order = named if "right" in named else {"right": 0, "wrong": 1, "source": 2}
            if "right" in named:
                continue

        def cell(name: str, cells: list[str] = cells, order: dict[str, int] = order) -> str:
            place = order.get(name)
            return cells[place] if place is not None and place < len(cells) else ""

        kind = KINDS.get(cell("kind"), cell("kind") and "?") or "phrase"
        found.append(checked(Entry(kind, cell("right"), wordings(cell("wrong")), cell("source")), line=number))
    if not found:
        raise BadInput(
            "dictionary.empty",
            "文件里没有用语。",
            hint="每行一条：规范写法、误写（用分号隔开）、出处；可用制表符分隔的文本或 xlsx。",
            field="file",
        )
    return found


def from_text(text: str) -> list[Entry]:
    """Return the entries of a plain list: one a line, columns parted by tabs or commas.  Raises as ``from_rows``."""
    lines = text.replace("\r\n", "\n").lstrip("\ufeff").split("\n")
    return from_rows(line.split("\t") if "\t" in line else re.split(r"[,，]", line, maxsplit=2) for line in lines)
