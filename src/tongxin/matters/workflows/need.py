"""A need or opinion heard in a contact (需求): it leaves only in words that its owner confirmed; answered to them.

Source: house decision 36; 中国人民政治协商会议章程: to reflect what the circles concerned say and ask.
"""

from __future__ import annotations

from tongxin.matters.workflow import Audience, Need, State, Tell, Transition, Workflow

NEED = Workflow(
    kind="need",
    name="需求",
    series="需求",
    opener="hears",
    initial="heard",
    states=(
        State("heard", "待本人确认"),
        State("confirmed", "待转办"),
        State("routed", "办理中"),
        State("answered", "已答复"),
        State("closed", "已办结", closed=True),
        State("withdrawn", "已撤回", closed=True),
    ),
    transitions=(
        Transition(
            "confirm",
            "本人已确认措辞",
            ("heard",),
            "confirmed",
            "owns_need",
            after=(Tell(Audience.OFFICE, "需求“%(title)s”经本人确认，请转办。"),),
        ),
        Transition(
            "route",
            "转办",
            ("confirmed",),
            "routed",
            "routes_need",
            special="assign",
            after=(Tell(Audience.UNITS, "转来需求“%(title)s”，请办理并答复。"),),
        ),
        Transition(
            "answer",
            "答复",
            ("confirmed", "routed"),
            "answered",
            "answers_need",
            (Need.REASON,),
            after=(Tell(Audience.AUTHORS, "“%(title)s”已有答复：%(reason)s"),),
        ),
        Transition(
            "ask_again",
            "请再办理",
            ("answered",),
            "routed",
            "owns_need",
            (Need.REASON,),
            after=(Tell(Audience.UNITS, "“%(title)s”请再办理：%(reason)s"),),
            awaited=False,
        ),
        Transition("close", "办结", ("answered",), "closed", "owns_need"),
        Transition(
            "withdraw",
            "撤回",
            ("heard", "confirmed"),
            "withdrawn",
            "owns_need",
            awaited=False,
        ),
    ),
    source="反映委员和各界意见建议：中国人民政治协商会议章程；措辞须经本人确认后转出",
)
