"""The file in which an office hands its published counts to the one above, where no network joins them.  Pure.

JSON: ``format``, ``format_version``, ``checksum`` and ``content``.  The checksum is the SHA-256 of the content written
without spaces and with sorted keys: a file that was changed or cut off on its way is refused.  It does not prove who
wrote the file; the office above takes it from whom it knows.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tongxin.core.errors import BadInput

FORMAT, VERSION = "tongxin.counts", 1
#: A file of counts is no larger than this; without names it never comes near.
LIMIT_BYTES = 500_000
_KEYS = {"office", "area_code", "day", "members", "tables"}
_TABLE_KEYS = {"code", "title", "heads", "lines", "notes", "withheld"}
_MOST = 1_000_000


def checksum_of(content: Mapping[str, Any]) -> str:
    """Return the checksum of a content."""
    plain = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def written(content: Mapping[str, Any]) -> bytes:
    """Return the bytes of the file."""
    whole = {"format": FORMAT, "format_version": VERSION, "checksum": checksum_of(content), "content": content}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read(data: bytes) -> dict[str, Any]:
    """Return the content of a file.  Raises BadInput that says what is wrong and what to do."""
    if len(data) > LIMIT_BYTES:
        raise _bad("too_large", f"文件超过{LIMIT_BYTES // 1000}kB，不是统计公布文件。", "请核对所选的文件。")
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _bad(
            "not_json", "这不是统计公布文件，或者传输中损坏。", "请向对方重新索取，不要用其他软件另存。"
        ) from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise _bad("other_file", "这不是统计公布文件。", "请选择下级机关在“向上级公布统计”页导出的文件。")
    if whole.get("format_version") != VERSION:
        raise _bad("version", "文件的格式版本与本系统不同。", "请双方使用相同版本。")
    content = whole.get("content")
    if not isinstance(content, dict) or whole.get("checksum") != checksum_of(content):
        raise _bad("changed", "文件内容与校验值不符，可能被改动过。", "请向公布机关重新索取原文件。")
    if not _fits(content):
        raise _bad("shape", "文件缺少应有的内容。", "请向公布机关重新索取原文件。")
    return content


def day_of(content: Mapping[str, Any]) -> dt.date:
    """Return the day of a content that was read."""
    return dt.date.fromisoformat(content["day"])


def _fits(content: Mapping[str, Any]) -> bool:
    if set(content) != _KEYS or not all(isinstance(content[key], str) for key in ("office", "area_code", "day")):
        return False
    try:
        dt.date.fromisoformat(content["day"])
    except ValueError:
        return False
    tables = content["tables"]
    return _number(content["members"]) and isinstance(tables, list) and all(_is_table(table) for table in tables)


def _is_table(table: Any) -> bool:
    return (
        isinstance(table, dict)
        and set(table) == _TABLE_KEYS
        and isinstance(table["code"], str)
        and isinstance(table["title"], str)
        and isinstance(table["withheld"], bool)
        and all(
            isinstance(table[key], list) and all(isinstance(text, str) for text in table[key])
            for key in ("heads", "notes")
        )
        and isinstance(table["lines"], list)
        and all(_is_line(line) for line in table["lines"])
    )


def _is_line(line: Any) -> bool:
    if not (isinstance(line, list) and len(line) == 3):
        return False
    label, depth, counts = line
    return (
        isinstance(label, str)
        and type(depth) is int
        and depth in (0, 1)
        and isinstance(counts, list)
        and bool(counts)
        and all(count is None or _number(count) for count in counts)
    )


def _number(value: Any) -> bool:
    return type(value) is int and 0 <= value < _MOST


def _bad(code: str, message: str, hint: str) -> BadInput:
    return BadInput(f"registry.counts_{code}", message, hint=hint, field="file")
