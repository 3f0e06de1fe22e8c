"""Reports assembled from what the trace knows: how a paper's requirements stand, one by one, with the evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tongxin.documents.enums import CONFIRMED_STATES
from tongxin.documents.export import Block, Form, Heading, Paper, Paragraph, Part, lay_out, printed_day
from tongxin.provisions.enums import FindingState
from tongxin.trace import figures
from tongxin.trace.queries import CheckSummary, Trace, TracedBinding, TracedRequirement

#: Makes the address of the page with the records: of a provision on the board, of a task.
Address = Callable[[str], str]


def standing_report(
    trace: Trace,
    *,
    board: Address,
    task: Address,
    figure: Address = lambda code: "",
    sections: Mapping[str, str] | None = None,
) -> Paper:
    """Return 《…》落实情况: every confirmed requirement with one sentence on how it stands and what shows it.

    Nothing is counted as not done: what has no record is said to have none yet.  Every number is a part that leads to
    the findings, the task or the figure behind it.  ``sections``: number of a section → its heading.  Requirements that nobody confirmed are left out, and their number is said.
    """
    confirmed = [item for item in trace.requirements if item.state in CONFIRMED_STATES]
    open_count = sum(item.state == "proposed" for item in trace.requirements)
    blocks: list[Block] = [_opening(trace, confirmed, figure)]
    section = None
    for item in confirmed:
        if item.outline_path and item.outline_path[0] != section:
            section = item.outline_path[0]
            blocks.append(Heading(1, (sections or {}).get(section, section)))
        blocks.append(Heading(3, item.text if item.text.endswith(("。", "；", "！")) else f"{item.text}。"))
        blocks += [Paragraph(_sentence(item, binding, board, task)) for binding in item.bindings] or [
            Paragraph("尚无对应的制度或任务。")
        ]
    if open_count:
        code = figures.paper_code(trace.document, "open") if trace.document is not None else ""
        number = Part(str(open_count), figure(code) if code else "", figures.COUNTS["open"], code)
        blocks.append(Paragraph(["另有", number, "条要求待确认，未列入。"]))
    title = f"《{trace.title.strip('《》')}》落实情况"
    return Paper(Form.INTERNAL, title, tuple(blocks), subtitle=(f"（截至{printed_day(trace.day)}）",))


def _opening(trace: Trace, confirmed: list[TracedRequirement], figure: Address) -> Paragraph:
    bound = sum(any(binding.provision for binding in item.bindings) for item in confirmed)
    tasks = sum(any(binding.task and binding.task.uid for binding in item.bindings) for item in confirmed)

    def number(count: int, what: str) -> Part:
        code = figures.paper_code(trace.document, what) if trace.document is not None else ""
        return Part(str(count), figure(code) if code else "", figures.COUNTS[what], code)

    return Paragraph(
        [
            f"《{trace.title.strip('《》')}》共提出并确认要求",
            number(len(confirmed), "confirmed"),
            "条，其中",
            number(bound, "bound"),
            "条对应制度、",
            number(tasks, "tasks"),
            "条转为任务。以下情况由登记的活动和事项得出，“暂无记录”只表示尚未登记。",
        ]
    )


def _sentence(item: TracedRequirement, binding: TracedBinding, board: Address, task: Address) -> list[str | Part]:
    if binding.task is not None:
        found = binding.task
        if not found.uid:
            return ["拟转为任务，尚未确定。"]
        due = f"，{printed_day(found.due_on)}前" if found.due_on else f"，{found.due_text}" if found.due_text else ""
        name = f"任务〔{found.number}〕" if found.number else f"任务“{found.title}”"
        owner = f"由{found.owner}负责" if found.owner else "责任单位待定"
        return [Part(name, task(found.uid), found.title), f"{owner}{due}：{found.state or '待办'}。"]
    if not binding.adopted:
        return [f"对应{binding.name}，本机关尚未采用。"]
    if not binding.judged:
        return [f"对应{binding.name}，作为指引执行，不作判断。"]
    words: list[str | Part] = [f"对应{binding.name}："]
    address = board(binding.provision)
    for place, check in enumerate(binding.checks):
        words += _check(check, address, named=len(binding.checks) > 1)
        words.append("；" if place + 1 < len(binding.checks) else "。")
    return words if binding.checks else [f"对应{binding.name}：没有适用对象。"]


def _check(check: CheckSummary, address: str, *, named: bool) -> list[str | Part]:
    head = check.name if named else ""
    bound = check.total - check.counts.get(FindingState.NOT_APPLICABLE, 0)
    if not bound:
        return [f"{head}没有适用对象"]
    counter = "人" if check.people else "个单位"
    window = f"{check.window}" if check.window else ""
    code = figures.check_code(check.code, figures.BOUND)
    words: list[str | Part] = [f"{head}{window}应落实", Part(str(bound), address, check.name, code), f"{counter}，"]
    # the words of the board, each number leading to it
    told = [state for state in FindingState.values if check.counts.get(state)]
    for place, state in enumerate(told):
        number = Part(str(check.counts[state]), address, check.name, figures.check_code(check.code, state))
        words += ["、" if place else "", str(FindingState(state).label), number]
    return words


def report_text(paper: Paper, labels: Mapping[str, str] | None = None) -> str:
    """Return the words of a report below its title, for a draft that people go on writing.

    A number that is a figure stands there as a reference, so that it stays live; ``labels``: code → the words that
    name it, its code where they are none.
    """

    def written(part: Part) -> str:
        return f"{{{{{(labels or {}).get(part.figure, part.figure)}}}}}" if part.figure else part.text

    lines = []
    for line in lay_out(paper):
        text = "".join(written(part) for part in (*line.lead, *line.parts)) or "".join(line.breaks)
        if line.style not in ("blank", "title") and text:
            lines.append(text)
    return "\n\n".join(lines)
