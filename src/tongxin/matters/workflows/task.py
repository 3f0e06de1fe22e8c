"""A task (督查督办): from a requirement, decision or promise to its close.

Source of explained delay and verified close: local government supervision rules (2005): before the date the
unit reports progress and reason; the supervising office checks facts and result, sends back what falls short.
"""

from __future__ import annotations

from tongxin.matters.workflow import Need, State, Transition, Workflow

TASK = Workflow(
    kind="task",
    name="任务",
    series="任务",
    opener="supervises",
    initial="assigned",
    states=(
        State("assigned", "待承接"),
        State("in_progress", "办理中"),
        State("reported", "待核实"),
        State("closed", "已办结", closed=True),
        State("cancelled", "已撤销", closed=True),
    ),
    transitions=(
        Transition("accept", "承接", ("assigned",), "in_progress", "handles"),
        Transition("decline", "退回交办", ("assigned",), "assigned", "handles", (Need.REASON,)),
        Transition(
            "explain", "说明进展与延期", ("in_progress",), "in_progress", "handles", (Need.REASON,), resets_due=True
        ),
        Transition("report", "报告完成情况", ("assigned", "in_progress"), "reported", "handles", (Need.REASON,)),
        Transition(
            "send_back", "退回补办", ("reported",), "in_progress", "supervises", (Need.REASON,), resets_due=True
        ),
        Transition("close", "核实办结", ("reported",), "closed", "supervises"),
        Transition(
            "cancel", "撤销", ("assigned", "in_progress", "reported"), "cancelled", "supervises", (Need.REASON,)
        ),
    ),
)
