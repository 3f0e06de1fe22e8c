"""What stands in the official documents that grow out of activities: notice, minutes, excerpt, duty file, handbook.

Each function fills a :class:`tongxin.documents.export.Paper`; the writers turn it into a file.  Nothing is invented: what
is not recorded is left blank.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from tongxin.activities.enums import MinutesForm
from tongxin.activities.handbook import Handbook
from tongxin.activities.minutes import Sitting, day_text, numeral
from tongxin.activities.models import Activity, Minutes
from tongxin.activities.queries import DutyFile
from tongxin.documents.export import (
    Block,
    Column,
    Form,
    Heading,
    Names,
    Paper,
    Paragraph,
    Signature,
    Table,
    printed_day,
)
from tongxin.registry.models import Objection
from tongxin.registry.queries import names_on

_HEADING = re.compile(r"^\s*[一二三四五六七八九十]{1,3}、\s*(.*)$")
_LISTED = re.compile(r"^\s*(出席|列席|请假|缺席|未到（原因待核）)[:：](.+)$")


def notice_paper(activity: Activity, office_name: str, day: dt.date, invited: Sequence[str]) -> Paper:
    """Return the notice of an activity: what, when, where, agenda, who is invited, what to bring, until when to answer."""
    names = names_on([row.organization for row in activity.organizers.all()], activity.day)
    units = "、".join(names.values()) or office_name
    sitting = Sitting(
        activity.title, activity.day, activity.last_day, starts_at=activity.starts_at, ends_at=activity.ends_at
    )
    blocks: list[Block] = [
        Paragraph(f"定于{day_text(sitting)}举行{activity.title}，现将有关事项通知如下。"),
        Heading(1, "时间", rest=day_text(sitting)),
        Heading(1, "地点", rest=activity.place),
    ]
    agenda = [row.title for row in activity.agenda.all()]
    if agenda:
        blocks.append(Heading(1, "议程"))
        blocks += [Paragraph(f"（{numeral(place)}）{title}") for place, title in enumerate(agenda, start=1)]
    if invited:
        blocks += [Heading(1, "参加人员"), Paragraph("、".join(invited))]
    if activity.notice:
        blocks += [Heading(1, "其他事项"), Paragraph(activity.notice)]
    if activity.reply_by is not None:
        blocks.append(Paragraph(f"请于{printed_day(activity.reply_by)}前回复。因故不能参加的，请说明事由请假。"))
    return Paper(
        Form.INTERNAL,
        f"关于召开{activity.title}的通知",
        tuple(blocks),
        signature=Signature(units, day),
    )


def minutes_paper(minutes: Minutes, office_name: str) -> Paper:
    """Return minutes as a document: a summary after GB/T 9704 (纪要), a record as a text for the file."""
    activity = minutes.activity
    summary = minutes.form == MinutesForm.SUMMARY
    body, lists = _blocks(minutes.text)
    if minutes.signed_by and minutes.signed_on:
        body.append(Paragraph(f"签发：{minutes.signed_by}（{printed_day(minutes.signed_on)}）"))
    if minutes.host and minutes.checked_on:
        body.append(Paragraph(f"主持人核对：{minutes.host}（{printed_day(minutes.checked_on)}）"))
    if summary:
        return Paper(
            Form.MINUTES, f"{activity.title}纪要", (*body, *lists), issuer=office_name,
            signature=Signature("", minutes.signed_on) if minutes.signed_on else None,
        )  # fmt: skip
    return Paper(Form.INTERNAL, f"{activity.title}会议记录", (*lists, *body))


def excerpt_paper(minutes: Minutes, item: str, text: str, day: dt.date) -> Paper:
    """Return an excerpt (摘录) of one item for a file, with where it comes from and the day on which it was made."""
    activity = minutes.activity
    source = f"摘自{activity.title}（{printed_day(activity.day)}）{minutes.get_form_display()}"
    body, _lists = _blocks(text)
    return Paper(
        Form.INTERNAL,
        f"{minutes.get_form_display()}摘录",
        (Paragraph(source), Paragraph(f"议题：{item}"), *body, Paragraph(f"摘录日期：{printed_day(day)}")),
    )


def duty_paper(name: str, file: DutyFile, office_name: str, day: dt.date) -> Paper:
    """Return a person's duty file of a year: row by row, attendance over what was expected, the own statement beside."""
    totals = file.attendance
    blocks: list[Block] = [
        Paragraph(
            f"应参加{totals.expected}次，参加{totals.present}次，请假{totals.leave}次，缺席{totals.absent}次，"
            f"到会情况待核{totals.unknown}次。请假不作缺席。"
        )
    ]
    for part, lines in file.parts:
        blocks.append(Heading(1, part))
        if not lines:
            blocks.append(Paragraph("（没有登记）"))
            continue
        rows = []
        for line in lines:
            said = file.statements.get(line.participation.pk)
            rows.append(
                (
                    printed_day(line.activity.day),
                    line.activity.title,
                    str(line.participation.get_role_display()),
                    _presence(line.participation),
                    _statement(said) if said else "",
                )
            )
        columns = (
            Column("日期", 3, centred=True), Column("活动", 7), Column("身份", 2, centred=True),
            Column("到会", 2, centred=True), Column("本人说明", 4),
        )  # fmt: skip
        blocks.append(Table(columns, tuple(rows)))
    for part, more in file.more:
        blocks.append(Heading(1, part))
        if not more:
            blocks.append(Paragraph("（没有登记）"))
            continue
        columns = (
            Column("日期", 3, centred=True), Column("标题", 7), Column("身份", 2, centred=True),
            Column("情况", 2, centred=True), Column("本人说明", 4),
        )  # fmt: skip
        blocks.append(
            Table(
                columns,
                tuple(
                    (printed_day(row.day), row.title, row.role, row.state, _statement(said) if said else "")
                    for row, said in more
                ),
            )
        )
    return Paper(Form.INTERNAL, f"{name}{file.year}年履职档案", tuple(blocks), subtitle=(office_name, printed_day(day)))


