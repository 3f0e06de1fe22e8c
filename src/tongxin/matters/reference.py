"""The workflows as a page of the manual, written from their declarations.  Pure; imports no models."""

from __future__ import annotations

from tongxin.matters.predicates import PREDICATES
from tongxin.matters.workflow import AUDIENCE_NAMES, NEED_NAMES, STAY, UNIT_NAMES, Grow, Tell, Workflow
from tongxin.matters.workflows import WORKFLOWS
from tongxin.registry.enums import Role

_UNIT_WORDS = {"lead": "主办单位", "co": "会办单位", "separate": "分办单位"}
_PERSON_WORDS = {"author": "提出人", "coauthor": "联名人", "responsible": "责任人", "leader": "责任领导"}


def who(name: str) -> str:
    """Return in words who a predicate means."""
    declared = PREDICATES[name]
    words = [str(Role(role).label) for role in declared.roles]
    words += [_UNIT_WORDS[unit] for unit in declared.units] + [_PERSON_WORDS[person] for person in declared.people]
    text = "、".join(words)
    behalf = "、".join(str(Role(role).label) for role in declared.behalf)
    return f"{text}（可由{behalf}代录）" if behalf else text


def page() -> str:
    """Return the whole page as Markdown: each workflow's states, steps, clocks and drawing."""
    parts = [
        "# 流程",
        "",
        "由程序中的声明生成:`tongxin workflows > docs/reference/workflows.md`;测试核对两者一致。",
        "机关可以调整名称、时限和单位（事项 › 流程和时限），不能调整步骤和权限。",
        "",
    ]
    for workflow in WORKFLOWS.values():
        parts += _workflow(workflow)
    return "\n".join(parts).rstrip() + "\n"


def _workflow(workflow: Workflow) -> list[str]:
    names = {state.code: state.name for state in workflow.states}
    lines = [f"## {workflow.name}", "", f"依据：{workflow.source}。", "", "```mermaid", "stateDiagram-v2"]
    lines += [f'    state "{state.name}" as {state.code}' for state in workflow.states]
    lines += [f"    [*] --> {workflow.initial}"]
    lines += [
        f"    {source} --> {step.leads_to(source)}: {step.name}"
        for step in workflow.transitions
        for source in step.sources
    ]
    lines += [f"    {state.code} --> [*]" for state in workflow.states if state.closed]
    lines += ["```", "", "| 步骤 | 从 | 到 | 谁 | 必填 | 之后 |", "|---|---|---|---|---|---|"]
    for step in workflow.transitions:
        after = [f"告知{AUDIENCE_NAMES[each.to]}" for each in step.after if isinstance(each, Tell)]
        after += [f"登记{WORKFLOWS[each.kind].name}" for each in step.after if isinstance(each, Grow)]
        lines.append(
            "| "
            + " | ".join(
                (
                    step.name,
                    "、".join(names[code] for code in step.sources),
                    "—" if step.target == STAY else names[step.target],
                    who(step.who),
                    "、".join(NEED_NAMES[need] for need in step.needs),
                    "、".join(after),
                )
            )
            + " |"
        )
    lines.append("")
    if workflow.clocks:
        lines += ["| 时限 | 默认 | 计时的状态 | 提醒谁 | 来源 |", "|---|---|---|---|---|"]
        for rule in workflow.clocks:
            length = f"{rule.amount}{UNIT_NAMES[rule.unit]}" if rule.amount else UNIT_NAMES[rule.unit]
            states = "、".join(names[code] for code in rule.states)
            lines.append(f"| {rule.name} | {length} | {states} | {AUDIENCE_NAMES[rule.binds]} | {rule.source} |")
        lines.append("")
    return lines
