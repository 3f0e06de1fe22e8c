"""The order of names by surname strokes (按姓氏笔画), as the CPPCC prints its lists.  Pure; imports no models.

Names are compared character by character: the number of strokes first, then the kinds of strokes in writing order
(横 竖 撇 点 折; 提 counts as 横, 捺 as 点).  A compound surname is compared by its first character.  A single given name
counts as having an empty middle place, so 田富 stands before 田大利; the people's congresses, which order by *name*
strokes (按姓名笔画), know no empty place.

The order of characters is data (``codes/stroke_order.txt``), because the collation of ICU orders characters of equal
stroke count by another key.  A character outside the table stops an ordering by its name; leaders and whoever must
stand elsewhere have ``Person.precedence``, which goes before any key.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache
from importlib.resources import files
from typing import TypeVar

from tongxin.core.errors import NotPossible
from tongxin.registry.names import surname

T = TypeVar("T")

#: Digits a character takes in a key; decimal digits sort alike in every collation.
WIDTH = 5
#: The empty middle place of a single given name: before every character.
EMPTY_PLACE = "0" * WIDTH
#: Signs within a name that have no strokes.
SIGNS = frozenset("·•・‧．.・")


@lru_cache(maxsize=1)
def places() -> dict[str, str]:
    """Return character → its place in the order of strokes, as a number of five digits; read once."""
    text = files("tongxin.registry").joinpath("codes/stroke_order.txt").read_text(encoding="utf-8")
    order = "".join(line for line in text.splitlines() if not line.startswith("#"))
    return {character: f"{number:0{WIDTH}}" for number, character in enumerate(order, 1)}


def clean(name: str) -> str:
    """Return ``name`` without blanks and signs, compatibility characters replaced by their unified form."""
    joined = "".join(unicodedata.normalize("NFC", name).split())
    return "".join(character for character in joined if character not in SIGNS)


def unknown_characters(name: str) -> str:
    """Return the characters of ``name`` that the table does not hold, each once, in their order."""
    known = places()
    return "".join(dict.fromkeys(character for character in clean(name) if character not in known))


def stroke_key(name: str) -> str:
    """Return the text that sorts ``name`` by surname strokes; empty where a character is unknown or none is left.

    At most ``5 * (len(name) + 1)`` digits.
    """
    bare = clean(name)
    known = places()
    try:
        parts = [known[character] for character in bare]
    except KeyError:
        return ""
    first = len(surname(bare))
    if len(bare) - first == 1:
        parts.insert(first, EMPTY_PLACE)
    return "".join(parts)


def in_stroke_order(items: Iterable[T], name: Callable[[T], str] = str) -> list[T]:
    """Return ``items`` ordered by the surname strokes of ``name(item)``; equal names keep their order.

    Raises NotPossible, naming names and characters, where a character is not in the table.
    """
    listed = list(items)
    keys = [stroke_key(name(item)) for item in listed]
    if not all(keys):
        raise _unknown([name(item) for item, key in zip(listed, keys, strict=True) if not key])
    return [item for _, _, item in sorted(zip(keys, range(len(listed)), listed, strict=True), key=lambda row: row[:2])]


def _unknown(names: list[str]) -> NotPossible:
    shown = "、".join(f"{name}（{unknown_characters(name) or '空白'}）" for name in names[:10])
    rest = f"等{len(names)}人" if len(names) > 10 else ""
    return NotPossible(
        "registry.stroke_unknown",
        f"笔画表中没有这些姓名里的字：{shown}{rest}。",
        hint="请为这些人员填写排序号，由人工确定位置。",
        field="precedence",
    )
