"""A request upward (请示): ask → reply → what we did.  Ledger only; open until answered.

Source: 中国共产党重大事项请示报告条例 (2019) 第三条: a request asks for instruction or approval before acting.
"""

from __future__ import annotations

from tongxin.matters.workflow import Need, State, Transition, Workflow

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
        Transition("ask_again", "再次询问", ("submitted",), "submitted", "keeps_ledger"),
        Transition("answer", "登记答复", ("submitted",), "answered", "keeps_ledger", (Need.REFERENCE,)),
        Transition("finish", "登记落实情况", ("answered",), "done", "keeps_ledger"),
        Transition("withdraw", "撤回", ("registered", "submitted"), "withdrawn", "keeps_ledger", (Need.REASON,)),
    ),
    needs_lead=True,
)
