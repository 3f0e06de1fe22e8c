"""The gate against classified papers for what is typed: file names and titles.  Pure; imports no models.

The text of a file is judged by ``documents.reading`` before any byte is stored.
Source: GB/T 9704-2012 (机密★1年) and the house rule that nothing classified enters the system.
"""

from __future__ import annotations

import re

from tongxin.core.errors import NotPossible

_LEVELS = "绝密|机密|秘密"
_MARK = re.compile(
    rf"(?:{_LEVELS})\s*[★☆]|[【\[(（〔](?:{_LEVELS})[】\])）〕]|密\s*级\s*[:：]\s*(?:{_LEVELS})"
    rf"|(?:^|[_\-\s])(?:{_LEVELS})(?:[_\-\s.]|$)|(?:{_LEVELS})(?:件|文件)"
)


def find_mark(words: str) -> str | None:
    """Return the secrecy mark in a title or file name, or None.  保守秘密 inside a phrase is no mark."""
    found = _MARK.search(words)
    return found.group().strip("_- .") if found else None


def refuse_marked(words: str, *, field: str) -> None:
    """Raise NotPossible ``secrecy.marked`` where a title or file name bears a secrecy mark."""
    mark = find_mark(words)
    if mark is not None:
        raise NotPossible(
            "secrecy.marked",
            f"“{words[:40]}”带有密级标志“{mark}”，本系统不收涉密材料，未保存任何内容。",
            hint="请按保密规定处理原件；如标志有误，请先由保密员核实。",
            field=field,
        )
