"""What stands between plan and file in the example: next months' plan, a notice with answers, minutes, 特色做法, joined study.

Told through the operations that the pages use, so that nothing here can stand that a person could not have entered.
"""

from __future__ import annotations

import datetime as dt
import uuid

from tongxin.activities import life_operations, minutes_operations, notice_operations, plan_operations, queries
from tongxin.activities import operations as activities
from tongxin.activities.enums import ActivityStatus
from tongxin.activities.minutes import template
from tongxin.activities.models import Activity
from tongxin.activities.plans import PlanRow
from tongxin.demo.town import Town

_PRACTICES = (
    "党员认领社区绿地，按季回访。",
    "学习后当场认领调研题目，月底交一页纸。",
    "主题党日与界别群众座谈合办，一次办两件事。",
)
#: What the record says below an item, by a word of its heading.
_SAID = {
    "学习": "领学原文，两名党员结合岗位谈了体会。会议要求把学习同正在办理的提案结合起来，下次主题党日前各交一条建议。",
    "党课": "主讲人以近三年的两件重点提案为例讲授，党员当场提问，作了解答。",
    "支部工作情况": "支部书记通报上季度工作和党费收缴情况，对下季度活动作了安排，与会党员没有不同意见。",
    "交流": "五名党员先后发言，建议集中在调研选题、联系界别群众两个方面，由组织委员汇总后提交支委会。",
    "案例": "通报典型案例两起，对照作了讨论。",
}


def tell_papers(town: Town) -> int:
    """Write the papers of one office and return how many rows of plans there are."""
    held = Activity.objects.filter(office=town.office, status=ActivityStatus.HELD, day__lte=town.as_of)
    branch = town.branches[1]
    own = held.filter(organizers__organization=branch)
    kept = own.filter(kind__in=("general_meeting", "theme_day"), agenda__isnull=False, participations__role="chair")
    for place, activity in enumerate(kept.distinct().order_by("-day", "-pk")[:3]):
        _minutes(activity, checked=place > 0)
    # The last branch has not handed in its ballots yet.
    for activity in list(held.filter(agenda__kind="appraisal_ballot").order_by("day", "pk"))[:-1]:
        _ballots(activity)
    for place, activity in enumerate(held.filter(kind="theme_day").order_by("-day", "pk")[:3]):
        life_operations.approve_practice(activity, practice=_PRACTICES[place], approved_by="支部书记", actor=None)
    study = held.filter(kind="lecture_hall").order_by("day", "pk").first()
    duty = held.filter(kind="research", day__gte=study.day).order_by("day", "pk").first() if study else None
    if study is not None and duty is not None:
        plan_operations.join_study(study, duty, actor=None)
    return _plan(town)


def _minutes(activity: Activity, *, checked: bool) -> None:
    """Write the record of a meeting of a branch as its recorder would; the host checks it, except the newest."""
    sitting = queries.sitting_of(activity)
    recorder = next((name for name in reversed(sitting.present) if name not in sitting.host), sitting.host)
    lines = template("record", sitting).replace("记录人：", f"记录人：{recorder}").splitlines()
    told: list[str] = []
    for line in lines:
        told.append(line)
        said = next((text for kind, text in _SAID.items() if kind in line), "")
        if said and "、" in line[:3]:
            told.append(said)
    minutes = minutes_operations.write(activity, form="record", text="\n".join(told) + "\n", actor=None)
    minutes_operations.complete(minutes, recorder=recorder, actor=None)
    if checked:
        minutes_operations.check(minutes, host=sitting.host, actor=None, on=activity.day)


def _ballots(activity: Activity) -> None:
    """Type in what the paper ballots of an appraisal came to; at most a third are rated excellent (民主评议党员)."""
    expected = activity.participations.filter(expected=True)
    present = expected.filter(presence="present").count()
    excellent = present // 3
    counts = {
        "issued": present, "returned": present, "excellent": excellent, "qualified": present - excellent,
        "basic": 0, "unqualified": 0,
    }  # fmt: skip
    life_operations.count_appraisal(activity, counts, actor=None)


def _plan(town: Town) -> int:
    branch, first = town.branches[1], town.as_of + dt.timedelta(days=10)
    year = first.year
    rows = [PlanRow(None, "general_meeting", f"{first.month}月{first.day}日", topic="年度工作总结")]
    rows += [PlanRow(None, "theme_day", f"{month}月") for month in range(first.month + 1, 13)]
    saved = plan_operations.save_plan(town.office, branch, year, rows, actor=None)
    # The same seed and day give the same rows, names in addresses included.
    for place, row in enumerate(queries.plan_of(town.office, branch, year)):
        if row.status == ActivityStatus.PLANNED:
            name = f"{town.office.area_code}:{year}:{place}"
            Activity.objects.filter(pk=row.pk).update(uid=uuid.uuid5(uuid.NAMESPACE_OID, name))
    meeting = next(row for row in queries.plan_of(town.office, branch, year) if row.day == first)
    meeting = activities.correct(meeting, place="三楼会议室", hours=(dt.time(9, 30), dt.time(11, 0)), actor=None)
    meeting = notice_operations.notify(
        meeting, text="请带党员笔记本。", reply_by=first - dt.timedelta(days=2), actor=None
    )
    invited = list(meeting.participations.order_by("pk").values_list("person_id", flat=True))
    for place, person in enumerate(invited[:4]):
        if place == 1:
            notice_operations.answer(meeting, person, "leave", leave_reason="duty", on_behalf="电话", actor=None)
        else:
            notice_operations.answer(meeting, person, "attending", actor=None)
    return saved.added
