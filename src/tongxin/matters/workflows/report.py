"""A report upward (报告): closed on delivery.  Ledger only.

Source: 中国共产党重大事项请示报告条例 (2019) 第三条; yearly report: 中国共产党党组工作条例 第十九条.
"""

from __future__ import annotations

from tongxin.matters.workflow import Need, State, Transition, Workflow

REPORT = Workflow(
    kind="report",
    name="报告",
    series="报告",
    opener="keeps_ledger",
    initial="registered",
    states=(
        State("registered", "待呈报"),
        State("submitted", "已呈报", closed=True),
        State("withdrawn", "已撤回", closed=True),
    ),
    transitions=(
        Transition("submit", "呈报", ("registered",), "submitted", "keeps_ledger", (Need.REFERENCE,)),
        Transition("withdraw", "撤回", ("registered",), "withdrawn", "keeps_ledger", (Need.REASON,)),
    ),
    needs_lead=True,
)
