"""Writes of editorial review beside the steps: notes, holds, signed papers, publishing and taking down.

It reviews the office's own drafts and nothing else; the reviews themselves are steps of the workflow.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.documents.secrecy import refuse_marked
from tongxin.matters import editorial_queries, operations, queries
from tongxin.matters.annotations import front, places
from tongxin.matters.enums import PUBLISHING_KINDS, MatterKind, PersonRole
from tongxin.matters.models import BodyRevision, Matter, Outlet, Publication, ReviewHold, ReviewNote, Step
from tongxin.matters.rules import PREDICATES
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Office, Organization, Person
from tongxin.registry.queries import standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: How long somebody who said so is taken to be looking at a manuscript.
HOLD_MINUTES = 30
NOTE_LENGTH, QUOTE_LENGTH, ANSWER_LENGTH = 500, 300, 300


def begin(
    office: Office,
    *,
    title: str,
    unit: Organization,
    authors: Sequence[Person],
    text: str,
    day: dt.date | None = None,
    due_on: dt.date | None = None,
    actor: User | None,
    on_behalf: str = "",
    client_id: uuid.UUID | None = None,
) -> Matter:
    """Open a manuscript with its first wording and return it.

    Raises BadInput for no author, and as :func:`operations.open`; a text that bears a secrecy mark is not kept.
    """
    if not authors:
        raise BadInput("matters.no_author", "缺少作者。", hint="请填写作者姓名。", field="authors")
    text = text.replace("\r\n", "\n")
    refuse_marked_text(text)
    return operations.open(
        office,
        kind=MatterKind.MANUSCRIPT,
        title=title,
        actor=actor,
        day=day,
        lead=unit,
        people=[(person, PersonRole.AUTHOR) for person in authors],
        due_on=due_on,
        body=text,
        on_behalf=on_behalf,
        client_id=client_id,
    )


def revise(matter: Matter, text: str, *, based_on: int, actor: User | None) -> BodyRevision:
    """Write a new wording of a manuscript; ``based_on``: the key of the wording that was on the page.

    Raises NotPossible where the text is under review or somebody wrote another wording meanwhile, NotAllowed for
    who may not edit, BadInput for an empty text.
    """
    _may(matter, actor, "edits", "修改稿件")
    text = text.replace("\r\n", "\n")
    refuse_marked_text(text)
    with transaction.atomic():
        list(Matter.objects.select_for_update().filter(pk=matter.pk).values_list("pk"))
        last = editorial_queries.latest(matter)
        if last is not None and last.pk != based_on:
            raise NotPossible(
                "matters.newer_text",
                "有人刚保存了新的一稿，您的修改没有保存。",
                hint="请在“版本对照”查看新稿；您写的内容还在下面，可以合并后再保存。",
                field="text",
            )
        if last is not None and last.text == text:
            return last
        return operations.revise_body(matter, text, actor=actor)


def refuse_marked_text(text: str) -> None:
    """Raise NotPossible where a line of a text is a secrecy mark; a mention inside a sentence is none."""
    for line in text.splitlines():
        line = line.strip()
        if len(line) <= 40 and not line.endswith("。"):
            refuse_marked(line, field="text")


def annotate(
    matter: Matter, *, quote: str, text: str, start: int | None = None, actor: User, client_id: uuid.UUID | None = None
) -> ReviewNote:
    """Put a note beside the words ``quote`` of the latest wording and return it.

    ``start``: where they begin, in code points; without it they must stand there only once.  Raises BadInput naming
    the field for words that are not in the text, stand there several times, or are too long, and for an empty note;
    NotPossible for a manuscript that is published or withdrawn; NotAllowed for who neither edits nor reviews.
    """
    if client_id is not None:
        known = ReviewNote.objects.filter(uid=client_id, matter=matter).first()
        if known is not None:
            return known
    _may(matter, actor, "reviews edits", "批注")
    _still_open(matter)
    quote, text = quote.strip("\r\n"), text.strip()
    if not text:
        raise BadInput("matters.note_empty", "批注为空。", hint="请写明意见。", field="text")
    if len(text) > NOTE_LENGTH:
        raise BadInput("matters.note_long", f"批注有{len(text)}字，超过{NOTE_LENGTH}字。", field="text")
    if not quote.strip() or len(quote) > QUOTE_LENGTH:
        raise BadInput("matters.quote", f"请选取1至{QUOTE_LENGTH}字的原文。", hint="可从左边正文复制。", field="quote")
    refuse_marked(text, field="text")
    revision = editorial_queries.latest(matter)
    whole = editorial_queries.text_of(revision)
    found = places(quote, whole)
    if revision is None or not found:
        raise BadInput("matters.quote_missing", "正文中没有这些字。", hint="请从左边正文原样复制。", field="quote")
    if start is None and len(found) > 1:
        raise BadInput(
            "matters.quote_several",
            f"这些字在正文中有{len(found)}处。",
            hint="请多复制几个字，以便确定位置。",
            field="quote",
        )
    at = min(found, key=lambda place: abs(place - (start or 0)))
    try:
        with transaction.atomic():
            note = ReviewNote.objects.create(
                uid=client_id or uuid.uuid4(),
                office_id=matter.office_id,
                created_by=actor,
                matter=matter,
                revision=revision,
                start=at,
                quote=quote,
                before=front(whole, at),
                text=text,
            )
            record(
                office_id=matter.office_id,
                actor=actor,
                action="matters.annotate",
                subject=matter,
                after={"note": note.pk},
            )
    except IntegrityError:  # the same form arrived twice at the same moment
        if client_id is None:
            raise
        return ReviewNote.objects.get(uid=client_id, matter=matter)
    return note


def settle_note(note: ReviewNote, *, answer: str = "", actor: User) -> ReviewNote:
    """Say that a note is dealt with, and how; one that is settled stays as it is."""
    _may(note.matter, actor, "reviews edits", "处理批注")
    answer = answer.strip()
    if len(answer) > ANSWER_LENGTH:
        raise BadInput("matters.note_answer", f"处理情况超过{ANSWER_LENGTH}字。", field="answer")
    with transaction.atomic():
        done = ReviewNote.objects.filter(pk=note.pk, settled_at=None).update(
            settled_at=clock.now(), settled_by=actor, answer=answer
        )
        if done:
            record(
                office_id=note.office_id,
                actor=actor,
                action="matters.settle_note",
                subject=note.matter,
                after={"note": note.pk},
            )
    note.refresh_from_db()
    return note


def reopen_note(note: ReviewNote, *, actor: User) -> ReviewNote:
    """Open a settled note again; only while the manuscript is neither published nor withdrawn."""
    _may(note.matter, actor, "reviews edits", "处理批注")
    _still_open(note.matter)
    with transaction.atomic():
        if ReviewNote.objects.filter(pk=note.pk).exclude(settled_at=None).update(settled_at=None, settled_by=None):
            record(
                office_id=note.office_id,
                actor=actor,
                action="matters.reopen_note",
                subject=note.matter,
                after={"note": note.pk},
            )
    note.refresh_from_db()
    return note


def hold(matter: Matter, *, actor: User) -> ReviewHold:
    """Say that ``actor`` is looking at a manuscript for the next half hour; said again, it lasts longer.

    What has ended is removed: nothing is kept of who looked at what.
    """
    _may(matter, actor, "reviews edits", "审稿")
    _still_open(matter)
    ReviewHold.objects.filter(until__lte=clock.now()).delete()
    held, _created = ReviewHold.objects.update_or_create(
        matter=matter, user=actor, defaults={"until": clock.now() + dt.timedelta(minutes=HOLD_MINUTES)}
    )
    return held


def let_go(matter: Matter, *, actor: User) -> None:
    """Say that ``actor`` no longer looks at a manuscript; nothing where they did not."""
    ReviewHold.objects.filter(matter=matter, user=actor).delete()


def sign(
    matter: Matter,
    transition: str,
    *,
    person: Person,
    name: str,
    data: bytes,
    declared_unclassified: bool,
    day: dt.date | None = None,
    reason: str = "",
    actor: User,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Enter a review, or its return, from a paper that ``person`` signed; the scan is kept with the step.

    Raises BadInput for a step that is no review, and as :func:`operations.take_step`.
    """
    declared = next((step for step in workflow_of(matter.kind).transitions if step.code == transition), None)
    if matter.kind != MatterKind.MANUSCRIPT or declared is None or not (declared.review or transition == "send_back"):
        raise BadInput("matters.transition", "签字件只用于审核通过或者退回。", field="transition")
    if not declared_unclassified:
        raise NotPossible(
            "matters.not_declared",
            "尚未声明文件不涉密，未保存任何内容。",
            hint="请确认后勾选“本文件不涉密”。",
            field="declared_unclassified",
        )
    with transaction.atomic():
        known = Step.objects.filter(uid=client_id, matter=matter).first() if client_id is not None else None
        if known is not None:
            return known
        stored = operations.store_file(matter.office, name=name, data=data, actor=actor)
        return operations.take_step(
            matter,
            transition,
            actor=actor,
            day=day,
            person=person,
            on_behalf=f"据{person.name}签字的纸质审稿单",
            reason=reason,
            proofread=declared.review,
            file=stored,
            client_id=client_id,
        )


