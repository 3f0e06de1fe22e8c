"""One-time links: a unit or a leader without an account takes their step on a single matter.

Only the hash of the token is kept; the link is shown once.  It ends with its day, with the step it is for, or when it
is revoked.  Opening it changes nothing, so that a program which looks at links first does no harm.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from tongxin.accounts.tokens import hashed, new_token
from tongxin.core import clock
from tongxin.core.audit import record
from tongxin.core.errors import BadInput, NotAllowed, NotPossible
from tongxin.matters import assignment_operations, operations, proposal_operations, queries
from tongxin.matters.enums import MatterKind, PassPurpose, UnitRole
from tongxin.matters.models import Attachment, Matter, MatterPass, Step
from tongxin.matters.predicates import PREDICATES
from tongxin.matters.reviewer_operations import check_rank
from tongxin.matters.rules import check_reviewer
from tongxin.matters.workflows import workflow_of
from tongxin.registry.models import Organization, Person
from tongxin.registry.queries import standing_of

if TYPE_CHECKING:
    from tongxin.accounts.models import User

#: How many days a link lasts unless told otherwise, and the longest that may be told.
DAYS, LONGEST = 14, 60


@dataclass(frozen=True)
class IssuedPass:
    """A link just issued; ``token`` is shown this once and kept nowhere."""

    row: MatterPass
    token: str


def issue_pass(
    matter: Matter,
    *,
    purpose: str,
    actor: User,
    organization: Organization | None = None,
    person: Person | None = None,
    days: int = DAYS,
) -> IssuedPass:
    """Issue a link for one matter to a unit that handles it (``handle``) or to a reviewer (``review``).

    Earlier links for the same bearer end.  Raises NotAllowed for who does not keep the ledger, BadInput for a unit
    that does not handle the matter, nobody, or days outside 1 to 60.
    """
    standing = standing_of(actor, matter.office, clock.today())
    needed = "decides_proposal" if matter.kind == MatterKind.PROPOSAL else "edits"
    if matter.kind not in (MatterKind.PROPOSAL, MatterKind.MANUSCRIPT) or not PREDICATES[needed](
        standing, queries.Stakes()
    ):
        raise NotAllowed("matters.not_allowed", "您没有发一次性链接的权限。")
    if not 1 <= days <= LONGEST:
        raise BadInput("matters.pass_days", f"有效期应为1至{LONGEST}天。", hint="请重新填写天数。", field="days")
    if purpose not in PassPurpose.values or (purpose == PassPurpose.HANDLE) != (matter.kind == MatterKind.PROPOSAL):
        raise BadInput("matters.pass_purpose", "没有这种用途。", field="purpose")
    if purpose == PassPurpose.HANDLE:
        if organization is None or organization.pk not in queries.stakes_of(matter).units:
            raise BadInput("matters.pass_unit", "这个单位不承办本事项。", hint="请选择承办单位。", field="organization")
        person = None
    else:
        if person is None or person.office_id != matter.office_id:
            raise BadInput("matters.pass_person", "请指定审核人。", hint="请填写名册中的姓名。", field="person")
        organization = None
    if workflow_of(matter.kind).state(matter.state).closed:
        raise NotPossible("matters.closed", "事项已办结，不必再发链接。")
    if purpose == PassPurpose.REVIEW:
        _check_review_due(matter, person)
    token = new_token()
    with transaction.atomic():
        MatterPass.objects.filter(
            matter=matter, organization=organization, person=person, used_at=None, revoked_at=None
        ).update(revoked_at=clock.now())
        row = MatterPass.objects.create(
            office_id=matter.office_id,
            created_by=actor,
            matter=matter,
            purpose=purpose,
            organization=organization,
            person=person,
            stage=matter.state if purpose == PassPurpose.REVIEW else "",
            token_hash=hashed(token),
            expires_at=clock.now() + dt.timedelta(days=days),
        )
        record(
            office_id=matter.office_id,
            actor=actor,
            action="matters.issue_pass",
            subject=matter,
            after={"purpose": purpose, "organization": organization.pk if organization else None, "days": days},
            person_ids=[person.pk] if person else [],
        )
    return IssuedPass(row, token)


def _check_review_due(matter: Matter, person: Person | None) -> None:
    """Raise NotPossible where no review is awaited, or the person may not give it: better said now than to the leader."""
    open_now = workflow_of(matter.kind).leading_from(matter.state)
    if all(not step.review for step in open_now):
        raise NotPossible(
            "matters.no_review_due",
            "这篇稿件现在不等待审核。",
            hint="请在送审之后、三审结束之前发链接。",
            field="person",
        )
    if person is not None:
        check_reviewer(person.pk, queries.reviewers_of_round(matter), queries.stakes_of(matter).authors)
        check_rank(matter.office_id, next(step for step in open_now if step.review), person, clock.today())


def revoke_pass(row: MatterPass, *, actor: User) -> None:
    """End a link before its day; one that has ended already stays as it is."""
    standing = standing_of(actor, row.office, clock.today())
    needed = "decides_proposal" if row.purpose == PassPurpose.HANDLE else "edits"
    if not PREDICATES[needed](standing, queries.Stakes()):
        raise NotAllowed("matters.not_allowed", "您没有作废链接的权限。")
    with transaction.atomic():
        ended = MatterPass.objects.filter(pk=row.pk, used_at=None, revoked_at=None).update(revoked_at=clock.now())
        if ended:
            record(office_id=row.office_id, actor=actor, action="matters.revoke_pass", subject=row.matter)


def bearer(token: str) -> MatterPass:
    """Return the link of a token.  Raises BadInput for an unknown one, NotPossible for one that has ended.

    A unit that no longer handles the matter has no link to it either.
    """
    row = (
        MatterPass.objects.filter(token_hash=hashed(token))
        .select_related("matter__office", "organization", "person")
        .first()
    )
    if row is None:
        raise BadInput("matters.pass_unknown", "没有这个链接。", hint="请核对链接，或向发出单位索取。")
    gone = row.organization_id is not None and row.organization_id not in queries.stakes_of(row.matter).units
    if row.revoked_at is not None or gone:
        raise NotPossible("matters.pass_revoked", "这个链接已作废。", hint="请向发出单位索取新的链接。")
    if row.used_at is not None:
        raise NotPossible("matters.pass_used", "这个链接已经用过。", hint="如需再办，请向发出单位索取新的链接。")
    if row.expires_at <= clock.now():
        raise NotPossible("matters.pass_expired", "这个链接已过有效期。", hint="请向发出单位索取新的链接。")
    return row


def note_paper(row: MatterPass, paper: Attachment) -> None:
    """Leave an entry that the bearer of a link took a paper away."""
    with transaction.atomic():
        record(
            office_id=row.office_id,
            actor=None,
            action="matters.pass_paper",
            subject=row.matter,
            after={"file": paper.file_id},
            on_behalf=f"一次性链接（{row.organization or row.person}）",
        )


def spend(row: MatterPass) -> None:
    """Use a link up; call it inside the transaction of the step.  Raises NotPossible where another use was faster."""
    if not MatterPass.objects.filter(pk=row.pk, used_at=None, revoked_at=None).update(used_at=clock.now()):
        raise NotPossible("matters.pass_used", "这个链接已经用过。", hint="如需再办，请向发出单位索取新的链接。")


#: What the bearer of a link may do by the capacity of their unit; what ends the link.
LEAD_STEPS = ("accept", "contact", "explain", "reply", "return_assignment")
CO_STEPS = ("opinion",)
ENDING = ("reply", "opinion", "return_assignment")


def steps_of_bearer(row: MatterPass) -> list[str]:
    """Return the codes of the steps that the bearer may take now, in order of declaration."""
    stakes = queries.stakes_of(row.matter)
    open_now = workflow_of(row.matter.kind).leading_from(row.matter.state)
    if row.purpose == PassPurpose.REVIEW:
        if row.matter.state != row.stage:
            return []
        return [step.code for step in open_now if step.review or step.code == "send_back"]
    allowed = CO_STEPS if row.organization_id in stakes.of_units((UnitRole.CO,)) else LEAD_STEPS
    return [step.code for step in open_now if step.code in allowed]


def act(
    token: str,
    transition: str,
    *,
    reason: str = "",
    code: str = "",
    reference: str = "",
    text: str = "",
    proofread: bool = False,
    promises: Sequence[tuple[str, dt.date]] = (),
    contact: str = "",
) -> Step:
    """Take one step as the bearer of a link and return it; reply, opinion, return and review use the link up.

    Raises as :func:`bearer` and the operation of the step; nothing is half done.
    """
    row = bearer(token)
    if transition not in steps_of_bearer(row):
        raise NotPossible("matters.not_from_here", "现在不能办理这一步。", hint="请刷新页面，查看可办的步骤。")
    matter = row.matter
    behalf = f"一次性链接（{row.organization or row.person}）"
    with transaction.atomic():
        if transition in ENDING or row.purpose == PassPurpose.REVIEW:
            spend(row)
        if row.purpose == PassPurpose.REVIEW:
            return operations.take_step(
                matter, transition, actor=None, person=row.person, proofread=proofread, reason=reason, on_behalf=behalf
            )
        unit = row.organization
        if unit is None:
            raise BadInput("matters.pass_unit", "这个链接没有承办单位。")
        if transition == "reply":
            kept = proposal_operations.reply(
                matter,
                unit,
                outcome=code,
                reference=reference,
                text=text,
                promises=promises,
                contact=contact,
                actor=None,
                on_behalf=behalf,
            )
            return kept.step
        if transition == "opinion":
            return proposal_operations.give_opinion(matter, unit, text, actor=None, on_behalf=behalf).step
        if transition == "return_assignment":
            return assignment_operations.give_back(matter, transition, reason=reason, actor=None, on_behalf=behalf)
        return operations.take_step(
            matter, transition, actor=None, unit=unit, reason=reason, code=code, on_behalf=behalf
        )
