"""What stands in the official forms that grow out of matters: 提案表, 答复函, 请示, 审核单, 社情民意信息.

Each function fills a :class:`tongxin.documents.export.Paper`; the writers turn it into a file.  Nothing is invented:
what is not recorded is left blank, to be filled in by hand.  A form never carries an assessment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence

from tongxin.documents.export import (
    Block,
    Column,
    Form,
    Heading,
    Paper,
    Paragraph,
    PrintingRecord,
    Signature,
    Table,
    printed_day,
)
from tongxin.matters.enums import ANSWERING_ROLES, PersonRole, UnitRole
from tongxin.matters.models import BodyRevision, Cosignature, Matter, Proposal, Step, UnitReply
from tongxin.matters.proposal_text import Parts
from tongxin.matters.workflows.proposal import PROPOSAL
from tongxin.registry.models import Person

_SHEET = (Column("栏目", 2, centred=True), Column("内容", 7))


def proposal_paper(
    matter: Matter,
    detail: Proposal | None,
    parts: Parts,
    cosigners: Sequence[Cosignature],
    *,
    office_name: str,
    decision: str = "",
    reason: str = "",
) -> Paper:
    """Return the proposal form: who proposes, with whom, what the office decided, which units handle it, the text.

    ``decision``: what became of it in review, in the office's words, with ``reason``.
    """
    signed = [row.person for row in cosigners if row.state == "signed"]
    rows: list[tuple[str, str]] = [
        ("提案号", matter.number),
        ("案由", matter.title),
        ("形式", str(detail.get_form_display()) if detail else ""),
        ("主题", str(detail.get_theme_display()) if detail else ""),
        ("提出时间", "全体会议期间" if detail and detail.in_session else "闭会期间"),
        ("提案单位", str(detail.organization) if detail and detail.organization else ""),
        ("提案人", _people(_in(matter, PersonRole.AUTHOR))),
        ("联系电话", ""),
        ("联名人", _people(signed)),
        ("审查意见", f"{decision}{'：' + reason if reason else ''}"),
        ("主办单位", _units(matter, ANSWERING_ROLES)),
        ("会办单位", _units(matter, (UnitRole.CO,))),
    ]
    blocks: list[Block] = [Table(_SHEET, tuple(rows))]
    if parts.text:
        # The text begins with its own title: whoever reads the file again takes that, and no row of the table.
        blocks.append(Paragraph(matter.title, indent=False))
    for heading, text in (("情况", parts.situation), ("分析", parts.analysis), ("建议", parts.suggestion)):
        if text.strip():
            blocks += [Heading(1, heading), *_paragraphs(text)]
    return Paper(Form.INTERNAL, f"{office_name}提案", tuple(blocks), subtitle=(printed_day(matter.day),))


def reply_paper(matter: Matter, reply: UnitReply, *, outcome: str, office_name: str) -> Paper:
    """Return a unit's reply to the authors as a letter with number, mark of the outcome, contact person and copies.

    ``outcome``: the office's words for the result (``A 已经解决…``); its first character is the mark.
    """
    authors = _in(matter, PersonRole.AUTHOR, PersonRole.COAUTHOR)
    greeting = "、".join(person.name for person in authors[:3]) + ("等" if len(authors) > 3 else "") + "委员"
    blocks: list[Block] = [*_paragraphs(reply.text)]
    if "收悉" not in reply.text[:120]:  # a reply that opens in its own words keeps them
        you = "您们" if len(authors) > 1 else "您"
        blocks.insert(0, Paragraph(f"{you}提出的《{matter.title}》（{matter.number}）收悉，现答复如下。"))
    if reply.contact:
        blocks.append(Paragraph(f"联系人及电话：{reply.contact}"))
    copies = [f"{office_name}提案委员会"]
    copies += [str(unit.organization) for unit in matter.units.all() if unit.role == UnitRole.CO]
    return Paper(
        Form.LETTER,
        f"关于{office_name}第{matter.number.removeprefix(PROPOSAL.series)}号提案的答复",
        tuple(blocks),
        issuer=str(reply.organization),
        number=reply.step.reference,
        urgency=f"办理类别：{outcome.split()[0]}" if outcome else "",
        salutation=greeting if authors else "",
        signature=Signature(str(reply.organization), reply.step.day, seal=True),
        record=PrintingRecord(tuple(copies)),
    )


def request_paper(matter: Matter, *, number: str, day: dt.date | None, office_name: str) -> Paper:
    """Return the frame of a request: addressee, title and the closing words; the text is written outside the system."""
    title = matter.title if matter.title.endswith("请示") else f"关于{matter.title.removeprefix('关于')}的请示"
    return Paper(
        Form.GENERAL,
        title,
        (
            Paragraph("（此处写明请示的缘由、事项和建议。正文不进入本系统；一文一事。）"),
            Paragraph("妥否，请批示。"),
        ),
        issuer=office_name,
        number=number,
        signer="　　　　",
        salutation=matter.addressee,
        signature=Signature(office_name, day, seal=True),
        note="联系人：　　　　，电话：　　　　　　　　",
    )


def review_paper(
    matter: Matter,
    steps: Sequence[Step],
    *,
    stages: Sequence[tuple[str, str]],
    names: Mapping[str, str],
    restarts: Iterable[str],
) -> Paper:
    """Return the review sheet of a manuscript: each review with who, when, proof and remark, then what else happened.

    ``stages``: the steps (code, name) that the sheet has a row for; those not taken since the last return stay blank
    for a hand.  ``names``: what each step is called; ``restarts``: the steps after which reviews no longer count.
    """
    last = max((at for at, step in enumerate(steps) if step.transition in set(restarts)), default=-1)
    round_steps = {step.transition: step for step in steps[last + 1 :]}
    head = (
        ("稿件标题", matter.title),
        ("编号", matter.number),
        ("作者", _people(_in(matter, PersonRole.AUTHOR, PersonRole.COAUTHOR))),
        ("供稿部门", _units(matter, ANSWERING_ROLES)),
        ("送审日期", printed_day(matter.day)),
    )
    columns = (
        Column("环节", 3, centred=True), Column("意见", 4), Column("校对", 1, centred=True),
        Column("签名", 2, centred=True), Column("日期", 3, centred=True),
    )  # fmt: skip
    rows = []
    for code, name in stages:
        step = round_steps.get(code)
        rows.append(
            (
                name,
                "；".join(each for each in (step.reason, f"代录：{step.on_behalf}" if step.on_behalf else "") if each)
                if step
                else "",
                "是" if step and step.proofread else "",
                step.person.name if step and step.person else "",
                printed_day(step.day) if step else "",
            )
        )
    blocks: list[Block] = [Table(_SHEET, head), Table(columns, tuple(rows))]
    back = [step for step in steps[: last + 1] if step.transition in names]
    if back:
        blocks.append(Heading(1, "此前的办理"))
        blocks += [
            Paragraph(
                f"{printed_day(step.day)}　{names[step.transition]}"
                f"{'（' + step.person.name + '）' if step.person else ''}{'：' + step.reason if step.reason else ''}"
            )
            for step in back
        ]
    return Paper(Form.INTERNAL, "信息发布审核单", tuple(blocks))


def manuscript_paper(matter: Matter, bodies: Sequence[BodyRevision]) -> Paper:
    """Return the last wording of a manuscript with its title alone, to be worked on outside and brought back."""
    return Paper(Form.INTERNAL, matter.title, tuple(_paragraphs(bodies[-1].text if bodies else "")))


def information_paper(
    matter: Matter, bodies: Sequence[BodyRevision], *, office_name: str, sent: Step | None, fates: Sequence[str]
) -> Paper:
    """Return an item of social information as it is sent: issue, author, the last wording; what became of it below."""
    text = bodies[-1].text if bodies else ""
    blocks: list[Block] = list(_paragraphs(text))
    rows = [
        ("反映人", _people(_in(matter, PersonRole.AUTHOR, PersonRole.COAUTHOR))),
        ("报送", sent.reason if sent else ""),
        ("采用情况", "\n".join(fates)),
    ]
    blocks.append(Table(_SHEET, tuple(rows)))
    day = printed_day(sent.day if sent else matter.day)
    issue = sent.reference if sent and sent.reference else matter.number
    return Paper(Form.INTERNAL, matter.title, tuple(blocks), subtitle=(f"{office_name}社情民意信息", f"{issue}　{day}"))


def _paragraphs(text: str) -> Iterable[Paragraph]:
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def _in(matter: Matter, *roles: str) -> list[Person]:
    return [one.person for one in matter.people.all() if one.role in roles]


def _people(people: Iterable[Person]) -> str:
    """Return names with employer and position, as a form asks for them."""
    return "；".join(
        f"{person.name}{'（' + person.employer + person.position + '）' if person.employer or person.position else ''}"
        for person in people
    )


def _units(matter: Matter, roles: Sequence[str]) -> str:
    return "、".join(str(unit.organization) for unit in matter.units.all() if unit.role in roles)
