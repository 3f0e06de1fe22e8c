"""Social information (社情民意信息): one matter, short; original and edited copy both kept; each fate told with its reason.

Source: 政协广州市委员会 须知 二、三 (2019): one matter with facts, analysis and suggestion; use and leaders' notes are
fed back.  Local; the national regulation was not seen.
"""

from __future__ import annotations

from tongxin.matters.workflow import STAY, Audience, Need, State, Tell, Transition, Workflow

#: What may become of an item at the level to which it went.
FATES = (
    ("adopted", "采用"),
    ("noted", "领导批示"),
    ("merged", "综合采用"),
    ("kept", "留存参考"),
)

INFORMATION = Workflow(
    kind="information",
    name="社情民意信息",
    series="信息",
    opener="informs",
    initial="submitted",
    states=(
        State("submitted", "待编辑"),
        State("edited", "待签发"),
        State("sent", "已报送"),
        State("closed", "已反馈", closed=True),
        State("kept", "留存", closed=True),
        State("merged", "已综合", closed=True),
        State("withdrawn", "已撤回", closed=True),
    ),
    transitions=(
        Transition("edit", "编辑", ("submitted", "edited"), "edited", "edits_information", special="edit"),
        Transition(
            "keep",
            "留存参考",
            ("submitted", "edited"),
            "kept",
            "edits_information",
            (Need.REASON,),
            after=(Tell(Audience.AUTHORS, "“%(title)s”留存参考：%(reason)s"),),
            awaited=False,
        ),
        Transition(
            "merge",
            "综合到其他信息",
            ("submitted", "edited"),
            "merged",
            "edits_information",
            (Need.REASON,),
            after=(Tell(Audience.AUTHORS, "“%(title)s”已综合采用：%(reason)s"),),
            awaited=False,
        ),
        Transition(
            "send",
            "签发报送",
            ("edited",),
            "sent",
            "signs_information",
            special="send",
            after=(Tell(Audience.AUTHORS, "“%(title)s”已报送%(reason)s。"),),
        ),
        Transition(
            "fate",
            "登记采用情况",
            ("sent",),
            STAY,
            "edits_information",
            (Need.CODE, Need.REASON),
            codes=FATES,
            special="fate",
            after=(Tell(Audience.AUTHORS, "“%(title)s”%(code)s：%(reason)s"),),
        ),
        Transition("close", "反馈办结", ("sent",), "closed", "edits_information", requires=("fate",)),
        Transition(
            "withdraw",
            "撤回",
            ("submitted",),
            "withdrawn",
            "writes_information",
            awaited=False,
        ),
    ),
    source="政协广州市委员会反映社情民意信息须知（2019，地方）",
)
