"""What people say to the office: complaints and suggestions, corrections of own data, objections to entries.

Grounds: 个人信息保护法 第四十六条 (correction), 第五十条 (requests are accepted, answered, refusals explained).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction

from tongxin.accounts.models import User
from tongxin.core import audit, clock, dossier
from tongxin.core.errors import BadInput, Conflict, NotAllowed, NotPossible
from tongxin.registry.correction_operations import value_of, write_corrected, written
from tongxin.registry.enums import CORRECTABLE_FIELDS, ProposalState, SuggestionKind
from tongxin.registry.models import CorrectionProposal, Objection, Office, Person, Suggestion
from tongxin.registry.queries import owned

TEXT_LIMIT = 1000
STATEMENT_LIMIT = 500
SHORT_LIMIT = 200


@dataclass(frozen=True)
class Answer:
    """A complaint or suggestion as its sender sees it: what was written, and the answer, if there is one."""

    uid: UUID
    kind: str
    page: str
    text: str
    sent_on: dt.date
    answer: str
    answered_on: dt.date | None


@transaction.atomic
def suggest(
    office: Office, *, kind: str, page: str, text: str, actor: User | None, anonymous: bool = False
) -> Suggestion:
    """Keep a complaint or suggestion and return it; its ``uid`` is the receipt with which the answer is read.

    ``anonymous``: nothing is kept of who sent it, in the audit book neither.
    Raises BadInput for an unknown kind and for a text that is empty or longer than 1,000 characters.
    """
    if kind not in SuggestionKind.values:
        raise BadInput("registry.suggestion_kind", f"没有“{kind}”这一类。", hint="请选择投诉或建议。", field="kind")
    sender = None if anonymous else actor
    row = Suggestion.objects.create(
        office=office,
        created_by=sender,
        sender=sender,
        kind=kind,
        page=page[:SHORT_LIMIT],
        text=_text(text, "内容", "text", TEXT_LIMIT),
    )
    audit.record(office_id=office.pk, actor=sender, action="registry.suggest", subject=row, after={"kind": kind})
    return row


@transaction.atomic
def answer_suggestion(row: Suggestion, *, answer: str, actor: User) -> Suggestion:
    """Answer a complaint or suggestion, once, and return it.

    Raises BadInput for an empty or overlong answer, Conflict where somebody answered it meanwhile.
    """
    clean = _text(answer, "答复", "answer", TEXT_LIMIT)
    open_ones = owned(Suggestion, row.office_id).filter(pk=row.pk, answered_at__isnull=True)
    if not open_ones.update(answer=clean, answered_by=actor, answered_at=clock.now()):
        raise Conflict("registry.suggestion_answered", "这一条已经答复。", hint="请刷新页面查看最新情况。")
    row.refresh_from_db()
    audit.record(office_id=row.office_id, actor=actor, action="registry.answer_suggestion", subject=row)
    return row


def sent_by(user: User, office: Office) -> list[Answer]:
    """Return what ``user`` sent under their name in ``office``, newest first, with the answers."""
    return [_as_answer(row) for row in owned(Suggestion, office).filter(sender=user)]


def by_receipt(office: Office, uid: UUID) -> Answer | None:
    """Return what was sent under a receipt, for whoever holds it; None for an unknown one."""
    row = owned(Suggestion, office).filter(uid=uid).first()
    return _as_answer(row) if row is not None else None


@transaction.atomic
def propose_correction(person: Person, *, field: str, value: str, actor: User, basis: str = "") -> CorrectionProposal:
    """Keep a person's proposal to correct a field of their own data, and return it.

    ``value``: as typed; days as 2026-01-31, sex as its code.  Raises NotAllowed for somebody else than the
    person, BadInput for a field that cannot be corrected so or a value that it cannot hold, NotPossible where
    the value is the same, Conflict where a proposal for the field is open.
    """
    if person.user_id is None or person.user_id != actor.pk:
        raise NotAllowed("registry.not_own_data", "只能申请更正本人的信息。", hint="请由本人申请，或由名册管理员更正。")
    if field not in CORRECTABLE_FIELDS:
        raise BadInput(
            "registry.correction_field", f"“{field}”不能在此申请更正。", hint="请从列表中选择。", field="field"
        )
    parsed = value_of(field, value)
    seen = getattr(person, field)
    if parsed == seen:
        raise NotPossible(
            "registry.correction_same", "申请的内容与现有登记相同。", hint="请核对后再提交。", field="value"
        )
    try:
        with transaction.atomic():
            row = CorrectionProposal.objects.create(
                office_id=person.office_id,
                created_by=actor,
                person=person,
                field=field,
                seen_value=written(seen),
                proposed_value=written(parsed),
                basis=basis.strip()[:SHORT_LIMIT],
            )
    except IntegrityError as fault:
        raise Conflict(
            "registry.correction_open",
            "这一项已有待核实的更正申请。",
            hint="请等待答复，或先撤回原申请。",
            field="field",
        ) from fault
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.propose_correction",
        subject=row,
        before={field: seen},
        after={field: parsed},
        person_ids=[person.pk],
    )
    return row


@transaction.atomic
def withdraw_correction(row: CorrectionProposal, *, actor: User) -> None:
    """Take back an own open proposal.  Raises NotAllowed for somebody else, Conflict where it was decided."""
    if row.person.user_id != actor.pk:
        raise NotAllowed("registry.not_own_data", "只能撤回本人的申请。")
    _decide(row, ProposalState.WITHDRAWN, "", actor)


@transaction.atomic
def confirm_correction(row: CorrectionProposal, *, actor: User, answer: str = "") -> Person:
    """Write the proposed value into the register and return the person.

    In this order: the proposal is closed, the field is written if it still holds what the person saw, and both
    leave audit entries.  Raises Conflict where the proposal was decided or the field changed meanwhile; nothing
    is then written.
    """
    # The whole row is locked, so that two clerks cannot write different values of one field.
    person = Person.objects.select_for_update().get(pk=row.person_id)
    seen = getattr(person, row.field)
    if written(seen) != row.seen_value:
        raise Conflict(
            "registry.correction_stale",
            "申请之后，登记的内容已经变动。",
            hint="请与本人核对；如不再需要更正，请作“未采纳”并说明。",
        )
    _decide(row, ProposalState.CONFIRMED, answer, actor)
    value = value_of(row.field, row.proposed_value)
    setattr(person, row.field, value)
    write_corrected(person, {row.field: seen}, {row.field: value}, purpose="本人申请更正", actor=actor)
    return person


@transaction.atomic
def decline_correction(row: CorrectionProposal, *, answer: str, actor: User) -> None:
    """Decline a proposal with a reason that the person reads (第五十条:拒绝应当说明理由).

    Raises BadInput without a reason, Conflict where the proposal was decided meanwhile.
    """
    _decide(row, ProposalState.DECLINED, _text(answer, "理由", "answer", 300), actor)


@transaction.atomic
def object_to(person: Person, *, subject_type: str, subject_id: int, statement: str, actor: User) -> Objection:
    """Keep a person's objection to an entry about them, and return it; the entry stays as it is.

    An objection to a look into their data shows by name who looked.  Raises NotAllowed for somebody else than
    the person, BadInput for an empty or overlong statement, NotPossible for an entry that isn't shown to them.
    """
    if person.user_id is None or person.user_id != actor.pk:
        raise NotAllowed("registry.not_own_data", "只能对本人的记录提出异议。")
    clean = _text(statement, "说明", "statement", STATEMENT_LIMIT)
    if not _is_shown(person, subject_type, subject_id):
        raise NotPossible("registry.objection_subject", "没有这条关于您的记录。", hint="请在“我的信息”页面选择记录。")
    row = Objection.objects.create(
        office_id=person.office_id,
        created_by=actor,
        person=person,
        subject_type=subject_type,
        subject_id=subject_id,
        statement=clean,
    )
    audit.record(
        office_id=person.office_id,
        actor=actor,
        action="registry.object",
        subject=row,
        after={"subject": f"{subject_type}:{subject_id}"},
        person_ids=[person.pk],
    )
    return row


@transaction.atomic
def answer_objection(row: Objection, *, answer: str, actor: User) -> Objection:
    """Answer an objection, once, and return it.

    Raises BadInput for an empty or overlong answer, Conflict where somebody answered it meanwhile.
    """
    clean = _text(answer, "答复", "answer", STATEMENT_LIMIT)
    open_ones = owned(Objection, row.office_id).filter(pk=row.pk, answered_at__isnull=True)
    if not open_ones.update(answer=clean, answered_by=actor, answered_at=clock.now()):
        raise Conflict("registry.objection_answered", "这项异议已经答复。", hint="请刷新页面查看最新情况。")
    row.refresh_from_db()
    audit.record(
        office_id=row.office_id,
        actor=actor,
        action="registry.answer_objection",
        subject=row,
        person_ids=[row.person_id],
    )
    return row


def _is_shown(person: Person, subject_type: str, subject_id: int) -> bool:
    """Tell whether a row stands on the person's own page; one statement for each holding of its table."""
    for holding in dossier.holdings():
        if holding.model._meta.label_lower == subject_type:
            rows = holding.rows(person.pk, person.office_id)
            shown = holding.shown(rows) if holding.shown is not None else rows
            if shown.filter(pk=subject_id).exists():
                return True
    return False