def _statement(said: Objection) -> str:
    return f"{said.statement}{'（答复：' + said.answer + '）' if said.answer else ''}"


def handbook_paper(book: Handbook, day: dt.date) -> Paper:
    """Return a branch's year in the order of the 党支部工作手册; sections without a record are left blank."""
    blocks: list[Block] = [
        Heading(1, "支部基本情况"),
        Paragraph(f"成立日期：{book.founded}"),
        Table(
            (Column("职务", 2, centred=True), Column("姓名", 5)),
            tuple((post, name) for post, name in book.officers) or (("", ""),),
        ),
        Heading(1, "党员名册"),
        Paragraph("、".join(book.members)),
    ]
    columns = (
        Column("日期", 3, centred=True), Column("内容", 8), Column("地点", 3), Column("应到", 1, centred=True),
        Column("实到", 1, centred=True), Column("请假", 1, centred=True),
    )  # fmt: skip
    for section in book.sections:
        blocks.append(Heading(1, section.heading))
        if section.code in ("practice", "summary"):
            blocks += [Paragraph(f"{entry.title}：{entry.note}") for entry in section.entries] or [Paragraph("")]
            continue
        rows = tuple(
            (
                entry.day, "；".join((entry.title, *entry.agenda, *([entry.note] if entry.note else []))), entry.place,
                str(entry.expected or ""), str(entry.present or ""), str(entry.excused or ""),
            )[: 6 if section.counted else 3]
            for entry in section.entries
        )  # fmt: skip
        shown = columns if section.counted else columns[:3]
        blocks.append(Table(shown, rows or (("",) * len(shown),)))
    return Paper(Form.INTERNAL, f"{book.unit}{book.year}年党支部工作手册", tuple(blocks), subtitle=(printed_day(day),))


def _presence(row: object) -> str:
    presence, reply = getattr(row, "presence", ""), getattr(row, "reply", "")
    if presence == "present":
        return "参加"
    if reply == "leave":
        return "请假"
    return "缺席" if presence == "absent" else ("待核" if getattr(row, "expected", False) else "")


def _blocks(text: str) -> tuple[list[Block], list[Block]]:
    """Return the blocks of a text and, apart, its lists of names (出席, 请假 …)."""
    body: list[Block] = []
    lists: list[Block] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        heading, listed = _HEADING.match(line), _LISTED.match(line)
        if listed is not None:
            lists.append(Names(listed[1], tuple(name for name in re.split(r"[、,，]", listed[2].strip()) if name)))
        elif heading is not None:
            body.append(Heading(1, heading[1]))
        else:
            body.append(Paragraph(line.strip()))
    return body, lists
