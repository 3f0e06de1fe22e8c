"""A report upward (报告): closed on delivery.  An emergency is told by word first, the paper follows.  Ledger only.

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
        State("told", "已口头报告，待补书面"),
        State("submitted", "已呈报", closed=True),
        State("withdrawn", "已撤回", closed=True),
    ),
    transitions=(
        Transition(
            "tell",
            "登记口头报告",
            ("registered",),
            "told",
            "keeps_ledger",
            awaited=False,
        ),
        Transition("submit", "呈报", ("registered", "told"), "submitted", "keeps_ledger", (Need.REFERENCE,)),
        Transition(
            "withdraw",
            "撤回",
            ("registered",),
            "withdrawn",
            "keeps_ledger",
            (Need.REASON,),
            awaited=False,
        ),
    ),
    needs_lead=True,
    source="中国共产党重大事项请示报告条例（2019）；年度报告：中国共产党党组工作条例第十九条",
)
