"""《任务分解表》: the accepted requirements of a document with who does them and by when."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tongxin.core.spreadsheets import Column as SheetColumn
from tongxin.core.spreadsheets import Sheet
from tongxin.documents import queries
from tongxin.documents.duties import DutyEntry, keywords, propose
from tongxin.documents.enums import CONFIRMED_STATES, PlaceholderState, RepairState, RequirementState, SourceStatus
from tongxin.documents.export import Column, Form, Paper, Paragraph, Table, printed_day
from tongxin.documents.models import Document, Duty, Placeholder, Repair, Requirement, TaskLine
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import in_force, organizations_on, owned, seats_on


@dataclass(frozen=True)
class TaskRow:
    """One line of the table.  ``settled`` False: a proposal of the table of duties, with its ``reason``."""

    uid: str
    number: int
    task: str
    section: str
    unit: Organization | None
    leader: Person | None
    partners: str
    due: str
    reason: str = ""
    settled: bool = False

    @property
    def unit_name(self) -> str:
        """The unit's name, or nothing."""
        return self.unit.name if self.unit else ""

    @property
    def leader_name(self) -> str:
        """The leader's name, or nothing."""
        return self.leader.name if self.leader else ""


def duties(office: Office | int) -> list[Duty]:
    """Return the office's table of duties in its own order, with units and leaders; one statement."""
    return list(owned(Duty, office).select_related("unit", "leader"))


def task_units(office: Office | int, day: dt.date) -> list[Organization]:
    """Return the units that a task may be given to on ``day``."""
    return list(organizations_on(office, day))


def task_leaders(office: Office | int, day: dt.date) -> list[Person]:
    """Return who may lead a task: members in office on ``day`` and people with a post in the office, by name."""
    posted = (
        owned(Person, office)
        .filter(
            in_force(day, "memberships__"),
            memberships__organization__kind__in=("staff", "department", "chair_meeting", "party_group"),
        )
        .values("pk")
    )
    found = owned(Person, office).filter(pk__in=posted) | seats_on(office, day)
    return list(found.order_by("pinyin_key", "pk"))


def awaiting(document: Document) -> int:
    """Return how many requirements of ``document`` nobody has decided on yet; they stand in no table."""
    revision = queries.latest_revision(document)
    return Requirement.objects.filter(revision=revision, state=RequirementState.PROPOSED).count()


def task_rows(document: Document, *, trial: bool = False) -> list[TaskRow]:
    """Return the table of ``document``: its confirmed requirements in their order.

    ``trial``: those instead that nobody has decided on yet, to see what the table would be.  What was settled stands; for the rest the table of duties proposes.  Open places that were filled stand with
    their values, and stripped words that a person put back stand in their places.  Seven statements however many rows.
    """
    revision = queries.latest_revision(document)
    states = (RequirementState.PROPOSED,) if trial else CONFIRMED_STATES
    requirements = list(Requirement.objects.filter(revision=revision, state__in=states).order_by("start"))
    lines = {
        line.requirement_id: line
        for line in TaskLine.objects.filter(requirement__in=requirements).select_related("unit", "leader")
    }
    table = duties(document.office_id)
    entries = [DutyEntry(keywords(one.keywords), one.unit_id, one.unit.name, one.leader_id) for one in table]
    units = {one.unit_id: one.unit for one in table}
    leaders = {one.leader_id: one.leader for one in table if one.leader_id}
    filled = list(Placeholder.objects.filter(revision=revision, state=PlaceholderState.FILLED))
    mended = Repair.objects.filter(revision=revision, state=RepairState.ACCEPTED).values_list("offset", "inserted")
    changes = [(place.offset, place.end, place.shown) for place in filled]
    # from the last to the first, so that earlier offsets hold
    changes = sorted(changes + [(offset, offset, words) for offset, words in mended], reverse=True)
    rows = []
    for number, item in enumerate(requirements, 1):
        task = item.text
        for start, end, words in changes:
            if item.start <= start and end <= item.end:
                task = task[: start - item.start] + words + task[end - item.start :]
        section = next((str(part) for part in item.outline_path[:1]), "")
        line = lines.get(item.pk)
        if line is not None:
            rows.append(
                TaskRow(
                    str(item.uid), number, task, section, line.unit, line.leader, line.partners, line.due, settled=True
                )
            )
            continue
        proposed = propose(item.text, entries, subject=item.subject, institution=item.institution)
        rows.append(
            TaskRow(
                str(item.uid),
                number,
                task,
                section,
                units.get(proposed.unit) if proposed.unit else None,
                leaders.get(proposed.leader) if proposed.leader else None,
                "、".join(proposed.partners),
                item.cadence,
                proposed.reason,
            )
        )
    return rows


_HEADINGS = (("序号", 2, True), ("工作任务", 12, False), ("牵头领导", 3, True), ("责任单位", 4, True), ("配合单位", 4, True), ("完成时限", 3, True))  # fmt: skip


def table_title(document: Document) -> str:
    """Return the title of the table: 《…》任务分解表."""
    return f"《{document.title.strip('《》')}》任务分解表"


#: What stands on a table whose requirements nobody has accepted yet.
TRIAL = "试排稿，所列要求尚未采纳"


def task_paper(document: Document, rows: list[TaskRow], *, day: dt.date, trial: bool = False) -> Paper:
    """Return the table as an official document of the plain internal form, as of ``day``; a ``trial`` says so."""
    table = Table(
        tuple(Column(heading, share, centred) for heading, share, centred in _HEADINGS),
        tuple(
            (str(row.number), row.task, row.leader_name, row.unit_name, row.partners, row.due or "—") for row in rows
        ),
    )
    basis = ""
    if document.number:
        basis = f"依据：{document.issuer}{document.number}"
    elif document.source_status == SourceStatus.ISSUED:
        basis = f"依据：{document.issuer}《{document.title}》"
    return Paper(
        Form.INTERNAL,
        table_title(document),
        (table, *((Paragraph(basis, indent=False),) if basis else ())),
        subtitle=(f"（{printed_day(day)}）", *((f"（{TRIAL}）",) if trial else ())),
    )


def task_sheet(document: Document, rows: list[TaskRow], *, trial: bool = False) -> Sheet:
    """Return the table as a sheet of a workbook; a ``trial`` says so in its title."""
    widths = (6, 60, 12, 22, 30, 18)
    return Sheet(
        "任务分解表",
        [SheetColumn(heading, width) for (heading, _, _), width in zip(_HEADINGS, widths, strict=True)],
        [(row.number, row.task, row.leader_name, row.unit_name, row.partners, row.due) for row in rows],
        title=f"{table_title(document)}（{TRIAL}）" if trial else table_title(document),
    )
