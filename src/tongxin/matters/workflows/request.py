"""A request upward (请示): ask → reply → what we did.  Ledger only; open until answered.

Source: 中国共产党重大事项请示报告条例 (2019) 第三条: a request asks for instruction or approval before acting.
"""

from __future__ import annotations

from tongxin.matters.workflow import STAY, Audience, ClockRule, ClockUnit, Need, State, Transition, Workflow

REQUEST = Workflow(
    kind="request",
    name="请示",
    series="请示",
    opener="keeps_ledger",
    initial="registered",
    states=(
        State("registered", "待呈报"),
        State("submitted", "待答复"),
        State("answered", "已答复"),
        State("done", "已落实", closed=True),
        State("withdrawn", "已撤回", closed=True),
    ),
    transitions=(
        Transition("submit", "呈报", ("registered",), "submitted", "keeps_ledger", (Need.REFERENCE,)),
        Transition(
            "ask_again",
            "再次询问",
            ("submitted",),
            STAY,
            "keeps_ledger",
            explains=True,
            awaited=False,
        ),
        Transition("answer", "登记答复", ("submitted",), "answered", "keeps_ledger", (Need.REFERENCE,)),
        Transition("finish", "登记落实情况", ("answered",), "done", "keeps_ledger", (Need.REASON,)),
        Transition(
            "withdraw",
            "撤回",
            ("registered", "submitted"),
            "withdrawn",
            "keeps_ledger",
            (Need.REASON,),
            awaited=False,
        ),
    ),
    needs_lead=True,
    clocks=(
        ClockRule(
            "reply",
            "再次询问提醒",
            ("submitted",),
            30,
            ClockUnit.DAYS,
            "国家未规定答复天数；仅提醒本机关再次询问，可按本地调整",
            binds=Audience.OFFICE,
        ),
    ),
    source="中国共产党重大事项请示报告条例（2019）第三条",
)
