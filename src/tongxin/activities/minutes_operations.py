"""All writes of minutes: the text and its wordings, comments of those present, checking and signing.

    record   记录  draft → completed (by the recorder) → [commenting] → approved (checked by the host)
    summary  纪要  draft → commenting → approved (signed by the chair or the secretary-general)

Each step is a conditional update, so that of two people who press at once one is told.  Who signed or checked is
typed as it stands on paper: leaders need not sign in.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.activities import queries
from tongxin.activities.enums import OPEN_MINUTES, ActivityStatus, MinutesForm, MinutesStatus, Presence
from tongxin.activities.minutes import with_host, with_recorder
from tongxin.activities.models import Activity, AgendaItem, Minutes, MinutesComment, MinutesVersion
from tongxin.core import audit, clock
from tongxin.core.errors import BadInput, Conflict, NotPossible
from tongxin.registry.enums import PostCode
from tongxin.registry.models import Person

if TYPE_CHECKING:
    from tongxin.accounts.models import User

TEXT_LIMIT, COMMENT_LIMIT = 60_000, 500
#: Who signs the summary of a meeting beside whoever chaired it.
SIGNING_POSTS = (
    PostCode.CHAIR,
    PostCode.VICE_CHAIR,
    PostCode.SECRETARY_GENERAL,
    PostCode.PARTY_SECRETARY,
    PostCode.PARTY_DEPUTY_SECRETARY,
    PostCode.DIRECTOR,
    PostCode.DEPUTY_DIRECTOR,
)


@transaction.atomic
def write(activity: Activity, *, form: str, text: str, actor: User | None, seen_version: int | None = None) -> Minutes:
    """Write the text of minutes of ``form`` and return them; each wording that differs from the last is kept.

    ``seen_version``: the wording that the writer saw.  Raises BadInput for an unknown form or a text that is too long,
    NotPossible for an activity that was not held and for minutes that are checked or signed, Conflict where somebody
    wrote another wording meanwhile.
    """
    if form not in MinutesForm.values:
        raise BadInput("minutes.form", f"没有“{form[:20]}”这种形式。", hint="请选择会议记录或会议纪要。", field="form")
    text = text.replace("\r\n", "\n").strip()
    if len(text) > TEXT_LIMIT:
        message = f"正文有{len(text)}个字，超过了{TEXT_LIMIT}个字。"
        raise BadInput("minutes.too_long", message, hint="请精简，或将附件另行存档。", field="text")
    # One writer at a time: the activity's row is there before the minutes are.
    activity = Activity.objects.select_for_update().get(pk=activity.pk)
    if activity.status != ActivityStatus.HELD:
        raise NotPossible("minutes.not_held", "活动尚未开展，不能写记录。", hint="请先将活动登记为已开展。")
    minutes, made = Minutes.objects.get_or_create(
        activity=activity, form=form, defaults={"office_id": activity.office_id, "created_by": actor}
    )
    if minutes.status not in OPEN_MINUTES:
        raise NotPossible(
            "minutes.settled",
            f"{minutes.get_form_display()}{minutes.get_status_display()}，不能再改。",
            hint="如需修改，请退回草稿并写明原因。",
        )
    newest = minutes.versions.order_by("-number").values_list("number", flat=True).first() or 0
    if seen_version is not None and seen_version != newest:
        message = f"您打开后别人已另存了第{newest}稿，您的内容没有写入。"
        raise Conflict("minutes.version", message, hint="请复制您的文字，刷新页面后再并入。", field="text")
    if text == minutes.text and not made:
        return minutes
    _keep_wording(minutes, text, newest + 1, actor)
    audit.record(
        office_id=activity.office_id,
        actor=actor,
        action="minutes.write",
        subject=minutes,
        after={"version": newest + 1},
    )
    return minutes


@transaction.atomic
def record_outcomes(activity: Activity, outcomes: Mapping[int, str], *, actor: User | None) -> int:
    """Write what was decided on agenda items (place → one sentence) and return how many changed.

    Raises BadInput for a sentence of more than 300 characters, naming the place.
    """
    rows = {row.order: row for row in AgendaItem.objects.filter(activity=activity)}
    changed: dict[str, str] = {}
    before: dict[str, str] = {}
    for place, sentence in outcomes.items():
        row, said = rows.get(place), " ".join(sentence.split())
        if row is None or row.outcome == said:
            continue
        if len(said) > 300:
            message = f"第{place}项议题的结果有{len(said)}个字，超过了300个字。"
            raise BadInput("activities.too_long", message, hint="请精简文字。", field=f"outcome_{place}")
        before[str(place)], changed[str(place)] = row.outcome, said
        row.outcome = said
        row.save(update_fields=["outcome"])
    if changed:
        audit.record(
            office_id=activity.office_id,
            actor=actor,
            action="activities.record_outcomes",
            subject=activity,
            before=before,
            after=changed,
        )
    return len(changed)


@transaction.atomic
def complete(minutes: Minutes, *, recorder: str, actor: User | None) -> Minutes:
    """Say that the record is complete (记录人完成); then the host checks it.  BadInput without text or recorder.

    The recorder's name goes into an empty line 记录人 of the text, as a wording of its own.
    """
    _needs_text(minutes)
    name = _name(recorder, "记录人", "recorder")
    _only(minutes, MinutesForm.RECORD, "会议纪要由会议主持人或秘书长签发，不需要记录人完成。")
    moved = _move(minutes, (MinutesStatus.DRAFT,), MinutesStatus.COMPLETED, actor=actor, recorder=name)
    return _reworded(moved, with_recorder(moved.text, name), actor)


def circulate(minutes: Minutes, *, actor: User | None) -> Minutes:
    """Put the draft before those who were present for comments (征求意见).  BadInput without text."""
    _needs_text(minutes)
    return _move(minutes, (MinutesStatus.DRAFT, MinutesStatus.COMPLETED), MinutesStatus.COMMENTING, actor=actor)


@transaction.atomic
def check(minutes: Minutes, *, host: str, actor: User | None, on: dt.date | None = None) -> Minutes:
    """Say that the host checked the record (主持人核对), on the day ``on``, today unless given.

    The name goes into an empty line 主持人 of the text.  BadInput without a name or for a day before the activity or to
    come; NotPossible for a summary.
    """
    _only(minutes, MinutesForm.RECORD, "会议纪要由会议主持人或秘书长签发。")
    name, day = _name(host, "核对人", "host"), _day(minutes, on)
    moved = _move(
        minutes,
        (MinutesStatus.COMPLETED, MinutesStatus.COMMENTING),
        MinutesStatus.APPROVED,
        actor=actor,
        host=name,
        checked_on=day,
    )
    return _reworded(moved, with_host(moved.text, name), actor)


def sign(minutes: Minutes, *, signed_by: str, actor: User | None, on: dt.date | None = None) -> Minutes:
    """Sign a summary (签发), on the day ``on``, today unless given; who signed is typed from the signed paper.

    The chair of the meeting signs, or who held on its day a post that signs (chair, vice-chair, secretary-general;
    secretary or director of a unit that held it).  Raises BadInput without a name, NotPossible for anybody else and for
    a record.
    """
    _only(minutes, MinutesForm.SUMMARY, "会议记录由主持人核对，不签发。")
    name, day = _name(signed_by, "签发人", "signed_by"), _day(minutes, on)
    signers = queries.signers_of(minutes.activity, SIGNING_POSTS)
    if name not in signers:
        who = f"可签发的有：{'、'.join(signers)}。" if signers else "请先在活动中登记主持人。"
        raise NotPossible(
            "minutes.signer",
            f"{name}不是本次会议的主持人，会议当日也不担任可签发的职务。",
            hint=who,
            field="signed_by",
        )
    return _move(
        minutes,
        (MinutesStatus.DRAFT, MinutesStatus.COMMENTING),
        MinutesStatus.APPROVED,
        actor=actor,
        signed_by=name,
        signed_on=day,
    )


def send_back(minutes: Minutes, *, reason: str, actor: User | None) -> Minutes:
    """Send minutes back to the draft, with a reason; all wordings and comments stay.  BadInput without a reason."""
    said = " ".join(reason.split())
    if not said:
        raise BadInput("minutes.reason", "退回草稿须写明原因。", hint="请用一句话说明。", field="reason")
    every = (MinutesStatus.COMPLETED, MinutesStatus.COMMENTING, MinutesStatus.APPROVED)
    cleared = {"recorder": "", "host": "", "checked_on": None, "signed_by": "", "signed_on": None}
    return _move(minutes, every, MinutesStatus.DRAFT, actor=actor, purpose=said[:200], **cleared)


@transaction.atomic
def comment(minutes: Minutes, person: Person, *, text: str, actor: User | None, on_behalf: str = "") -> MinutesComment:
    """Enter what somebody who was present says about the draft, and return it.

    ``on_behalf``: how the clerk knows it (paper, by word).  Raises BadInput for no text or too much, NotPossible
    outside the time for comments and for somebody who was not present.
    """
    said = text.strip()
    if not said or len(said) > COMMENT_LIMIT:
        raise BadInput(
            "minutes.comment", f"意见应为1至{COMMENT_LIMIT}个字，现为{len(said)}个字。", hint="请修改。", field="text"
        )
    if minutes.status != MinutesStatus.COMMENTING:
        raise NotPossible("minutes.not_commenting", "现在不在征求意见期间。", hint="如有意见，请联系记录人。")
    present = minutes.activity.participations.filter(person=person, presence=Presence.PRESENT)
    if not present.exists():
        raise NotPossible(
            "minutes.not_present", f"{person.name}没有登记到会，不能提意见。", hint="请核对参会登记。", field="person"
        )
    row = MinutesComment.objects.create(
        office_id=minutes.office_id,
        created_by=actor,
        minutes=minutes,
        person=person,
        text=said,
        on_behalf=" ".join(on_behalf.split())[:120],
    )
    audit.record(
        office_id=minutes.office_id,
        actor=actor,
        action="minutes.comment",
        subject=minutes,
        on_behalf=row.on_behalf,
        person_ids=[person.pk],
    )
    return row


@transaction.atomic
def answer(row: MinutesComment, *, answer: str, actor: User | None) -> MinutesComment:
    """Say how a comment was dealt with.  BadInput for no words or more than 200."""
    said = " ".join(answer.split())
    if not said or len(said) > 200:
        raise BadInput("minutes.answer", "采纳情况应为1至200个字。", hint="如“已采纳”。", field="answer")
    before, row.answer = row.answer, said
    row.save(update_fields=["answer"])
    audit.record(
        office_id=row.office_id,
        actor=actor,
        action="minutes.answer_comment",
        subject=row.minutes,
        before={"answer": before},
        after={"answer": said},
        person_ids=[row.person_id],
    )
    return row


def _reworded(minutes: Minutes, text: str, actor: User | None) -> Minutes:
    if text != minutes.text:
        newest = minutes.versions.order_by("-number").values_list("number", flat=True).first() or 0
        _keep_wording(minutes, text, newest + 1, actor)
    return minutes


def _keep_wording(minutes: Minutes, text: str, number: int, actor: User | None) -> None:
    minutes.text = text
    minutes.save(update_fields=["text"])
    MinutesVersion.objects.create(
        office_id=minutes.office_id, created_by=actor, minutes=minutes, number=number, text=text
    )


def _needs_text(minutes: Minutes) -> None:
    if not minutes.text.strip():
        raise BadInput("minutes.empty", "正文是空的。", hint="请先写好并保存。", field="text")


def _only(minutes: Minutes, form: str, message: str) -> None:
    if minutes.form != form:
        raise NotPossible("minutes.other_form", message)


def _name(typed: str, label: str, field: str) -> str:
    name = " ".join(typed.split())
    if not name or len(name) > 60:
        raise BadInput(f"minutes.{field}", f"没有写明{label}。", hint="请填写姓名。", field=field)
    return name


def _day(minutes: Minutes, on: dt.date | None) -> dt.date:
    today = clock.today()
    day = on or today
    if not minutes.activity.day <= day <= today:
        message = f"日期 {day} 不在活动日期 {minutes.activity.day} 与今天之间。"
        raise BadInput("minutes.day", message, hint="请填写实际日期。", field="on")
    return day


@transaction.atomic
def _move(
    minutes: Minutes,
    sources: Collection[str],
    target: str,
    *,
    actor: User | None,
    purpose: str = "",
    **values: object,
) -> Minutes:
    before = minutes.status
    moved = Minutes.objects.filter(pk=minutes.pk, status__in=list(sources)).update(status=target, **values)
    minutes.refresh_from_db()
    if not moved:
        raise Conflict(
            "minutes.moved",
            f"{minutes.get_form_display()}现在是“{minutes.get_status_display()}”，不能走这一步。",
            hint="请刷新页面查看最新情况。",
        )
    audit.record(
        office_id=minutes.office_id,
        actor=actor,
        action=f"minutes.{target}",
        subject=minutes,
        before={"status": before},
        after={"status": target, **values},
        purpose=purpose,
    )
    return minutes
