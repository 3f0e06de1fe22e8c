"""What is in flight in an invented office: requests, reports, manuscripts under review, tasks.

There are few of them, so they are told through the operations, with numbers, steps and audit entries of their own.
"""

from __future__ import annotations

import datetime as dt

from tongxin.demo.town import Town
from tongxin.matters import editorial_operations, operations, outlet_operations, upward_operations, upward_queries
from tongxin.matters.enums import LedgerTopic, LinkNature, MatterKind, PersonRole, TaskSource
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
    _prove_decisions(town, told[0])
    return len(told)


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
