"""What is in flight in an invented office: requests, reports, manuscripts under review, tasks.

There are few of them, so they are told through the operations, with numbers, steps and audit entries of their own.
"""

from __future__ import annotations

import datetime as dt

from tongxin.demo.town import Town
from tongxin.matters import operations
from tongxin.matters.enums import LedgerTopic, MatterKind, PersonRole
from tongxin.matters.models import Matter
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
    told += [
        _manuscript(town, "委员读书活动侧记", 0.35, reviews=3, publish=True),
        _manuscript(town, "重点提案督办见闻", 0.7, reviews=3, publish=True),
        _manuscript(town, "界别协商活动综述", 0.96, reviews=1, publish=False),
    ]
    told += [
        _task(town, "落实全体会议决议分工方案", group, 0.2, days=60, done=True),
        _task(town, "完成界别活动室规范化建设", department, 0.5, days=120, done=False),
        _task(town, "整理年度协商成果", department, 0.9, days=40, done=False),
    ]
    return len(told)


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


def _manuscript(town: Town, title: str, share: float, *, reviews: int, publish: bool) -> Matter:
    day = town.within(share)
    author, *reviewers = _editors(town)
    matter = operations.open(
        town.office, kind=MatterKind.MANUSCRIPT, title=title, actor=None, day=day, lead=town.staff,
        people=[(author, PersonRole.AUTHOR)], body=f"{title}（示例文字）。",
    )  # fmt: skip
    operations.take_step(matter, "submit", actor=None, day=day)
    for place, step in enumerate(("pass_first", "pass_second", "pass_third")[:reviews]):
        operations.take_step(
            matter, step, actor=None, day=_after(town, day, place), person=reviewers[place], proofread=True
        )
    if publish:
        operations.take_step(matter, "clear_secrecy", actor=None, day=_after(town, day, 3), person=reviewers[-1])
        operations.take_step(matter, "publish", actor=None, day=_after(town, day, 3))
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