def _decide(row: CorrectionProposal, state: str, answer: str, actor: User) -> None:
    open_ones = owned(CorrectionProposal, row.office_id).filter(pk=row.pk, state=ProposalState.PROPOSED)
    if not open_ones.update(state=state, answer=answer.strip()[:300], decided_by=actor, decided_at=clock.now()):
        raise Conflict("registry.correction_decided", "这项更正申请已经办结。", hint="请刷新页面查看最新情况。")
    row.refresh_from_db()
    audit.record(
        office_id=row.office_id,
        actor=actor,
        action="registry.decide_correction",
        subject=row,
        before={"state": ProposalState.PROPOSED},
        after={"state": state},
        person_ids=[row.person_id],
    )


def _text(text: str, title: str, field: str, limit: int) -> str:
    clean = text.strip()
    if not clean:
        raise BadInput("registry.text_missing", f"{title}没有填写。", hint=f"请填写{title}。", field=field)
    if len(clean) > limit:
        raise BadInput("registry.text_too_long", f"{title}超过了{limit}个字。", hint="请删减后再提交。", field=field)
    return clean


def _as_answer(row: Suggestion) -> Answer:
    return Answer(
        row.uid,
        str(SuggestionKind(row.kind).label),
        row.page,
        row.text,
        clock.local_day(row.created_at),
        row.answer,
        clock.local_day(row.answered_at) if row.answered_at else None,
    )


def open_requests(office: Office) -> dict[str, int]:
    """Return how many suggestions, corrections and objections of ``office`` wait for an answer."""
    return {
        "suggestions": owned(Suggestion, office).filter(answered_at__isnull=True).count(),
        "corrections": owned(CorrectionProposal, office).filter(state=ProposalState.PROPOSED).count(),
        "objections": owned(Objection, office).filter(answered_at__isnull=True).count(),
    }
