"""What is in flight in an invented office: requests, reports, manuscripts under review, tasks.

There are few of them, so they are told through the operations, with numbers, steps and audit entries of their own.
"""

from __future__ import annotations

import datetime as dt

from tongxin.demo.town import Town
from tongxin.matters import (
    assignment_operations,
    editorial_operations,
    information_operations,
    operations,
    outlet_operations,
    reviewer_operations,
    upward_operations,
    upward_queries,
)
from tongxin.matters.enums import InformationLevel, LedgerTopic, LinkNature, MatterKind, PersonRole, TaskSource
from tongxin.matters.models import Matter, Outlet
from tongxin.registry.models import Organization, Person


def tell_matters(town: Town) -> int:
    """Write the matters of one office and return how many there are."""
    group, department = town.party_group, town.committees[0]
    told = [
        _ledger(town, MatterKind.REQUEST, "关于召开全体会议的请示", LedgerTopic.MAJOR_DECISION, 0.02, answered=True),
        _ledger(town, MatterKind.REPORT, "关于上年度工作情况的报告", LedgerTopic.ANNUAL, 0.12),
        _ledger(town, MatterKind.REQUEST, "关于年度协商计划的请示", LedgerTopic.CONSULTATION_PLAN, 0.15, answered=True),
        _ledger(town, MatterKind.REPORT, "关于重点工作进展的报告", LedgerTopic.KEY_WORK, 0.55),
        _ledger(town, MatterKind.REQUEST, "关于换届筹备工作的请示", LedgerTopic.PERSONNEL, 0.93),
    ]
    outlets = _outlets(town)
    _name_reviewers(town)
    told += [
        _manuscript(town, "委员读书活动侧记", 0.35, reviews=3, publish=outlets[:2]),
        _manuscript(town, "重点提案督办见闻", 0.7, reviews=3, publish=outlets[:1]),
        _manuscript(town, "界别协商活动综述", 0.96, reviews=1, publish=[]),
    ]
    told += [
        _task(town, "落实全体会议决议分工方案", group, 0.2, days=60, done=True),
        _task(town, "完成界别活动室规范化建设", department, 0.5, days=120, done=False),
        _volunteered(town),
        (whole := _task(town, "整理年度协商成果", department, 0.9, days=40, done=False)),
    ]
    for title in ("收集整理会议材料", "报送协商成果清单"):
        part = _task(town, title, department, 0.92, days=30, done=title.startswith("收集"))
        operations.link(part, whole, LinkNature.SUBTASK, actor=None)
        told.append(part)
    told += [_information(town, *each) for each in _INFORMATION]
    told += [_need(town, *each) for each in _NEEDS]
    _prove_decisions(town, told[0])
    return len(told)


#: Title, text, share of the year, how far it came.
_INFORMATION = (
    ("便民服务点午间无人值守的情况", "部分社区便民服务点午间无人值守，上班族办事不便。建议安排轮班，并公布时间。", 0.6, "adopted"),
    ("农村公路会车路段需要加宽", "两处会车路段较窄，雨天容易堵车。建议列入明年的养护计划。", 0.75, "kept"),
    ("小区充电车棚数量不足", "新增电动自行车较多，充电车棚排队。建议在空地增设车棚，并检查线路。", 0.97, "submitted"),
)  # fmt: skip
#: What is needed, share of the year, whether it was answered.
_NEEDS = (
    ("希望增加委员读书活动的周末场次", 0.7, True),
    ("希望协助对接职业院校开展实训", 0.95, False),
)


def _information(town: Town, title: str, text: str, share: float, how_far: str) -> Matter:
    """Enter an item of social information as its author wrote it; one was adopted, one kept with the reason."""
    day = town.within(share)
    matter = operations.open(
        town.office, kind=MatterKind.INFORMATION, title=title, actor=None, day=day, body=text,
        people=[(_member(town), PersonRole.AUTHOR)],
    )  # fmt: skip
    if how_far == "kept":
        operations.take_step(
            matter, "keep", actor=None, day=_after(town, day, 3), reason="交通部门已列入养护计划，留存参考。"
        )
    if how_far != "adopted":
        return matter
    operations.take_step(matter, "edit", actor=None, day=_after(town, day, 2), special="edit")
    operations.revise_body(matter, text.replace("部分社区", "我市部分社区"), actor=None, edited=True)
    information_operations.send(
        matter, [InformationLevel.OWN, InformationLevel.HIGHER], actor=None, day=_after(town, day, 3)
    )
    information_operations.tell_fate(
        matter, level=InformationLevel.OWN, fate="adopted", reason="民政部门已安排轮班。", actor=None,
        day=_after(town, day, 20),
    )  # fmt: skip
    return matter


def _need(town: Town, title: str, share: float, answered: bool) -> Matter:
    """Enter a need that was raised in a contact, in the words that its member confirmed."""
    day, member = town.within(share), _member(town)
    matter = operations.open(
        town.office, kind=MatterKind.NEED, title=title, actor=None, day=day,
        people=[(member, PersonRole.AUTHOR), (_editors(town)[0], PersonRole.RESPONSIBLE)], on_behalf="据联系记录",
    )  # fmt: skip
    operations.take_step(matter, "confirm", actor=None, day=_after(town, day, 1), person=member, on_behalf="据本人电话")
    assignment_operations.assign(matter, lead=town.departments[0], actor=None, day=_after(town, day, 2))
    if answered:
        operations.take_step(
            matter, "answer", actor=None, day=_after(town, day, 15), reason="自下季度起每月增加一次周末场次。"
        )
    return matter


