"""What the example's city looks ahead to: an own provision, key tasks, texts to study, a set for the counties, a plan.

Questions, answers of counties and the plan speak of today; an example that ends earlier has none of them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.activities import year_plan, year_plan_queries
from tongxin.activities.year_plan_operations import Chosen, adopt_year_plan
from tongxin.core import clock
from tongxin.core.errors import Refusal
from tongxin.demo.town import Town
from tongxin.documents.operations import confirm_source
from tongxin.matters import operations as matter_operations
from tongxin.matters.enums import MatterKind
from tongxin.provisions import exchange_operations, extension_operations, inquiry_operations, operations
from tongxin.provisions.enums import OPEN_STATES
from tongxin.provisions.exchange_queries import items_of
from tongxin.provisions.extension_queries import extendable
from tongxin.provisions.models import IssuedSet
from tongxin.provisions.own_rules import Answers, definition
from tongxin.provisions.queries import current_findings, key_of, open_findings
from tongxin.trace.key_task_operations import add_key_task, add_study_text, link_key_task
from tongxin.trace.key_task_queries import activities_to_link
from tongxin.trace.operations import register_document

_READING = Answers(
    name="支部纪律教育",
    rule="各机关党支部每半年至少开展一次纪律教育。",
    theme="组织生活",
    kind="periodic",
    subject="party_branch",
    facts=("discipline_education",),
    period="half",
    source="机关党委会议决定",
)
_SHARE = Answers(
    name="专门委员会党外委员占比",
    rule="各专门委员会中党外委员一般不少于百分之六十。",
    theme="会议与委员",
    kind="ratio",
    subject="special_committee",
    coverage="nonparty_members",
    base="members",
    share="3/5",
    period="half",
    source="主席会议决定",
)
_PLAN = "年度协商计划（示例）"
_TASKS = (
    ("围绕城市更新开展专题协商", 6, 30),
    ("助推民营经济高质量发展", 9, 30),
    ("开展基层治理民主监督", 10, 31),
    ("办好乡村全面振兴系列调研", 11, 30),
    ("编纂口述文史资料", 12, 20),
    ("建成数字委员之家", 12, 25),
)
_TEXTS = (
    ("关于全过程人民民主的重要论述", ("party_group", "office_party_committee", "branch")),
    ("关于基层治理的重要论述", ("party_group", "branch")),
    ("关于文化传承发展的重要论述", ("party_group", "special_committee")),
)
_ISSUED = ("life.general_meeting", "life.theme_day", "life.party_class", "study.centre_group_quarterly")


def tell_foresight(towns: list[Town], as_of: dt.date) -> None:
    """Tell all of it; findings have to be worked out for ``as_of`` before."""
    city = towns[0]
    office = city.office
    clerk = User.objects.filter(username="dangwu").first()
    for code, answers in (("own.rule_1", _READING), ("own.rule_2", _SHARE)):
        operations.adopt(
            office,
            code,
            valid_from=office.start_day,
            own_definition=definition(code, replace(answers, year=office.start_day.year)),
            basis=answers.source,
            actor=clerk,
        )
    _paper(city, as_of, clerk)
    _tasks(city, as_of, clerk)
    for number, (title, audience) in enumerate(_TEXTS):
        add_study_text(
            office,
            title=title,
            issuer="示例出版社",
            issued_on=office.start_day + dt.timedelta(days=20 * number),
            source="示例读本",
            audience=audience,
            actor=clerk,
        )
    if as_of != clock.today():
        return
    _questions(city)
    _extension(city, clerk)
    _set(towns, clerk)
    _plan(city, clerk)


def _tasks(city: Town, as_of: dt.date, clerk: User | None) -> None:
    office = city.office
    duty = list(activities_to_link(office, as_of.year).order_by("day", "pk")[:12])
    for number, (title, month, day) in enumerate(_TASKS):
        lead = city.committees[number % len(city.committees)]
        task = add_key_task(
            office, year=as_of.year, title=title, due_on=dt.date(as_of.year, month, day), lead=lead, actor=clerk
        )
        for activity in duty[number * 3 : number * 3 + 2]:
            link_key_task(task, activity=activity, actor=clerk)


def _paper(city: Town, as_of: dt.date, clerk: User | None) -> None:
    """Register the city's consultation plan as issued; the counties have none on record."""
    office = city.office
    day = min(office.start_day + dt.timedelta(days=45), as_of)
    text = f"{day.year}{_PLAN}\n\n围绕城市更新、民营经济和基层治理各开展一次协商。\n"
    document = register_document(
        office, name=f"{day.year}{_PLAN}.txt", data=text.encode(), declared_unclassified=True, actor=clerk
    )
    confirm_source(document, issuer=office.name, number=f"青协〔{day.year}〕5号", day=day, actor=clerk)