def publish(
    matter: Matter,
    *,
    outlets: Sequence[Outlet],
    address: str = "",
    day: dt.date | None = None,
    actor: User | None,
    client_id: uuid.UUID | None = None,
) -> Step:
    """Enter where a manuscript appeared and close it; the log names the wording and the step that approved it.

    Raises BadInput for no outlet, one twice, a place where nothing appears, one of another office or given up, and
    for marks of secrecy; NotPossible where the last step is missing, as :func:`operations.take_step`.
    """
    day = day or clock.today()
    if not outlets or len({outlet.pk for outlet in outlets}) != len(outlets):
        raise BadInput("matters.outlets", "请选择发布的阵地，每个一次。", field="outlets")
    for outlet in outlets:
        if (
            outlet.office_id != matter.office_id
            or outlet.kind not in PUBLISHING_KINDS
            or (outlet.closed_on is not None and outlet.closed_on <= day)
        ):
            raise BadInput(
                "matters.outlet", f"“{outlet.name}”不能发布稿件。", hint="请选择在用的发布阵地。", field="outlets"
            )
    revision = editorial_queries.latest(matter)
    if revision is None:
        raise NotPossible("matters.body_empty", "稿件没有正文，不能发布。", hint="请先写入正文。", field="outlets")
    refuse_marked_text(revision.text)
    with transaction.atomic():
        known = Step.objects.filter(uid=client_id, matter=matter).first() if client_id is not None else None
        if known is not None:
            return known
        step = operations.take_step(matter, "publish", actor=actor, day=day, special="publish", client_id=client_id)
        if Publication.objects.filter(matter=matter).exists():
            return step  # the same form arrived twice at the same moment
        approval = editorial_queries.approval_of(matter)
        if approval is None or revision.created_at > approval.at:
            raise NotPossible(
                "matters.not_approved",
                "现在的正文没有经过保密审查，不能发布。",
                hint="请退回后重新审核。",
                field="outlets",
            )
        Publication.objects.bulk_create(
            Publication(
                office_id=matter.office_id,
                created_by=actor,
                matter=matter,
                revision=revision,
                outlet=outlet,
                approval=approval,
                day=day,
                address=address.strip()[:300],
            )
            for outlet in outlets
        )
    return step