def _member(town: Town) -> Person:
    """Return the member who has an account in the example."""
    return next(person for person in town.with_home_unit if town.left.get(person.pk) is None)


def _name_reviewers(town: Town) -> None:
    """Name for each review one person of the office, in rising order."""
    for step, person in zip(("pass_first", "pass_second", "pass_third"), _editors(town)[1:], strict=True):
        reviewer_operations.name_reviewer(town.office, step, person=person, actor=None)


def _prove_decisions(town: Town, request: Matter) -> None:
    """Say of the year's decisions which had a request before them; the latest two are left to say."""
    decisions = upward_queries.decisions(town.office, since=town.start, until=town.as_of)[2:]
    submitted = request.steps.get(transition="submit").day
    asked = next((each.item.pk for each in reversed(decisions) if each.item.activity.day >= submitted), None)
    for each in decisions:
        major = each.item.pk == asked
        upward_operations.prove(each.item, major=major, number=request.number if major else "", actor=None)


def _after(town: Town, day: dt.date, days: int) -> dt.date:
    return min(day + dt.timedelta(days=days), town.as_of)


def _ledger(town: Town, kind: str, title: str, topic: str, share: float, *, answered: bool = False) -> Matter:
    day = town.within(share)
    matter = operations.open(
        town.office, kind=kind, title=title, actor=None, day=day, lead=town.party_group, topic=topic
    )
    number = f"{town.office.document_code}组〔{day.year}〕{matter.pk % 90 + 1}号"
    operations.take_step(matter, "submit", actor=None, day=_after(town, day, 1), reference=number)
    if answered:
        reply = _after(town, day, 12)
        operations.take_step(
            matter, "answer", actor=None, day=reply, reference=f"复〔{reply.year}〕{matter.pk % 90 + 1}号"
        )
    return matter


#: Invented paragraphs; the last one has slips for the proofreader and a number that has no place on the net.
_PARAGRAPHS = (
    "近日，市政协机关组织委员开展专题活动，来自教育、文化、科技等界别的委员围绕群众关心的事交流体会。",
    "活动中，委员们先后察看了社区图书室和便民服务点，与居民面对面座谈，收集意见建议12条。",
    "大家表示，要把学习成果转化为履职实效，多提可操作的建议，为城市发展凝聚共识、汇聚力量。",
    "联系人电话：13800000000。",
)


def _manuscript(town: Town, title: str, share: float, *, reviews: int, publish: list[Outlet]) -> Matter:
    day = town.within(share)
    author, *reviewers = _editors(town)
    text = "\n".join(_PARAGRAPHS if not publish else (_PARAGRAPHS[0], _PARAGRAPHS[2]))
    matter = editorial_operations.begin(
        town.office, title=title, unit=town.staff, authors=[author], text=text, day=day, actor=None
    )
    operations.take_step(matter, "submit", actor=None, day=day)
    for place, step in enumerate(("pass_first", "pass_second", "pass_third")[:reviews]):
        operations.take_step(
            matter, step, actor=None, day=_after(town, day, place), person=reviewers[place], proofread=True
        )
    if publish:
        operations.take_step(matter, "clear_secrecy", actor=None, day=_after(town, day, 3), person=reviewers[-1])
        editorial_operations.publish(matter, outlets=publish, day=_after(town, day, 3), actor=None)
    return matter


def _outlets(town: Town) -> list[Outlet]:
    """Enter the office's channels and venues; one is to be checked."""
    keeper = _editors(town)[0]
    told = (
        ("政协门户网站", "website", "https://zx.example.cn", "quarter", 200),
        ("政协微信公众号", "wechat", "", "month", 200),
        ("委员工作室", "studio", "滨河路8号", "half_year", 300),
        ("协商议事室", "consultation_room", "文化馆二楼", "half_year", 90),
    )
    return [
        outlet_operations.enter(
            town.office, name=name, kind=kind, unit=town.staff, keeper=keeper, address=address, check_every=every,
            since=town.as_of - dt.timedelta(days=days), actor=None,
        )
        for name, kind, address, every, days in told
    ]  # fmt: skip


def _volunteered(town: Town) -> Matter:
    """Enter what a Party-member member took on."""
    member = next(person for person in town.members if town.is_party_member(person, town.as_of))
    day = town.within(0.8)
    matter = operations.open(
        town.office, kind=MatterKind.TASK, title="联系社区，协助调解邻里纠纷", topic=TaskSource.VOLUNTEERED, actor=None,
        day=day, people=[(member, PersonRole.RESPONSIBLE)], on_behalf="据本人电话",
    )  # fmt: skip
    operations.take_step(matter, "accept", actor=None, day=day, person=member, on_behalf="据本人电话")
    return matter


def _task(town: Town, title: str, lead: Organization, share: float, *, days: int, done: bool) -> Matter:
    day = town.within(share)
    matter = operations.open(
        town.office, kind=MatterKind.TASK, title=title, actor=None, day=day, lead=lead,
        due_on=day + dt.timedelta(days=days),
    )  # fmt: skip
    operations.take_step(matter, "accept", actor=None, day=_after(town, day, 2))
    if done:
        operations.take_step(matter, "report", actor=None, day=_after(town, day, days - 5), reason="已按分工完成。")
        operations.take_step(matter, "close", actor=None, day=_after(town, day, days - 2))
    return matter


def _editors(town: Town) -> list[Person]:
    """Return an author and three reviewers in rising order, four different people of the office."""
    return [seat.person for seat in reversed(town.on(town.staff, town.start)[:4])]