def _extension(city: Town, clerk: User | None) -> None:
    """Hand out a task without a date, over its limit since, with an approved extension."""
    office, today = city.office, clock.today()
    matter_operations.open(
        office,
        kind=MatterKind.TASK,
        title="修订委员活动室管理办法",
        lead=city.committees[1],
        day=today - dt.timedelta(days=40),
        actor=clerk,
    )
    own = current_findings(office, today).filter(
        organization_id=city.committees[1].pk, provision="supervise.default_limits", state__in=OPEN_STATES
    )
    for row in own.order_by("window_start", "event_id"):
        limits = extendable(office, row)
        if limits is not None and clerk is not None:
            extension_operations.extend(
                office, key_of(row), last_day=limits.furthest, reason="秘书长批准：须先征求各专委会意见", actor=clerk
            )


def _questions(city: Town) -> None:
    """Let the leader ask two units; the secretary's own unit has answered, the other not yet."""
    leader = User.objects.filter(username="lingdao").first()
    secretary = User.objects.filter(username="zhibu").first()
    asked: set[int] = set()
    for row in open_findings(city.office, clock.today(), [branch.pk for branch in city.branches[:3]]):
        if row.state != "not_recorded" or row.organization_id in asked or len(asked) == 2:
            continue
        asked.add(row.organization_id)
        inquiry = inquiry_operations.ask(
            city.office, key_of(row), sentence="这一期有没有开展？如已开展请补录。", actor=leader
        )
        if row.organization_id == city.branches[1].pk and secretary is not None:
            inquiry_operations.answer(inquiry, text="已开展，记录正在补录。", actor=secretary)


def _set(towns: list[Town], clerk: User | None) -> None:
    """Issue a set to all counties; the first two have answered, the third is at it."""
    issued = exchange_operations.issue_set(
        towns[0].office,
        title="组织生活与理论学习基本要求",
        day=clock.today(),
        provisions=(*_ISSUED, "own.rule_1"),
        counties=[town.office for town in towns[1:]],
        actor=clerk,
    )
    for number, town in enumerate(towns[1:4]):
        row = IssuedSet.objects.get(office=town.office, digest=issued.digest, received=True)
        for item in items_of(row)[: 2 if number == 2 else None]:
            declined = item.definition and number == 1
            exchange_operations.decide_on(
                row,
                item.provision,
                "not_applicable" if declined else "adopted",
                reason="本县已有规定，另行安排" if declined else "",
                actor=None,
            )
        if number < 2:
            exchange_operations.publish_reply(row, actor=None)


def _plan(city: Town, clerk: User | None) -> None:
    """Let the secretary's branch adopt a plan of the next year, where the solver is there."""
    unit, today = city.branches[1], clock.today()
    year = today.year + 1
    asked = year_plan_queries.asked_of(unit, year, today)
    try:
        plan = year_plan.propose(
            asked.demands,
            year_plan_queries.offers_of(unit),
            year_plan_queries.workdays_of(year, today),
            load=4,
            items=3,
        )
        with transaction.atomic():
            adopt_year_plan(
                unit,
                year,
                [Chosen(one.day, one.kind, "", one.items) for one in plan.occasions],
                bound=plan.bound,
                actor=clerk,
            )
    except Refusal:
        return
