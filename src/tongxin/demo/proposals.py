"""Proposals of an invented office, told through the operations: drafts, review, handling, replies, assessments."""

from __future__ import annotations

import datetime as dt

from tongxin.core import clock
from tongxin.demo.town import Town
from tongxin.matters import assignment_operations, operations, proposal_operations, queries
from tongxin.matters.enums import Theme
from tongxin.matters.models import Matter
from tongxin.matters.proposal_text import Parts
from tongxin.registry.enums import OrganizationKind, PostCode
from tongxin.registry.models import Organization, Person

#: Units that handle, in the order of an invented list.
UNITS = ("市教育局", "市住房和城乡建设局", "市卫生健康委员会", "市农业农村局", "市生态环境局")
#: Title, theme, situation, analysis, suggestion, unit in charge, co-handling unit, how far it came.
PROPOSALS: tuple[tuple[str, str, str, str, str, int, int | None, str], ...] = (
    (
        "关于改造老旧小区供水管网的提案", Theme.CITY, "城区有四十余个小区的供水管网使用超过二十年，夏季水压不足。",
        "管网权属不清，维修资金没有来源。", "由住建部门牵头制定三年改造计划，每年公布进度；明确改造后由供水企业统一管护。", 1, 4, "replied",
    ),
    (
        "关于增加乡镇卫生院康复服务的提案", Theme.HEALTH, "乡镇老年人康复需要到县城，往返不便。", "乡镇卫生院缺少康复设备和人员。",
        "在五个中心乡镇卫生院试点设立康复室，由县级医院派人轮流坐诊。", 2, None, "handling",
    ),
    (
        "关于规范农村小型水利设施管护的提案", Theme.FARMING, "部分塘坝、渠道建成后无人管护。", "建管脱节，管护经费没有列入预算。",
        "建立管护台账，由乡镇明确管护人，经费列入年度预算。", 3, 4, "assigned",
    ),
    (
        "关于加强中小学校园周边交通组织的提案", Theme.EDUCATION, "上下学时段校门口拥堵。", "接送车辆停放没有统一安排。",
        "由教育部门会同交警制定一校一方案，设置接送专用车位。", 0, 1, "filed",
    ),
    (
        "关于推进建筑垃圾资源化利用的提案", Theme.ENVIRONMENT, "建筑垃圾多为填埋。", "分类收集和消纳场所不足。",
        "建设一处资源化利用场，出台再生产品使用目录。", 4, None, "submitted",
    ),
)  # fmt: skip


def tell_proposals(town: Town) -> list[Organization]:
    """Write the proposals of one office and return its handling units."""
    units = [
        Organization.objects.create(
            office=town.office,
            uid=town.uid(),
            kind=OrganizationKind.HANDLING_UNIT,
            name=name.replace("市", town.place[-1], 1) if town.place[-1] != "市" else name,
            valid_from=town.start,
            precedence=100 + place,
        )
        for place, name in enumerate(UNITS)
    ]
    members = [seat.person for seat in town.on(town.committees[0], town.start) if seat.post == PostCode.MEMBER]
    first = _of_account(town)
    authors = [first, *(person for person in members if person.pk != first.pk)]
    for place, told in enumerate(PROPOSALS):
        _tell(town, units, authors[place % len(authors)], place, told)
    draft = proposal_operations.write(
        town.office,
        title="关于建设社区儿童阅览室的提案",
        parts=Parts("社区儿童放学后缺少去处。", "现有图书馆距离较远。", "利用社区空置用房建设阅览室。"),
        author=authors[0],
        theme=Theme.CULTURE,
        actor=None,
    )
    proposal_operations.invite(draft, authors[1:3], until=clock.today() + dt.timedelta(days=10), actor=None)
    return units


def _of_account(town: Town) -> Person:
    """Return the member who has an account in the example."""
    return next(person for person in town.with_home_unit if town.left.get(person.pk) is None)


def _day(town: Town, day: dt.date, days: int) -> dt.date:
    return min(day + dt.timedelta(days=days), town.as_of)


def _tell(
    town: Town,
    units: list[Organization],
    author: Person,
    place: int,
    told: tuple[str, str, str, str, str, int, int | None, str],
) -> Matter:
    title, theme, situation, analysis, suggestion, lead, helper, how_far = told
    day = town.as_of - dt.timedelta(
        days={"replied": 80, "handling": 60, "assigned": 3, "filed": 2, "submitted": 1}[how_far]
    )
    day = max(day, town.start)
    matter = proposal_operations.write(
        town.office,
        title=title,
        parts=Parts(situation, analysis, suggestion),
        author=author,
        theme=theme,
        actor=None,
        on_behalf="示例",
    )
    Matter.objects.filter(pk=matter.pk).update(day=day, on_behalf="")
    matter.day, matter.on_behalf = day, ""
    proposal_operations.submit(matter, actor=None, day=day)
    if how_far == "submitted":
        return matter
    operations.take_step(matter, "file", actor=None, day=_day(town, day, 1))
    if how_far == "filed":
        return matter
    co = [units[helper]] if helper is not None else []
    assignment_operations.assign(matter, lead=units[lead], co=co, actor=None, day=_day(town, day, 2))
    if how_far == "assigned":
        return matter
    operations.take_step(matter, "accept", actor=None, day=_day(town, day, 4), unit=units[lead])
    operations.take_step(
        matter, "contact", actor=None, day=_day(town, day, 20), unit=units[lead], code="visit", reason="上门听取意见"
    )
    if how_far == "handling":
        return matter
    for unit in co:
        proposal_operations.give_opinion(
            matter, unit, "我局无不同意见，将配合做好改造期间的水质监测。", actor=None, day=_day(town, day, 25)
        )
    proposal_operations.reply(
        matter,
        units[lead],
        outcome="B",
        reference=f"{town.office.document_code}建函〔{day.year}〕12号",
        text="您提出的提案收悉。已将二十个小区列入三年改造计划，今年完成六个，其余按年度推进并公布进度。",
        promises=[("完成二十个小区供水管网改造", clock.today() + dt.timedelta(days=500))],
        actor=None,
        day=_day(town, day, 50),
    )
    proposal_operations.assess(
        queries.matter_by_uid(town.office, matter.uid),
        units[lead],
        author,
        satisfaction="basically",
        text="答复具体，希望按年公布进度。",
        actor=None,
    )
    return matter
