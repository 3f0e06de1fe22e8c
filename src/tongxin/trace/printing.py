"""The trace as plain text for a terminal."""

from __future__ import annotations

import unicodedata

from tongxin.trace.queries import Trace, TracedBinding


def as_text(trace: Trace, width: int = 100) -> str:
    """Return 要求落实对照 as lines: each requirement with its place, links, findings and tasks."""
    head = [
        f"《{trace.title}》  {trace.source_name}  截至{trace.day:%Y-%m-%d}"
        + (f"  {trace.office}" if trace.office else ""),
        f"要求 {len(trace.requirements)} 条，其中 {trace.bound} 条对应制度，{len(trace.requirements) - trace.bound} 条建议转为任务",
        "",
    ]
    body: list[str] = []
    for number, item in enumerate(trace.requirements, 1):
        path = " ".join(item.outline_path)
        body.append(
            f"{number}. 第{item.line}行 {item.start}-{item.end}"
            + (f" {path}" if path else "")
            + f" [{item.state_name}]"
        )
        body.append(f"   {shorten(item.text, width)}")
        for binding in item.bindings:
            body += _link(binding, width)
        body.append("")
    return "\n".join([*head, *body]).rstrip() + "\n"


def _link(binding: TracedBinding, width: int) -> list[str]:
    if binding.task is not None:
        task = binding.task
        told = [
            task.number,
            task.state,
            task.owner and f"责任：{task.owner}",
            task.due_text and f"时限：{task.due_text}",
        ]
        if task.due_on:
            told.append(f"到{task.due_on:%Y-%m-%d}")
        return [
            f"   → 任务  {'  '.join(filter(None, told)) or '责任主体、时限待定'}",
            f"      {shorten(binding.reason, width)}",
        ]
    lines = [f"   → {binding.name} ({binding.provision})" + ("  已采用" if binding.adopted else "")]
    lines.append(f"      {shorten(binding.reason, width)}")
    for check in binding.checks:
        if check.counts:
            told = [check.name if len(binding.checks) > 1 else "", check.window]
            label = "，".join(filter(None, told))
            lines.append(f"      {label}：{check.words}" if label else f"      {check.words}")
    return lines


def shorten(text: str, width: int) -> str:
    """Return ``text`` on one line, cut to ``width`` columns (a Chinese character takes two)."""
    line = " ".join(text.split())
    used = 0
    for place, char in enumerate(line):
        used += 2 if unicodedata.east_asian_width(char) in "WF" else 1
        if used > width:
            return line[: max(place - 1, 0)] + "…"
    return line
