"""A task (督查督办): from a requirement, decision or promise to its close (销号).

Source of explained delay and verified close: local government supervision rules (2005): before the date the
unit reports progress and reason; the supervising office checks facts and result, sends back what falls short.
"""

from __future__ import annotations

from tongxin.matters.workflow import STAY, Audience, ClockRule, ClockUnit, Need, State, Tell, Transition, Workflow

TASK = Workflow(
    kind="task",
    name="任务",
    series="任务",
    opener="supervises",
    initial="assigned",
    states=(
        State("assigned", "待承接"),
        State("in_progress", "办理中"),
        State("waiting", "暂停，等待条件"),
        State("reported", "待核实"),
        State("closed", "已办结", closed=True),
        State("cancelled", "已撤销", closed=True),
    ),
    transitions=(
        Transition("accept", "承接", ("assigned",), "in_progress", "handles"),
        Transition(
            "decline",
            "退回交办",
            ("assigned",),
            STAY,
            "handles",
            (Need.REASON,),
            after=(Tell(Audience.OFFICE, "“%(title)s”被退回交办：%(reason)s"),),
            awaited=False,
        ),
        Transition(
            "explain",
            "说明进展与延期",
            ("in_progress",),
            STAY,
            "handles",
            (Need.REASON,),
            resets_due=True,
            explains=True,
            extends="handling",
            after=(Tell(Audience.OFFICE, "“%(title)s”说明了进展：%(reason)s"),),
            awaited=False,
        ),
        Transition("pause", "暂停计时", ("in_progress",), "waiting", "supervises", (Need.REASON,), awaited=False),
        Transition("resume", "恢复办理", ("waiting",), "in_progress", "supervises"),
        Transition(
            "report",
            "报告完成情况",
            ("assigned", "in_progress"),
            "reported",
            "handles",
            (Need.REASON,),
            after=(Tell(Audience.OFFICE, "“%(title)s”报告完成，请核实。"),),
        ),
        Transition(
            "send_back",
            "退回补办",
            ("reported",),
            "in_progress",
            "supervises",
            (Need.REASON,),
            resets_due=True,
            extends="handling",
            after=(Tell(Audience.UNITS, "“%(title)s”退回补办：%(reason)s"),),
        ),
        Transition(
            "close",
            "核实办结",
            ("reported",),
            "closed",
            "supervises",
            after=(Tell(Audience.UNITS, "“%(title)s”已核实办结。"),),
        ),
        Transition(
            "escalate",
            "提请领导关注",
            ("assigned", "in_progress", "waiting", "reported"),
            STAY,
            "supervises",
            (Need.REASON,),
            after=(Tell(Audience.LEADERS, "提请关注“%(title)s”：%(reason)s"),),
            awaited=False,
        ),
        Transition(
            "cancel",
            "撤销",
            ("assigned", "in_progress", "waiting", "reported"),
            "cancelled",
            "supervises",
            (Need.REASON,),
            after=(Tell(Audience.UNITS, "“%(title)s”已撤销：%(reason)s"),),
            awaited=False,
        ),
    ),
    clocks=(
        ClockRule(
            "handling",
            "办理期限",
            ("assigned", "in_progress"),
            0,
            ClockUnit.GIVEN,
            "交办时确定；未定的参照地方政府督查工作规定第七条（地方参考，条文待核）",
            paused_in=("waiting",),
        ),
    ),
    source="地方政府督查工作规定（2005）：到期前说明、核实后办结",
)
