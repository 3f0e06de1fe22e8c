"""A manuscript under editorial review (三审三校): three ordered reviews by three people, then the secrecy check.

Source: county and township publication rules 第三条 (2024): nothing is published before three persons in rising
order have each reviewed and proof-read; same rules 第一条、第三条 (2023): no secret on the net, doubtful = stop.
"""

from __future__ import annotations

from tongxin.matters.workflow import Audience, Need, State, Tell, Transition, Workflow

_IN_REVIEW = ("first_review", "second_review", "third_review", "secrecy_check")
_REVIEW = (Need.PERSON, Need.PROOF)
#: State in which a review or check is awaited → the step that gives it, in order.
REVIEW_STATES = {
    "first_review": "pass_first",
    "second_review": "pass_second",
    "third_review": "pass_third",
    "secrecy_check": "clear_secrecy",
}

MANUSCRIPT = Workflow(
    kind="manuscript",
    name="稿件",
    series="稿件",
    opener="edits",
    initial="draft",
    states=(
        State("draft", "起草"),
        State("first_review", "待一审一校"),
        State("second_review", "待二审二校"),
        State("third_review", "待三审三校"),
        State("secrecy_check", "待保密审查"),
        State("approved", "可发布"),
        State("stopped", "保密存疑，停止发布"),
        State("published", "已发布", closed=True),
        State("withdrawn", "已撤稿", closed=True),
    ),
    transitions=(
        Transition(
            "submit",
            "送审",
            ("draft",),
            "first_review",
            "edits",
            after=(Tell(Audience.OFFICE, "稿件“%(title)s”送审。"),),
        ),
        Transition("pass_first", "一审一校通过", ("first_review",), "second_review", "reviews", _REVIEW, review=True),
        Transition("pass_second", "二审二校通过", ("second_review",), "third_review", "reviews", _REVIEW, review=True),
        Transition("pass_third", "三审三校通过", ("third_review",), "secrecy_check", "reviews", _REVIEW, review=True),
        Transition(
            "send_back",
            "退回修改",
            (*_IN_REVIEW, "approved"),
            "draft",
            "reviews",
            (Need.REASON,),
            restarts=True,
            after=(Tell(Audience.AUTHORS, "稿件“%(title)s”退回修改：%(reason)s"),),
            awaited=False,
        ),
        Transition(
            "clear_secrecy", "保密审查通过", ("secrecy_check",), "approved", "reviews", (Need.PERSON,), named=True
        ),
        Transition(
            "doubt_secrecy",
            "保密存疑",
            (*_IN_REVIEW, "approved"),
            "stopped",
            "reviews",
            (Need.REASON,),
            after=(Tell(Audience.OFFICE, "稿件“%(title)s”保密存疑，已停止发布。"),),
            awaited=False,
        ),
        Transition("resume", "查清后退回修改", ("stopped",), "draft", "reviews", (Need.REASON,), restarts=True),
        Transition(
            "publish",
            "发布",
            ("approved",),
            "published",
            "edits",
            special="publish",
            after=(Tell(Audience.AUTHORS, "稿件“%(title)s”已发布。"),),
        ),
        Transition(
            "withdraw",
            "撤稿",
            ("draft", *_IN_REVIEW, "approved", "stopped"),
            "withdrawn",
            "edits",
            (Need.REASON,),
            awaited=False,
        ),
    ),
    needs_lead=True,
    source="县级信息发布管理规定第三条（2024，地方）；保密审查：第一条、第三条（2023，地方）",
)
