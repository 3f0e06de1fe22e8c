"""Entering key tasks and joining activities and matters to them; entering texts to study."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from tongxin.accounts.models import User
from tongxin.activities.models import Activity
from tongxin.core import audit
from tongxin.core.errors import BadInput, Conflict
from tongxin.documents.models import Document, Requirement
from tongxin.matters.models import Matter
from tongxin.registry.enums import OrganizationKind
from tongxin.registry.models import Office, Organization
from tongxin.trace.key_task_queries import plain
from tongxin.trace.models import KeyTask, KeyTaskLink, StudyText

YEARS = range(2000, 2101)


@transaction.atomic
def add_key_task(
    office: Office,
    *,
    year: int,
    title: str,
    actor: User | None,
    due_on: dt.date | None = None,
    lead: Organization | None = None,
    requirement: Requirement | None = None,
) -> KeyTask:
    """Enter a key task of a year at the end of the list and return it.

    Raises BadInput for an empty title, a year or date that does not fit, or a row of another office; Conflict where
    the year has the same task already.
    """
    told = " ".join(title.split())
    if not told or len(told) > 200:
        raise BadInput("trace.task_title", "任务应在1到200字之间。", hint="请写明任务。", field="title")
    if year not in YEARS:
        raise BadInput("trace.task_year", f"年度 {year} 不合理。", hint="请填写四位年份。", field="year")
    if due_on is not None and due_on.year not in (year, year + 1):
        raise BadInput("trace.task_due", f"期限 {due_on} 不在{year}年度之内。", hint="请核对日期。", field="due_on")
    _own(office, lead, "lead")
    if requirement is not None and requirement.revision.office_id != office.pk:
        raise BadInput("trace.other_office", "没有这条要求。", hint="请从文库重新进入。", field="requirement")
    if KeyTask.objects.filter(office=office, year=year, title=told).exists():
        raise Conflict("trace.task_known", f"{year}年已有“{told}”。", hint="无须重复登记。", field="title")
    row = KeyTask.objects.create(
        office=office,
        created_by=actor,
        year=year,
        order=KeyTask.objects.filter(office=office, year=year).count() + 1,
        title=told,
        due_on=due_on,
        lead=lead,
        requirement=requirement,
    )
    audit.record(
        office_id=office.pk, actor=actor, action="trace.add_key_task", subject=row, after={"title": told, "year": year}
    )
    return row


@transaction.atomic
def link_key_task(
    task: KeyTask, *, actor: User | None, activity: Activity | None = None, matter: Matter | None = None
) -> KeyTaskLink:
    """Join an activity or a matter to a key task and return the link; twice is once."""
    target = activity or matter
    if target is None or (activity is not None and matter is not None):
        raise BadInput("trace.task_link", "没有选择活动或者事项。", hint="请选择一项。", field="activity")
    _own(task.office, target, "activity" if activity is not None else "matter")
    link, created = KeyTaskLink.objects.get_or_create(
        task=task, activity=activity, matter=matter, defaults={"office": task.office, "created_by": actor}
    )
    if created:
        audit.record(
            office_id=task.office_id, actor=actor, action="trace.link_key_task", subject=task,
            after={"linked": f"{target._meta.label_lower}:{target.pk}"},
        )  # fmt: skip
    return link


@transaction.atomic
def unlink_key_task(link: KeyTaskLink, *, actor: User | None) -> None:
    """Take a link away; the audit book keeps it."""
    audit.record(
        office_id=link.office_id, actor=actor, action="trace.unlink_key_task", subject=link.task,
        before={"activity": link.activity_id, "matter": link.matter_id},
    )  # fmt: skip
    KeyTaskLink.objects.filter(pk=link.pk).delete()


@transaction.atomic
def add_study_text(
    office: Office,
    *,
    title: str,
    issuer: str,
    issued_on: dt.date,
    source: str,
    audience: Sequence[str],
    actor: User | None,
    study_by: dt.date | None = None,
    document: Document | None = None,
) -> StudyText:
    """Enter a text to be studied and return it.

    Raises BadInput for a title too short to be recognised in an agenda, a missing issuer, source or audience, or a
    date for studying before the text was issued; Conflict where the text is there already.
    """
    told = " ".join(title.split())
    if len(plain(told)) < 4 or len(told) > 200:
        raise BadInput(
            "trace.text_title",
            "篇目应在4到200字之间，写全称。",
            hint="议题中写到这个篇目的学习才能自动对上。",
            field="title",
        )
    for value, name, label in ((issuer, "issuer", "作者或印发机关"), (source, "source", "权威来源")):
        if not value.strip():
            raise BadInput("trace.text_field", f"没有填写{label}。", hint="请填写。", field=name)
    chosen = [kind for kind in OrganizationKind.values if kind in set(audience)]
    if not chosen:
        raise BadInput("trace.text_audience", "没有选择哪些单位学习。", hint="请至少选择一类。", field="audience")
    if study_by is not None and study_by < issued_on:
        raise BadInput("trace.text_dates", "学习期限不能早于篇目日期。", hint="请核对日期。", field="study_by")
    _own(office, document, "document")
    if StudyText.objects.filter(office=office, title=told).exists():
        raise Conflict("trace.text_known", f"已有“{told}”。", hint="无须重复登记。", field="title")
    row = StudyText.objects.create(
        office=office,
        created_by=actor,
        title=told,
        issuer=issuer.strip()[:80],
        issued_on=issued_on,
        source=source.strip()[:120],
        audience=chosen,
        study_by=study_by,
        document=document,
    )
    audit.record(office_id=office.pk, actor=actor, action="trace.add_study_text", subject=row, after={"title": told})
    return row


def _own(office: Office, row: Organization | Activity | Matter | Document | None, field: str) -> None:
    if row is not None and row.office_id != office.pk:
        raise BadInput("trace.other_office", "所选的不属于本机关。", hint="请重新选择。", field=field)
