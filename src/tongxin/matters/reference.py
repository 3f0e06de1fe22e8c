"""The workflows as a page of the manual, written from their declarations.  Pure; imports no models."""

from __future__ import annotations

from django.utils.translation import gettext as _

from tongxin.core.vocabulary import length_of, said
from tongxin.matters.predicates import PREDICATES
from tongxin.matters.workflow import AUDIENCE_NAMES, NEED_NAMES, STAY, UNIT_NAMES, Grow, Tell, Workflow
from tongxin.matters.workflows import WORKFLOWS
from tongxin.registry.enums import Role

_UNIT_WORDS = {"lead": "主办单位", "co": "会办单位", "separate": "分办单位"}
_PERSON_WORDS = {"author": "提出人", "coauthor": "联名人", "responsible": "责任人", "leader": "责任领导"}


def who(name: str) -> str:
    """Return in words who a predicate means."""
    declared = PREDICATES[name]
    words = [said(str(Role(role).label)) for role in declared.roles]
    words += [said(_UNIT_WORDS[unit]) for unit in declared.units]
    words += [said(_PERSON_WORDS[person]) for person in declared.people]
    text = _("、").join(words)
    behalf = _("、").join(said(str(Role(role).label)) for role in declared.behalf)
    return _("%(who)s（可由%(behalf)s代录）") % {"who": text, "behalf": behalf} if behalf else text


def page() -> str:
    """Return the whole page as Markdown in the active language: each workflow's states, steps, clocks and drawing."""
    parts = [
        f"# {_('流程')}",
        "",
        _("由程序中的声明生成:`tongxin workflows > docs/reference/workflows.md`;测试核对两者一致。"),
        _("机关可以调整名称、时限和单位（事项 › 流程和时限），不能调整步骤和权限。"),
        "",
    ]
    for workflow in WORKFLOWS.values():
        parts += _workflow(workflow)
    return "\n".join(parts).rstrip() + "\n"


def _workflow(workflow: Workflow) -> list[str]:
    names = {state.code: said(state.name) for state in workflow.states}
    lines = [
        f"## {said(workflow.name)}",
        "",
        _("依据：%(source)s。") % {"source": said(workflow.source)},
        "",
        "```mermaid",
        "stateDiagram-v2",
    ]
    lines += [f'    state "{names[state.code]}" as {state.code}' for state in workflow.states]
    lines += [f"    [*] --> {workflow.initial}"]
    lines += [
        f"    {source} --> {step.leads_to(source)}: {said(step.name)}"
        for step in workflow.transitions
        for source in step.sources
    ]
    lines += [f"    {state.code} --> [*]" for state in workflow.states if state.closed]
    heads = (_("步骤"), _("从"), _("到"), _("谁"), _("必填"), _("之后"))
    lines += ["```", "", f"| {' | '.join(heads)} |", "|---|---|---|---|---|---|"]
    for step in workflow.transitions:
        after = [
            _("告知%(who)s") % {"who": said(AUDIENCE_NAMES[each.to])} for each in step.after if isinstance(each, Tell)
        ]
        after += [
            _("登记%(what)s") % {"what": said(WORKFLOWS[each.kind].name)}
            for each in step.after
            if isinstance(each, Grow)
        ]
        lines.append(
            "| "
            + " | ".join(
                (
                    said(step.name),
                    _("、").join(names[code] for code in step.sources),
                    "—" if step.target == STAY else names[step.target],
                    who(step.who),
                    _("、").join(said(NEED_NAMES[need]) for need in step.needs),
                    _("、").join(after),
                )
            )
            + " |"
        )
    lines.append("")
    if workflow.clocks:
        columns = (_("时限"), _("默认"), _("计时的状态"), _("提醒谁"), _("来源"))
        lines += [f"| {' | '.join(columns)} |", "|---|---|---|---|---|"]
        for rule in workflow.clocks:
            unit = UNIT_NAMES[rule.unit]
            length = length_of(rule.amount, unit) if rule.amount else said(unit)
            states = _("、").join(names[code] for code in rule.states)
            lines.append(
                f"| {said(rule.name)} | {length} | {states} | {said(AUDIENCE_NAMES[rule.binds])} | {said(rule.source)} |"
            )
        lines.append("")
    return lines
