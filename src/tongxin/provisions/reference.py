"""The catalogue as data and as a page of reference.  Pure; imports no models."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from tongxin.provisions import selectors
from tongxin.provisions.catalogue import LATER_KINDS, VERSION, Check, Provision
from tongxin.provisions.occurrences import FACT_NAMES

KIND_NAMES = {
    "periodic": "定期",
    "per_event": "随事",
    "coverage": "覆盖",
    "deadline": "限期",
    "threshold": "标准",
    "ratio": "比例",
    "term": "任期",
    "procedure": "程序",
    "document": "材料",
    "plan": "计划",
    "guidance": "指引",
}


def as_data(entry: Provision) -> dict[str, Any]:
    """Return an entry as plain data, for ``tongxin provisions --json``."""
    data = asdict(entry)
    data["judged"] = entry.judged
    data["source"]["text"] = entry.source.text
    return data


def as_markdown(entries: Iterable[Provision]) -> str:
    """Return the reference page of the catalogue."""
    lines = [
        "# 制度目录",
        "",
        "本页由 `tongxin provisions --markdown` 生成，请勿手工修改；内容取自 `src/tongxin/provisions/catalogue/*.toml`。",
        f"目录版本：{VERSION}。条文待核的，不印入正式公文。",
        "",
    ]
    theme = ""
    for entry in entries:
        if entry.theme != theme:
            theme = entry.theme
            lines += [f"## {theme}", ""]
        lines += [*_entry(entry), ""]
    return "\n".join(lines).rstrip() + "\n"


def _entry(entry: Provision) -> list[str]:
    lines = [
        f"### {entry.name} `{entry.id}`",
        "",
        entry.rule,
        "",
        f"- 依据：{entry.source.text}",
        f"- 约束对象：{'、'.join(selectors.WORDS[word].label for word in entry.binds)}",
        f"- 类别：{KIND_NAMES[entry.kind]}；{'默认采用' if entry.enabled else '默认不采用，由机关决定'}",
    ]
    if entry.checks:
        lines += [f"- 判定：{_check(check)}" for check in entry.checks]
    elif entry.kind in LATER_KINDS:
        lines.append("- 判定：尚未实现，目前只作指引")
    else:
        lines.append("- 判定：只作指引")
    for parameter in entry.parameters.values():
        bounds = f"，{parameter.minimum}—{parameter.maximum}" if parameter.minimum is not None else ""
        lines.append(f"- 参数 `{parameter.name}`：{parameter.label}，默认 {parameter.default}{bounds}")
    if entry.exception:
        lines.append(f"- 例外：{entry.exception}")
    if entry.note:
        lines.append(f"- 说明：{entry.note}")
    return lines


def _check(check: Check) -> str:
    who = selectors.LABELS[check.selector]
    named = f"{check.name}（`{check.code}`）：" if check.name else f"`{check.code}`："
    if check.kind == "coverage":
        return f"{named}{who}按“{check.window}”核对是否有 {check.coverage}"
    facts = "、".join(FACT_NAMES[fact] for fact in check.facts)
    if check.kind == "per_event":
        events = "、".join(FACT_NAMES[fact] for fact in check.events)
        where = (
            "同一记录中" if check.relation == "same" else f"前 {check.before} 日至后 {check.limit} {check.limit_unit}"
        )
        return f"{named}每次{events}，{who}{where}应有{facts}（{check.required}）"
    return f"{named}{who}每“{check.window}”应有{facts}（{check.required}，{check.measure}）"
