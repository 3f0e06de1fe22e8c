"""An issued paper with three requirements, two of them accepted, and a table of duties."""

from __future__ import annotations

import datetime as dt

from tests.cast import join, make_organization, make_person
from tongxin.documents import operations, task_operations
from tongxin.documents.models import Requirement
from tongxin.documents.task_operations import TypedDuty

TEXT = """澄江市政协工作要点

一、加强学习

1.各专门委员会要在6月底前组织一次学习培训。

2.信息处要每月报送社情民意信息，全年不少于XXX条。

3.机关要加强督查。
"""


def issued(office):
    document = operations.register(office, name="要点.txt", data=TEXT.encode(), declared_unclassified=True, actor=None)
    operations.confirm_source(
        document, issuer=office.name, number="澄政协〔2026〕1号", day=dt.date(2026, 1, 5), actor=None
    )
    for item in Requirement.objects.filter(revision__document=document).order_by("start")[:2]:
        operations.decide_requirement(item, "accepted", actor=None)
    return document


def with_duties(office):
    committee = make_organization(office, "committee", office.name)
    leader = make_person(office, "甲某某")
    join(leader, committee)
    study = make_organization(office, "special_committee", "学习委员会")
    news = make_organization(office, "department", "信息处")
    task_operations.set_duties(
        office, [TypedDuty("学习 培训", "学习委员会", "甲某某"), TypedDuty("信息", "信息处")], actor=None
    )
    return leader, study, news