def take_down(row: Publication, *, reason: str, day: dt.date | None = None, actor: User) -> Publication:
    """Enter that what was published was taken down again, and why; the entry of the log stays.

    Raises BadInput without a reason or for a day outside its publication and today; once taken down it stays so.
    """
    _may(row.matter, actor, "edits", "登记撤下")
    day, reason = day or clock.today(), reason.strip()
    if not reason or len(reason) > 300:
        raise BadInput("matters.taken_down", "请写明撤下原因，300字以内。", field="reason")
    if not row.day <= day <= clock.today():
        raise BadInput("matters.day", "撤下日期应在发布之后、今天以前。", hint="请核对日期。", field="day")
    with transaction.atomic():
        if Publication.objects.filter(pk=row.pk, withdrawn_on=None).update(withdrawn_on=day, withdrawn_reason=reason):
            record(
                office_id=row.office_id,
                actor=actor,
                action="matters.take_down",
                subject=row.matter,
                after={"outlet": row.outlet_id, "day": day},
                purpose=reason[:200],
            )
    row.refresh_from_db()
    return row


def _may(matter: Matter, actor: User | None, who: str, verb: str) -> None:
    """Raise NotAllowed where none of the predicates ``who`` lets ``actor``; a command (None) may."""
    if matter.kind != MatterKind.MANUSCRIPT:
        raise BadInput("matters.kind", "只有稿件才审稿。", field="kind")
    if actor is None:
        return
    standing = standing_of(actor, matter.office, clock.today())
    stakes = queries.stakes_of(matter)
    if not any(PREDICATES[name](standing, stakes) for name in who.split()):
        raise NotAllowed("matters.not_allowed", f"您没有“{verb}”的权限。", hint="请联系负责此稿件的工作人员。")


def _still_open(matter: Matter) -> None:
    if workflow_of(matter.kind).state(matter.state).closed:
        raise NotPossible("matters.closed", "稿件已经办结，不能再批注。", hint="如需更正，请另立稿件。")
