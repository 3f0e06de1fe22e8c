"""The files by which a city issues a set of requirements and a county answers.  Pure; imports no models.

A file is JSON: ``format``, ``format_version``, ``checksum`` and ``content``.  The checksum is the SHA-256 of the
content written without spaces and with sorted keys: a file that somebody changed, or that was cut off, is refused.
Version 2 also carries the tasks of a document (《任务分解表》) and what became of them; a file without tasks is written
as version 1, which earlier releases read.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from tongxin.core.errors import BadInput
from tongxin.provisions import catalogue

SET, REPLY = "tongxin.requirements", "tongxin.reply"
VERSION = 2
#: A set or a reply is no larger than this.
LIMIT_BYTES = 2_000_000
_NAMES = {SET: "要求汇编", REPLY: "上报情况"}
_SET_KEYS = {"title", "day", "issuer", "code", "items"}
_ITEM_KEYS = {"provision", "name", "rule", "source", "basis", "parameters", "definition"}
_REPLY_KEYS = {"set", "replier", "code", "day", "items"}
_ANSWER_KEYS = {"provision", "decision", "reason", "counts"}
_DOCUMENT_KEYS = {"title", "issuer", "number", "day"}
_TASK_KEYS = {"key", "task", "unit", "partners", "due"}
_TASK_ANSWER_KEYS = {"key", "decision", "reason", "state"}
#: How a task that a county took on stands: not taken on, in hand, done.
TASK_STATES = frozenset({"", "open", "done"})
#: Most tasks of one set: a year's work points have some hundred.
MOST_TASKS = 2_000
_LONGEST = {"key": 36, "task": 5_000}
STATES = frozenset({"met", "due", "missed", "excused", "not_applicable", "not_recorded"})


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the checksum of a content."""
    written = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def written(kind: str, content: Mapping[str, Any]) -> bytes:
    """Return the bytes of a file of this kind."""
    version = 2 if "tasks" in content else 1
    whole = {"format": kind, "format_version": version, "checksum": digest_of(content), "content": content}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def read(kind: str, data: bytes) -> dict[str, Any]:
    """Return the content of a file of this kind; raises BadInput that says what is wrong and what to do."""
    name = _NAMES[kind]
    if len(data) > LIMIT_BYTES:
        raise _bad("too_large", f"文件超过{LIMIT_BYTES // 1_000_000}MB，不是{name}文件。", "请核对所选的文件。")
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise _bad(
            "not_json", f"这不是{name}文件，或者传输中损坏。", "请向对方重新索取文件，不要用其他软件另存。"
        ) from error
    if not isinstance(whole, dict) or whole.get("format") not in _NAMES:
        raise _bad("other_file", f"这不是{name}文件。", "请选择由本系统导出的文件。")
    if whole["format"] != kind:
        raise _bad("other_kind", f"这是{_NAMES[whole['format']]}文件，不是{name}文件。", "请在相应页面导入。")
    if whole.get("format_version") not in range(1, VERSION + 1):
        raise _bad(
            "version", f"文件格式版本为 {whole.get('format_version')!r}，本系统只认识 1 至 {VERSION}。",
            "请升级系统后再导入，或请对方用相同版本导出。",
        )  # fmt: skip
    content = whole.get("content")
    if not isinstance(content, dict) or whole.get("checksum") != digest_of(content):
        raise _bad("changed", "文件内容与校验值不符，可能被改动过。", "请向印发机关重新索取原文件。")
    _shape(content, _SET_KEYS if kind == SET else _REPLY_KEYS, _ITEM_KEYS if kind == SET else _ANSWER_KEYS)
    if kind == SET:
        _known_provisions(content)
    else:
        _plain_counts(content)
    return content


def day_of(content: Mapping[str, Any]) -> dt.date:
    """Return the day that a content gives; raises BadInput where it is none."""
    try:
        return dt.date.fromisoformat(str(content["day"]))
    except ValueError as error:
        raise _bad("day", f"文件中的日期“{content['day']}”无效。", "请向对方重新索取文件。") from error


def _shape(content: Mapping[str, Any], keys: set[str], item_keys: set[str]) -> None:
    items, tasks = content.get("items"), content.get("tasks", [])
    task_keys = _TASK_KEYS if item_keys is _ITEM_KEYS else _TASK_ANSWER_KEYS
    further = {"tasks", "document"} if item_keys is _ITEM_KEYS else {"tasks"}
    fits = (
        keys <= set(content) <= keys | further
        and all(isinstance(content[key], str) and content[key] for key in keys - {"items"})
        and isinstance(items, list)
        and isinstance(tasks, list)
        and len(tasks) <= MOST_TASKS
        and bool(items or tasks)
        and all(isinstance(item, dict) and set(item) == item_keys for item in items)
        and all(_is_task(task, task_keys) for task in tasks)
        and len({task["key"] for task in tasks}) == len(tasks)
    )
    document = content.get("document")
    if document is not None:
        fits = fits and isinstance(document, dict) and set(document) == _DOCUMENT_KEYS and _words_only(document)
    if not fits:
        raise _bad("shape", "文件缺少应有的内容。", "请向对方重新索取文件。")
    day_of(content)


def _words_only(row: Mapping[str, Any]) -> bool:
    return all(isinstance(value, str) and len(value) <= _LONGEST.get(key, 300) for key, value in row.items())


def _is_task(task: object, keys: set[str]) -> bool:
    """Tell whether a task, or the answer to one, has the shape that is read here."""
    if not (isinstance(task, dict) and set(task) == keys and _words_only(task) and task["key"]):
        return False
    if keys is _TASK_KEYS:
        return bool(task["task"].strip())
    return task["decision"] in ("adopted", "not_applicable") and task["state"] in TASK_STATES


def _known_provisions(content: Mapping[str, Any]) -> None:
    """Refuse a set with a requirement that neither the catalogue nor the set itself defines."""
    for item in content["items"]:
        if item["definition"]:
            entry = catalogue.parse(item["definition"], origin="汇编")
            if entry.id != item["provision"]:
                raise _bad("shape", f"“{item['name']}”的编号与定义不符。", "请向印发机关重新索取文件。")
        else:
            found = catalogue.find(item["provision"])
            if found is None:
                raise _bad(
                    "unknown_provision", f"本系统的制度目录中没有“{item['name']}”({item['provision']})。",
                    "请升级系统后再导入。",
                )  # fmt: skip
            entry = found
        entry.settings(item["parameters"])


def _plain_counts(content: Mapping[str, Any]) -> None:
    for item in content["items"]:
        counts = item["counts"]
        fits = (
            item["decision"] in ("adopted", "not_applicable")
            and isinstance(counts, dict)
            and set(counts) <= STATES
            and all(type(number) is int and 0 <= number < 100_000 for number in counts.values())
        )
        if not fits:
            raise _bad("shape", f"“{item['provision']}”的上报内容不完整。", "请对方重新导出。")


def _bad(code: str, message: str, hint: str) -> BadInput:
    return BadInput(f"provisions.exchange_{code}", message, hint=hint, field="file")


def is_reply(data: bytes) -> bool:
    """Tell whether a file says of itself that it is an answer; anything unreadable is not."""
    try:
        whole = json.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError):
        return False
    return isinstance(whole, dict) and whole.get("format") == REPLY
